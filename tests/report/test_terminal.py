"""The table on a terminal and in a pipe."""

import io
import re
from dataclasses import replace

import pytest

from polypost.report.terminal import SHOWN, show
from polypost.run.announce import too_much
from polypost.values import Estimate, Finding, Publication, Report, Status, Usage
from report.judge import HOSTILE
from report.samples import SMALL, large
from report.test_body import hostile


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(report: Report) -> str:
    out = io.StringIO()
    show(report, out)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def test_golden():
    assert shown(SMALL) == (
        "3 posts, 2 languages: 1 failed, 1 new, 1 updated, 1 kept, 1 unchanged, 1 skipped\n"
        "\n"
        "post                   es            ja\n"
        "posts/talk.mdx         x failed (1)  - skipped\n"
        "posts/how-it-works.md  + new (2)     ~ updated (1)\n"
        "posts/old.md           = unchanged   * kept\n"
        "\n"
        "To look at\n"
        "  error    posts/talk.mdx:3 (es): The endpoint gave no answer.\n"
        "  warning  posts/how-it-works.md:41 (es, ja): "
        "Every answer lost `npm ci`: the sentence stays as it was.\n"
        "  warning  posts/how-it-works.md:12 (es): A number of the source is missing.\n"
        "           source: It costs 30 dollars | a month, see #12.\n"
        "           translation: Cuesta *dólares* al mes.\n"
        "  warning  posts/gone.md: The post is gone.\n"
        "  notice   posts/talk.mdx (ja): The post asks for es only.\n"
        "\n"
        "Sent 980 characters (87 of them to place links and emphasis) in 4 requests, 6.5 minutes.\n"
        "Cost about $0.15 (ml.g5.xlarge at $1.41 an hour).\n"
        "Model: facebook/m2m (CC-BY-NC-4.0).\n"
        "Pull request: https://github.com/owner/blog/pull/7\n"
        "Next: run it again when that is put right; what is translated is not sent again.\n"
    )


DONE = replace(large(1, 2), usage=Usage(10, 1, 1.0, 0.001))
PLANNED = replace(large(1, 2), usage=Usage(10))
CURRENT = large(1, 1, status=Status.UNCHANGED)
REMARK = Finding("edited", "x", "a")
NEXT = {
    "dry run": (replace(PLANNED, dry_run=True), "Next: run it again without --dry-run."),
    "dry run that would remove": (
        replace(CURRENT, dry_run=True, notes=(Finding("pruned", "x", "a"),)),
        "Next: run it again without --dry-run.",
    ),
    "dry run, nothing to do": (replace(CURRENT, dry_run=True), "Everything is current."),
    "failed": (large(1, 1, status=Status.FAILED), "Next: run it again when"),
    "ended early": (replace(DONE, problem="No more quota."), "Next: run it again when"),
    "stopped": (replace(DONE, problem="stopped", exit_code=130), "Next: run it again for the rest;"),
    "over budget": (replace(DONE, problem="spent", exit_code=1), "Next: run it again for the rest;"),
    "written": (
        replace(DONE, changed=("a", "b"), removed=("b",)),
        "`git status` (1 file written, 1 file removed)",
    ),
    "only removed": (
        replace(DONE, changed=("a",), removed=("a",)),
        "with `git status` (1 file removed), then commit",
    ),
    "behind": (large(1, 1, status=Status.BEHIND), "bring what is behind up to date"),
    "current": (CURRENT, "Everything is current."),
    "a remark": (replace(CURRENT, notes=(REMARK,)), "Remarks\n  notice   a: x\n\nEverything is current."),
    "a warning": (replace(CURRENT, notes=SMALL.notes), "Everything else is current."),
    "no post": (Report(), "Nothing to translate"),
}


def test_a_dry_run_over_a_limit_does_not_send_anybody_into_it():
    over = too_much("It is expected to take $9 (max-cost is $1). Raise max-cost.")
    text = shown(replace(PLANNED, dry_run=True, notes=(over,)))
    assert "warning  A run would not start. It is expected to take $9 (--max-cost is $1)." in text
    assert "without --dry-run" not in text
    assert text.splitlines()[-1].startswith("Next: raise the limit")


