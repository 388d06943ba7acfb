"""From a glossary's CSV to what is looked up; and where its terms stand in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypost.errors import UsageError
from polypost.glossary import EMPTY, Glossary, Kind, read
from polypost.terms import Term, Terms, said

PLAIN = """source,kind,es,pt-BR,notes
GitHub Actions,do-not-translate,,,the product
pull request,fixed,solicitud de cambios,,
checkpoint,,punto de control,ponto de verificação,
"""


def forms(glossary: Glossary, language: str) -> dict[str, str]:
    terms = glossary.terms(language)
    return {
        found.term.source: found.term.form for source in _sources(glossary) for found in terms.find(source)
    }


def _sources(glossary: Glossary) -> list[str]:
    return [row.source for row in glossary.rows]


def test_a_table() -> None:
    glossary = read(PLAIN, "g.csv")
    assert [row.kind for row in glossary.rows] == [Kind.DO_NOT_TRANSLATE, Kind.FIXED, Kind.INFLECTING]
    assert forms(glossary, "es") == {
        "GitHub Actions": "GitHub Actions",
        "pull request": "solicitud de cambios",
        "checkpoint": "punto de control",
    }
    assert forms(glossary, "ja") == {"GitHub Actions": "GitHub Actions"}


@pytest.mark.parametrize(
    ("language", "form"),
    [("pt-BR", "ponto de verificação"), ("pt", "ponto de verificação"), ("es-MX", "punto de control")],
)
def test_languages_that_models_do_not_tell_apart_share_a_column(language: str, form: str) -> None:
    assert forms(read(PLAIN, "g.csv"), language)["checkpoint"] == form


def test_the_own_column_goes_before_that_of_the_language() -> None:
    glossary = read("source,kind,pt,pt-BR\nmouse,fixed,rato,mouse\n", "g.csv")
    assert (forms(glossary, "pt-BR"), forms(glossary, "pt")) == ({"mouse": "mouse"}, {"mouse": "rato"})


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffsource;es\r\nmouse;ratón\r\n",  # as spreadsheets of half of Europe save it
        "source\tes\nmouse\tratón\n",
        "# ours\n\nsource,es\n# animals\nmouse,ratón\n\n",
        'Term,ES,Description\nmouse,ratón,"a pointer, mostly"\n',
        "en,es\nmouse,ratón\n",  # Google
        "mouse,ratón,en,es\n",  # DeepL
        '"mouse","ratón","EN","ES"\n',
        "source,es,type\nmouse, ratón ,\n",
    ],
)
def test_what_people_have(text: str) -> None:
    assert forms(read(text, "g.csv"), "es") == {"mouse": "ratón"}


def test_a_cell_of_two_lines_is_two_words() -> None:
    assert forms(read('source,es\npull request,"solicitud\nde cambios"\n', "g.csv"), "es") == {
        "pull request": "solicitud de cambios"
    }


def test_a_bare_list_is_one_of_names() -> None:
    assert [row.kind for row in read("source,count\nReact,12\nvue,3\n", "g.csv").rows] == [
        Kind.DO_NOT_TRANSLATE
    ] * 2


def test_exports_of_several_languages_are_one_row_a_term() -> None:
    glossary = read("mouse,ratón,en,es\nmouse,Maus,en,de\nkey,Taste,en,de\n", "g.csv")
    assert (forms(glossary, "es"), forms(glossary, "de")) == (
        {"mouse": "ratón"},
        {"mouse": "Maus", "key": "Taste"},
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("mouse,ratón\n", "line 1: no column is called `source`"),
        ("source,spannish\nmouse,ratón\n", "line 1, column 2: `spannish` is no language"),
        ("source,Spanish\nmouse,ratón\n", "did you mean es (Spanish)?"),
        ("source,es,ES\n", "line 1, column 3: `ES` is there twice"),
        (
            "source,kind,es\n\nmouse,noun,ratón\n",
            "line 3, column `kind`: “noun” is none of `do-not-translate`",
        ),
        ("source,kind,es\nmouse,dnt,ratón\n", "line 2, column `es`: a `do-not-translate` term has"),
        ("source,kind,es\nmouse,fixed,\n", "line 2, column `kind`: a `fixed` term needs its form"),
        ("source,es\nmouse,ratón\nmouse,rata\n", "line 3, column `source`: “mouse” is in line 2 already"),
        ("source,es\n,ratón\n", "line 2, column `source`: there is no term"),
        ("source,es\nmouse,ratón,gris\n", "line 2, column 3: it has more cells"),
        ("source,es\nmouse,rat\U000f0000ón\n", "line 2, column `es`: it holds a character that no text has"),
        (f"source,es\nmouse,{'a' * 300}\n", "line 2, column `es`: it has 300 characters"),
        ('source,es\nmouse,"ratón\n', "g.csv, line 2: "),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_column(text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text, "g.csv")
    assert told in str(caught.value)
    assert "g.csv" in str(caught.value)


def test_all_mistakes_are_told_at_once_and_not_endlessly() -> None:
    with pytest.raises(UsageError) as caught:
        read("source,kind\n" + "\n".join(f"a{n},what" for n in range(9)), "g.csv")
    assert str(caught.value).count("\n- line") == 5
    assert "and 4 more" in str(caught.value)


def test_only_what_the_rows_say_is_in_the_fingerprint() -> None:
    def told(text: str) -> str:
        return read(text, "g.csv").fingerprint("es")

    head, *rows = PLAIN.splitlines()
    other = "\n".join(("# again", head.replace("kind", " kind "), *reversed(rows), "")).replace(
        "the product", "theirs"
    )
    assert other != PLAIN
    assert told(other) == told(PLAIN) != ""
    assert told(PLAIN.replace("ponto", "um ponto")) == told(PLAIN)  # in another language
    for before, after in (("punto de control", "control"), ("fixed", ""), ("checkpoint", "Checkpoint")):
        assert told(PLAIN.replace(before, after)) != told(PLAIN)
    assert not EMPTY.fingerprint("es")


NAMES = Terms(
    [
        Term(name, name, fixed=True)
        for name in (
            *("GitHub", "GitHub Actions", "Actions", "Node", "C", "C++", ".NET", "npm", "Let's Encrypt"),
            *("クラウド", "東京", "컨테이너", "@angular/core", "Ünal"),
        )
    ]
)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("GitHub Actions, GitHub's Actions", ["GitHub Actions", "GitHub", "Actions"]),
        ("GitHub\nActions, GitHub\xa0Actions", ["GitHub\nActions", "GitHub\xa0Actions"]),
        ("GitHubs, myGitHub, GitHub_x, GITHUB, github", []),
        ("GitHub-hosted (GitHub) “GitHub”", ["GitHub"] * 3),
        ("Node.js and @Node or Node. Node", ["Node", "Node"]),
        ("C, C++ and C#", ["C", "C++"]),
        ("ASP.NET is no .NET", [".NET"]),
        ("npm, Npm and NPM; pnpm", ["npm", "Npm", "NPM"]),
        ("Let’s Encrypt", ["Let’s Encrypt"]),
        ("在GitHub上", ["GitHub"]),
        ("GitHub에서 컨테이너를", ["GitHub", "컨테이너"]),
        ("クラウドとクラウドファンディング", ["クラウド"]),
        ("東京に行く", ["東京"]),
        ("use @angular/core and x@angular/core", ["@angular/core"]),
        ("Ünal, Ünalan", ["Ünal"]),
        ("a\U000f0000GitHub\U000f0001", ["GitHub"]),
    ],
)
def test_whole_words_the_longest_first(text: str, there: list[str]) -> None:
    assert [text[found.start : found.end] for found in NAMES.find(text)] == there


@given(
    st.lists(
        st.sampled_from([*"aé. 'C+漢", "GitHub", "Actions", "クラウド", "東京", "Ünal", "npm"]), max_size=9
    )
)
def test_no_term_of_a_text_is_left_out_beforehand(parts: list[str]) -> None:
    text = "".join(parts)
    found = [(each.start, each.end, each.term) for each in NAMES.find(text)]
    assert [(each.start, each.end, each.term) for each in NAMES.among([text]).find(text)] == found


@pytest.mark.parametrize(
    ("form", "text", "there"),
    [
        ("punto de control", "Los puntos de control se guardan.", True),
        ("punto de control", "Los puntos se guardan.", False),
        ("Kontrollpunkt", "die Kontrollpunkte", True),
        ("Speicher", "der Zwischenspeicher", True),
        ("Baum", "zwei Bäume", True),
        ("nube", "las nubes", True),
        ("nube", "las casas", False),
        ("контейнер", "в контейнерах", True),
        ("コンテナ", "コンテナを使う", True),
        ("コンテナ", "容器を使う", False),
    ],
)
def test_a_form_of_a_word_is_that_word(form: str, text: str, there: bool) -> None:
    assert said(Term("any", form, fixed=False), text) == there


def test_what_is_fixed_does_not_change_but_for_an_ending() -> None:
    name = Term("GitHub", "GitHub", fixed=True)
    assert said(name, "GitHubissa")
    assert not said(name, "GITHUB")
    assert not said(name, "Gitub")
