"""Titles in capitals: sent in sentence case, given their capitals back, names kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polypost.markdown.titles import Titles, restored
from text.translators import knowing, localize, recording

BODY = "You can use Docker with the API. The README is by Ada, who has a card. What is it?"


def lowered(title: str, language: str = "en", body: str = BODY) -> str:
    return Titles([body], language).lowered(title, [(0, len(title))]) or title


@pytest.mark.parametrize(
    ("title", "sent"),
    [
        ("Getting Started", "Getting started"),
        ("Getting Started With The New Release", "Getting started with the new release"),
        ("Creating the Anki Card", "Creating the anki card"),
        ("Five Ways to Use Docker", "Five ways to use Docker"),
        ("How I Built-In A Thing", "How I built-in a thing"),
        ("The Story: Beginning Again", "The story: Beginning again"),
        ("GETTING STARTED WITH THE API", "Getting started with the API"),
        ("DOCKER AND ADA INSTALLED", "Docker and Ada installed"),
        ("OVERVIEW", "Overview"),
        ("HOW TO USE THE API", "How to use the API"),
        ("I'M HERE AND LEAVING", "I'M here and leaving"),
    ],
)
def test_in_sentence_case(title: str, sent: str) -> None:
    assert lowered(title) == sent


@pytest.mark.parametrize(
    "title",
    [
        *(
            "What is it?",
            "Hello world.",
            "Conclusion",
            "Working with Docker",
            "Meet Ada Lovelace",
            "About iPhone Apps",
        ),
        *(
            "FAQ",
            "README",
            "THE API",
            "IT AND HR",
            "JSON API",
            "HTML5",
            "iOS",
            "v1.2",
            "A",
            "",
            "日本語",
            "Using `x`",
        ),
    ],
)
def test_left_alone(title: str) -> None:
    assert lowered(title) == title


def test_title_case_is_an_english_habit() -> None:
    assert lowered("Erste Schritte Mit Neuen Karten", "de") == "Erste Schritte Mit Neuen Karten"
    assert lowered("ERSTE SCHRITTE", "de") == "Erste schritte"
    assert lowered("НОВАЯ ВЕРСИЯ", "ru", "") == "Новая версия"


@pytest.mark.parametrize(
    ("title", "answer", "language", "written"),
    [
        ("Getting Started", "primeros pasos", "es", "Primeros Pasos"),
        ("Getting Started", "premiers pas de l'application", "fr", "Premiers pas de l'application"),
        ("Use It On The Web", "úsalo en la web", "es", "Úsalo En La Web"),
        ("GETTING STARTED", "erste Schritte, groß", "de", "ERSTE SCHRITTE, GROẞ"),
        ("GETTING STARTED", "ilk adımlar", "tr", "İLK ADIMLAR"),
        ("GETTING STARTED", "начало работы", "ru", "НАЧАЛО РАБОТЫ"),
        ("GETTING STARTED", "docker を始める", "ja", "docker を始める"),
        ("Getting Started", "შესავალი ნაწილი", "ka", "შესავალი ნაწილი"),
        ("Getting Started", "بدء iOS", "ar", "بدء iOS"),
        ("Side Effects Use Cases", "efectos con uso de dos", "es", "Efectos Con Uso de Dos"),
        ("Get a Bug Out of It Now", "ein weg aus ihm zu", "de", "Ein Weg Aus Ihm Zu"),
        ("Ways to Work with It", "wie man da so", "de", "Wie man da So"),
        ("Using iPhone Widely", "usar iPhone y GitHub", "es", "Usar iPhone y GitHub"),
    ],
)
def test_given_back_where_the_script_has_case(title: str, answer: str, language: str, written: str) -> None:
    assert restored(answer, title, language) == written


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["es", "tr", "el", "ja", "de", "xx"]))
def test_nothing_gets_longer(title: str, answer: str, language: str) -> None:
    assert len(lowered(title)) == len(title)
    assert len(restored(answer, title, language)) == len(answer)


POST = b"""---
title: GETTING STARTED WITH DOCKER
description: Not A Title At All
---

# Getting Started With *Fast Cards*

We use Docker here. A card is quick.
"""


def test_in_a_post() -> None:
    asked: list[str] = []
    answers = {
        "Getting started with Docker": "Primeros pasos con Docker",
        "Not A Title At All": "No es un título",
        "Getting started with fast cards": "Primeros pasos con tarjetas rápidas",
        "fast cards": "tarjetas rápidas",
        "We use Docker here.": "Aquí usamos Docker.",
        "A card is quick.": "Una tarjeta es rápida.",
    }
    result = localize(POST, recording(asked, knowing(answers)), path="p.md", target="es")
    assert asked == [*(t for t in answers if t != "fast cards"), "fast cards"]
    written = result.content.decode()
    assert written.startswith("---\ntitle: PRIMEROS PASOS CON DOCKER\ndescription: No es un título\n---\n")
    assert "\n# Primeros Pasos Con *Tarjetas Rápidas*" in written
    assert written.endswith("\n\nAquí usamos Docker. Una tarjeta es rápida.\n")


def test_an_identity_gives_the_identical_post() -> None:
    assert localize(POST, list, path="p.md").content == POST
