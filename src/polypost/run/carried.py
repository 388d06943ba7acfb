"""The pull request as a whole: what this run did, and what its branch already held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from polypost.counts import counted
from polypost.errors import PostError
from polypost.overlay import Carried, regular
from polypost.plan.discover import records_in
from polypost.ports import Repository
from polypost.records.file import load
from polypost.records.record import Localization
from polypost.values import Finding, Outcome, Report, Status


def with_carried(report: Report, repository: Repository, carried: Carried) -> Report:
    """Give the report with every localization that the pull request holds. `carried`: what its branch did.

    A localization of an earlier run that is still on the branch is new or updated for whoever reads
    the pull request, although this run had nothing to do for it. And what people wrote while the run was busy
    may have lost to what somebody else did.
    """
    held = dict(_held(repository, carried))
    outcomes = []
    for outcome in report.outcomes:
        earlier = held.pop((outcome.source, outcome.language), None)
        quiet = outcome.status in {Status.UNCHANGED, Status.SKIPPED}
        outcomes.append(_both(earlier, outcome) if earlier and quiet else outcome)
    base = repository.sources()
    # What leaves the branch without ever having been in the base is nothing to its reader.
    removed = tuple(path for path in report.removed if path in base)
    changed = tuple(path for path in report.changed if path in base or path not in report.removed)
    report = with_superseded(report, repository)
    return replace(report, outcomes=(*outcomes, *held.values()), changed=changed, removed=removed)


def with_superseded(report: Report, repository: Repository) -> Report:
    """Give the report with all that is found by now to have lost to what somebody else wrote."""
    notes = dict.fromkeys((*report.notes, *repository.superseded()))
    return replace(report, notes=tuple(notes))


def _both(earlier: Outcome, now: Outcome) -> Outcome:
    """What an earlier run made, with what this one found in it."""
    return replace(earlier, findings=tuple(dict.fromkeys((*earlier.findings, *now.findings))))


def _held(repository: Repository, carried: Carried) -> Iterator[tuple[tuple[str, str], Outcome]]:
    base, files = repository.sources(), regular({}, carried)
    for path in records_in(files):
        try:
            record = load(repository.read(files[path]), path)
        except PostError:
            continue
        for language, item in sorted(record.localizations.items()):
            if item.target in carried and record.source in base:
                outcome = _outcome(record.source, language, item, base)
                yield (record.source, language), outcome


def _outcome(source: str, language: str, item: Localization, base: Mapping[str, str]) -> Outcome:
    status = Status.UPDATED if item.target in base else Status.NEW
    kept = sum(not entry.target for entry in item.entries)
    passages = counted(len(item.entries), "passage")
    message = f"Still in the source language: {kept} of {passages}."
    findings = [Finding("kept-source", message, source)] if kept else []
    if doubtful := sum(entry.suspicious for entry in item.entries):
        message = f"Doubtful: {doubtful} of {passages}."
        findings.append(Finding("suspicious", message, source))
    count = len(item.entries)
    return Outcome(source, item.target, language, status, count, count, findings=tuple(findings))
