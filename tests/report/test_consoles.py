"""What a user sees while the run goes on."""

import io
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from polypost.ports import Console
from polypost.report.consoles import ANNOTATIONS, TerminalConsole, WorkflowConsole
from polypost.values import Finding, Outcome, Publication, Report, Status
from report.judge import HOSTILE
from report.runner import read
from report.samples import SMALL, large
from report.test_workflow import COMMANDING


class Stream(io.StringIO):
    """Counts what was written after the last flush."""

    waiting = 0
    tty = False

    def write(self, text):
        self.waiting += len(text)
        return super().write(text)

    def flush(self):
        self.waiting = 0

    def isatty(self):
        return self.tty


class Clock:
    """Seconds that pass when told."""

    now = 0.0

    def __call__(self):
        return self.now


def workflow():
    stream = Stream()
    return WorkflowConsole(stream, clock=Clock()), stream


def a_run(console: Console, text: str) -> None:
    """Every method of the port, with `text` for all that comes from outside."""
    console.step(text)
    console.say(text)
    console.warn(text)
    console.progress(text, 1, 3)
    if isinstance(console, WorkflowConsole):
        console.report(Report(notes=(Finding(text, text, text, 3, (text, text)), Finding("x", text))))
    console.say("the end")


@pytest.mark.parametrize("text", COMMANDING + HOSTILE)
def test_a_workflow_is_commanded_by_nobody_else(text):
    console, stream = workflow()
    with console:
        a_run(console, text)
        console.error(text)
        console.notice(text)
    names = [found.name for found in read(stream.getvalue()).commands]
    assert sorted(names) == ["endgroup", "error", "group", "notice", "warning", "warning", "warning"]
    assert "the end" in read(stream.getvalue()).lines


def test_a_run_that_ended_early_is_annotated_once_however_much_it_did_not_come_to():
    console, stream = workflow()
    console.report(replace(large(9, 1, status=Status.WAITING), problem="The run was stopped by SIGINT."))
    assert [found.name for found in read(stream.getvalue()).commands] == ["error"]


def test_every_line_is_flushed():
    console, stream = workflow()
    for act in (console.step, console.say, console.warn, lambda text: console.progress(text, 1, 2)):
        act("x")
        assert not stream.waiting


def test_stages_are_groups_that_close():
    console, stream = workflow()
    with console:
        console.step("One")
        console.say("inside")
        console.step("Two")
    assert stream.getvalue() == "::group::One\ninside\n::endgroup::\n::group::Two\n::endgroup::\n"


def test_findings_become_annotations_at_their_lines():
    console, stream = workflow()
    console.report(
        Report(
            notes=(
                Finding("kept-source", "It stays: 100 %.\nReally", "posts/a,b.md", 7),
                Finding("x", "Loose"),
            )
        )
    )
    first, second = sorted(read(stream.getvalue()).commands, key=lambda found: len(found.properties))
    assert first.properties == {"title": "polypost: x"}
    assert second.properties == {"title": "polypost: kept-source", "file": "posts/a,b.md", "line": "7"}
    assert second.data == "It stays: 100 %. Really"
    assert second.name == "warning"


def test_what_github_would_not_show_is_a_line_and_is_counted():
    console, stream = workflow()
    warnings = [Finding("kept-source", f"Warning {n}", "a.md", n) for n in range(1, 31)]
    errors = [Finding("output-refused", f"Error {n}", "z.md", n) for n in range(1, 13)]
    console.report(Report(notes=(*warnings, *errors, Finding("skipped", "Only a remark", "a.md"))))
    log = read(stream.getvalue())
    assert len(log.named("error")) == len(log.named("warning")) == ANNOTATIONS
    assert [found.name for found in log.named("error", "warning", "notice")] == (
        ["error"] * ANNOTATIONS + ["warning"] * ANNOTATIONS + ["notice"]
    )
    assert [found.data for found in log.named("group")] == ["22 more findings (also in the job summary)"]
    assert "error: z.md:11: Error 11" in log.lines
    assert "warning: a.md:30: Warning 30" in log.lines


def test_doubtful_words_are_shown_short_in_annotations_and_lines():
    console, stream = workflow()
    pairs = [("word " * 1_000, "::error::Hola\n::warning::mundo"), ("Bees", "")]
    many = [Finding("loop", "Read it.", "a.md", n, pairs[n % 2]) for n in range(ANNOTATIONS + 2)]
    console.report(Report(notes=tuple(many)))
    log = read(stream.getvalue())
    assert len(log.commands) == ANNOTATIONS + 2, "the others are a group"
    first, second = (found.data for found in log.named("warning")[:2])
    assert first == f"Read it. Source: “{('word ' * 60)[:299]}…” Answer: “::error::Hola ::warning::mundo”"
    assert second == "Read it. Source: “Bees”"
    assert "warning: a.md:11: Read it. Source: “Bees”" in log.lines


def test_one_more_is_told_as_one():
    console, stream = workflow()
    console.report(
        Report(notes=tuple(Finding("kept-source", "W", "a.md", n) for n in range(ANNOTATIONS + 1)))
    )
    (group,) = read(stream.getvalue()).named("group")
    assert group.data.startswith("1 more finding (")


