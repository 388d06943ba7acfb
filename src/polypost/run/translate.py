"""From a plan to answers, wave by wave: some localizations over all languages, round by round until complete.

A wave holds what is on its way; when something ends the run, what came back for it is still there.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from polypost.plan.task import Ready, Task
from polypost.ports import Translator
from polypost.records.record import waits_as
from polypost.run.budget import Budget
from polypost.text.climb import Way
from polypost.text.ladder import Asked, Ladder
from polypost.text.work import Needs, Work
from polypost.values import Answer, Probed, Reply, Untranslated, Usage

_REMEMBERED = 5_000_000
"""Characters of sentences whose answers are kept for later waves: some hundred of an endpoint's."""


_MOST = 5_000
"""Localizations of a wave: also one that asks for nothing takes its place."""


@dataclass(slots=True)
class Part:
    """One localization of a wave."""

    task: Task
    ready: Ready
    work: Work
    asked: dict[str, None] = field(default_factory=dict)
    """All that was ever needed for it: the texts whose answers are its own."""
    characters: int = 0
    """Sent on its behalf; what posts share counts for the first of them."""
    probing: int = 0
    """How many of them only to find where links and emphasis belong."""
    climbed: Counter[str] = field(default_factory=Counter)
    """What was tried after bad answers to its sentences, see ladder.py."""
    open: bool = False
    """Whether an answer to one of its texts was none, which may go better another time."""
    vain: bool = False
    """Whether none of its text could be translated, and the same translator would do no better."""


def laddered(translator: Translator, origin: str, *, checks: bool) -> Ladder:
    """A ladder that asks a translator. `origin`: BCP 47, what sentences are written in.

    `checks`: whether answers are looked at.
    """

    def ask(way: Way, asked: Asked) -> Iterator[Reply]:
        if way is Way.SECOND and translator.second:
            return translator.second.translate(asked)
        return translator.translate(asked, careful=way is Way.CAREFUL)

    def ways(language: str) -> Collection[Way]:
        if not checks:
            return ()
        second = translator.second is not None and language in translator.second.languages
        return (Way.CAREFUL, Way.PLAIN, *([Way.SECOND] if second else ()))

    return Ladder(ask, ways, origin=origin)


class Heard:
    """Answers of earlier waves, those that were used last: a sentence that posts share is sent once."""

    def __init__(self, limit: int = _REMEMBERED) -> None:
        """`limit`: characters of sentences."""
        self._limit = limit
        self._size = 0
        self._answers: OrderedDict[tuple[str, str], Answer] = OrderedDict()

    def get(self, language: str, text: str) -> Answer | None:
        """The answer for a text, None when it isn't known (any more)."""
        answer = self._answers.get((language, text))
        if answer is not None:
            self._answers.move_to_end((language, text))
        return answer

    def add(self, language: str, answers: Mapping[str, Answer]) -> None:
        """Keep `answers`, and let the oldest go."""
        for text, answer in answers.items():
            if (language, text) not in self._answers:
                self._size += len(text)
            self._answers[language, text] = answer
        while self._size > self._limit:
            (_, text), _ = self._answers.popitem(last=False)
            self._size -= len(text)


