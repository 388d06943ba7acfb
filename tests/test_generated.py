"""action.yml, composite/action.yml, README.md and the command line agree with the table of options."""

from __future__ import annotations

import importlib.util
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from polypost.models import DEFAULT_MODEL
from polypost.options import ACTION, OUTPUTS, ROWS, Options

ROOT = Path(__file__).parent.parent
INPUTS = [row.name for row in ROWS if ACTION in row.fronts]


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "tools/generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def action(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_generated_blocks_are_current():
    check = [sys.executable, ROOT / "tools/generate.py", "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["action.yml", "composite/action.yml", "README.md"])
def test_check_fails_on_a_block_that_differs(generate, name, tmp_path, monkeypatch, capsys):
    for other in generate.FILES:
        text = (ROOT / other).read_text(encoding="utf-8")
        (tmp_path / other).parent.mkdir(exist_ok=True)
        (tmp_path / other).write_text(
            text.replace("posts", "pots") if other == name else text, encoding="utf-8"
        )
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().out.startswith(f"{name}: ")
    generate.main([])
    assert generate.main(["--check"]) == 0


def test_a_flag_is_shown_where_a_command_that_does_the_work_has_it(generate):
    cells = [line.split(" | ") for line in generate.options_table().splitlines()]
    flags = {name.strip("| "): flag for name, flag, *_ in cells}
    assert (flags["`aws-role-arn`"], flags["`role-arn`"], flags["`languages`"]) == (
        "",
        "`--role-arn`",
        "`--to`",
    )


def test_missing_markers_are_an_error(generate):
    with pytest.raises(LookupError, match="inputs"):
        generate.filled("# generated: inputs\n", {"inputs": generate.inputs})


@pytest.mark.parametrize("path", ["action.yml", "composite/action.yml"])
def test_an_action_has_every_input_and_output_and_no_other(path):
    found = action(path)
    assert list(found["inputs"]) == INPUTS
    assert list(found["outputs"]) == list(OUTPUTS)


@pytest.mark.parametrize("path", ["action.yml", "composite/action.yml"])
def test_no_input_has_a_default_that_would_hide_the_configuration_file(path):
    inputs = action(path)["inputs"]
    assert {name for name, item in inputs.items() if "default" in item} == {"github-token"}


def test_the_composite_action_hands_over_every_input_by_environment_only():
    steps = action("composite/action.yml")["runs"]["steps"]
    run = next(step for step in steps if step.get("id") == "run")
    for name in INPUTS:
        assert run["env"][f"INPUT_{name.upper()}"] == f"${{{{ inputs.{name} }}}}"
    assert not [step["run"] for step in steps if "${{" in step.get("run", "")]


def test_the_composite_action_cleans_up_in_every_case():
    last = action("composite/action.yml")["runs"]["steps"][-1]
    assert last["if"].startswith("always()")
    assert last["run"].endswith("action cleanup")


def test_the_docker_action_cleans_up_in_every_case():
    runs = action("action.yml")["runs"]
    assert runs["post-if"] == "always()"
    assert runs["entrypoint"] != runs["post-entrypoint"]
    for entrypoint in (runs["entrypoint"], runs["post-entrypoint"]):
        assert (ROOT / Path(entrypoint).name).stat().st_mode & stat.S_IXUSR
        assert Path(entrypoint).name in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def readme_workflow():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.partition("```yaml\n")[2].partition("```")[0]


def schema_accepts(path):
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", path]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def test_the_workflow_of_the_readme_is_short_and_valid(tmp_path):
    text = readme_workflow()
    assert len(text.splitlines()) <= 15
    (tmp_path / "good.yml").write_text(text)
    assert schema_accepts(tmp_path / "good.yml")
    (tmp_path / "bad.yml").write_text(text.replace("runs-on:", "run-on:"))
    assert not schema_accepts(tmp_path / "bad.yml")


def test_the_workflow_of_the_readme_needs_three_arns_and_nothing_else():
    text = readme_workflow()
    assert text.count("<") == 3
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "write", "pull-requests": "write", "id-token": "write"}
    assert "concurrency" in workflow
    *_, ours = workflow["jobs"]["localize"]["steps"]
    assert set(ours["with"]) <= set(INPUTS)
    assert {row.name for row in ROWS if row.required} <= set(ours["with"])


def test_the_default_model_is_the_one_of_the_table():
    assert Options().model == (DEFAULT_MODEL,)


def test_every_row_of_a_table_has_as_many_cells_as_its_head():
    for block in re.findall(r"(?:^\|.*\n)+", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE):
        assert len({line.count("|") - line.count("\\|") for line in block.splitlines()}) == 1, block


def test_links_inside_the_repository_lead_somewhere():
    for document in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "aws/README.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert ((ROOT / document).parent / target).exists(), f"{document}: {target}"


def test_the_marketplace_takes_the_description():
    assert len(action("action.yml")["description"]) <= 125
