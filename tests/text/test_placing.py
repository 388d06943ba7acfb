"""Where marks go: on exactly the right words where the mapping is known, and a guess is said to be one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polypost.markdown.alike import beside
from polypost.markdown.document import parse
from polypost.text.text import needed
from polypost.text.work import Needs
from text.translators import Translate, knowing, localize, recording

_WORD = re.compile(r"[\w']+")


def told(post: str, answers: Mapping[str, str]) -> tuple[str, dict[str, int], list[str]]:
    result = localize(f"{post}\n".encode(), knowing(dict(answers)), path="p.md")
    return result.content.decode().rstrip("\n"), dict(result.steps), [f.code for f in result.findings]


STEPS = [
    ("around the sentence", "**All of it.**", {"All of it.": "Todo ello."}, "**Todo ello.**", "wrapped"),
    (
        "around all but punctuation",
        "“**All of it**.”",
        {"“All of it.”": "“Todo ello.”"},
        "“**Todo ello**.”",
        "wrapped",
    ),
    (
        "a name",
        "See [GitHub](u) now.",
        {"See GitHub now.": "Ahora vea GitHub."},
        "Ahora vea [GitHub](u).",
        "literal",
    ),
    ("code", "See [`x`](u) now.", {"See XENT1X now.": "Ahora vea XENT1X."}, "Ahora vea [`x`](u).", "literal"),
    (
        "its words alone",
        "See *red* cars.",
        {"See red cars.": "Ve coches rojos.", "red": "rojos"},
        "Ve coches *rojos*.",
        "located",
    ),
    (
        "with a full stop that the model added",
        "See *red* cars.",
        {"See red cars.": "Ve coches rojos.", "red": "Rojos."},
        "Ve coches *rojos*.",
        "located",
    ),
    (
        "with another ending",
        "See *bright* cars.",
        {"See bright cars.": "Ve coches brillantes.", "bright": "brillante"},
        "Ve coches *brillantes*.",
        "located",
    ),
    (
        "with another stem",
        "See the *children* play.",
        {"See the children play.": "Siehe den Kindern zu.", "children": "Kinder"},
        "Siehe den *Kindern* zu.",
        "located",
    ),
    (
        "inflected beyond the end",
        "See *the bright houses* here.",
        {
            "See the bright houses here.": "Hier ve las casas brillantes.",
            "the bright houses": "la casa brillante",
        },
        "Hier ve *las casas brillantes*.",
        "fuzzy",
    ),
    (
        "in quotation marks",
        "Run it *first* of all.",
        {
            "Run it first of all.": "Antes de nada, ejecútalo.",
            "first": "primero",
            'Run it "first" of all.': "«Antes» de nada, ejecútalo.",
        },
        "*Antes* de nada, ejecútalo.",
        "quoted",
    ),
    (
        "a word that is there twice",
        "The one and *the* other.",
        {"The one and the other.": "El uno y el otro.", 'The one and "the" other.': "El uno y “el” otro."},
        "El uno y *el* otro.",
        "quoted",
    ),
    (
        "Chinese",
        "See *red* cars.",
        {"See red cars.": "看红色汽车。", "red": "红色"},
        "看*红色*汽车。",
        "located",
    ),
    (
        "a Chinese character that is there twice",
        "My car, *my* house.",
        {"My car, my house.": "我的车，我的家。", 'My car, "my" house.': "我的车，「我的」家。"},
        "我的车，*我的*家。",
        "quoted",
    ),
    (
        "nowhere",
        "Run it *first* of all.",
        {
            "Run it first of all.": "Antes de nada, ejecútalo.",
            "first": "zzz",
            'Run it "first" of all.': "Qqq qqq",
        },
        "Antes de *nada*, ejecútalo.",
        "proportion",
    ),
]


@pytest.mark.parametrize(
    ("post", "answers", "written", "step"), [s[1:] for s in STEPS], ids=[s[0] for s in STEPS]
)
def test_each_step(post: str, answers: dict[str, str], written: str, step: str) -> None:
    found, steps, codes = told(post, answers)
    assert (found, steps) == (written, {"whole": 1, step: 1})
    assert codes == (["mark-placed-by-proportion"] if step == "proportion" else [])


@pytest.mark.parametrize(
    ("marked", "answer", "told"),
    [
        ("*first*", "Antes de nada, ejecútalo.", "The markup of “first” was placed on “nada” by proportion:"),
        ("[first](u)", "Antes de nada, ejecútalo.", "The link “first” was placed on “nada” by proportion:"),
        ("[first `x`](u)", "Antes de XENT1X, ejecútalo.", "The link “first `x`” was placed on “`x`” by"),
        (f"[{'w' * 90}](u)", "Antes de nada, ejecútalo.", f"The link “{'w' * 59}…” was placed on “Antes"),
    ],
)
def test_a_guess_says_which_words_are_meant(marked: str, answer: str, told: str) -> None:
    def translate(texts: Sequence[str]) -> list[str]:
        return [answer if text.startswith("Run it ") and '"' not in text else "zzz" for text in texts]

    result = localize(f"Run it {marked} of all.\n".encode(), translate, path="p.md", check=False)
    [found] = result.findings
    assert found.code == "mark-placed-by-proportion"
    assert found.message.startswith(told)
    assert found.message.endswith(": see that it is on the right words.")


def test_a_guess_inside_of_markup_is_told_too() -> None:
    """Here in the text of an image."""
    answers = {
        "See this XENT1X now.": "Vea esto XENT1X ya.",
        "Run it first of all.": "Antes de nada, ejecútalo.",
    }
    result = localize(
        b"See this ![Run it *first* of all.](u) now.\n",
        lambda texts: [answers.get(text, "zzz") for text in texts],
        path="p.md",
        check=False,
    )
    assert result.content.decode() == "Vea esto ![Antes de *nada*, ejecútalo.](u) ya.\n"
    assert [f.message[:52] for f in result.findings] == [
        "The markup of “first” was placed on “nada” by propor"
    ]


def test_only_what_is_open_is_asked_for() -> None:
    asked: list[str] = []
    answers = {"See GitHub and red cars.": "Vea GitHub y coches rojos.", "red": "rojos"}
    localize(b"See [GitHub](u) and *red* cars.\n", recording(asked, knowing(answers)), path="p.md")
    assert asked == ["See GitHub and red cars.", "red"]
    document = parse(b"See [GitHub](u) and *red* cars.\n", path="p.md")
    whole = {"See GitHub and red cars.": "Vea GitHub y coches rojos."}
    assert needed(document, {}, target="es").probes == ()
    assert needed(document, whole, target="es") == Needs((), ("red",))


def test_a_mark_goes_on_where_its_sentence_begins() -> None:
    answers = {
        "Is it safe?": "¿Seguro?",
        "No. HTML and DOM offer plenty of it.": "DOM y HTML ofrecen cosas, no.",
        'No. HTML and DOM offer "plenty" of it.': "DOM y HTML ofrecen cosas, no.",
        '"No". HTML and DOM offer plenty of it.': "DOM y HTML ofrecen cosas, no.",
        "No.": "no",
        "plenty": "cosas",
    }
    written, steps, _ = told("**Is it safe? No.** HTML and DOM offer [plenty](u) of it.", answers)
    assert written == "**¿Seguro? DOM** y HTML ofrecen [cosas](u), no."
    assert steps["proportion"] == 1


QUOTATIONS = [
    '"rot"',
    "“rot”",
    "„rot“",
    "«rot»",
    "« rot »",
    "»rot«",
    "「rot」",
    "『rot』",
    "‘rot’",
    '""rot""',
    "''rot''",
]


@pytest.mark.parametrize("quoted", QUOTATIONS)
def test_quotation_marks_of_many_languages(quoted: str) -> None:
    assert beside("Sieh rot und blau.", f"Sieh {quoted} und blau.") == (5, 8)


@pytest.mark.parametrize(
    "quoting",
    [
        "Sieh rot und blau.",
        "Sieh rot' und blau.",
        "",
        '"Qqq" rrr sss',
        'Sieh "rot" und "blau".',
        '"',
        '"" und',
    ],
)
def test_a_quotation_that_says_nothing(quoting: str) -> None:
    assert beside("Sieh rot und blau.", quoting) is None


def test_the_sources_own_quotation_is_not_the_marks() -> None:
    assert beside('Das "gute" rot und blau.', 'Das "gute" "rot" und blau.') == (11, 14)


def made_up(word: str) -> str:
    return "".join(chr((ord(c) - 97 + 7) % 26 + 97) if c.isalpha() else c for c in word.lower())


def translator(seed: int, *, endings: bool) -> Translate:
    """Every word replaced, the words (and quotations, as one) in another order, by the sentence."""

    def one(text: str) -> str:
        units = re.findall(r'"[^"]*"|\S+', text.rstrip("."))
        Random(f"{seed} {text}".replace('"', "")).shuffle(units)
        ending = ("", "a", "en")[len(text.replace('"', "")) % 3] if endings else ""
        said = [
            _WORD.sub(
                lambda m: m[0] if "XENT" in m[0] else made_up(m[0]) + (ending if len(m[0]) > 5 else ""), unit
            )
            for unit in units
        ]
        return " ".join(said) + ("." if text.endswith(".") else "")

    return lambda texts: [one(text) for text in texts]


WORDS = st.lists(st.text("abcdefghijklmnop", min_size=3, max_size=9), min_size=4, max_size=12, unique=True)


def marked(written: str) -> set[str]:
    return set(re.findall(r"\*([^*]+)\*|\[([^\]]+)\]", written)[0]) - {""}


@settings(max_examples=150, deadline=None)
@given(WORDS, st.integers(0, 11), st.integers(0, 5), st.booleans())
def test_a_word_in_another_order(words: list[str], at: int, seed: int, endings: bool) -> None:
    at %= len(words)
    parts = [*words[:at], f"*{words[at]}*", *words[at + 1 :]]
    translate = translator(seed, endings=endings)
    result = localize(f"{' '.join(parts)}.\n".encode(), translate, path="p.md")
    if any(f.code == "mark-placed-by-proportion" for f in result.findings):
        return
    (found,) = marked(result.content.decode())
    assert found.startswith(made_up(words[at])), result.content.decode()
    assert len(found.split()) == 1
