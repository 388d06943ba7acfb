"""The command line as a user meets it: a process of its own, its exit code and what it says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from polypost.options import CHECK, EVALUATE, ROWS, TRANSLATE

BASE = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "INPUT_", "AWS_"))}
POST = "---\ntitle: Hello\n---\n\nA small post.\n"


def polypost(*arguments, cwd=None, env=None):
    command = [sys.executable, "-I", "-m", "polypost.cli", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=BASE | (env or {}), capture_output=True, text=True, check=False, timeout=60
    )


def crashing(tmp_path, body, *arguments, env=None):
    """The command line with `wiring.translate` replaced by `body`: what the catcher makes of its end."""
    script = tmp_path / "crash.py"
    script.write_text(
        "import sys\nfrom polypost import cli, errors\nfrom polypost.fronts import wiring\n"
        f"def end(*_, **__):\n{textwrap.indent(body, '    ')}\n"
        "wiring.translate = end\ncli.main(sys.argv[1:])\n"
    )
    return subprocess.Popen(
        [sys.executable, script, *(arguments or ("translate", "--to", "es"))],
        cwd=tmp_path,
        env=BASE | (env or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(("front", "other"), [(TRANSLATE, CHECK), (CHECK, TRANSLATE), (EVALUATE, TRANSLATE)])
def test_help_lists_every_flag_of_the_command_and_no_other(front, other):
    shown = polypost(front, "--help").stdout
    words = {word.strip("[]") for word in shown.replace("...", "").split()}
    for row in ROWS:
        if front in row.fronts:
            assert row.flag in words, row.flag
        elif other in row.fronts:
            assert row.flag not in words, row.flag


@pytest.mark.parametrize("group", [(), ("endpoint",)])
def test_the_list_of_commands_is_whole_and_for_people(group):
    listed = polypost(*group, "--help").stdout.partition("Commands:")[2]
    assert listed.strip()
    assert "..." not in listed
    assert "action" not in listed


def test_version():
    done = polypost("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("polypost 0.")


def test_an_unknown_flag_is_exit_code_2():
    done = polypost("translate", "--langauges", "es")
    assert done.returncode == 2
    assert "--langauges" in done.stderr


def test_wrong_options_are_told_before_anything_starts(tmp_path):
    (tmp_path / ".polypost.toml").write_text('langages = "es"\n')
    done = polypost("translate", "--to", "es", "--output", "{name}.md", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: 2 options are wrong")
    assert "did you mean `languages`?" in done.stderr
    assert "`--output`" in done.stderr


def test_an_unknown_language_is_exit_code_2(tmp_path):
    done = polypost("translate", "--to", "xx-Klingon", "--translator", "pseudo", cwd=tmp_path)
    assert (done.returncode, done.stderr.startswith("error: ")) == (2, True)


@pytest.mark.parametrize("typed", ["blog/a.md", "./blog/a.md", "blog", "blog/", ".", "{root}/blog/a.md"])
def test_paths_as_they_are_typed_at_a_prompt(tmp_path, typed):
    (tmp_path / "blog").mkdir()
    (tmp_path / "blog/a.md").write_text(POST)
    path = typed.replace("{root}", str(tmp_path))
    done = polypost("translate", path, "--to", "es", "--translator", "pseudo", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "blog/a.es.md").exists()


def test_flags_the_file_and_defaults_meet(tmp_path):
    (tmp_path / ".polypost.toml").write_text('languages = "ja"\noutput = "i18n/{lang}/{path}"\n')
    (tmp_path / "a.md").write_text(POST)
    done = polypost("translate", "--to", "es,de", "--to", "fr", "--translator", "pseudo", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    written = sorted(str(path.relative_to(tmp_path / "i18n")) for path in tmp_path.rglob("i18n/*/*"))
    assert written == ["de/a.md", "es/a.md", "fr/a.md"]


def test_frozen_translates_nothing_and_tells_what_is_missing(tmp_path):
    (tmp_path / ".polypost.toml").write_text('languages = "es"\ntranslator = "pseudo"\n')
    (tmp_path / "a.md").write_text(POST)
    assert polypost("translate", "--frozen", cwd=tmp_path).returncode == 1
    assert polypost("check", cwd=tmp_path).returncode == 1
    assert not (tmp_path / "a.es.md").exists()
    assert polypost("translate", "--json", "report.json", cwd=tmp_path).returncode == 0
    assert polypost("translate", "--frozen", cwd=tmp_path).returncode == 0
    assert polypost("check", cwd=tmp_path).returncode == 0
    (only,) = json.loads((tmp_path / "report.json").read_text())["localizations"]
    assert (only["target"], only["language"], only["status"]) == ("a.es.md", "es", "new")
    (tmp_path / "a.md").write_text(POST + "\nOne more.\n")
    assert polypost("check", cwd=tmp_path).returncode == 1


@pytest.mark.parametrize("dialect", ["gfm", "hugo", "markdown"])
def test_check_takes_kept_anchors_and_tells_broken_ones(tmp_path, dialect):
    (tmp_path / ".polypost.toml").write_text(
        f'languages = "es"\ntranslator = "pseudo"\ndialect = "{dialect}"\n'
    )
    (tmp_path / "a.md").write_text("Read [what follows](#some-more).\n\n## Some more\n\nIt ends here.\n")
    assert polypost("translate", cwd=tmp_path).returncode == 0
    target = tmp_path / "a.es.md"
    text = target.read_text()
    assert polypost("check", cwd=tmp_path).returncode == 0
    if dialect == "gfm":
        assert "(#some-more)" not in text
        target.write_text(text.replace("](#", "](#nowhere-"))
    else:
        assert "some-more" in text.partition("\n")[2]
        target.write_text(text.replace("](#some-more)", "](#other)"))
    done = polypost("check", cwd=tmp_path)
    assert done.returncode == 1
    assert "the link" in done.stdout


LED = "See ![a diagram](diagram.png), [a cat](https://en.wikipedia.org/wiki/Cat) and https://en.wikipedia.org.\n"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("diagram.png", "diagram.es.png", 0),
        ("en.wikipedia.org/wiki/Cat", "es.wikipedia.org/wiki/Gato", 0),
        ("https://en.wikipedia.org.", "https://es.wikipedia.org.", 0),
        ("![", "[", 1),
        ("(https://en.wikipedia.org/wiki/Cat)", "", 1),
    ],
)
def test_check_lets_a_person_choose_where_links_lead_but_not_drop_them(tmp_path, before, after, code):
    (tmp_path / ".polypost.toml").write_text('languages = "es"\ntranslator = "pseudo"\n')
    (tmp_path / "a.md").write_text(LED)
    assert polypost("translate", cwd=tmp_path).returncode == 0
    target = tmp_path / "a.es.md"
    assert before in target.read_text()
    target.write_text(target.read_text().replace(before, after))
    done = polypost("check", cwd=tmp_path)
    assert (done.returncode, "is a person's choice" in " ".join(done.stdout.split())) == (code, not code)
    assert polypost("translate", "--frozen", cwd=tmp_path).returncode == 0


def test_check_tells_a_localization_that_is_no_text_any_more(tmp_path):
    (tmp_path / ".polypost.toml").write_text('languages = "es"\ntranslator = "pseudo"\n')
    (tmp_path / "a.md").write_text("One sentence stands here.\n")
    (tmp_path / "b.md").write_text("Another one stands here.\n")
    assert polypost("translate", cwd=tmp_path).returncode == 0
    target = tmp_path / "a.es.md"
    target.write_bytes(target.read_text().encode("utf-16"))
    done = polypost("check", cwd=tmp_path)
    assert done.returncode == 1
    assert "a.es.md" in done.stdout
    assert "b.es.md" not in done.stdout
    assert "UTF-8" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_dry_run_writes_nothing(tmp_path):
    (tmp_path / "a.md").write_text("A small post.\n")
    done = polypost("translate", "--to", "es", "--translator", "pseudo", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "(1 sentence, 13 characters; languages: es)" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


@pytest.mark.parametrize("folder", [".git", "pictures"])
def test_git_status_is_named_where_git_knows_the_folder(tmp_path, folder):
    blog = tmp_path / "blog"
    blog.mkdir()
    (tmp_path / folder).mkdir()
    (blog / ".polypost.toml").write_text('languages = ["es"]\ntranslator = "pseudo"\n')
    (blog / "a.md").write_text(POST)
    done = polypost("translate", cwd=blog)
    assert done.returncode == 0, done.stderr
    assert "Next: look at what changed" in done.stdout
    assert ("git status" in done.stdout) == (folder == ".git")


def test_an_error_ends_with_its_own_exit_code(tmp_path):
    with crashing(tmp_path, "raise errors.QuotaError('no more instances; ask for a quota')") as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (3, "")
    assert err == "error: no more instances; ask for a quota\n"


def test_a_bug_says_that_it_is_one(tmp_path):
    with crashing(tmp_path, "return 1 / 0") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "ZeroDivisionError" in err
    assert "this is a bug in polypost" in err.splitlines()[-1]


def test_a_workflow_gets_an_annotation_and_no_foreign_command(tmp_path):
    body = "raise ValueError('x\\n::add-mask::everything\\n')"
    with crashing(tmp_path, body, env={"GITHUB_ACTIONS": "true"}) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (3, "")
    before, stopped, after = out.partition("::stop-commands::")
    assert stopped
    assert "::add-mask::" not in before
    token = after.partition("\n")[0]
    inside, resumed, rest = after.partition(f"\n::{token}::\n")
    assert resumed
    assert "::add-mask::everything" in inside
    assert rest.startswith("::error title=polypost::this is a bug")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_with_its_own_exit_code(tmp_path, number, code):
    with crashing(tmp_path, "import time\nprint('started', flush=True)\ntime.sleep(20)") as process:
        assert process.stdout.readline() == "started\n"
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert err.startswith(f"error: stopped by {number.name}")


@pytest.mark.parametrize(
    ("command", "imported"),
    [
        ("--version", []),
        ("translate --help", []),
        ("check --to es", ["rich"]),
        # With nothing to do; also the control: what was imported is found.
        ("translate --to es --endpoint-name x --aws-region us-east-1", ["boto3", "rich"]),
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(tmp_path, command, imported):
    heavy = ["boto3", "github", "numpy", "pandas", "py3langid", "rich", "sacrebleu", "sagemaker"]
    code = (
        "import sys\nfrom polypost.cli import main\n"
        f"try:\n    main({command.split()})\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=BASE, cwd=tmp_path
    )
    assert done.stdout.splitlines()[-1] == str(imported), done.stderr


@pytest.mark.parametrize("folder", [".i18n", "site/vendor"])
def test_what_stands_in_a_folder_that_is_usually_passed_over_is_not_translated_twice(tmp_path, folder):
    (tmp_path / "a.md").write_text(POST)
    (tmp_path / ".other").mkdir()
    (tmp_path / ".other/b.md").write_text(POST)
    command = ("--to", "es", "--output", f"{folder}/{{lang}}/{{path}}")
    done = [
        polypost("translate", "--translator", "pseudo", *command, "--json", "report.json", cwd=tmp_path)
        for _ in range(2)
    ]
    assert [each.returncode for each in done] == [0, 0]
    report = json.loads((tmp_path / "report.json").read_text())
    assert [each["status"] for each in report["localizations"]] == ["unchanged"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--to", "xx-yy"), '`--to`: "xx-yy" is not in polypost\'s table of languages. Write '),
        (("--to", "es", "--from", "zz"), '`--from`: "zz" is not in polypost\'s table of languages. Write '),
        (
            ("--to", "en"),
            "no language to translate into besides en, the source language: name another one in `--to`",
        ),
        (("--to", "es", "--output", "../{lang}/{path}"), "it leaves the repository"),
    ],
)
@pytest.mark.parametrize("translator", ["pseudo", "sagemaker"])
def test_an_error_names_what_was_typed_and_why(tmp_path, translator, arguments, told):
    (tmp_path / "a.md").write_text(POST)
    for command in ("translate", "check"):
        done = polypost(command, "--translator", translator, *arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert told in done.stderr


def test_an_error_of_the_run_names_flags(tmp_path):
    body = "raise errors.UsageError('No AWS region is known. Set aws-region.')"
    with crashing(tmp_path, body) as process:
        _, err = process.communicate(timeout=60)
    assert err == "error: No AWS region is known. Set --aws-region.\n"


@pytest.mark.parametrize(
    ("command", "there", "not_there"),
    [
        ("status", ["--aws-region"], ["--batch-s3-uri", "--scheduler-role-arn", "--kms-key"]),
        ("down", ["--aws-region", "--force"], ["--batch-s3-uri", "--scheduler-role-arn", "--kms-key"]),
        ("sweep", ["--aws-region", "--batch-s3-uri", "--scheduler-role-arn"], ["--kms-key"]),
    ],
)
def test_help_of_endpoint_says_what_an_option_does_there(command, there, not_there):
    shown = polypost("endpoint", command, "--help").stdout
    assert all(flag in shown for flag in there)
    assert not any(flag in shown for flag in not_there)
    assert "Where batch transform reads" not in shown
    assert "credentials step" not in shown


@pytest.mark.parametrize("command", [TRANSLATE, CHECK])
def test_help_explains_the_argument(command):
    assert "PATH: Posts to look at: files, folders, or patterns" in polypost(command, "--help").stdout


def test_check_tells_why_pseudo_text_is_behind_and_takes_it_for_pseudo(tmp_path):
    (tmp_path / "a.md").write_text(POST)
    assert polypost("translate", "--translator", "pseudo", "--to", "es,ja", cwd=tmp_path).returncode == 0
    behind = polypost("check", "--to", "es,ja", cwd=tmp_path)
    assert behind.returncode == 1
    assert "a.md (es, ja): Pseudo text stands in the localization: a real model replaces it." in behind.stdout
    assert "`--translator pseudo`" in behind.stdout
    current = polypost("check", "--to", "es,ja", "--translator", "pseudo", cwd=tmp_path)
    assert (current.returncode, "Pseudo text" in current.stdout) == (0, False)


def test_what_is_behind_or_adopted_as_check_tells_it_and_what_is_forgotten(tmp_path):
    (tmp_path / ".polypost.toml").write_text(
        'languages = "es"\ntranslator = "pseudo"\nhuman-edits = "keep"\n'
    )
    (tmp_path / "a.md").write_text("---\ntitle: A post\n---\nOne more thing.\n")
    (tmp_path / "a.es.md").write_text("---\ntitle: Un texto\nlang: es\n---\nUna cosa más.\n")
    assert polypost("translate", cwd=tmp_path).returncode == 0
    assert "lang: es" in (tmp_path / "a.es.md").read_text()
    checked = polypost("check", cwd=tmp_path)
    assert (checked.returncode, "in their own way" in checked.stdout) == (0, True), checked.stdout
    (tmp_path / "a.md").write_text("---\ntitle: A post\n---\nOne more thing changed.\n")
    assert polypost("check", cwd=tmp_path).returncode == 1
    assert polypost("translate", cwd=tmp_path).returncode == 0
    checked = polypost("check", cwd=tmp_path)
    assert (checked.returncode, "Una cosa más." in checked.stdout) == (1, True), checked.stdout
    assert polypost("translate", "--frozen", cwd=tmp_path).returncode == 1
    (tmp_path / "b.md").write_text("Another post.\n")
    assert polypost("translate", cwd=tmp_path).returncode == 0
    assert polypost("check", "b.md", cwd=tmp_path).returncode == 0
    assert polypost("forget", "b.md", "--to", "es", cwd=tmp_path).returncode == 0
    assert polypost("check", "b.md", cwd=tmp_path).returncode == 1
    assert polypost("forget", "c.md", cwd=tmp_path).returncode == 2


NAMED = "---\ntitle: Acme Board\n---\n\nThe Acme Board and *Acme Board* in `Acme Board`.\n"


def test_names_of_the_glossary_stay(tmp_path):
    (tmp_path / ".polypost.toml").write_text('languages = "es"\ntranslator = "pseudo"\nglossary = "g.csv"\n')
    (tmp_path / "g.csv").write_text("source\nAcme Board\n")
    (tmp_path / "a.md").write_text(NAMED)
    planned = polypost("translate", "--dry-run", "--json", "plan.json", cwd=tmp_path)
    assert planned.returncode == 0, planned.stderr
    assert polypost("translate", "--json", "done.json", cwd=tmp_path).returncode == 0
    text = (tmp_path / "a.es.md").read_text()
    assert "title: Acme Board\n" in text
    assert text.count("Acme Board") == NAMED.count("Acme Board")
    assert "⟦Thé Acme Board áñd *Acme Board* îñ `Acme Board`. " in text
    assert polypost("check", cwd=tmp_path).returncode == 0
    assert polypost("translate", "--frozen", cwd=tmp_path).returncode == 0
    (tmp_path / ".polypost.toml").write_text('languages = "es"\ntranslator = "pseudo"\n')
    assert polypost("forget", cwd=tmp_path).returncode == 0
    assert polypost("translate", cwd=tmp_path).returncode == 0
    assert "Áçmé Böárd" in (tmp_path / "a.es.md").read_text()  # without it they don't


def test_a_wrong_glossary_starts_nothing(tmp_path):
    (tmp_path / "a.md").write_text(NAMED)
    (tmp_path / "g.csv").write_text("source,kind,es\nAcme Board,noun,\n")
    done = polypost("translate", "--to", "es", "--translator", "pseudo", "--glossary", "g.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "g.csv" in done.stderr
    assert "line 2, column `kind`: “noun” is none of `do-not-translate`" in done.stderr
    assert not (tmp_path / "a.es.md").exists()
    done = polypost(
        "translate", "--to", "es", "--translator", "pseudo", "--glossary", "../g.csv", cwd=tmp_path
    )
    assert (done.returncode, "no path inside the repository" in done.stderr) == (2, True)


def test_terms_proposes_a_glossary_that_translate_takes(tmp_path):
    (tmp_path / "a.md").write_text(
        "# Every Word of a Title\n\n" + "I like the Acme Board and the API of `jq`; jq is small.\n\n" * 3
    )
    (tmp_path / "a.es.md").write_text("El Tablero Malo y el Tablero Malo y el Tablero Malo.\n")
    shown = polypost("terms", "a.md", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.splitlines() == [
        "source,kind,count",
        "API,do-not-translate,3",
        "Acme Board,do-not-translate,3",
        "jq,do-not-translate,3",
    ]
    assert polypost("terms", cwd=tmp_path).stdout == shown.stdout  # a localization is no post
    assert polypost("terms", "--write", "g.csv", cwd=tmp_path).returncode == 0
    assert (tmp_path / "g.csv").read_text() == shown.stdout
    again = polypost("terms", "--write", "g.csv", cwd=tmp_path)
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    assert polypost("terms", "--glossary", "g.csv", cwd=tmp_path).stdout == "source,kind,count\n"
    done = polypost(
        "translate", "--to", "es", "--translator", "pseudo", "--glossary", "g.csv", "a.md", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
