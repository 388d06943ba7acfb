"""The table on a terminal and in a pipe."""

import io
import re
from dataclasses import replace

import pytest

from polypost.report.terminal import SHOWN, show
from polypost.values import Finding, Publication, Report, Status, Usage
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
        "3 posts, 2 languages: 1 failed, 1 new, 1 updated, 1 kept, 1 skipped, 1 unchanged\n"
        "\n"
        "post                   es            ja\n"
        "posts/talk.mdx         x failed (1)  - skipped\n"
        "posts/how-it-works.md  + new (1)     ~ updated (1)\n"
        "posts/old.md           = unchanged   * kept\n"
        "\n"
        "To look at\n"
        "  error    posts/talk.mdx:3 (es): The endpoint gave no answer.\n"
        "  warning  posts/gone.md: The post is gone.\n"
        "  warning  posts/how-it-works.md:41 (es, ja): "
        "Every answer lost `npm ci`: the sentence stays as it was.\n"
        "  notice   posts/talk.mdx (ja): The post asks for es only.\n"
        "\n"
        "Sent 980 characters in 4 requests, 6.5 minutes.\n"
        "Cost about $0.15 (ml.g5.xlarge at $1.41 an hour).\n"
        "Model: facebook/m2m (CC-BY-NC-4.0).\n"
        "Pull request: https://github.com/owner/blog/pull/7\n"
        "Next: run it again when that is put right; what is translated is not sent again.\n"
    )


DONE = replace(large(1, 2), usage=Usage(10, 1, 1.0, 0.001))
NEXT = {
    "dry run": (replace(DONE, dry_run=True), "Next: run it again without --dry-run."),
    "failed": (large(1, 1, status=Status.FAILED), "Next: run it again when"),
    "ended early": (replace(DONE, problem="No more quota."), "Next: run it again when"),
    "written": (replace(DONE, changes={"a": b"", "b": None}), "look at the 1 written file with `git diff`"),
    "behind": (large(1, 1, status=Status.BEHIND), "bring what is behind up to date"),
    "current": (large(1, 1, status=Status.UNCHANGED), "Everything is current."),
    "no post": (Report(), "Nothing to translate"),
}


def test_quiet_posts_are_counted_without_a_table():
    assert shown(large(3, 2, status=Status.UNCHANGED)) == (
        "3 posts, 2 languages: 6 unchanged\n\nEverything is current.\n"
    )


@pytest.mark.parametrize("case", NEXT)
def test_it_says_what_to_do_next(case):
    report, words = NEXT[case]
    assert words in shown(report)


def test_a_dry_run_says_would():
    text = shown(NEXT["dry run"][0])
    assert text.startswith("Dry run, nothing was written. A run would give: 1 post, 2 languages: 2 new\n")
    assert "Would send 10 characters in 1 request, 1 second." in text
    assert "Would cost under $0.01." in text
    assert "would" not in shown(DONE).lower()


def test_a_problem_is_told():
    assert "The run ended early. No more quota." in shown(NEXT["ended early"][0])


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
