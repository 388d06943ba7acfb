"""From a plan to answers, wave by wave: some localizations over all languages, round by round until complete.

A wave holds what is on its way; when something ends the run, what came back for it is still there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from polypost.budget import Budget
from polypost.errors import TranslatorError
from polypost.ports import Translator
from polypost.records import digest
from polypost.task import Ready, Task
from polypost.values import Answer, Reply, Untranslated
from polypost.work import Needs, Work

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
    open: bool = False
    """Whether an answer to one of its texts was none, which may go better another time."""


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

    def translate(self, translator: Translator, budget: Budget) -> None:
        """Ask until no part needs anything more; bounded, see `Work.needed`.

        Raises what the translator raises, and BudgetError: what it answered before counts.
        """
        while asked := self._ask():
            replies = translator.translate(asked)
            try:
                for reply in replies:
                    self._hear(reply, asked)
                    budget.check(translator.usage)
            finally:
                if isinstance(replies, Generator):
                    replies.close()
            for language, texts in asked.items():
                missing = sum(text not in self.answers[language] for text in texts)
                if missing:
                    raise TranslatorError(
                        f"The translator gave no answer for {missing} of {len(texts)} sentences."
                    )

    def complete(self, part: Part) -> bool:
        """Whether a part can be rendered from what is known."""
        return not self._left(part)

    def close(self) -> None:
        """Leave the answers to later waves."""
        for language, answers in self.answers.items():
            self._heard.add(language, answers)

    def _ask(self) -> dict[str, tuple[str, ...]]:
        asked: dict[str, dict[str, None]] = {}
        still: list[Part] = []
        for part in self._open:
            if left := self._left(part):
                still.append(part)
                texts = asked.setdefault(part.task.language, {})
                part.characters += _add(left.sentences, texts)
                probing = _add(left.probes, texts)
                part.characters += probing
                part.probing += probing
        self._open = still
        return {language: tuple(texts) for language, texts in asked.items()}

    def _left(self, part: Part) -> Needs:
        """What `part` needs and nobody knows."""
        answers = self.answers[part.task.language]
        while needs := part.work.needed(answers):
            part.asked.update(dict.fromkeys((*needs.sentences, *needs.probes)))
            left = Needs(
                tuple(text for text in needs.sentences if not self._known(part, text, answers)),
                tuple(text for text in needs.probes if not self._known(part, text, answers)),
            )
            if left:
                return left
        return needs

    def _known(self, part: Part, text: str, answers: dict[str, Answer]) -> bool:
        if text not in answers:
            answer = self._heard.get(part.task.language, text)
            if answer is None and part.ready.pending:
                answer = part.ready.pending.get(digest(text))
            if answer is None:
                return False
            answers[text] = answer
        return True

    def _hear(self, reply: Reply, asked: Mapping[str, Sequence[str]]) -> None:
        if not isinstance(reply.answer, str | Untranslated):
            raise TranslatorError(
                f"The translator answered with {type(reply.answer).__name__} where text was expected."
            )
        if reply.language not in asked:
            raise TranslatorError(f"The translator answered in {reply.language}, which was not asked for.")
        self.answers[reply.language][reply.sentence] = reply.answer


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
