"""The report for programs: what `--json` writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from polypost.report.safe import unpaired
from polypost.values import Finding, Outcome, Publication, Report


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain dicts, lists, strings and numbers, ready for `json.dumps`.

    `characters_probing`: how many of `characters_sent` only served to find where links and emphasis belong.
    `findings` at the top are those of no single localization. `cost_usd` is null where it isn't known.
    `estimate`: what was expected beforehand; null where nothing had to be translated.
    `more_pull_requests`: those beside the first, where one can't hold all files.
    """
    usage, done = report.usage, report.publication
    return {
        "posts": [unpaired(path) for path in report.posts],
        "localizations": [_localization(outcome) for outcome in report.outcomes],
        "findings": _findings(report.notes),
        "characters_sent": usage.characters,
        "characters_probing": usage.characters_probing,
        "requests": usage.requests,
        "seconds": round(usage.seconds, 3),
        "cost_usd": None if usage.cost_usd is None else round(usage.cost_usd, 6),
        "cost_basis": usage.cost_basis,
        "left_running": unpaired(usage.left_running),
        "afterwards": unpaired(usage.afterwards),
        "estimate": None if report.estimate is None else asdict(report.estimate),
        "translator": {"name": report.translator.name, "licence": report.translator.licence},
        "models": [asdict(choice) for choice in report.choices],
        "changed_files": [unpaired(path) for path in report.changed],
        "pull_request": _publication(done),
        "more_pull_requests": [_publication(each) for each in done.more],
        "dry_run": report.dry_run,
        "problem": report.problem,
        "exit_code": report.exit_code,
    }


def _publication(done: Publication) -> dict[str, Any]:
    return {
        "operation": done.operation,
        "number": done.number or None,
        "url": done.url,
        "branch": done.branch,
    }


def _localization(outcome: Outcome) -> dict[str, Any]:
    return {
        "source": unpaired(outcome.source),
        "target": unpaired(outcome.target),
        "language": outcome.language,
        "status": str(outcome.status),
        "segments": outcome.segments,
        "segments_reused": outcome.segments_reused,
        "characters_sent": outcome.characters_sent,
        "characters_probing": outcome.characters_probing,
        "steps": dict(sorted(outcome.steps.items())),
        "findings": _findings(outcome.findings),
    }


def _findings(found: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "code": each.code,
            "message": unpaired(each.message),
            "path": unpaired(each.path),
            "line": each.line,
            **({"text": unpaired(each.pair[0]), "translation": unpaired(each.pair[1])} if each.pair else {}),
        }
        for each in found
    ]
