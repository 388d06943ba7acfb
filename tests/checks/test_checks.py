"""Each check complains where it should, and beside it doesn't."""

from __future__ import annotations

import pytest

from polypost.checks import CHECKS, Pair, look

CASES = [
    # code, source, language, what is flagged, what isn't
    ("nothing-said", "Save the file now.", "es", "...", "Guarda."),
    ("nothing-said", "Noon", "nb", "—", "12:00"),
    ("unknown-sign", "A witch flies.", "es", "Una bruja <unk>.", "Una bruja vuela."),
    ("unknown-sign", "A witch flies.", "es", "Una bruja \ufffd vuela.", "Una bruja < vuela."),
    ("unknown-sign", "A witch flies.", "es", "Una ⁇ vuela.", "¿Una bruja vuela?"),
    ("loop", "It is very good.", "es", "Es muy muy muy muy bueno.", "Es muy muy bueno."),
    ("loop", "Try it and see.", "es", "Pruebe y vea, pruebe y vea.", "Pruebe y vea lo que vea."),
    ("loop", "Try it and see.", "zh", "试试看试试看试试看试试看", "研究研究，试试看吧"),
    ("loop", "Content types", "da", "indholdstystystystysty", "indholdstyper"),
    (
        "repetition",
        "It cleans the text.",
        "af",
        "Die teks te verwyder en die teks te verwyder.",
        "Dit is skoon.",
    ),
    ("copy", "Read the manual first.", "es", "Read the manual first.", "Lea primero el manual."),
    ("copy", "Read the manual first.", "es", "READ THE MANUAL FIRST", "Lea el manual."),
    ("copy", "settings", "ru", "settings", "настройки"),
    ("wrong-script", "The bees fly home.", "ru", "Pchely letyat domoy.", "Пчёлы летят домой."),
    ("wrong-script", "The bees fly home.", "es", "Пчёлы летят домой.", "Las abejas vuelan a casa."),
    ("wrong-script", "They are opening a window.", "zh-Hant", "他们们开窗", "他們開窗"),
    (
        "wrong-language",
        "The bees fly home in the evening light.",
        "es",
        "Mehiläiset lentävät kotiin illan valossa.",
        "Las abejas vuelan a casa a la luz de la tarde.",
    ),
    ("stray-stand-in", "Use XENT1X here.", "es", "Use XENT1X y XENT2X aquí.", "Use XENT1X aquí."),
    ("stray-stand-in", "Use XENT1X here.", "es", "Use XENT1X aquí, XENT1X.", "Aquí use XENT1X."),
    ("stray-stand-in", "Use it here.", "es", "Úselo XENT 1 aquí.", "Úselo aquí."),
    ("invented-text", "Anki", "es", "Anki, ¿qué es esto?", "Anki"),
    ("invented-text", ".", "es", "No lo sé.", "."),
    ("invented-text", "Hello world.", "es", "Hola. Me llamo Juan y soy de Madrid.", "Hola mundo."),
    ("language-unsure", "New password again", "es", "Ny adgangskode igjen", "Contraseña nueva otra vez"),
    (
        "sentence-missing",
        "The page is gone. Please look for it elsewhere.",
        "es",
        "La página ya no existe.",
        "La página ya no existe. Búsquela en otra parte.",
    ),
    (
        "sentence-missing",
        "But it works well! I like it a lot.",
        "de",
        "Aber es klappt!",
        "Aber es klappt gut, und ich mag es sehr.",
    ),
    (
        "cut-short",
        "The bees are looked after by all of us in the village.",
        "es",
        "De las abejas nos ocupamos todos",
        "De las abejas nos ocupamos todos en el pueblo.",
    ),
    (
        "too-short",
        "The bees are looked after by all of us in the village",
        "es",
        "De las abejas",
        "Todo el pueblo se ocupa de las abejas",
    ),
    (
        "too-long",
        "The bees fly home.",
        "es",
        "Las abejas vuelan a casa y se quedan allí hasta la mañana siguiente con su reina",
        "Las abejas vuelan a su casa al anochecer",
    ),
    (
        "sentence-added",
        "Click on the button to save your work.",
        "es",
        "Haga clic en el botón para guardar. No se preocupe por lo demás.",
        "Haga clic en el botón para guardar su trabajo de hoy, p. ej. textos.",
    ),
    ("number-lost", "It has 250 pages.", "es", "Tiene muchas páginas.", "Tiene 250 páginas."),
    ("number-lost", "It costs 1,234.50 now.", "de", "Es kostet jetzt 1.324,50.", "Es kostet jetzt 1.234,50."),
    ("number-lost", "It has 25 pages.", "ar", "لديها ٢٤ صفحة.", "لديها ٢٥ صفحة."),
    ("number-lost", "It has 3 pages.", "es", "Tiene páginas.", "Tiene tres páginas."),
    ("number-lost", "Since 2024-12-08.", "de", "Seit dem 8.12.2025.", "Seit dem 8.12.2024."),
    ("number-lost", "It starts at 2:30 pm.", "de", "Es beginnt um 15.30 Uhr.", "Es beginnt um 14.30 Uhr."),
    ("number-lost", "10 million bees", "ja", "蜂", "1000万匹の蜂"),
    ("number-added", "It has many pages.", "es", "Tiene 40 páginas.", "Tiene muchas páginas."),
    ("number-added", "The bees fly.", "ar", "٤٠ نحلة تطير", "النحل يطير"),
    ("unit-changed", "It weighs 5 kg.", "es", "Pesa 5 lb.", "Pesa 5 kg."),
    ("unit-changed", "It costs $5.", "es", "Cuesta 5 €.", "Cuesta 5 $."),
    ("verbatim-lost", "See https://a.org/b for it.", "es", "Véase https:a.org/b.", "Véase https://a.org/b."),
    ("verbatim-lost", "From <BOOK_NAME> on.", "af", "Van <BOEKNAAM> af.", "Van <BOOK_NAME> af."),
    ("markup-added", "Read me.", "es", "<div>Léame.</div>", "Léame: 2 < 3 > 1."),
    ("markup-added", "Introduction", "es", "# Introducción", "#1: introducción"),
    ("markup-added", "Read it.", "es", "```Léalo.```", "`Léalo`."),
    ("markup-added", "Read it.", "es", "**Léalo**.", "* Léalo."),
    ("markup-added", "Read the manual.", "es", "Lea [el manual](#).", "Lea [el manual] (todo)."),
    ("foreign-script", "The bees fly home.", "es", "Las пчёлы vuelan a casa.", "Las abejas vuelan a casa."),
    ("bracket-alone", "The bees (all) fly.", "es", "Las abejas (todas vuelan.", "Las abejas (todas) vuelan."),
    ("bracket-alone", "The bees (all) fly.", "zh", "蜜蜂（全部飞。", "蜜蜂（全部)飞。"),
    ("quotation-mark-alone", 'The "bees" fly.', "de", "Die „Bienen fliegen.", "Die „Bienen“ fliegen."),
    ("quotation-mark-alone", "The army flies.", "he", 'צבא" טס.', 'צה"ל טס.'),
]


