"""From a plan to answers: language by language, in waves, round by round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from polypost.errors import ServiceError, Stopped, TranslatorError
from polypost.markdown.standins import FORMS
from polypost.plan import Plan, Task
from polypost.ports import Console, Translator, Translators
from polypost.values import Answer, Reply, Untranslated, Usage
from polypost.work import Work

WAVE_CHARACTERS = 20_000
"""A run that ends early loses at most one wave: large enough to fill batches, small enough to lose."""


@dataclass(slots=True)
class Sent:
    """What was sent on behalf of one localization; a sentence that two posts share counts once."""

    characters: int = 0
    probing: int = 0
    """How many of them only to find where links and emphasis belong."""


@dataclass(slots=True)
class Translated:
    """What came back, filled while the translating goes on."""

    answers: dict[str, dict[str, Answer]] = field(default_factory=dict)
    """Language -> sentence -> answer."""
    sent: dict[tuple[str, str], Sent] = field(default_factory=dict)
    """By post and language."""
    usage: Usage = field(default_factory=Usage)
    standins: tuple[str, ...] = FORMS
    """The forms that were asked in, in the translator's order."""
    problem: ServiceError | TranslatorError | Stopped | None = None
    """Why it ended early."""


def translate(plan: Plan, translators: Translators, console: Console) -> Translated:
    """Translate all that the plan asks for; what fails is told in the result, not raised.

    Raises UsageError when the translator can't be started because of options or roles.
    """
    done = Translated({language: {} for language in plan.languages})
    if not plan.languages:
        return done
    console.step("Translate")
    translator: Translator | None = None
    try:
        with translators.open(plan.load) as translator:
            done.standins = translator.standins
            for language in plan.languages:
                _language(plan, language, translator, done, console)
    except (ServiceError, TranslatorError, Stopped) as problem:
        done.problem = problem
    if translator is not None:
        probing = sum(sent.probing for sent in done.sent.values())
        done.usage = replace(translator.usage(), characters_probing=probing)
    return done


def _language(plan: Plan, language: str, translator: Translator, done: Translated, console: Console) -> None:
    tasks = [task for task in plan.tasks if task.language == language and task.sentences]
    finished = 0
    for wave in _waves(tasks):
        _wave(wave, language, translator, done)
        finished += len(wave)
        console.progress(f"Translate into {language}", finished, len(tasks))


def _wave(wave: Sequence[Task], language: str, translator: Translator, done: Translated) -> None:
    """Ask until no localization of the wave needs anything more; `needed` bounds the rounds."""
    answers = done.answers[language]
    works = [Work(task.document, target=language, standins=done.standins, reuse=task.reuse) for task in wave]
    while asked := _ask(works, answers, done):
        for reply in translator.translate({language: asked}):
            answers[reply.sentence] = _checked(reply)
        if missing := [sentence for sentence in asked if sentence not in answers]:
            raise TranslatorError(
                f"The translator gave no answer for {len(missing)} of {len(asked)} sentences."
            )


def _ask(works: Sequence[Work], answers: dict[str, Answer], done: Translated) -> tuple[str, ...]:
    asked: dict[str, None] = {}
    for work in works:
        needs = work.needed(answers)
        account = done.sent.setdefault((work.document.path, work.target), Sent())
        account.characters += _add(needs.sentences, asked)
        probing = _add(needs.probes, asked)
        account.characters += probing
        account.probing += probing
    return tuple(asked)


def _add(texts: Sequence[str], asked: dict[str, None]) -> int:
    """Ask for `texts` too; give how many characters that adds."""
    fresh = [text for text in texts if text not in asked]
    asked.update(dict.fromkeys(fresh))
    return sum(map(len, fresh))


def _checked(reply: Reply) -> Answer:
    answer = reply.answer
    if not isinstance(answer, str | Untranslated):
        raise TranslatorError(
            f"The translator answered with {type(answer).__name__} where text was expected."
        )
    return answer


def _waves(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    wave: list[Task] = []
    size = 0
    for task in tasks:
        wave.append(task)
        size += sum(map(len, task.sentences))
        if size >= WAVE_CHARACTERS:
            yield wave
            wave, size = [], 0
    if wave:
        yield wave
