"""What goes to the runner: commands that mean what they say, files, and texts that command nothing."""

import io

import pytest

from polypost.report.workflow import append_summary, command, harmless, mask, save_state, set_outputs
from report.judge import HOSTILE
from report.runner import read

COMMANDING = (
    "::add-mask::a",
    "  \t::error file=x::forged",
    "::stop-commands::now\n::add-mask::x",
    "harmless\n::set-output name=pull-request-url::https://evil.example",
    "carriage\r::add-mask::a",
    "middle ##[add-mask]e and more",
    "##[error]forged",
    ":\u200b:add-mask::a",
    "\u200b::add-mask::a",
    "\ufeff::add-mask:\u00ad:a",
    "#\u200d#[add-mask]e",
    "\x1b::add-mask::a",
    ":\ufe0f:add-mask::a",
    "::GROUP::x\n::EndGroup::",
    "\v::add-mask::a\x85::add-mask::b\u2028::add-mask::c",
)


@pytest.mark.parametrize("text", COMMANDING + HOSTILE)
def test_no_text_commands_the_runner(text):
    log = read(f"before\n{harmless(text)}\n::notice::after\n")
    assert [found.name for found in log.commands] == ["notice"], "and commands are obeyed again after it"


@pytest.mark.parametrize("text", COMMANDING)
def test_the_runner_of_these_tests_obeys_what_is_not_made_harmless(text):
    found = []
    try:
        found = read(text).commands
    except AssertionError:  # it stopped for good
        found = ["stopped"]
    assert found


@pytest.mark.parametrize("text", ["plain", "a: b", "50 % of 3", "## [x]", "", "two\nlines", "日本語：字"])
def test_plain_text_is_left_alone(text):
    assert harmless(text) == text


def test_a_text_cannot_end_its_own_fence():
    tokens = iter(["one", "two"])
    text = "::one::\n::add-mask::x"
    shown = harmless(text, lambda: next(tokens))
    assert shown == "::stop-commands::one\n::one::\n::add-mask::x\n::one::"
    assert read(shown).commands, "which is why the token is one that nobody knows"
    assert not read(harmless(text)).commands
    assert harmless("::x::") != harmless("::x::"), "and a new one each time"


@pytest.mark.parametrize("text", COMMANDING + HOSTILE + ("a%0Ab", "100 %", "%25", "a,b:c=d"))
def test_commands_carry_their_text_whole(text):
    log = read(command("warning", text, title=text, file="a,b:c%.md", line=3))
    assert len(log.commands) == 1
    assert log.commands[0].properties.get("file") == "a,b:c%.md"
    assert log.commands[0].properties["line"] == "3"
    kept = read(command("group", "x")).commands[0].data
    assert kept == "x"
    if text.isprintable() and "\ufe0f" not in text:
        assert log.commands[0].data == text


def test_empty_properties_are_left_out():
    assert command("error", "x", file="", line=0) == "::error::x"


def test_every_line_of_a_secret_is_masked():
    out = io.StringIO()
    mask("one%\n\ntwo", out)
    assert [(found.name, found.data) for found in read(out.getvalue()).commands] == [
        ("add-mask", "one%"),
        ("add-mask", "two"),
    ]


def heredocs(text: str) -> dict[str, str]:
    """The runner's reading of an output or state file."""
    lines, found = iter(text.split("\n")), {}
    for line in lines:
        if not line:
            continue
        name, delimiter = line.split("<<", 1)
        value = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        found[name] = "\n".join(value)
    return found


VALUES = ("", "plain", "two\nlines", "EOF\nb<<EOF\nx\nEOF", "a=b", "ends in one\n", "日本語", "lone \udcff")


def test_outputs_come_back_as_they_were(tmp_path):
    env = {"GITHUB_OUTPUT": str(tmp_path / "output")}
    given = {f"name-{at}": value for at, value in enumerate(VALUES)}
    set_outputs(env, given)
    set_outputs(env, {"later": "x"})
    read_back = heredocs((tmp_path / "output").read_text("utf-8"))
    assert read_back == {name: value.replace("\udcff", "?") for name, value in given.items()} | {"later": "x"}


def test_an_output_cannot_foresee_its_delimiter(tmp_path):
    env = {"GITHUB_OUTPUT": str(tmp_path / "output")}
    set_outputs(env, {"a": "x", "b": "x"})
    text = (tmp_path / "output").read_text("utf-8")
    delimiters = [line.split("<<")[1] for line in text.splitlines() if "<<" in line]
    assert len(set(delimiters)) == 2
    forged = f"x\n{delimiters[0]}\npull-request-url<<y\nevil\ny"
    set_outputs(env, {"c": forged})
    assert heredocs((tmp_path / "output").read_text("utf-8")) == {"a": "x", "b": "x", "c": forged}


def test_state_is_on_disk_when_it_returns(tmp_path):
    save_state({"GITHUB_STATE": str(tmp_path / "state")}, "created", '{"endpoint": "polypost-1"}')
    assert heredocs((tmp_path / "state").read_text("utf-8")) == {"created": '{"endpoint": "polypost-1"}'}


def test_the_summary_is_added_to(tmp_path):
    env = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    append_summary(env, "# One\n\n")
    append_summary(env, "Two")
    assert (tmp_path / "summary").read_text("utf-8") == "# One\nTwo\n"


def test_outside_of_a_workflow_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for env in ({}, {"GITHUB_OUTPUT": "", "GITHUB_STATE": "", "GITHUB_STEP_SUMMARY": ""}):
        set_outputs(env, {"a": "b"})
        save_state(env, "a", "b")
        append_summary(env, "a")
    assert not list(tmp_path.iterdir())
