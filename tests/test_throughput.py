"""Throughput in simulated time: the real scheduling drives a container whose cost model is known.

The container: so many workers take requests from one queue in the order of arrival; each costs a fixed time
and a time per padded token. No thread and no real second in here: `run` is the driver that `flights` is
otherwise.

The bar is what an oracle that knows the cost model can't beat: `max(work / workers, longest request)`. Its
work is the cheapest division of each language's sentences into requests within the same limits as ours, found
by trying them all; that all workers can then be kept busy to the very end is granted to it.
"""

from __future__ import annotations

import functools
import heapq
import itertools
import json
import random
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polypost import batching
from polypost.errors import ServiceError
from polypost.pace import Pace
from polypost.sagemaker.asking.requests import Answered, Busy, TooSlow
from polypost.sagemaker.asking.schedule import Batch, Schedule

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
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    """What came back: language and sentence -> answer."""
    last: float = 0.0
    """When the last answer came."""
    ended: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def cost(self, batch):
        seconds = self.fixed + self.per_token * batch.tokens
        return seconds * self.chance.uniform(1 - self.noise, 1 + self.noise)


@dataclass
class Run:
    seconds: float
    answers: dict[tuple[str, str], str]
    pace: Pace


def run(asked, pace, container, *, schedule=Schedule):
    """Drive `schedule` until nothing is left."""
    plan = schedule(asked, pace, container.chance.random)
    numbers = itertools.count()
    container.answers = {}
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
            container.ended = now
            for sentence, answer in plan.landed(flight, outcome, now):
                container.answers[flight.batch.language, sentence] = answer
                container.last = now
            refill()
        while free and queue:
            flight = queue.pop(0)
            free -= 1
            seconds = container.cost(flight.batch)
            slow = now + seconds - flight.sent > container.gives_up
            said = TooSlow("timed out") if slow else Answered(flight.batch.sentences)
            heapq.heappush(events, (now + seconds, next(numbers), "done", flight, said))
    return Run(now, container.answers, plan.pace)


def least_work(sentences, container):
    """Seconds of work in the cheapest division of one language's sentences into requests."""
    lengths = tuple(sorted(map(batching.tokens, sentences), reverse=True))
    return _least_work(lengths, container.fixed, container.per_token)