def test_a_report_is_annotated_with_its_languages_and_its_problem():
    console, stream = workflow()
    console.step("Publish")
    console.report(replace(SMALL, problem="No more quota."))
    log = read(stream.getvalue())
    words = "Source: “It costs 30 dollars | a month, see #12.” Answer: “Cuesta *dólares* al mes.”"
    assert [(found.name, found.data) for found in log.commands] == [
        ("group", "Publish"),
        ("endgroup", ""),
        ("error", "No more quota."),
        ("error", "In es: The endpoint gave no answer."),
        ("warning", "In es, ja: Every answer lost `npm ci`: the sentence stays as it was."),
        ("warning", f"In es: A number of the source is missing. {words}"),
        ("warning", "The post is gone."),
        ("notice", "In ja: The post asks for es only."),
    ]


def test_a_note_on_a_failed_post_is_an_error():
    console, stream = workflow()
    note = Finding("too-large", "The post is too large.", "a.md")
    failed = Outcome("a.md", "", "es", Status.FAILED)
    console.report(Report(outcomes=(failed,), notes=(note,)))
    console.report(Report(notes=(note,)))
    assert [found.name for found in read(stream.getvalue()).commands] == ["error", "warning"]


def test_warnings_on_the_way_use_up_the_same_room():
    console, stream = workflow()
    for number in range(ANNOTATIONS + 2):
        console.warn(f"Mind {number}")
    log = read(stream.getvalue())
    assert len(log.named("warning")) == ANNOTATIONS
    assert "warning: Mind 11" in log.lines


def test_a_finding_of_many_localizations_is_one_annotation():
    console, stream = workflow()
    console.report(Report(notes=(Finding("kept-source", "It stays.", "a.md", 7),) * 5))
    assert len(read(stream.getvalue()).commands) == 1


def test_progress_is_a_line_now_and_then():
    console, stream = workflow()
    for done in range(1_001):
        console.progress("Translating", done, 1_000)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "Translating: 0 of 1,000"
    assert lines[-1] == "Translating: 1,000 of 1,000"
    assert len(lines) == 11


def test_a_wait_without_end_has_a_heartbeat():
    stream, clock = Stream(), Clock()
    console = WorkflowConsole(stream, clock=clock)
    for second in range(0, 301, 5):
        clock.now = float(second)
        console.progress("Waiting for the endpoint", 0, 0)
    assert stream.getvalue().splitlines() == ["Waiting for the endpoint"] * 11


def test_two_waits_side_by_side_have_a_heartbeat_each():
    stream, clock = Stream(), Clock()
    console = WorkflowConsole(stream, clock=clock)
    for second in range(0, 301, 5):
        clock.now = float(second)
        console.progress("Waiting for one", 0, 0)
        console.progress("Waiting for the other", 0, 0)
    lines = stream.getvalue().splitlines()
    assert [lines.count(f"Waiting for {each}") for each in ("one", "the other")] == [11, 11]


@pytest.mark.parametrize("text", COMMANDING + HOSTILE + ("[red]no markup[/red]", ":tada:"))
def test_a_pipe_gets_plain_lines(text):
    stream = Stream()
    with TerminalConsole(stream) as console:
        a_run(console, text)
    shown = stream.getvalue()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u202e]", shown)
    assert shown.splitlines()[-1] == "  the end"
    shown.encode()


@pytest.mark.parametrize("text", ["[red]no markup[/red]", "\x1b]0;title\x07", "\x1b[2Jgone", "\u202eleft"])
def test_a_terminal_obeys_nobody_else(text):
    stream = Stream()
    stream.tty = True
    with TerminalConsole(stream) as console:
        a_run(console, text)
    shown = stream.getvalue()
    for forbidden in ("\x1b]0;", "\x07", "\x1b[2J", "\u202e"):
        assert forbidden not in shown
    if text.startswith("[red]"):
        assert text in shown


def test_a_terminal_shows_a_bar_and_clears_it(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Stream()
    stream.tty = True
    with TerminalConsole(stream) as console:
        console.step("Translate")
        console.progress("Spanish", 0, 10)
        console.progress("Spanish", 5, 10)
        console.progress("Spanish", 10, 10)
        assert "━" in stream.getvalue()
        assert re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue()).rstrip().endswith("Spanish: 10")
        console.progress("Waiting", 0, 0)
    assert stream.getvalue().endswith("\x1b[2K") or "\x1b[?25h" in stream.getvalue()


def test_a_terminal_pipe_gets_no_bar():
    stream = Stream()
    with TerminalConsole(stream) as console:
        console.progress("Spanish", 5, 10)
    assert stream.getvalue() == "  Spanish: 5 of 10\n"


def test_the_workflow_starts_without_a_terminal_library_or_an_http_client():
    script = (
        "import sys; from polypost.report.consoles import WorkflowConsole; "
        "from polypost.report import body, summary, machine; WorkflowConsole().say('x'); "
        "print([name for name in ('rich', 'requests', 'boto3') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "x\n[]\n"


def test_the_log_names_every_pull_request():
    console, stream = workflow()
    more = (Publication("none", 8, "https://github.com/o/b/pull/8", "b-part-2"),)
    publication = Publication("created", 7, "https://github.com/o/b/pull/7", "b", more)
    console.report(Report(publication=publication))
    assert stream.getvalue().splitlines()[-2:] == [
        "Pull request: https://github.com/o/b/pull/7 (created)",
        "Pull request: https://github.com/o/b/pull/8 (none)",
    ]
