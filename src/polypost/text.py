"""`localize`, the public text function, and its parts: what to ask, and what comes of the answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from polypost import readings
from polypost.errors import TranslatorError
from polypost.markdown.document import Document, parse
from polypost.markdown.prose import Prose
from polypost.markdown.rules import DEFAULT_KEYS, Rules
from polypost.markdown.standins import FORMS
from polypost.values import Answer, Localized
from polypost.work import NOTHING, Needs, Work


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


def sentences(document: Document, index: int) -> tuple[str, ...]:
    """The sentences of one segment as they are first sent."""
    out: list[str] = []
    for prose in _proses(document.segments[index].prose):
        for number in range(len(prose.sentences)):
            out.extend(readings.first(prose, number))
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
) -> Localized:
    """Translate a post: bytes in, bytes out.

    `translate` gets plain sentences and returns as many strings. `path` tells the dialect unless `dialect`
    does. `source`, `target`: BCP 47. `keys`, `arguments`, `extras`: see Rules. `standins`: what the model
    sees in place of code and links, names of FORMS, the one that it keeps best first. Raises PostError for
    what is no post, UsageError for an unknown name, TranslatorError for a translator that raises or returns
    something else than as many strings; bad strings never yield a broken file.
    """
    rules = Rules(dialect, tuple(keys), tuple(arguments), frozenset(extras))
    document = parse(content, path=path, rules=rules, source=source)
    answers: dict[str, Answer] = {}
    work = Work(document, target=target, standins=standins)
    while needs := work.needed(answers):
        asked = (*needs.sentences, *needs.probes)
        answers.update(zip(asked, _answers(translate, asked), strict=True))
    return work.render(answers)


def _proses(prose: Prose) -> Iterator[Prose]:
    """A segment's own prose, and that of the text inside its markup."""
    yield prose
    for hole in prose.holes():
        yield from _proses(hole.prose)


def _answers(translate: Callable[[Sequence[str]], Sequence[str]], asked: Sequence[str]) -> Sequence[str]:
    try:
        got = list(translate(asked))
    except Exception as error:
        raise TranslatorError(f"the translator raised {type(error).__name__}: {error}") from error
    if len(got) != len(asked):
        raise TranslatorError(f"the translator returned {len(got)} strings for {len(asked)} sentences")
    for one in got:
        if not isinstance(one, str):
            raise TranslatorError(f"the translator returned {type(one).__name__} where a string belongs")
    return got
