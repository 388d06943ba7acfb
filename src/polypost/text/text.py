"""The public text functions, and the parts of `localize`: what to ask, and what comes of the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from polypost.counts import counted
from polypost.errors import TranslatorError
from polypost.glossary import read
from polypost.markdown.document import Document, parse
from polypost.markdown.prose import Prose
from polypost.markdown.rules import DEFAULT_KEYS, named
from polypost.markdown.standins import FORMS
from polypost.markdown.verify import Difference, compare
from polypost.terms import NONE, Terms
from polypost.text import readings
from polypost.text.climb import Way
from polypost.text.ladder import Asked, Ladder
from polypost.text.terming import Termed
from polypost.text.work import NOTHING, Needs, Work
from polypost.values import Answer, Declared, Localized, Reply


def needed(
    document: Document,
    answers: Mapping[str, Answer],
    *,
    target: str,
    standins: Sequence[str] = FORMS,
    reuse: Mapping[int, bytes] = NOTHING,
) -> Needs:
    """What must be asked next; see Work.needed. For who asks more than once there is Work itself."""
    return Work(document, target=target, standins=standins, reuse=reuse).needed(answers)


def sentences(document: Document, index: int, terms: Terms = NONE) -> tuple[str, ...]:
    """The sentences of one segment as they are first sent; `terms`: those of the glossary."""
    out: list[str] = []
    for prose in _proses(document.segments[index].prose):
        termed = Termed.of(prose, terms, "")
        for number in range(len(prose.sentences)):
            held = termed is not None and termed.holds(number)
            out.extend(termed.first(number) if termed and held else readings.first(prose, number))
    return tuple(out)


def render(
    document: Document,
    answers: Mapping[str, Answer],
    *,
    target: str,
    standins: Sequence[str] = FORMS,
    reuse: Mapping[int, bytes] = NOTHING,
) -> Localized:
    """The localization; see Work.render."""
    return Work(document, target=target, standins=standins, reuse=reuse).render(answers)


def localize(  # noqa: PLR0913  the public signature is a promise; all but two are keywords
    content: bytes,
    translate: Callable[[Sequence[str]], Sequence[str]],
    *,
    path: str,
    source: str = "en",
    target: str = "es",
    dialect: str = "",
    keys: Sequence[str] = DEFAULT_KEYS,
    arguments: Sequence[str] = (),
    extras: Collection[str] = (),
    standins: Sequence[str] = FORMS,
    check: bool = True,
    glossary: str = "",
) -> Localized:
    """Translate a post: bytes in, bytes out.

    `translate` gets plain sentences and returns as many strings. `path` tells the dialect unless `dialect`
    does. `source`, `target`: BCP 47. `keys`, `arguments`, `extras`: see Rules. `standins`: what the model
    sees in place of code and links, names of FORMS, the one that it keeps best first. `check`: whether what
    comes back is looked at, and asked again in other words where it is bad (ladder.py); without, it is taken
    as it is, as for a translator that only shows where text stands. `glossary`: the text of a CSV with names
    and terms, see `polypost.glossary`.

    Raises PostError for what is no post, UsageError for an unknown name and for a glossary that can't be
    read, TypeError for content that is no bytes, TranslatorError for a translator that raises or returns
    something else than as many strings; bad strings never yield a broken file.
    """
    _check_bytes(content=content)
    rules = named(dialect, keys, arguments, extras)
    document = parse(content, path=path, rules=rules, source=source)
    answers: dict[str, Answer] = {}
    steps: Counter[str] = Counter()
    work = Work(document, target=target, standins=standins, terms=_terms(glossary, source, target))
    ladder = Ladder(partial(_replies, translate), lambda _: [Way.PLAIN] if check else [], origin=source)
    while needs := work.needed(answers):
        for reply in ladder.translate({target: needs}):
            answers[reply.sentence] = reply.answer
            steps.update(reply.steps)
    answers.clear()  # all in them is told by now, and those of a large post are some megabytes
    localized = work.render(answers)
    return replace(localized, steps={**localized.steps, **steps})


def same_structure(  # noqa: PLR0913  as in `localize`, whose names these are
    source: bytes,
    target: bytes,
    declared: Collection[Declared] = (),
    *,
    path: str = "post.md",
    dialect: str = "",
    keys: Collection[str] = DEFAULT_KEYS,
    arguments: Collection[str] = (),
    extras: Collection[str] = (),
) -> tuple[Difference, ...]:
    """Where `target` is built differently from the post `source`, see `compare`; empty when it isn't.

    `declared`: changes made on purpose, `Localized.declared`. The others tell how the post is read, as for
    `localize`. Raises PostError when `source` can't be parsed, UsageError for an unknown name, TypeError for
    posts that are no bytes.
    """
    _check_bytes(source=source, target=target)
    document = parse(source, path=path, rules=named(dialect, keys, arguments, extras))
    return compare(document, target, declared)


@lru_cache(maxsize=16)  # for who localizes post after post
def _terms(glossary: str, source: str, target: str) -> Terms:
    return read(glossary, "The glossary", source).terms(target) if glossary else NONE


def _check_bytes(**posts: object) -> None:
    for name, post in posts.items():
        if not isinstance(post, bytes):
            raise TypeError(f"{name} must be bytes, not {type(post).__name__}: read the file as bytes")


def _proses(prose: Prose) -> Iterator[Prose]:
    """A segment's own prose, and that of the text inside its markup."""
    yield prose
    for hole in prose.holes():
        yield from _proses(hole.prose)


def _replies(translate: Callable[[Sequence[str]], Sequence[str]], _way: Way, asked: Asked) -> Iterator[Reply]:
    for language, texts in asked.items():
        for text, answer in zip(texts, _answers(translate, texts), strict=True):
            yield Reply(language, text, answer)


def _answers(translate: Callable[[Sequence[str]], Sequence[str]], asked: Sequence[str]) -> Sequence[str]:
    try:
        got = list(translate(asked))
    except Exception as error:
        raise TranslatorError(f"the translator raised {type(error).__name__}: {error}") from error
    if len(got) != len(asked):
        raise TranslatorError(f"the translator returned {counted(len(got), 'string')}, not {len(asked)}")
    for one in got:
        if not isinstance(one, str):
            raise TranslatorError(f"the translator returned {type(one).__name__} where a string belongs")
    return got
