"""What is proposed for a glossary, and what isn't."""

from __future__ import annotations

import pytest

from polypost.markdown.document import parse
from polypost.proposals import proposed
from polypost.terms import NONE, Term, Terms

NAMES = """# Getting Started With Everything

We like Visual Studio Code and GitHub. The team met Jane Doe in May, on a Monday.
Last year Kubernetes won. See [Visual Studio Code](u) with `pnpm`, since pnpm is quick.
GitHub speaks JSON over HTTP; NOTE that a note is a note, and English is English.

- Install the thing
- Use `width`, the width of it
"""


def names(text: str, source: str = "en", known: Terms = NONE) -> dict[str, int]:
    document = parse(text.encode(), path="a.md", source=source)
    return {each.source: each.count for each in proposed([document] * 3, source, known)}


def test_names_of_all_kinds() -> None:
    assert names(NAMES) == {
        "Visual Studio Code": 6,
        "GitHub": 6,
        "pnpm": 3,
        "HTTP": 3,
        "JSON": 3,
        "Jane Doe": 3,
        "Kubernetes": 3,
    }


def test_those_that_are_used_most_come_first() -> None:
    document = parse(NAMES.encode(), path="a.md")
    counts = [each.count for each in proposed([document] * 3, "en", NONE)]
    assert counts == sorted(counts, reverse=True)


def test_what_the_glossary_has_is_not_proposed() -> None:
    known = Terms([Term("GitHub", "GitHub", fixed=True), Term("json", "json", fixed=True)])
    assert names(NAMES).keys() - names(NAMES, known=known).keys() == {"GitHub", "JSON"}


@pytest.mark.parametrize(
    "text",
    [
        "Open things. Open them.",  # at the start of sentences
        "# A Title Of Many Things\n",
        "He likes open source, and Open Source is open source.",
        "The web, the Web; a port and a Port is a port.",
        "It's what I'd say, I'm sure; that I've.",
        "WARNING: a warning is no WARNING.",
        "We met in March on Monday in French.",
        "(Really) “Really” and: Really.",
        "Use `files` for the files and a file.",
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert names(text) == {}


def test_what_is_rare_is_not_proposed() -> None:
    document = parse(b"We like Zorblax here.\n", path="a.md")
    assert proposed([document] * 2, "en", NONE) == ()
    assert [each.source for each in proposed([document] * 3, "en", NONE)] == ["Zorblax"]


def test_german_nouns_are_no_names() -> None:
    text = "Wir nutzen den Speicher im Haus mit GitHub und JSON.\n"
    assert names(text, "de") == {"GitHub": 3, "JSON": 3}
    assert "Speicher" in names(text, "es")


def test_in_a_script_of_its_own_all_latin_words_are_names() -> None:
    assert names("我们在 Kubernetes 上使用docker。\n", "zh") == {"Kubernetes": 3, "docker": 3}
