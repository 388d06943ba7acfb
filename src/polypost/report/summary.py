"""The job summary: the body's parts with the room of a page, and what became of the pull request."""

from __future__ import annotations

from dataclasses import replace

from polypost.report.body import compose
from polypost.report.looks import listed
from polypost.report.parts import Place, cost, headline, licence, problem, removed, running
from polypost.report.safe import code
from polypost.values import Report

LIMIT = 1_000_000
"""The runner drops a summary over 1 MiB (1,048,576 bytes); the difference is left to others."""


def job_summary(report: Report, *, place: Place | None = None) -> str:
    """The summary as Markdown for GITHUB_STEP_SUMMARY, at most LIMIT bytes."""
    place = place or Place()
    if report.publication.more:
        # Its localizations are on several branches: the pull requests link each.
        place = replace(place, branch="")
    title = "## polypost (dry run: nothing was written)" if report.dry_run else "## polypost"
    before = [title, headline(report), _publication(report), problem(report), running(report)]
    return compose(before, [removed(report), licence(report), cost(report)], report, place, LIMIT)


def _publication(report: Report) -> str:
    first = report.publication
    if first.operation == "none" and not first.number:
        return ""
    by_verb: dict[str, list[str]] = {}
    for done in (first, *first.more):
        name = f"pull request #{done.number}" if done.number else code(done.branch)
        verb = {"created": "Opened", "updated": "Updated"}.get(done.operation, "Nothing to change in")
        link = f"[{name}]({done.url})" if done.url.startswith(("https://", "http://")) else name
        by_verb.setdefault(verb, []).append(link)
    return " ".join(f"{verb} {listed(names, most=100)}." for verb, names in by_verb.items())