def codes(source: str, target: str, language: str) -> list[str]:
    return [one.code for one in look(Pair(source, target, language))]


@pytest.mark.parametrize(("code", "source", "language", "bad", "good"), CASES)
def test_a_check_and_what_is_beside_it(code, source, language, bad, good):
    assert code in codes(source, bad, language)
    assert code not in codes(source, good, language)


def test_every_check_has_a_case():
    assert {check.code for check in CHECKS} == {case[0] for case in CASES}


def test_names_code_and_cognates_may_stay():
    for language, text in (
        ("es", "React Native"),
        ("fr", "Conclusion"),
        ("ru", "PostgreSQL"),
        ("ja", "GitHub Actions"),
        ("de", "XENT1X"),
        ("en-GB", "Read the manual first."),
    ):
        assert codes(text, text, language) == []


def test_a_repetition_of_the_source_is_none():
    source, target = "Again and again, again and again.", "Una y otra vez, una y otra vez."
    assert codes(source, target, "es") == []


def test_markup_of_the_source_is_none_that_came():
    for source, target in (
        ("Use List<Bee> here.", "Use List<Abeja> aquí."),
        ("From <BOOK_NAME> on.", "Desde <LIBRO> en adelante."),
        ("# of bees", "# de abejas"),
        ("A [link](here) in brackets.", "Un [enlace](aquí) entre corchetes."),
    ):
        assert "markup-added" not in codes(source, target, "es")
    assert "markup-added" not in codes("A witch flies.", "Una bruja <unk></s>.", "es")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nb", "Biene flyver hjem i lyset fra solen."),
        ("hr", "Пчеле лете кући на светлости вечери."),
        ("id", ""),
    ],
)
def test_related_languages_count_as_one(one, other):
    found = codes("The bees fly home in the light of the sun.", other or "Lebah terbang pulang.", one)
    assert "wrong-language" not in found


def test_a_reason_is_a_sentence():
    for code, source, language, bad, _ in CASES:
        for one in look(Pair(source, bad, language)):
            assert one.reason.endswith("."), code
            assert one.reason[0].isupper() or not one.reason[0].isalpha() or "isn't in" in one.reason


def test_a_reason_names_languages_in_english():
    cases = [(source, bad, language) for _, source, language, bad, _ in CASES]
    told = " ".join(one.reason for case in cases for one in look(Pair(*case)))
    assert "than usual for Spanish; something" in told
    assert "the script of Russian." in told
    assert "in Chinese (Traditional): the other" in told
    assert "like another language (Finnish), not like Spanish." in told
    assert "in another language (Norwegian) than Spanish." in told
    unknown, *_ = look(Pair("The bees fly home.", "Пчёлы летят домой.", "tlh-Latn"))
    assert "the script of tlh-Latn." in unknown.reason, "the table lacks it"


@pytest.mark.parametrize(
    "target",
    [
        "",
        " ",
        "\n",
        "\ud800",
        "a" * 50_000,
        "()" * 9_000,
        "字" * 20_000,
        "1 " * 9_000,
        "One." + " " * 60_000,
        '"' * 20_000,
    ],
)
def test_whatever_comes_back_is_looked_at(target):
    for language in ("es", "ja", "ar", "tlh", "x-none", "zh-Hant"):
        look(Pair("The bees (all 3) fly home.", target, language))
        look(Pair(target, "Die Bienen fliegen.", language))
