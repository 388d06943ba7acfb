"""What people have written or corrected in this repository: the references that models are measured by.

A text counts when it is known to be a person's, and to be the translation of what its post says now: in a
localization that polypost made, what differs from its record; of one that was there before polypost, every
text of which it is beyond doubt what it translates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from polypost.errors import PostError, UsageError
from polypost.markdown.document import Document, Segment
from polypost.markdown.prose import ATOM, Prose, unmarked
from polypost.memory.adoption import adopted
from polypost.plan.task import Blog
from polypost.records.record import brief
from polypost.text.cuts import proses


@dataclass(frozen=True, slots=True)
class Reference:
    """One text of a post, and what a person has made of it."""

    post: str
    language: str
    at: int
    """Which of the post's segments."""
    source: str
    """What it says, as `shown`."""
    text: str
    """What the person's text says, as `shown`."""
    sentences: int
    """How many the source has."""
    corrected: str = ""
    """What had translated the localization that the person corrected; empty where all of it is theirs."""


def references(post: str, language: str, blog: Blog) -> Iterator[Reference]:
    """Find those of one localization, in the order of its post; none of a post that can't be read.

    What reads as in the post is none: nobody has translated it. Nor is any text of a post whose record had to
    be mended, until a run has written it anew: of some nobody knows any more whose they are.
    """
    if post in blog.mended:
        return
    try:
        target = blog.layouts.target(post, language)
        if own := blog.known.of(post, language):
            if not own.person and brief(blog.files.get(own.target, "")) == own.target_id:
                return  # as a machine wrote it: most of a large blog, and not even read
            found = _recorded(blog.document(post), language, blog)
        elif target in blog.files and not blog.lost(post, language):
            found = _before(blog.document(post), target, blog)
        else:
            return
    except (PostError, UsageError):  # `polypost check` tells it
        return
    document = blog.document(post)
    for at, theirs, corrected in found:
        prose = document.segments[at].prose
        source, text = shown(prose), shown(theirs.prose)
        count = sum(len(each.sentences) for each in proses(bare(prose)))
        if count and text and source != text:
            yield Reference(post, language, at, source, text, count, corrected)


def _recorded(document: Document, language: str, blog: Blog) -> Iterator[tuple[int, Segment, str]]:
    """A person's segments of a localization that has a record, whose source stands."""
    known, post = blog.known, document.path
    file, own = known.file(post, language), known.of(post, language)
    items = known.segments(post, language)
    now = {key: at for at, key in enumerate(known.keys(document, items))}
    for item in items:
        at = now.get(item.entry.source)
        if file and own and item.human and not item.behind and item.at is not None and at is not None:
            yield at, file.segments[item.at], "" if own.theirs else item.entry.made_with


def _before(document: Document, target: str, blog: Blog) -> Iterator[tuple[int, Segment, str]]:
    """The segments of a file that was there before polypost."""
    if patch := adopted(document, blog.known.read(target, document.path)):
        for at, to in sorted(patch.stands.items()):
            yield at, patch.file.segments[to], ""


def once(found: Sequence[Reference], limit: int) -> tuple[Reference, ...]:
    """Each pair of texts once, and at most `limit` of them, spread evenly over the blog."""
    every = list({(each.source, each.text): each for each in found}.values())
    count = min(limit, len(every))
    return tuple(every[number * len(every) // count] for number in range(count))


def bare(prose: Prose) -> Prose:
    """A text without links and emphasis, but with their words: no model has to be asked where those go."""
    return replace(prose, marks=(), held=unmarked(len(prose.sentences)))


def shown(prose: Prose) -> str:
    """The words that a reader sees, on one line; code, URLs and the like left out."""
    return words("\n".join(each.plain for each in proses(bare(prose))))


def words(text: str) -> str:
    """A plain text on one line, without its atoms."""
    return " ".join(ATOM.sub(" ", text).split())
