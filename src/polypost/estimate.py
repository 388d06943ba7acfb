"""What a load will take: tokens, minutes, dollars; and which engine does it cheaper. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from polypost.counts import counted
from polypost.machines import fits, machine
from polypost.models.families import Family
from polypost.values import Estimate, Load

TOKENS_PER_CHARACTER = 0.4
"""Tokens that a model writes per character of its English source.

Counted in real translations into 55 languages with a vocabulary of 131,000 (mistral-common's Tekken): from
0.25 for French over 0.3 for Spanish to more than 1 for Amharic, 0.40 in the median. A model's own vocabulary
is rather better than that for rare scripts.
"""

START_MINUTES = 10.0
"""An endpoint usually takes 5 to 15 minutes: instance, container, weights."""

JOB_START_MINUTES = 7.0
"""A batch job pulls the same container and weights, but nothing waits for a health check."""

ROUNDS = 6
"""Of questions in a wave, each at least one batch job: the sentences; those with bad answers, with more care
and then in parts (ladder.py); two more ways to write what stands for code and links, where the model loses
it; words asked on their own, to find them. More is rare."""

WAVE_CHARACTERS = 20_000_000
"""What a batch run works on at once, over all its languages."""

LONG_MINUTES = 240.0
"""GitHub ends a job after 360 minutes, and an endpoint works only while its run lives."""

_USUAL_GIB = 5.1
"""Taken for a model whose size isn't known: that of the default one."""
_USUAL_PACE = 2_000.0
"""Taken for an instance type that isn't in the table: that of the cheapest GPU."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one instance costs."""

    usd_per_hour: float | None
    """None where it isn't known."""
    basis: str
    """Where it comes from, in words: completes "at 0.74 USD/h (...)"; without a price, why."""

    def cost(self, instance_type: str, seconds: float, count: int = 1) -> tuple[float | None, str]:
        """US dollars for so many seconds of `count` instances, and how they came about."""
        if self.usd_per_hour is None:
            return None, self.basis
        many = f"{count} x " if count > 1 else ""
        basis = (
            f"{seconds / 60:.1f} min of {many}{instance_type} at {self.usd_per_hour:g} USD/h ({self.basis})"
        )
        return self.usd_per_hour * seconds / 3600 * count, basis


@dataclass(frozen=True, slots=True)
class Offer:
    """Machines that could do the work."""

    instance_type: str
    """Empty for those of an endpoint that isn't ours."""
    count: int
    price: Price
    there: bool = False
    """Whether they are up already."""
    job_characters: int = WAVE_CHARACTERS
    """What one batch job holds, over all its machines."""


@dataclass(frozen=True, slots=True)
class _Start:
    engine: str
    minutes: float
    """Before and between the work; every instance is paid for them."""


def weights(family: Family, model: str) -> float | None:
    """GiB of a model's fp32 weights; None for a model that the table doesn't know."""
    known = {name.lower(): size for name, size in family.sizes.items()}
    return known.get(model.lower())


def endpoint(load: Load, offer: Offer, weights_gib: float | None) -> Estimate:
    """What the load takes on a real-time endpoint; one of somebody else's is there already, at no cost."""
    start = START_MINUTES if offer.instance_type and not offer.there else 0.0
    return _estimate(_Start("endpoint", start), load, offer, weights_gib)


def batch(load: Load, offer: Offer, weights_gib: float | None) -> Estimate:
    """What the load takes as batch transform jobs, of which each starts all machines, one after the other."""
    waves = math.ceil(load.characters / WAVE_CHARACTERS)
    first = math.ceil(load.characters / min(offer.job_characters, WAVE_CHARACTERS))
    jobs = first + waves * (ROUNDS - 1)  # later rounds are small
    return _estimate(_Start("batch", JOB_START_MINUTES * jobs), load, offer, weights_gib)


def choose(
    load: Load, weights_gib: float | None, on_endpoint: Offer, on_batch: Offer | None, engine: str = "auto"
) -> Estimate:
    """The estimate of the engine to take, which its basis gives reasons for.

    `on_batch` is None where batch can't be had (no `batch-s3-uri`, or an endpoint of one's own). `auto`
    takes the cheaper one, but never an endpoint for longer than `LONG_MINUTES` where batch can be had.
    """
    one = endpoint(load, on_endpoint, weights_gib)
    if on_batch is None:
        return one
    other = batch(load, on_batch, weights_gib)
    if engine != "auto":
        return one if engine == "endpoint" else other
    cheaper = _cost(other) < _cost(one)
    too_long = one.minutes > LONG_MINUTES
    taken, offer, left = (other, on_batch, one) if cheaper or too_long else (one, on_endpoint, other)
    because = f", and should not work for more than {LONG_MINUTES:.0f} min" if too_long else ""
    rest = "batch" if left is other else "an endpoint"
    why = (
        f"{_counted(load.characters, 'character')}: {taken.engine} on {_machines(offer)}, {_brief(taken)}; "
        f"{rest} would take {_brief(left)}{because}"
    )
    return replace(taken, basis=f"{why}. {taken.basis}")


def _cost(estimate: Estimate) -> float:
    """Dollars, or minutes in their place where the price isn't known: it is the same for both engines."""
    return estimate.minutes if estimate.cost_usd is None else estimate.cost_usd


def _estimate(start: _Start, load: Load, offer: Offer, weights_gib: float | None) -> Estimate:
    tokens = round(load.characters * TOKENS_PER_CHARACTER)
    there = machine(offer.instance_type)
    per_second = (there.pace if there else _USUAL_PACE) / (weights_gib or _USUAL_GIB)
    work = tokens / per_second / offer.count / 60
    speed = f"{_counted(tokens, 'token')} at about {per_second:.0f} a second"
    if there is None or weights_gib is None:
        speed += f" ({'the instance' if there is None else 'the model'} is not in polypost's table: a guess)"
    if not offer.instance_type:
        return Estimate(start.engine, tokens, work, None, f"{speed}; the endpoint was there before this run")
    cost, basis = offer.price.cost(offer.instance_type, (start.minutes + work) * 60, offer.count)
    told = f"{speed} and instance, {_starting(start, offer)}; {basis}; good to a factor of two"
    if not offer.there:
        told += f", if {offer.instance_type}, the first of instance-type, can be had"
    room = fits(offer.instance_type, weights_gib)
    doubt = f"{room.told}." if room.ok is False else ""
    return Estimate(start.engine, tokens, start.minutes + work, cost, told, doubt)


def _starting(start: _Start, offer: Offer) -> str:
    if offer.there:
        return "no start, since an endpoint that fits is in service already"
    return f"{start.minutes:.0f} min of starting"


def _machines(offer: Offer) -> str:
    return f"{offer.count} x {offer.instance_type}"


def _brief(estimate: Estimate) -> str:
    money = "" if estimate.cost_usd is None else f" and ${estimate.cost_usd:.2f}"
    return f"about {estimate.minutes:.0f} min{money}"


def _counted(number: int, word: str) -> str:
    return f"{number / 1e6:.1f} million {word}s" if number >= 1_000_000 else counted(number, word)