class Wave:
    """Some localizations on their way."""

    def __init__(self, heard: Heard) -> None:
        """Nothing is in it. `heard`: the answers of earlier waves."""
        self.parts: list[Part] = []
        self.answers: dict[str, dict[str, Answer]] = {}
        """By language: sentence -> answer."""
        self._heard = heard
        self._open: list[Part] = []

    def add(self, task: Task, given: Ready, standins: Sequence[str]) -> None:
        """Take a localization in. `standins`: see `ports.Translator`."""
        work = Work(
            given.document,
            target=task.language,
            standins=standins,
            reuse=given.reuse,
            known=given.known,
            linked=given.linked,
            terms=given.terms,
        )
        part = Part(task, given, work)
        self.answers.setdefault(task.language, {})
        self.parts.append(part)
        self._open.append(part)

    def translate(self, ladder: Ladder, usage: Callable[[], Usage], budget: Budget) -> None:
        """Ask until no part needs anything more; bounded, see `Work.needed`.

        `usage`: what was consumed so far. Raises what `Ladder.translate` raises, and BudgetError: what was
        answered before counts.
        """
        while asked := self._ask():
            with closing(ladder.translate(asked)) as replies:
                for reply in replies:
                    self._hear(reply)
                    budget.check(usage)

    def complete(self, part: Part) -> bool:
        """Whether a part can be rendered from what is known."""
        return not self._left(part)

    def good(self, part: Part, texts: Iterable[str]) -> dict[str, str]:
        """Those answers to `texts` that nothing speaks against, by the hash they wait under."""
        known = self.answers[part.task.language]
        return {
            waits_as(text, probe=isinstance(answer, Probed)): answer
            for text in texts
            if isinstance(answer := known.get(text), str)
        }

    def left(self, part: Part, stayed: Collection[int] | None = None) -> dict[str, str]:
        """What is `good` for segments that stayed as they are since a sentence of theirs has no answer.

        `stayed`: those that stayed; None means all.
        """
        known = self.answers[part.task.language]
        if not any(isinstance(known.get(text), Untranslated) for text in part.asked):
            return {}
        found: dict[str, str] = {}
        for at in range(len(part.ready.document.segments)) if stayed is None else stayed:
            texts = part.work.asked(at, known)
            if any(isinstance(known.get(text), Untranslated) for text in texts):
                found |= self.good(part, texts)
                known_before = part.work.recalled(at)
                found |= {waits_as(text): answer for text, answer in known_before.items()}
        return found

    def close(self) -> None:
        """Leave the answers to later waves."""
        for language, answers in self.answers.items():
            self._heard.add(language, answers)

    def _ask(self) -> dict[str, Needs]:
        asked: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
        still: list[Part] = []
        for part in self._open:
            if left := self._left(part):
                still.append(part)
                sentences, probes = asked.setdefault(part.task.language, ({}, {}))
                part.characters += _add(left.sentences, sentences)
                probing = _add([text for text in left.probes if text not in sentences], probes)
                part.characters += probing
                part.probing += probing
        self._open = still
        return {
            language: Needs(tuple(sentences), tuple(text for text in probes if text not in sentences))
            for language, (sentences, probes) in asked.items()
        }

    def _left(self, part: Part) -> Needs:
        """What `part` needs and nobody knows."""
        answers = self.answers[part.task.language]
        while needs := part.work.needed(answers):
            part.asked.update(dict.fromkeys((*needs.sentences, *needs.probes)))
            left = Needs(
                tuple(text for text in needs.sentences if not self._known(part, text, answers)),
                tuple(text for text in needs.probes if not self._known(part, text, answers, probe=True)),
            )
            if left:
                return left
        return needs

    def _known(self, part: Part, text: str, answers: dict[str, Answer], *, probe: bool = False) -> bool:
        """Whether there is an answer to a text, one that was looked at where it is no `probe`."""

        def does(answer: Answer | None) -> bool:
            return answer is not None and (probe or not isinstance(answer, Probed))

        if does(answers.get(text)):
            return True
        answer = self._heard.get(part.task.language, text)
        if not does(answer) and part.ready.pending:
            said = part.ready.pending.get(waits_as(text, probe=probe))
            answer = Probed(said) if said is not None and probe else said
        if answer is None or not does(answer):
            return False
        answers[text] = answer
        return True

    def _hear(self, reply: Reply) -> None:
        self.answers[reply.language][reply.sentence] = reply.answer
        if reply.steps:
            concerned = [
                part
                for part in self.parts
                if part.task.language == reply.language and reply.sentence in part.asked
            ]
            for part in concerned[:1]:
                part.characters += reply.again
            for part in concerned:
                part.climbed.update(reply.steps)


def _add(texts: Sequence[str], asked: dict[str, None]) -> int:
    """Ask for `texts` too; give how many characters that adds."""
    fresh = [text for text in texts if text not in asked]
    asked.update(dict.fromkeys(fresh))
    return sum(map(len, fresh))


def waves(tasks: Iterable[Task], characters: int) -> Iterator[list[Task]]:
    """The tasks in their order, as many at a time as ask for so many `characters`."""
    wave: list[Task] = []
    size = 0
    for task in tasks:
        wave.append(task)
        size += task.characters + task.placing
        if size >= characters or len(wave) >= _MOST:
            yield wave
            wave, size = [], 0
    if wave:
        yield wave
