"""What a real model made of real posts: each defect is prevented (it can't happen) or found (a finding).

The posts and their answers were published: SeamlessM4T v2 (large) on raw Markdown, and on text cut at its
markup. `PREVENTED`: what the model got when it made the defect, and here never gets. `MENDED`: its answer is
put right. `FOUND`: its answer is refused, or told, at its line.
"""

from __future__ import annotations

import pytest

from polypost import localize, same_structure
from text.translators import knowing, recording, saying, upper

ANKI = b"""---
title: Creating Anki cards using iOS shortcut
date: 2024-12-08T12:45
lang: eng
translated_to:
  - afr
---

[Anki](https://a.net/) is a modern approach to the classic flash cards. Where it excels is in the use of \
[spaced repitition](https://en.org/wiki/Spaced_repetition).

![Converting copied Books text to Anki card](https://i.com/E.gif)

1. Copying content from Books appends a string that states "Excerpt From <BOOK_NAME>. This material may be \
protected by copyright."

I split the text cleaning into it's own shortcut.  Here's a [link](https://i.com/9f) \
to it if you wish to install it.

It consists of splitting away the "Excerpt..." string using a `Split` action, and then cleaning pieces of \
the text such as `\\n`, `" "`, `"`, and `\xe2\x80\x9c`.

In this case, my profile name is `bonteq` and I have a deck named `shortcut`. **You'll want to adapt this.**

Go to `pages/[...slug].vue`, see [about](about) and https://content.org now.
"""


def sent() -> list[str]:
    asked: list[str] = []
    localize(ANKI, recording(asked, upper), path="anki.md", check=False)
    return asked


PREVENTED = [
    ("a lone full stop became «No lo sé.», «Die .», «.للل», «- ঠিক আছে।»", "."),
    ("a full stop between code and bold became «Jy moet sterf.» (you must die)", ". "),
    ("a comma between code became «, el», «Die,», «،،»", ","),
    ("`, and` between code came back as «y» without its comma", ", and"),
    ("a link's text alone became «[Anki, ¿qué es esto?]»", "Anki"),
    ("`link` alone became «el enlace» after «una»", "link"),
    ("what follows a link lost its beginning: «Si desea instalarlo.»", "to it if you wish to install it."),
    (
        "the words before a link were dropped: «Where it excels is in the use of»",
        "Where it excels is in the use of",
    ),
    (
        "a clause behind code became another sentence, or a loop",
        "action, and then cleaning pieces of the text such as",
    ),
    (
        "two sentences of a paragraph came back as one",
        "I split the text cleaning into it's own shortcut. Here's a",
    ),
    ("a placeholder was translated: «BOEKNAAM», «Kitab adından»", "BOOK_NAME"),
    ("brackets in code were changed: «[...slugview]»", "slug"),
    ("a URL lost its slashes: «https:content.nuxtjs.org»", "content.org"),
    ("front matter was lost or changed", "eng"),
]


@pytest.mark.parametrize("crumb", [p[1] for p in PREVENTED], ids=[p[0] for p in PREVENTED])
def test_prevented(crumb: str) -> None:
    assert crumb not in sent()
    if crumb.strip().isalnum() or "_" in crumb or "." in crumb.strip("."):
        assert crumb in ("Anki", "link", "eng") or not any(crumb in text for text in sent() if text != crumb)


def test_what_is_sent_is_whole_sentences() -> None:
    assert sent() == [
        "Creating Anki cards using iOS shortcut",
        "Anki is a modern approach to the classic flash cards.",
        "Where it excels is in the use of spaced repitition.",
        "Converting copied Books text to Anki card",
        (
            'Copying content from Books appends a string that states "Excerpt From XENT1X. This material '
            'may be protected by copyright."'
        ),
        "I split the text cleaning into it's own shortcut.",
        "Here's a link to it if you wish to install it.",
        (
            'It consists of splitting away the "Excerpt..." string using a XENT1X action, and then cleaning '
            "pieces of the text such as XENT2X, XENT3X, XENT4X, and XENT5X."
        ),
        "In this case, my profile name is XENT1X and I have a deck named XENT2X.",
        "You'll want to adapt this.",
        "Go to XENT1X, see about and XENT2X now.",
    ]


def test_spaces_around_code_and_links_stay() -> None:
    """«usando una`Split`acción», «Aquí hay una[el enlace](...)»."""
    answers = {
        "Here's a link, using a XENT1X action.": "Aquí hay un enlace, usando una acción XENT1X.",
        "link": "el enlace",
        'Here\'s a "link", using a XENT1X action.': "Aquí hay un «enlace», usando una acción XENT1X.",
    }
    result = localize(b"Here's a [link](u), using a `Split` action.\n", knowing(answers), path="p.md")
    assert result.content.decode() == "Aquí hay un [enlace](u), usando una acción `Split`.\n"


def test_the_answer_to_a_name_alone_stands_nowhere() -> None:
    answers = {
        "Anki is modern.": "Anki es moderno.",
        "The cards are new.": "Las tarjetas son nuevas.",
        "cards": "las tarjetas, ¿qué es esto?",
        'The "cards" are new.': 'Las "tarjetas" son nuevas.',
    }
    post = b"[Anki](https://a.net/) is modern. The [cards](u) are new.\n"
    result = localize(post, knowing(answers), path="p.md")
    assert result.content.decode() == "[Anki](https://a.net/) es moderno. Las [tarjetas](u) son nuevas.\n"
    assert dict(result.steps) == {"whole": 2, "literal": 1, "quoted": 1}


