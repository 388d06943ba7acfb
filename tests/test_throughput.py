"""Throughput in simulated time: the real scheduling drives a container whose cost model is known.

The container: so many workers take requests from one queue in the order of arrival; each costs a fixed time
and a time per padded token. No thread and no real second in here: `run` is the driver that `flights` is
otherwise.

The bar is what an oracle that knows the cost model can't beat: `max(work / workers, longest request)`. Its
work is the cheapest division of each language's sentences into requests within the same limits as ours, found
by trying them all; that all workers can then be kept busy to the very end is granted to it.
"""

from __future__ import annotations

import heapq
import itertools
import random
from dataclasses import dataclass, field

import pytest

from polypost import batching
from polypost.pace import Pace
from polypost.sagemaker.requests import Answered, Busy, TooSlow
from polypost.sagemaker.schedule import Schedule

WITHIN = 1.05
MOST_TOKENS, MOST_SENTENCES = 16_384, 64
LONGEST = 10.0
"""Seconds that the oracle's requests may take, as ours."""


@dataclass
class Container:
    workers: int
    fixed: float
    per_token: float
    noise: float = 0.0
    faults: dict[int, object] = field(default_factory=dict)
    """Number of the request -> outcome it meets, at once (Busy) or after 60 s (TooSlow)."""
    gives_up: float = 60.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def cost(self, batch):
        seconds = self.fixed + self.per_token * batch.tokens
        return seconds * self.chance.uniform(1 - self.noise, 1 + self.noise)


@dataclass
class Run:
    seconds: float
    answers: dict
    requests: int
    pace: Pace


def run(asked, pace, container, *, schedule=Schedule):
    """Drive `schedule` until nothing is left."""
    plan = schedule(asked, pace, container.chance.random)
    numbers, answers = itertools.count(), {}
    events = []  # (when, number, what, flight, outcome)
    queue, free, now, requests = [], container.workers, 0.0, 0

    def refill():
        while flight := plan.next(now):
            heapq.heappush(events, (flight.sent, next(numbers), "sent", flight, None))

    refill()
    while events:
        now, _, what, flight, outcome = heapq.heappop(events)
        if what == "sent":
            fault = container.faults.get(requests)
            requests += 1
            if fault:
                late = now + (container.gives_up if isinstance(fault, TooSlow) else 0.05)
                heapq.heappush(events, (late, next(numbers), "landed", flight, fault))
            else:
                queue.append(flight)
        elif what == "done":
            free += 1
            heapq.heappush(events, (now, next(numbers), "landed", flight, outcome))
        else:
            for sentence, answer in plan.landed(flight, outcome, now):
                answers[flight.batch.language, sentence] = answer
            refill()
        while free and queue:
            flight = queue.pop(0)
            free -= 1
            seconds = container.cost(flight.batch)
            slow = now + seconds - flight.sent > container.gives_up
            said = TooSlow("timed out") if slow else Answered(flight.batch.sentences)
            heapq.heappush(events, (now + seconds, next(numbers), "done", flight, said))
    return Run(now, answers, requests, plan.pace)


def least_work(sentences, container):
    """Seconds of work in the cheapest division of one language's sentences into requests."""
    lengths = sorted(map(batching.tokens, sentences), reverse=True)
    most = min(MOST_TOKENS, max(1, (LONGEST - container.fixed) / container.per_token))
    best = [0.0] * (len(lengths) + 1)
    for start in reversed(range(len(lengths))):
        counts = range(1, min(MOST_SENTENCES, len(lengths) - start) + 1)
        best[start] = min(
            container.fixed + container.per_token * count * lengths[start] + best[start + count]
            for count in counts
            if count == 1 or count * lengths[start] <= most
        )
    return best[0]


def bound(asked, container):
    work = sum(least_work(sentences, container) for sentences in asked.values())
    longest = max(batching.tokens(one) for sentences in asked.values() for one in sentences)
    return max(work / container.workers, container.fixed + container.per_token * longest)


def mixed(seed, languages, sentences, mix):
    """Language -> sentences whose lengths are mixed in one of the ways of MIXES."""
    dice = random.Random(f"{seed} {mix}")
    lengths = MIXES[mix]
    texts = [f"{number} ".ljust(max(2, min(390, int(lengths(dice)))), "x") for number in range(sentences)]
    return {language: texts for language in "de es fr ja pt zh it nl ko pl".split()[:languages]}


MIXES = {
    "prose": lambda dice: dice.lognormvariate(4.2, 0.6),
    "even": lambda dice: dice.uniform(4, 390),
    "two": lambda dice: dice.choice((8, 350)),
    "short": lambda dice: dice.expovariate(1 / 25),
}
