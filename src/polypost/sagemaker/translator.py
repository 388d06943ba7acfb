"""The translator behind an endpoint: sentences in, answers out, whatever a single sentence does.

A batch that takes too long, or that the container refuses, is halved; down to one sentence, which is
then a value with a reason. Only what dooms every sentence is raised.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

from polypost import batching
from polypost.batching import Pace
from polypost.errors import PolypostError, ServiceError, TranslatorError
from polypost.languages import spaced
from polypost.models import Generation, Route, info
from polypost.sagemaker.flights import Flights
from polypost.sagemaker.requests import Answered, Outcome, Requests, TooSlow
from polypost.values import Answer, Reply, TranslatorInfo, Untranslated, Usage

_DOOMED = 12
"""So much bad luck in a row ends the run: a refused single sentence counts 1, one that timed out 4."""


@dataclass(frozen=True, slots=True)
class _Batch:
    sentences: tuple[str, ...]
    tries: int = 0
    """How often it timed out as it is; a single sentence may have waited behind a slow one."""


class EndpointTranslator:
    """See `ports.Translator`."""

    def __init__(
        self,
        route: Route,
        requests: Requests,
        *,
        standins: tuple[str, ...],
        in_flight: int,
        usage: Callable[[int, int], Usage],
    ) -> None:
        """`standins`: see `ports.Translator`. `in_flight`: how many requests at once.

        `usage` turns characters and requests into a Usage.
        """
        self.info: TranslatorInfo = info(route)
        self.standins = standins
        self.wave_characters = 20_000
        self._route = route
        self._requests = requests
        self._in_flight = in_flight
        self._usage = usage
        self._pace = Pace()
        self._characters = 0
        self._bad_luck = 0

    def usage(self) -> Usage:
        """What was consumed so far."""
        return self._usage(self._characters, self._requests.count)

    def translate(self, asked: Mapping[str, Sequence[str]]) -> Iterator[Reply]:
        """Language by language; see `ports.Translator`."""
        for language, sentences in asked.items():
            answers = self.into(language, sentences)
            yield from map(Reply, repeat(language), sentences, answers)

    def into(self, language: str, sentences: Sequence[str]) -> Sequence[Answer]:
        """One answer per sentence, in order; each different sentence is sent once.

        Raises TranslatorError for a language that is not in the route, ServiceError when the endpoint
        is gone or answers nothing any more.
        """
        target = self._route.targets.get(language)
        if target is None:
            raise TranslatorError(f"The translator was not opened for {language}.")
        limit = self._route.family.limits.input_tokens
        parts = {sentence: batching.split(sentence, limit) for sentence in sentences if sentence.strip()}
        pieces = {piece for part in parts.values() if isinstance(part, tuple) for piece in part}
        answers = self._answers(sorted(pieces), target)
        glue = " " if spaced(language) else ""
        whole = {sentence: _assembled(part, answers, glue) for sentence, part in parts.items()}
        return [whole.get(sentence, sentence) for sentence in sentences]

    def _answers(self, pieces: Sequence[str], target: str) -> Mapping[str, Answer]:
        answers: dict[str, Answer] = {}
        waiting = deque(pieces[index] for index in batching.by_length(pieces))
        again: deque[_Batch] = deque()
        self._characters += sum(map(len, pieces))
        with Flights[_Batch, Outcome]() as flights:
            while waiting or again or flights.count:
                while (waiting or again) and flights.count < self._in_flight:
                    batch = again.popleft() if again else self._next(waiting)
                    flights.start(batch, self._work(batch, target, flights))
                batch, outcome = flights.land()
                again.extend(self._settle(batch, outcome, answers))
        return answers

    def _next(self, waiting: deque[str]) -> _Batch:
        limits = self._pace.limits
        front = [waiting[index] for index in range(min(len(waiting), limits.sentences))]
        return _Batch(tuple(waiting.popleft() for _ in range(batching.batch(front, limits))))

    def _work(self, batch: _Batch, target: str, flights: Flights[_Batch, Outcome]) -> Callable[[], Outcome]:
        family, count = self._route.family, len(batch.sentences)
        payload = family.request(batch.sentences, self._route.source, target, self._generation(batch))
        return lambda: self._requests.send(payload, count, flights.given_up)

    def _generation(self, batch: _Batch) -> Generation:
        limits = self._route.family.limits
        return Generation(
            batch_size=len(batch.sentences),
            max_new_tokens=limits.max_new_tokens(max(map(batching.tokens, batch.sentences))),
            num_beams=limits.num_beams,
        )

    def _settle(self, batch: _Batch, outcome: Outcome, answers: dict[str, Answer]) -> Sequence[_Batch]:
        """Take an outcome in: into `answers`, or as smaller batches to send again."""
        if isinstance(outcome, PolypostError):
            raise outcome
        if isinstance(outcome, Answered):
            self._bad_luck = 0
            size = len(batch.sentences) * max(map(batching.tokens, batch.sentences))
            self._pace = self._pace.answered(size, outcome.seconds)
            cut = self._generation(batch).max_new_tokens
            pairs = zip(batch.sentences, outcome.texts, strict=True)
            answers.update({sentence: _checked(text, cut) for sentence, text in pairs})
            return ()
        slow = isinstance(outcome, TooSlow)
        if slow:
            self._pace = self._pace.timed_out()
        middle = len(batch.sentences) // 2
        if middle:
            return (_Batch(batch.sentences[:middle]), _Batch(batch.sentences[middle:]))
        if slow and not batch.tries:
            return (_Batch(batch.sentences, tries=1),)
        self._bad_luck += 4 if slow else 1
        if self._bad_luck >= _DOOMED:
            raise ServiceError(f"The endpoint translates nothing any more; it says: {outcome.reason}")
        answers[batch.sentences[0]] = Untranslated(f"The model could not translate it: {outcome.reason}")
        return ()


def _checked(text: str, max_new_tokens: int) -> Answer:
    if not text.strip():
        return Untranslated("The model gave an empty answer.")
    if batching.least_tokens(text) >= max_new_tokens - 1:
        return Untranslated(f"The model's answer was cut at the limit of {max_new_tokens} tokens.")
    return text


def _assembled(part: tuple[str, ...] | Untranslated, answers: Mapping[str, Answer], glue: str) -> Answer:
    """The answer for a sentence from those for its pieces: all of them, or the first reason."""
    if isinstance(part, Untranslated):
        return part
    texts: list[str] = []
    for answer in map(answers.__getitem__, part):
        if isinstance(answer, Untranslated):
            return answer
        texts.append(answer)
    return glue.join(texts)