@functools.cache
def _least_work(lengths, fixed, per_token):
    most = min(MOST_TOKENS, max(1, (LONGEST - fixed) / per_token))
    best = [0.0] * (len(lengths) + 1)
    for start in reversed(range(len(lengths))):
        longest = lengths[start]
        counts = min(MOST_SENTENCES, len(lengths) - start, max(1, int(most // longest)))
        best[start] = fixed + min(
            per_token * count * longest + best[start + count] for count in range(1, counts + 1)
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
    return dict.fromkeys(["de", "es", "fr", "ja", "pt", "zh", "it", "nl", "ko", "pl"][:languages], texts)


MIXES = {
    "prose": lambda dice: dice.lognormvariate(4.2, 0.6),
    "even": lambda dice: dice.uniform(4, 390),
    "two": lambda dice: dice.choice((8, 350)),
    "short": lambda dice: dice.expovariate(1 / 25),
}

PRICES = ((0.05, 0.001), (0.3, 0.004), (1.0, 0.01), (0.02, 0.05))
"""Seconds per request and per padded token: a graphics card, a small one, processors, a slow one."""
ROUNDS = 16
"""Requests of the longest kind per worker. With fewer, no order of so few requests comes near the bound,
which grants the oracle that work can be cut at will."""


def enough(seed, container, mix, languages=3, rounds=ROUNDS):
    """Mixed sentences that are work for so many rounds of requests."""
    longest = max(min(LONGEST, 50 * max(container.fixed, 0.1)), container.fixed + 195 * container.per_token)
    seconds = rounds * longest * container.workers
    sample = mixed(seed, languages, 200, mix)
    count = 200 * seconds / sum(least_work(texts, container) for texts in sample.values())
    return mixed(seed, languages, max(10, int(count)), mix)


def warm(container, known, mix, seed=100):
    """The pace that an earlier wave leaves behind, or several of them."""
    pace = Pace.of(1, container.workers if known else None)
    for wave in range(5):
        pace = run(enough(seed + wave, container, mix), pace, container).pace
        if pace.known:
            break
    return pace


@pytest.mark.parametrize("known", [True, False], ids=["known", "learnt"])
@pytest.mark.parametrize("workers", [1, 2, 8])
@pytest.mark.parametrize("price", PRICES)
def test_it_is_within_five_per_cent_of_what_an_oracle_could_do(workers, price, known):
    for seed, mix in enumerate(MIXES):
        container = Container(workers, *price)
        asked = enough(seed, container, mix)
        done = run(asked, warm(container, known, mix), container)
        assert done.answers == {(one, text): text for one, texts in asked.items() for text in texts}
        assert 0.999 * bound(asked, container) < done.seconds < WITHIN * bound(asked, container), mix


@settings(max_examples=10, deadline=None)
@given(
    workers=st.sampled_from((1, 2, 8)),
    price=st.sampled_from(PRICES),
    languages=st.integers(1, 8),
    mix=st.sampled_from(sorted(MIXES)),
    seed=st.integers(0, 10**6),
)
def test_so_it_is_with_any_lengths_in_any_number_of_languages(workers, price, languages, mix, seed):
    container = Container(workers, *price)
    asked = enough(seed, container, mix, languages)
    done = run(asked, warm(container, True, mix), container)
    assert done.seconds <= WITHIN * bound(asked, container)


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_times_that_scatter_by_a_fifth_cost_little(workers):
    container = Container(workers, 0.3, 0.004, noise=0.2)
    asked = enough(1, container, "prose")
    assert run(asked, warm(container, False, "prose"), container).seconds < 1.1 * bound(asked, container)


class OneAtATime(Schedule):
    def next(self, now):
        return None if self._under_way else super().next(now)


class OneSentenceEach(Schedule):
    def _fresh(self):
        for language, line in self._waiting.items():
            if line:
                return Batch(language, (line.popleft(),))
        return None


@pytest.mark.parametrize(
    ("schedule", "workers"), [(OneAtATime, 2), (OneAtATime, 8), (OneSentenceEach, 1), (OneSentenceEach, 8)]
)
def test_one_request_at_a_time_or_one_sentence_in_each_misses_the_bar(schedule, workers):
    container = Container(workers, 0.3, 0.004)
    asked = enough(1, container, "prose")
    done = run(asked, warm(container, True, "prose"), container, schedule=schedule)
    assert done.seconds > 1.5 * bound(asked, container)


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
@pytest.mark.parametrize("instances", [1, 2])
def test_the_number_of_workers_is_learnt(workers, instances):
    container = Container(workers * instances, 0.3, 0.004)
    pace = Pace.of(instances, None)
    for wave in range(4):
        pace = run(enough(wave, container, "prose"), pace, container).pace
    assert pace.known
    assert container.workers <= pace.under_way <= 3 * container.workers


def test_throttling_is_met_with_fewer_requests_and_recovers():
    container = Container(8, 0.3, 0.004, faults={number: Busy("Rate exceeded") for number in range(30, 42)})
    asked = enough(1, container, "prose")
    start = warm(replace(container, faults={}), True, "prose")
    done = run(asked, start, container)
    assert len(done.answers) == sum(map(len, asked.values()))
    assert done.pace.under_way == start.under_way
    assert done.seconds < bound(asked, container) + 60


def test_a_storm_of_throttling_ends_the_run_and_keeps_what_came():
    container = Container(2, 0.3, 0.004, faults={n: Busy("Rate exceeded") for n in range(20, 10**4)})
    with pytest.raises(ServiceError, match="could not be used in 8 attempts: Rate exceeded"):
        run(enough(1, container, "prose"), Pace.of(1, 2), container)
    assert container.answers
    assert 10 < container.ended - container.last < 120


def test_requests_that_run_into_the_limit_are_halved_and_the_pace_with_them():
    """A container that slows down tenfold under the run."""
    start = warm(Container(2, 0.3, 0.004), True, "prose")
    container = Container(2, 3.0, 0.04)
    asked = enough(1, container, "prose")
    done = run(asked, start, container)
    assert len(done.answers) == sum(map(len, asked.values()))
    assert done.seconds < 2 * bound(asked, container)
    again = run(asked, done.pace, container)
    assert again.seconds <= 1.1 * bound(asked, container)


def test_one_request_that_never_ends_does_not_stop_the_others():
    container = Container(2, 0.3, 0.004, faults={25: TooSlow("No answer")})
    asked = enough(1, container, "prose")
    done = run(asked, warm(replace(container, faults={}), True, "prose"), container)
    assert len(done.answers) == sum(map(len, asked.values()))
    assert done.seconds < WITHIN * bound(asked, container) + 10


def test_no_request_passes_what_sagemaker_takes():
    container = Container(8, 0.0001, 0.000001)
    worst = {"ja": [f"{number}".ljust(200, "𐀀") for number in range(4000)]}
    sizes = []

    class Weighed(Schedule):
        def next(self, now):
            flight = super().next(now)
            sizes.append(len(json.dumps(flight.batch.sentences)) if flight else 0)
            return flight

    run(worst, Pace.of(1, 8), container, schedule=Weighed)
    assert max(sizes) < 1_000_000