def test_quiet_posts_are_counted_without_a_table():
    assert shown(large(3, 2, status=Status.UNCHANGED)) == (
        "3 posts, 2 languages: 6 unchanged\n\nEverything is current.\n"
    )


@pytest.mark.parametrize("case", NEXT)
def test_it_says_what_to_do_next(case):
    report, words = NEXT[case]
    assert words in shown(report)


def test_outside_of_git_it_names_no_command_of_git():
    out = io.StringIO()
    show(replace(DONE, changed=("a", "b"), removed=("b",)), out, in_git=False)
    assert out.getvalue().endswith("Next: look at what changed (1 file written, 1 file removed).\n")


def test_many_files_that_were_there_before_are_one_line():
    def adopted(number):
        found = [
            Finding("adopted", f"{n}.es.md was there before: it counts.", f"{n}.md") for n in range(number)
        ]
        return shown(replace(_with(found), notes=(REMARK,)))

    assert adopted(3).count("was there before: it counts.") == 3
    told = adopted(4)
    assert told.count("there before") == 1
    assert "  notice   (l0): 4 localizations were there before: they count as a person's work" in told
    assert "a: x" in told


def _with(findings):
    return replace(CURRENT, outcomes=(replace(CURRENT.outcomes[0], findings=tuple(findings)),))


def test_a_dry_run_says_would():
    text = shown(NEXT["dry run"][0])
    assert text.startswith("Dry run, nothing was written. A run would give: 1 post, 2 languages: 2 new\n")
    assert "\nWould send 10 characters.\n" in text
    assert "would" not in shown(DONE).lower()
    assert "Would cost under $0.01." in shown(replace(DONE, dry_run=True))


@pytest.mark.parametrize("problem", ["No more quota", "No more quota."])
def test_a_problem_is_told_once_and_ends(problem):
    assert shown(replace(DONE, problem=problem)).count("The run ended early. No more quota.\n") == 1
    assert shown(Report(problem=problem)).startswith("\nThe run ended early. No more quota.\nNext: ")


@pytest.mark.parametrize(
    ("code", "problem", "said"),
    [
        (
            2,
            "input `languages`: klingon is none.",
            "\nNothing was started. Input `--to`: klingon is none.\n",
        ),
        (2, "Nothing was started. It is too much.", "\nNothing was started. It is too much.\n"),
        (2, "2 options are wrong, nothing was started.", "\n2 options are wrong, nothing was started.\n"),
        (130, "stopped by SIGINT", "\nThe run ended early. Stopped by SIGINT.\n"),
        (3, "polypost-x is gone", "\nThe run ended early. polypost-x is gone.\n"),
    ],
)
def test_a_run_that_did_not_start_did_not_end_early(code, problem, said):
    assert shown(Report(problem=problem, exit_code=code)).startswith(said)


CHECKS = {
    "missing": (large(1, 1), "1 localization is missing or behind."),
    "behind": (large(2, 1, status=Status.UPDATED), "2 localizations are missing or behind."),
    "edited by a person": (large(1, 1, status=Status.BEHIND), "1 localization is missing or behind."),
    "failed": (large(1, 1, status=Status.FAILED), "1 localization is missing or behind."),
    "current": (CURRENT, "Every localization is present and current."),
    "kept": (large(1, 1, status=Status.KEPT), "Every localization is present and current."),
    "left out": (large(1, 1, status=Status.SKIPPED), "Every localization is present and current."),
    "a damaged record": (
        replace(CURRENT, notes=(Finding("record-damaged", "x", "a"),), exit_code=1),
        "No localization is missing or behind, but something is wrong:",
    ),
    "no post": (Report(), "Nothing to check: no post was found."),
}


@pytest.mark.parametrize("case", CHECKS)
def test_a_check_answers_its_question_first(case):
    report, headline = CHECKS[case]
    assert shown(replace(report, check=True, dry_run=True)).splitlines()[0] == headline


