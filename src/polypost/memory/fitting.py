"""Whether a known text may stand where it is wanted: where it was found, other signs may have been markup.

A post that became MDX, a title that was moved into another kind of list, a heading that is underlined now, a
paragraph of another post: each has the same source text, and the translation was written for another place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from polypost.errors import PostError
from polypost.markdown import recount
from polypost.markdown.anchors import with_fragments
from polypost.markdown.document import Document, raw
from polypost.markdown.links import normal, respelled
from polypost.markdown.settle import settle
from polypost.memory.recalled import Recall, Recalled, Superseded


def fitted(document: Document, recall: Recall, own: str, alike: Callable[[str], str] = normal) -> Recall:
    """What of `recall` leaves the post built as it is; the rest has to be translated anew.

    `own`: the path under which the post's own localization is known. What a person wrote there may be built
    otherwise, as long as the post can be read; where it can't, their text counts as superseded. `alike`: see
    `Dresser.alike`.
    """
    theirs = {at: i.text for at, i in recall.known.items() if i.human and i.origin == own}
    others = {
        at: respelled(raw(document, at), with_fragments(document, at, item.text), alike)
        for at, item in recall.known.items()
        if at not in theirs
    }
    try:
        unfit = _unfit(document, others, theirs)
    except PostError:
        unfit = _unfit(document, {**theirs, **others}, {})
    if not unfit:
        return recall
    known: dict[int, Recalled] = {at: item for at, item in recall.known.items() if at not in unfit}
    lost = tuple(
        Superseded(text.decode(), at, document.segments[at].line)
        for at, text in theirs.items()
        if at in unfit
    )
    return replace(recall, known=known, superseded=(*recall.superseded, *lost))


def _unfit(document: Document, texts: Mapping[int, bytes], fixed: Mapping[int, bytes]) -> set[int]:
    """Which of `texts` can't stand in the post, in which `fixed` stand. Raises PostError for those."""
    left, unfit = dict(texts), set[int]()
    while left:
        settled = settle(document, left, lambda _: None, fixed)
        gone = settled.kept | recount.lost(document, settled, left)
        if not gone:
            break
        unfit |= gone
        left = {at: text for at, text in left.items() if at not in gone}
    return unfit
