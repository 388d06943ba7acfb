"""The translator behind an endpoint: sentences in, replies out, whatever a single sentence does.

A batch that takes too long, or that the container refuses, is halved; down to one sentence, which is
then a value with a reason. Only what dooms every sentence is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from polypost import batching
from polypost.errors import PolypostError, Stopped, TranslatorError
from polypost.models import Generation, Route, info
from polypost.pace import Pace
from polypost.ports import Clock, Second, Shield
from polypost.sagemaker.asking.answers import Pieces, checked
from polypost.sagemaker.asking.flights import Flights
from polypost.sagemaker.asking.requests import Gone, Outcome, Requests, chance, vanished
from polypost.sagemaker.asking.schedule import Batch, Flight, Schedule
from polypost.values import Answer, Reply, TranslatorInfo, Usage

_WAVE = 20_000
"""Characters per worker in one call: some minutes of work on the smallest machine."""

_Flights = Flights[tuple[Flight, int], tuple[Outcome, float]]
"""A flight and how often the endpoint had been brought back before it; its outcome and when that came."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What a translator works with."""

    requests: Requests
    clock: Clock
    pace: Pace
    """What is known of its workers at the start."""
    beat: Callable[[], None]
    """Called with each request that lands, whatever it brings, and while none does: renews what has to be
    renewed, and raises BudgetError when the run has to come to its end, and Stopped."""
    revive: Callable[[], None] | None = None
    """Brings the endpoint back, ready, when it vanished under the run: called once at most. None where that
    isn't ours to do."""
    shield: Shield = nullcontext
    """Around what a request has brought, until all of it is handed on."""


class EndpointTranslator:
    """See `ports.Translator`."""

    def __init__(
        self,
        route: Route,
        endpoint: Endpoint,
        *,
        standins: tuple[str, ...],
        usage: Callable[[int, int], Usage],
    ) -> None:
        """`standins`: see `ports.Translator`. `usage` turns characters and requests into a Usage."""
        self.info: TranslatorInfo = info(route)
        self.standins = standins
        self.second: Second | None = None
        self.out: Mapping[str, PolypostError] = {}
        self.wave_characters = _WAVE * endpoint.pace.workers
        self._route = route
        self._endpoint = endpoint
        self._paces = dict.fromkeys((False, True), endpoint.pace)
        """Of the usual decoding, and of the careful one, which takes longer."""
        self._usage = usage
        self._revived = 0
        """How often the endpoint was brought back."""
        self._characters = 0

    def usage(self) -> Usage:
        """What was consumed so far."""
        return self._usage(self._characters, self._endpoint.requests.count)

    def translate(self, asked: Mapping[str, Sequence[str]], *, careful: bool = False) -> Iterator[Reply]:
        """Yield a reply per sentence, as the requests land; closing the generator gives up what is under way.

        Raises TranslatorError for a language that is not in the route, ServiceError when the endpoint
        is gone for good or answers nothing any more, and what `Endpoint.beat` raises.
        """
        for language in asked:
            if language not in self._route.targets:
                raise TranslatorError(f"The translator was not opened for {language}.")
        limit = self._route.family.limits.input_tokens
        pieces = {language: Pieces(language, sentences, limit) for language, sentences in asked.items()}
        for one in pieces.values():
            yield from one.settled
        missing = {one.language: one.missing for one in pieces.values()}
        schedule = Schedule(missing, self._paces[careful], chance, careful=careful)
        before = self._characters
        problem: PolypostError | Stopped | None = None
        with _Flights() as flights:
            self._endpoint.beat()
            self._send(schedule, flights)
            while flights.count and (problem is None or flights.last()):
                try:
                    if problem is None:
                        self._endpoint.beat()
                    language, answers = self._land(schedule, flights)
                except (PolypostError, Stopped) as error:
                    problem = problem or error  # what has come back already still counts
                    continue
                if problem is None:
                    self._send(schedule, flights)
                self._paces[careful], self._characters = schedule.pace, before + schedule.characters
                with self._endpoint.shield():
                    for piece, answer in answers:
                        yield from pieces[language].answered(piece, answer)
        if problem:
            raise problem

    def _send(self, schedule: Schedule, flights: _Flights) -> None:
        while flight := schedule.next(self._endpoint.clock.monotonic()):
            flights.start((flight, self._revived), self._work(flight, flights))

    def _work(self, flight: Flight, flights: _Flights) -> Callable[[], tuple[Outcome, float]]:
        batch, route = flight.batch, self._route
        target = route.targets[batch.language]
        payload = route.family.request(batch.sentences, route.source, target, self._generation(batch))

        def work() -> tuple[Outcome, float]:
            if flight.pause:
                self._endpoint.clock.sleep(flight.pause)
            if flights.given_up.is_set():
                return Gone("nobody waits for it"), 0.0
            outcome = self._endpoint.requests.attempt(payload, len(batch.sentences))
            return outcome, self._endpoint.clock.monotonic()

        return work

    def _land(self, schedule: Schedule, flights: _Flights) -> tuple[str, Sequence[tuple[str, Answer]]]:
        """The language of the next flight that lands, and the answers it brings, or none."""
        (flight, revived), (outcome, at) = flights.land(self._endpoint.beat)
        if isinstance(outcome, Gone) and revived == self._revived:
            self._bring_back(outcome)
        asked_for = self._generation(flight.batch).max_new_tokens
        return flight.batch.language, [
            (piece, checked(said, asked_for) if isinstance(said, str) else said)
            for piece, said in schedule.landed(flight, outcome, at)
        ]

    def _bring_back(self, met: Gone) -> None:
        if self._revived or self._endpoint.revive is None:
            raise vanished(met)
        self._revived = 1
        self._endpoint.revive()

    def _generation(self, batch: Batch) -> Generation:
        tokens = [batching.tokens(sentence) for sentence in batch.sentences]
        return self._route.family.limits.generation(tokens, careful=batch.careful)