def test_a_check_tells_what_is_wrong_now_and_not_what_a_run_would_do():
    report = replace(SMALL, check=True, dry_run=True, changed=(), removed=(), publication=Publication("none"))
    assert shown(report) == (
        "3 localizations are missing or behind.\n"
        "\n"
        "post                   es             ja\n"
        "posts/talk.mdx         x failed (1)   - skipped\n"
        "posts/how-it-works.md  ? missing (2)  ! behind (1)\n"
        "posts/old.md           = current      * kept\n"
        "\n"
        "To look at\n"
        "  error    posts/talk.mdx:3 (es): The endpoint gave no answer.\n"
        "  warning  posts/how-it-works.md:41 (es, ja): "
        "Every answer lost `npm ci`: the sentence stays as it was.\n"
        "  warning  posts/how-it-works.md:12 (es): A number of the source is missing.\n"
        "           source: It costs 30 dollars | a month, see #12.\n"
        "           translation: Cuesta *dólares* al mes.\n"
        "  warning  posts/gone.md: The post is gone.\n"
        "  notice   posts/talk.mdx (ja): The post asks for es only.\n"
        "\n"
        "Next: run `polypost translate`, then commit what it wrote.\n"
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.BEHIND, "Next: bring what is behind up to date by hand"),
        (Status.FAILED, "Next: put right what failed, then check again."),
        (Status.UNCHANGED, "present and current.\n"),
    ],
)
def test_a_check_says_what_to_do_next(status, words):
    text = shown(replace(large(1, 1, status=status), check=True))
    assert words in text
    assert "polypost translate" not in text


def test_a_check_counts_in_its_own_words():
    report = replace(large(20, 13), check=True)
    odd = replace(report.outcomes[0], status=Status.UPDATED)
    late = replace(report.outcomes[1], status=Status.BEHIND)
    text = shown(replace(report, outcomes=(odd, late, *report.outcomes[2:])))
    assert "2 behind, 11 missing\n" in text


def test_many_languages_are_counted_and_many_findings_cut():
    text = shown(large(100, 20, findings=1))
    assert "+" not in text.split("To look at")[0]
    assert text.count("20 new\n") == SHOWN
    assert "60 more posts: 1,200 new" in text
    assert f"and {2_000 - SHOWN:,} more; `--json FILE` writes them all" in text


def test_a_narrow_terminal_counts_instead_of_wrapping(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    out = Terminal()
    show(large(2, 6), out)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
    assert "a-post-with-a-name-0000.md  6 new" in plain


def test_a_line_in_a_pipe_is_never_wrapped():
    path = "x" * 300 + ".md"
    report = replace(SMALL, notes=(Finding("x", "y " * 190, path, 3),))
    assert f"{path}:3: {'y ' * 190}".rstrip() in shown(report)


@pytest.mark.parametrize("text", HOSTILE)
def test_nobody_writes_into_the_terminal(text):
    out = Terminal()
    report = replace(hostile(text), publication=Publication("created", 1, text or "x"))
    show(report, out)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", plain)
    if "\x1b" in text:
        assert "[31m" in plain, "shown, as text"
    plain.encode()


EXPECTING = replace(DONE, estimate=Estimate("endpoint", 12_000, 8.5, 0.21, "$1.41 an hour"))
PLANNED_COST = "Expected: about 12,000 tokens, 8 minutes, $0.21 (endpoint).\n"


def test_what_was_expected_is_told_before_and_after():
    assert PLANNED_COST in shown(replace(EXPECTING, dry_run=True))
    assert "Expected: about 8 minutes, $0.21.\n" in shown(EXPECTING)
    assert "an hour" not in shown(replace(EXPECTING, usage=Usage())), "why, is told by the plan and --json"
    assert "Expected" not in shown(DONE)
    short = replace(EXPECTING, estimate=Estimate("batch", 9, 0.2, None, "own machines"))
    assert "Expected: less than a minute, a price that isn't known.\n" in shown(short)
    minute = replace(EXPECTING, estimate=Estimate("endpoint", 9, 1.2, 0.01, "own machines"))
    assert "Expected: about 1 minute, $0.01.\n" in shown(minute)
