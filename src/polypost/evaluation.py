"""What a model makes of the texts of which the repository has a person's translation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from polypost.markdown.compose import parts
from polypost.plan.task import Blog, Ready, Task
from polypost.ports import Console, Translator
from polypost.references import Reference, bare, words
from polypost.run.budget import Budget
from polypost.run.translate import Heard, Wave, laddered, waves
from polypost.text.first import Count, First
from polypost.text.work import Work
from polypost.values import Load, Status

_Localization = tuple[str, str]
"""A post and a language."""


def load(asked: Sequence[Reference], blog: Blog) -> Load:
    """Give what a model is asked for them at first."""
    count = Count()
    for (post, language), some in _by_localization(asked).items():
        ready = _ready(blog, post, some)
        count.add(First().of(ready.document, ready.reuse, {}, {}).texts, (language,))
    return count.load({})


def translations(
    asked: Sequence[Reference], blog: Blog, translator: Translator, budget: Budget, console: Console
) -> list[str]:
    """Give what a reader would see in place of each person's text, in the order of `asked`.

    That is the source where the translator has no answer, or none that can be used. Raises what a translator
    raises, PostError for a post that has been changed meanwhile, and BudgetError.
    """
    some = _by_localization(asked)
    tasks = [
        Task(post, "", language, "", Status.NEW, characters=sum(len(each.source) for each in every))
        for (post, language), every in some.items()
    ]
    found: dict[Reference, str] = {}
    heard, ladder = Heard(), laddered(translator, "", checks=False)  # the model itself is measured
    for few in waves(tasks, translator.wave_characters):
        wave = Wave(heard)
        for task in few:
            wave.add(task, _ready(blog, task.path, some[task.path, task.language]), translator.standins)
        wave.translate(ladder, translator.usage, budget)
        for part in wave.parts:
            every = some[part.task.path, part.task.language]
            found |= {each: _shown(part.work, each.at) for each in every}
        wave.close()
        console.progress("Texts translated", len(found), len(asked))
    return [found[each] for each in asked]


def _by_localization(asked: Sequence[Reference]) -> Mapping[_Localization, Sequence[Reference]]:
    some: dict[_Localization, list[Reference]] = {}
    for each in asked:
        some.setdefault((each.post, each.language), []).append(each)
    return some


def _ready(blog: Blog, post: str, asked: Sequence[Reference]) -> Ready:
    """A post of which only what is asked is translated."""
    document = blog.document(post)
    segments = tuple(replace(segment, prose=bare(segment.prose)) for segment in document.segments)
    wanted = {each.at for each in asked}
    rest = {at: b"" for at in range(len(segments)) if at not in wanted}
    return Ready(replace(document, segments=segments), rest, {}, {}, {})


def _shown(work: Work, at: int) -> str:
    became = work.became(at)
    return words("\n".join("".join(parts(prose, told)) for prose, told in became))
