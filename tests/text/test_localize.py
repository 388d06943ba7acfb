"""The contract of `localize`: what a translator gets, what it may do, and what it can't break."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

import polypost
from polypost import same_structure
from polypost.errors import PostError, TranslatorError
from polypost.markdown.document import parse, raw
from polypost.text.text import needed, render, sentences
from polypost.values import Untranslated
from text.translators import backwards, knowing, localize, lossy, recording, saying, upper


def asked(post: str, path: str = "post.md") -> list[str]:
    sent: list[str] = []
    localize(post.encode(), recording(sent), path=path)
    return sent


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("Dr. Smith uses `x.y`. It works, e.g. here.\n", ["Dr. Smith uses XENT1X.", "It works, e.g. here."]),
        ("**Note.** Read [this *now*](u).\n", ["Note.", "Read this now."]),
        ("![](a.png) ![x](b.png)\n", ["x"]),
        ("Some&nbsp;text &amp; \\*more\\*\n", ["Some\u00a0text & *more*"]),
        ("<br>\n\nhttps://example.org\n\n`x`, `y`.\n\n42%\n\n***\n", []),
        ("`config.toml`\n\nsrc/main.py\n\nv1.2.3\n\n--flag\n\nfoo_bar\n\na.b()\n", []),
        ("# useState\n\n@name\n\n- a-slug-of-many-words\n", []),
        ("# One\n\nTwo words.\n", ["One", "Two words."]),
        ("# One\r\rTwo words.\r- three\r", ["One", "Two words.", "three"]),
        ("日本語の\n文です。\n", ["日本語の文です。"]),
        ("---\ntitle: My post\nslug: my-post\nimage:\n  alt: A cat\n---\n", ["My post", "A cat"]),
    ],
)
def test_what_is_sent(post: str, expected: list[str]) -> None:
    assert asked(post) == expected


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        ("À 10\u00a0km\u202f: «\u00a0oui\u00a0»\u202f!", "À 10\u00a0km\u202f: «\u00a0oui\u00a0»\u202f!\n"),
        ("À\u00a0\u00a010 \u00a0km\u00a0\n", "À 10 km\n"),
        ("At 10 km: yes!", "At 10&nbsp;km: yes!\n"),
    ],
    ids=["kept", "of no use among other spaces", "an answer that is the sentence"],
)
def test_a_no_break_space_of_an_answer_stays(answer: str, after: str) -> None:
    assert localize(b"At 10&nbsp;km: yes!\n", saying(answer), path="p.md").content.decode() == after


def test_no_link_takes_in_a_no_break_space() -> None:
    result = localize(b"See https://e.org now.\n", saying("Voir XENT1X\u00a0!"), path="p.md")
    assert result.content.decode() == "Voir https://e.org \u00a0!\n"


def test_no_markup_is_ever_sent() -> None:
    post = (
        "A *b* `c` [d](e) ![f](g) <b>h</b> https://i.j ~~k~~ [l][m] [^n] {{ o }} $p$ x\n\n[m]: /q\n[^n]: r\n"
    )
    sent = " ".join(asked(post))
    assert not re.search(r"[*`\[\]()<>~{}$]|https|/q", sent), sent


def test_a_translator_must_return_as_many_strings() -> None:
    def wrong_type(texts: Sequence[str]) -> list[str]:
        return [None for _ in texts]  # type: ignore[misc]  # the contract is broken on purpose

    def raising(texts: Sequence[str]) -> list[str]:
        raise RuntimeError("no network")

    for translate, message in (
        (lambda _: [], "0 strings"),
        (wrong_type, "NoneType"),
        (raising, "no network"),
    ):
        with pytest.raises(TranslatorError, match=message):
            localize(b"Some text\n", translate, path="p.md")


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"fine\n\xff\n", "not-utf-8", 2),
        (b"fine\n\0\n", "not-text", 2),
        (b"---\ntitle: x\n\ntext\n", "half-open-front-matter", 1),
        (b"---\nok: 1\ntitle: [x\n---\n", "front-matter", 4),
        (b"+++\ntitle = \n+++\n", "front-matter", 2),
        (b"---\na: " + b"[" * 60 + b"]" * 60 + b"\n---\n", "front-matter-too-large", 2),
        (b"---\na: " + b"x" * 70_000 + b"\n---\n", "front-matter-too-large", 1),
    ],
)
def test_what_is_no_post(content: bytes, code: str, line: int) -> None:
    with pytest.raises(PostError) as caught:
        localize(content, upper, path="p.md")
    assert (caught.value.code, caught.value.line) == (code, line)


def test_an_alias_bomb_is_refused_at_once() -> None:
    levels = [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(9)]
    bomb = "\n".join(["---", "a: &a [x]", *levels, "---", "text"]).encode()
    with pytest.raises(PostError, match="aliases"):
        localize(bomb, upper, path="p.md")
    assert localize(b"---\na: &a [x, y]\nb: *a\n---\nText\n", upper, path="p.md").content.endswith(b"TEXT\n")


@pytest.mark.parametrize("answer", ["", "   ", "\n", "\u200b", "...", "\ud800"])
def test_an_answer_that_is_none_keeps_the_source(answer: str) -> None:
    result = localize(b"# Some title\n\nSome text.\n", saying(answer), path="p.md")
    assert result.content == b"# Some title\n\nSome text.\n"
    assert [(f.code, f.line) for f in result.findings] == [("kept-source", 1), ("kept-source", 3)]
    assert result.kept == {0, 1}


def test_control_characters_and_newlines_go() -> None:
    result = localize(b"- Some text\n", saying("uno\u202e\r\n\n# dos\x07\u2028tres\U000f0000"), path="p.md")
    assert result.content.decode() == "- uno # dos tres\n"


def test_untranslated_is_a_value() -> None:
    document = parse(b"One two.\n\nThree four.\n", path="p.md")
    answers = {"One two.": Untranslated("the model timed out"), "Three four.": "Tres cuatro."}
    result = render(document, answers, target="es")
    assert result.content == b"One two.\n\nTres cuatro.\n"
    assert [(f.code, f.line) for f in result.findings] == [("untranslated", 1)]
    assert "timed out" in result.findings[0].message
    assert result.kept == {0}


def test_needed_asks_in_bounded_rounds() -> None:
    document = parse(b"Please run `make test` before *every push* of it.\n", path="p.md")
    first = needed(document, {}, target="es")
    assert (first.sentences, first.probes) == (("Please run XENT1X before every push of it.",), ())
    answers: dict[str, str | Untranslated] = {}
    rounds = []
    while needs := needed(document, answers, target="es"):
        texts = (*needs.sentences, *needs.probes)
        rounds.append(texts)
        answers.update(zip(texts, lossy(texts), strict=True))
    assert [r[0] for r in rounds] == [
        "Please run XENT1X before every push of it.",
        "Please run XITEMX before every push of it.",
        "Please run ZZCIT1ZZ before every push of it.",
        "Please run",
    ]
    assert (
        render(document, answers, target="es").content
        == b"PLEASE RUN `make test` BEFORE *EVERY PUSH* OF IT.\n"
    )


def test_reused_segments_are_put_back_and_not_asked_for() -> None:
    document = parse(b"# A title\n\nOne text.\n\nTwo texts.\n", path="p.md")
    reuse = {1: b"Un *texto* de una persona."}
    assert needed(document, {}, target="es", reuse=reuse).sentences == ("A title", "Two texts.")
    answers = {"A title": "Un título", "Two texts.": "Dos textos."}
    result = render(document, answers, target="es", reuse=reuse)
    assert result.content == "# Un título\n\nUn *texto* de una persona.\n\nDos textos.\n".encode()
    assert (result.findings, result.kept) == ((), frozenset())


def test_segments_and_their_sentences() -> None:
    document = parse(b"\xef\xbb\xbf# T one\n\nA *bee*. See ![alt text](x).\n", path="p.md")
    assert [(s.kind, s.line, raw(document, i)) for i, s in enumerate(document.segments)] == [
        ("heading", 1, b"T one"),
        ("paragraph", 3, b"A *bee*. See ![alt text](x)."),
    ]
    assert sentences(document, 1) == ("A bee.", "See XENT1X.", "alt text")


def test_the_same_input_gives_the_same_output() -> None:
    post = b"A *b c* `d` [e f](g). More *text here* again.\n"
    assert localize(post, backwards, path="p.md") == localize(post, backwards, path="p.md")


DEFECTS = [
    ("backticks came back as <unk>", "In the `content/` folder.", "En la carpeta <unk>content<unk>.", "kept"),
    ("a link became <unk>", "Go to [about](about).", "Ir a <unk>about<unk>.", "kept"),
    (
        "a heading sign was translated along",
        "# Hello world.",
        "# Hola mundo. # Hola mundo, ¿cómo estás?",
        "one heading",
    ),
    ("a URL lost its slashes", "See https://x.org/a now.", "Vea https:x.org/a ahora.", "kept URL"),
]


@pytest.mark.parametrize(("post", "answer", "what"), [d[1:] for d in DEFECTS], ids=[d[0] for d in DEFECTS])
def test_defects_that_a_real_model_made(post: str, answer: str, what: str) -> None:
    content = f"{post}\n".encode()
    result = polypost.localize(content, saying(answer), path="p.md")
    if what == "one heading":
        assert same_structure(content, result.content, result.declared, path="p.md") == ()
        assert same_structure(content, b"# A\n# B\n", path="p.md")
    else:
        assert result.content == content
        assert {f.code for f in result.findings} <= {"kept-source", "untranslated"}


def test_a_lone_full_stop_is_never_sent() -> None:
    sent = asked("[Anki](https://a.b) is good at [spaced repetition](https://c.d). [Anki](https://a.b).\n")
    assert "." not in sent
    assert all(any(map(str.isalpha, text)) for text in sent)


def test_spaces_around_code_and_links_stay() -> None:
    answers = {
        "Use a XENT1X action, then a link here.": "Usa una acción XENT1X, luego un enlace aquí.",
        "link": "enlace",
    }
    result = localize(b"Use a `Split` action, then a [link](u) here.\n", knowing(answers), path="p.md")
    assert result.content.decode() == "Usa una acción `Split`, luego un [enlace](u) aquí.\n"