def test_alt_text_and_the_list_of_links_are_translated() -> None:
    """The published pages left the image's text and `[spanish home](/spa)` in English."""
    post = b"![A card](x.gif)\n\n[home](/)\n\n[spanish home](/spa)\n"
    result = localize(post, upper, path="about.md", check=False)
    assert result.content == b"![A CARD](x.gif)\n\n[HOME](/)\n\n[SPANISH HOME](/spa)\n"


def test_blocks_and_front_matter_stay() -> None:
    """Raw Markdown in: `---`, three paragraphs and a code fence came back as one line."""
    result = localize(ANKI, upper, path="anki.md", check=False)
    assert same_structure(ANKI, result.content, path="anki.md") == ()
    for line in (
        b"date: 2024-12-08T12:45",
        b"lang: eng",
        b"  - afr",
        b"`pages/[...slug].vue`",
        b"<BOOK_NAME>",
    ):
        assert line in result.content


MENDED = [
    (
        "CSV quoting (Afrikaans)",
        "af",
        'Books appends a string that states "Excerpt from it."',
        '"Die boeke voeg \'n string by wat sê: ""Uittreksel daaruit."""',
        'Die boeke voeg \'n string by wat sê: "Uittreksel daaruit."',
    ),
    (
        "CSV quoting (Azerbaijani)",
        "az",
        'Copying from Books appends a string that states "Excerpt from it."',
        '"Kitablar""dan kopyalamaq, ""hissə""ni ifadə edən bir simli əlavə edir."',
        'Kitablar"dan kopyalamaq, "hissə"ni ifadə edən bir simli əlavə edir.',
    ),
    (
        "CSV quoting (Amharic)",
        "am",
        "The action will then re-open the Books app.",
        '" ""የመጽሐፍት"" መተግበሪያን እንደገና ይከፍታል ።"',
        '"የመጽሐፍት" መተግበሪያን እንደገና ይከፍታል ።',
    ),
]


@pytest.mark.parametrize(
    ("target", "post", "answer", "written"), [m[1:] for m in MENDED], ids=[m[0] for m in MENDED]
)
def test_mended(target: str, post: str, answer: str, written: str) -> None:
    result = localize(f"{post}\n".encode(), saying(answer), path="p.md", target=target)
    assert result.content.decode() == f"{written}\n"


@pytest.mark.parametrize("answer", ['"Hola," dijo él, "y adiós."', '"Hola."', 'Dijo: "" y ya.', '"a "b" c"'])
def test_an_answer_with_quotation_marks_is_no_csv(answer: str) -> None:
    result = localize(b"He said so.\n", saying(answer), path="p.md", check=False)
    assert result.content.decode() == f"{answer}\n"


FOUND = [
    (
        "backticks came back as <unk>",
        "Create another file in the content/ directory.",
        "Puede crear otro archivo en el directorio <unk>content/<unk>.",
        "untranslated",
    ),
    (
        "a link became <unk>",
        "Go to [about](about).",
        "Trate de navegar a <unk>about<unk>(about).",
        "untranslated",
    ),
    (
        "code was lost",
        "Pages are rendered by `x.vue` here.",
        "Estas páginas son renderizadas.",
        "cut-at-atom",
    ),
    (
        "a short heading came back with invented text",
        "# Hello world.",
        "Hola mundo. # Hola mundo, ¿cómo estás?",
        "untranslated",
    ),
    (
        "a loop",
        "It is for you to use this Shortcut.",
        "Bu qısa yolun istifadəçiləri üçün, bu qısa yolun istifadəçiləri üçün istifadə etmək üçün.",
        "untranslated",
    ),
    ("a lone stop for a sentence", "This is all.", ".", "untranslated"),
]


@pytest.mark.parametrize(("post", "answer", "code"), [f[1:] for f in FOUND], ids=[f[0] for f in FOUND])
def test_found(post: str, answer: str, code: str) -> None:
    content = f"Text.\n\n{post}\n".encode()
    result = localize(
        content, lambda texts: ["Texto." if t == "Text." else answer for t in texts], path="p.md"
    )
    assert [(f.code, f.line) for f in result.findings] == [(code, 3)]
    assert same_structure(content, result.content, path="p.md") == ()
    if code == "untranslated":
        assert result.content.endswith(f"\n{post}\n".encode())


def test_a_clause_said_twice_stands_and_is_shown_beside_its_source() -> None:
    said = "Die proses is om die teks te verwyder en dan die teks te verwyder, soos hieronder."
    source = "The process is to remove the text, as shown below."
    result = localize(f"{source}\n".encode(), saying(said), path="p.md", target="af")
    assert result.content == f"{said}\n".encode()
    assert [(f.code, f.pair) for f in result.findings] == [("repetition", (source, said))]
    assert dict(result.steps) == {"whole": 1, "clauses": 1}


@pytest.mark.parametrize(
    "answer",
    ["Un texto que dice una cosa y otra cosa.", "Una y otra vez, una y otra vez.", "Muy muy bien."],
)
def test_a_repetition_of_the_source_is_none(answer: str) -> None:
    source = b"Again and again, again and again.\n" if "vez" in answer else b"A text that says it.\n"
    assert localize(source, saying(answer), path="p.md").findings == ()
