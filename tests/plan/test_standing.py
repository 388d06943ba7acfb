"""What became of a localization's texts, by their hashes."""

from dataclasses import replace
from itertools import count

import pytest

from polypost.markdown.document import parse
from polypost.memory import standing
from polypost.memory.frames import frame
from polypost.records.record import Entry, Localization, brief, content_id, digest, written_key


def alike():
    """Two texts of which the hashes begin alike."""
    seen = {}
    for number in count():
        text = f"Text {number}."
        if (other := seen.setdefault(digest(text)[:4], text)) != text:
            return other, text
    raise AssertionError


@pytest.fixture
def document():
    one, other = alike()
    text = f"{one}\n\n{other}\n\nAnother.\n\nAnother." + "\n"
    found = parse(text.encode(), path="a.md")
    assert written_key(found, 0) == written_key(found, 1)
    return found


def recorded(document, made="model"):
    entries = [Entry((), str(at), written_key(document, at)) for at in range(len(document.segments))]
    item_id = brief(content_id(document.content))
    return Localization("a.es.md", "source", item_id, frame(document), made, entries)


def places(item, document):
    return [found.at for found in standing.segments(item, document, "a.md", lambda _: True)]


def test_texts_of_which_the_hashes_begin_alike_are_told_by_their_places(document):
    assert places(recorded(document), document) == [0, 1, 2, 3]


def test_and_nothing_is_taken_for_another_where_those_are_not_known(document):
    """As when the post's dialect is another by now; texts that are the same stand for each other."""
    item = replace(recorded(document), frame="else")
    assert places(item, document) == [None, None, 2, 2]
    assert standing.of(item, document) == "ours"
    theirs = [replace(entry, person=True) for entry in item.entries]
    assert standing.of(replace(item, entries=theirs), document) == "lost"
    assert standing.of(replace(item, entries=theirs[2:]), document) == "ours"
