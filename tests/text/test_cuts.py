"""A sentence's translation is found again in what was written of it, exactly, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polypost.markdown.document import again, parse
from polypost.markdown.prose import ATOM, ATOM_BASE
from polypost.text import cuts
from polypost.text.work import Work
from polypost.values import Complaint, Doubtful, Severity
from text.translators import upper

EXAMPLES = sorted((Path(__file__).parents[2] / "examples/blog").rglob("*.md*"))
"""Real enough: front matter, cells, images with alt texts, links, code."""


def reverse(asked):
    """Each answer has the words of its sentence in the opposite order: stand-ins, too."""
    return [" ".join(reversed(text.split())) for text in asked]


def echo(asked):
    return list(asked)


def dense(asked):
    """A script without spaces: nothing stands between two sentences."""
    return [
        "本" * len(text.split()) + "".join(w for w in text.split() if "XENT" in w) + "。" for text in asked
    ]


def translated(content, translate, target, known=None, **how):
    """(what was written, its work, the sentences that were asked, and what only places their marks)"""
    document = parse(content, path="post.md", **how)
    work, answers = Work(document, target=target, known=known or {}), {}
    asked, probes = [], []
    while needs := work.needed(answers):
        texts = (*needs.sentences, *needs.probes)
        asked += needs.sentences
        probes += needs.probes
        answers.update(zip(texts, translate(texts), strict=True))
    return work.render(answers), work, asked, probes


def remembered(content, translate, target):
    """What is known of the sentences of a post that was written, and how many of them."""
    localized, work, *_ = translated(content, translate, target)
    document, read = work.document, again(work.document, localized.content)
    assert len(read.segments) == len(document.segments)
    found, sentences = [], 0
    for at, segment in enumerate(document.segments):
        keys, became = cuts.keys(segment.prose), work.became(at)
        sentences += len(keys)
        cut = None if at in localized.kept else cuts.cut(became, read.segments[at].prose)
        if cut is None:
            continue
        pieces = cuts.pieces(cut, read.segments[at].prose, [key.shape for key in keys])
        assert len(pieces) == len(keys), cut
        for (prose, number, reading), piece in zip(each(became), pieces, strict=True):
            assert piece is None or piece.text == relative(prose, number, reading.text), cut
            if piece and piece.places is not None:
                there = [(reading.places[n].start, reading.places[n].end) for n in prose.held[number]]
                assert list(piece.places) == there, cut
        found += [(key, piece) for key, piece in zip(keys, pieces, strict=True) if piece]
    return localized, cuts.known_by(iter(found)), len(found), sentences


def each(became):
    return ((prose, n, one) for prose, told in became for n, one in enumerate(told))


def relative(prose, number, text):
    start, end = prose.sentences[number]
    order = {atom: chr(ATOM_BASE + n) for n, atom in enumerate(ATOM.findall(prose.plain[start:end]))}
    return ATOM.sub(lambda match: order[match[0]], text)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize(
    ("translate", "target"),
    [(upper, "es"), (reverse, "de"), (dense, "ja"), (echo, "fr")],
    ids=lambda given: getattr(given, "__name__", given),
)
def test_what_was_written_gives_the_answers_again(path, translate, target):
    content = path.read_bytes()
    localized, known, found, sentences = remembered(content, translate, target)
    assert found >= 0.8 * sentences, "emphasis in a dense script needs spaces that nobody said"
    again_, _, asked, _ = translated(content, translate, target, known)
    assert again_.content == localized.content
    assert len(asked) <= sentences - found, "no sentence that is known is asked again"


PIECES = [
    "**writes all**",
    "`of it`",
    "[the page](x.md)",
    "*a file*",
    "![an image](i.png)",
    "word",
    "others",
    "X1",
]
BLOCK = st.lists(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(lambda w: f"The {' '.join(w)} end."),
    min_size=1,
    max_size=4,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(BLOCK, min_size=1, max_size=4),
    st.sampled_from([(upper, "es"), (reverse, "de"), (dense, "ja"), (echo, "fr")]),
)
def test_any_text_gives_its_answers_again(blocks, how):
    content = ("\n\n".join(blocks) + "\n").encode()
    localized, known, _, _ = remembered(content, *how)
    again_, *_ = translated(content, *how, known)
    assert again_.content == localized.content


def test_one_changed_sentence_is_asked_alone():
    before = b"One *stands* here. Two [stands](a.md) there. Three `stands` nowhere.\n"
    _, known, found, _ = remembered(before, upper, "es")
    assert found == 3
    after = before.replace(b"Two", b"Second").replace(b"`stands`", b"`falls`").replace(b"a.md", b"b.md")
    localized, _, asked, _ = translated(after, upper, "es", known)
    assert asked == ["Second stands there."]
    assert localized.content == b"ONE *STANDS* HERE. SECOND [STANDS](b.md) THERE. THREE `falls` NOWHERE.\n"


def test_other_emphasis_asks_only_for_its_place():
    _, known, _, _ = remembered(b"One stands *here*. Two stands there.\n", upper, "es")
    after = b"One *stands* here. Two stands there.\n"
    localized, _, asked, probes = translated(after, reverse, "es", known)
    assert (asked, probes) == ([], [])
    assert localized.content == b"ONE *STANDS* HERE. TWO STANDS THERE.\n"


def test_what_is_suspicious_is_left_out():
    doubt = Doubtful("DOS.", (Complaint("too-short", Severity.DOUBT, "It is short."),))
    _, known, found, _ = remembered(
        b"One stands. Two goes on here.\n", lambda a: [doubt if "Two" in t else t.upper() for t in a], "es"
    )
    assert found == 1
    assert cuts.key(parse(b"One stands.\n", path="a.md").segments[0].prose, 0).text in known


@pytest.mark.parametrize(
    "cut",
    [
        "5",
        "5,",
        "1+2,3,4",
        "5,x9",
        "5*7,",
        "5#3,",
        "-",
        "99999,3",
        "/",
        "5,/5",
        "9" * 5000,
        "5*1..2,",
        "5*.,",
        "5#" + "9" * 5000,
    ],
)
def test_a_forged_cut_breaks_nothing(cut):
    written = parse(b"UNO `a` *DOS*. TRES.\n", path="a.md").segments[0].prose
    pieces = cuts.pieces(cut, written, ["", ""])
    assert len(pieces) in {0, 2}
    assert all(piece is None or len(piece.text) <= len(written.plain) for piece in pieces)
