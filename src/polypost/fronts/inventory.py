"""How `polypost endpoint` shows what is in an account: for people, and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from polypost.report.safe import one_line
from polypost.sagemaker import prices
from polypost.sagemaker.life.ownership import stamp
from polypost.sagemaker.life.survey import Thing, Verdict


def shown(things: Sequence[Thing], end: float | None) -> str:
    """What bears one name, as lines: the name whole on its own, so that it can be copied from any terminal.

    `things`: in the survey's order, so that an endpoint is the first. `end`: when a schedule ends it.
    """
    return "".join(f"{one_line(line)}\n" for line in _lines(things, end))


def _lines(things: Sequence[Thing], end: float | None) -> Iterator[str]:
    yield things[0].name
    for number, thing in enumerate(things):
        said = [thing.status]
        if number == 0 or thing.verdict is not things[0].verdict:
            said.append(_verdict(thing))
        if thing.instance_type:
            price = per_day(thing.instance_type, thing.instances)
            dollars = f", about ${price:,.2f} a day" if price else ""
            said.append(f"{thing.instances} x {thing.instance_type}{dollars}")
        yield f"  {thing.kind:<24}{'; '.join(word for word in said if word)}".rstrip()
    if end is not None:
        yield f"  {'schedule':<24}ends it at {_moment(end)}"


def _verdict(thing: Thing) -> str:
    """What is to become of it, who needs it, and until when."""
    runs = ", ".join(thing.claim.leases)
    if thing.verdict is Verdict.KEPT:
        using = f", used by {runs}" if runs else ", used by no run"
        return f"kept until `polypost endpoint down`{using}"
    who = f" by {runs}" if thing.verdict is Verdict.USED else ""
    until = thing.claim.expires_at
    since = "since" if thing.verdict is Verdict.EXPIRED else "until"
    return f"{thing.verdict}{who}{f' {since} {_moment(until)}' if until is not None else ''}"


def as_plain(thing: Thing, end: float | None = None) -> dict[str, Any]:
    """A thing for `--json`; moments in ISO 8601, UTC. `end`: when the schedule of its name acts."""
    kept = thing.verdict is Verdict.KEPT
    until = None if kept else thing.claim.expires_at
    return {
        "kind": thing.kind,
        "name": thing.name,
        "state": thing.status,
        "verdict": str(thing.verdict),
        "instance_type": thing.instance_type,
        "instances": thing.instances,
        "usd_per_day": per_day(thing.instance_type, thing.instances),
        "runs": list(thing.claim.leases),
        "expires_at": None if until is None else stamp(until),
        "schedule_at": None if end is None else stamp(end),
        "kept": kept,
    }


def per_day(instance_type: str, count: int) -> float | None:
    """About what it costs in a day, in US dollars by the list price; None where that isn't known."""
    price = prices.listed(instance_type, prices.REGION).usd_per_hour
    return None if price is None else round(24 * price * count, 2)


def _moment(seconds: float) -> str:
    """`2026-01-31 12:00 UTC`."""
    return f"{stamp(seconds)[:16].replace('T', ' ')} UTC"
