"""Several models for one run: all side by side, or one after the other, whichever costs less. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from polypost.values import Estimate, Load, Usage

RUNNER_USD_PER_MINUTE = 0.006
"""What GitHub asks for a minute of its 2-core Linux runner since January 2026 (docs.github.com, "Actions
runner pricing"). Public repositories don't pay it, but their owners wait for the minutes all the same."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One model's part of the run."""

    model: str
    load: Load
    estimate: Estimate
    waits: bool
    """Whether its machines cost money while they wait for the others: a new endpoint's do. Batch jobs don't,
    and an endpoint that is there is paid for by whoever started it."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the models take turns."""

    turns: tuple[tuple[Leg, ...], ...]
    """One after the other; those of one turn work side by side."""
    estimate: Estimate
    """Of all."""


def arrange(legs: Sequence[Leg]) -> Arrangement:
    """All side by side, which starts them at once but lets the quicker ones wait; or one after the other."""
    if len(legs) == 1:
        return Arrangement((tuple(legs),), legs[0].estimate)
    longest = max(leg.estimate.minutes for leg in legs)
    idle = [_idle(leg, longest - leg.estimate.minutes) for leg in legs]
    beside = _sum(legs, longest, idle)
    after = _sum(legs, sum(leg.estimate.minutes for leg in legs), [0.0] * len(legs))
    together = _whole(beside) <= _whole(after)
    taken, other = (beside, after) if together else (after, beside)
    words = ("side by side", "one after the other")
    how, else_ = words if together else words[::-1]
    runner = f"with the runner's minutes at {RUNNER_USD_PER_MINUTE:g} USD"
    parts = "; ".join(
        f"{leg.model} for {', '.join(leg.load.languages)}: {_brief(leg.estimate, wait if together else 0.0)} "
        f"({leg.estimate.basis})"
        for leg, wait in zip(legs, idle, strict=True)
    )
    basis = f"{len(legs)} models {how}, ${_whole(taken):.2f} {runner}; {else_} ${_whole(other):.2f}. {parts}"
    turns = (tuple(legs),) if together else tuple((leg,) for leg in legs)
    return Arrangement(turns, replace(taken, basis=basis))


def summed(usages: Sequence[Usage], *, together: bool) -> Usage:
    """What several translators consumed, as one; `together`: at the same time."""
    if len(usages) == 1:
        return usages[0]
    known = [usage.cost_usd for usage in usages if usage.cost_usd is not None]
    seconds = [usage.seconds for usage in usages]
    return Usage(
        sum(usage.characters for usage in usages),
        sum(usage.requests for usage in usages),
        max(seconds) if together else sum(seconds),
        sum(known) if known else None,
        "; ".join(filter(None, (usage.cost_basis for usage in usages))),
        sum(usage.characters_probing for usage in usages),
        " ".join(filter(None, (usage.left_running for usage in usages))),
        " ".join(filter(None, (usage.afterwards for usage in usages))),
    )


def _idle(leg: Leg, minutes: float) -> float:
    """US dollars of a leg's machines while they wait."""
    estimate = leg.estimate
    if not leg.waits or not estimate.minutes:
        return 0.0
    return (estimate.cost_usd or 0.0) / estimate.minutes * minutes


def _sum(legs: Sequence[Leg], minutes: float, idle: Sequence[float]) -> Estimate:
    costs = [leg.estimate.cost_usd for leg in legs]
    known = [cost + wait for cost, wait in zip(costs, idle, strict=True) if cost is not None]
    return Estimate(
        " and ".join(dict.fromkeys(leg.estimate.engine for leg in legs)),
        sum(leg.estimate.tokens for leg in legs),
        minutes,
        sum(known) if len(known) == len(costs) else None,
        "",
        " ".join(dict.fromkeys(leg.estimate.doubt for leg in legs if leg.estimate.doubt)),
    )


def _whole(estimate: Estimate) -> float:
    """The dollars, with those of the runner that waits."""
    return (estimate.cost_usd or 0.0) + estimate.minutes * RUNNER_USD_PER_MINUTE


def _brief(estimate: Estimate, waits: float) -> str:
    if estimate.cost_usd is None:
        return f"about {estimate.minutes:.0f} min"
    more = f", ${waits:.2f} of it for waiting" if waits >= 0.005 else ""
    return f"about {estimate.minutes:.0f} min and ${estimate.cost_usd + waits:.2f}{more}"
