"""What becomes of a glossary's terms on their way through a translator."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypost import same_structure
from polypost.errors import UsageError
from polypost.glossary import read
from polypost.markdown.document import parse
from polypost.text.cuts import keys
from polypost.text.text import sentences
from polypost.text.work import Work
from text.translators import HOSTILE, Translate, backwards, knowing, localize, lossy, recording, saying, upper

GLOSSARY = """source,kind,es,ja,de
GitHub,do-not-translate,,,
GitHub Actions,do-not-translate,,,
Visual Studio Code,do-not-translate,,,
npm,do-not-translate,,,
United Nations,fixed,Naciones Unidas,国際連合,
cluster,fixed,clúster,,
checkpoint,,punto de control,,Kontrollpunkt
"""


def done(post: str, translate: Translate = upper, target: str = "es", path: str = "p.md") -> str:
    return localize(post.encode(), translate, path=path, target=target, glossary=GLOSSARY).content.decode()


@pytest.mark.parametrize(
    ("post", "after"),
    [
        ("We use GitHub Actions with GitHub.\n", "WE USE GitHub Actions WITH GitHub.\n"),
        ("GitHub Actions runs it.\n", "GitHub Actions RUNS IT.\n"),
        ("The GitHubs and pGitHub.\n", "THE GITHUBS AND PGITHUB.\n"),
        ("Two clusters, no cluster.\n", "TWO CLUSTERS, NO clúster.\n"),
        ("Clusters or a Cluster.\n", "CLUSTERS OR A clúster.\n"),
        ("Cluster by cluster it goes.\n", "Clúster BY clúster IT GOES.\n"),
        ("# About GitHub Actions\n", "# ABOUT GitHub Actions\n"),
        ("# Getting Started with the United Nations\n", "# GETTING STARTED WITH THE Naciones Unidas\n"),
        ("![the GitHub cat](c.png)\n", "![THE GitHub CAT](c.png)\n"),
        ('[this](u "on GitHub now")\n', '[THIS](u "ON GitHub NOW")\n'),
        (
            "---\ntitle: On GitHub\nid: GitHub x\n---\n\nA.\n",
            "---\ntitle: ON GitHub\nid: GitHub x\n---\n\nA.\n",
        ),
        ("| on GitHub | b b |\n|---|---|\n", "| ON GitHub | B B |\n|---|---|\n"),
        ("- [x] see GitHub\n", "- [x] SEE GitHub\n"),
        (
            "Use `GitHub` at https://github.com/GitHub, <b title='GitHub'>GitHub</b>.\n",
            "USE `GitHub` AT https://github.com/GitHub, <b title='GitHub'>GitHub</b>.\n",
        ),
        ("It runs on Visual\nStudio Code.\n", "IT RUNS ON Visual Studio Code.\n"),
        ("See **GitHub Actions** now.\n", "SEE **GitHub Actions** NOW.\n"),
        ("The [GitHub API](u) is *here*.\n", "THE [GitHub API](u) IS *HERE*.\n"),
        ("The _United Nations_ meet.\n", "THE _Naciones Unidas_ MEET.\n"),
        ("**GitHub** or [GitHub](u) it is.\n", "**GitHub** OR [GitHub](u) IT IS.\n"),
        ("See **Visual** Studio Code here.\n", "SEE **Visual** Studio Code HERE.\n"),
        ("The **Git**Hub of it.\n", "THE **Git**Hub OF IT.\n"),
    ],
)
def test_terms_come_back_as_given(post: str, after: str) -> None:
    got = done(post)
    assert got == after
    assert not same_structure(post.encode(), got.encode())


def test_without_a_glossary_they_do_not() -> None:
    post = b"We use GitHub Actions with GitHub.\n"
    assert localize(post, upper, path="p.md").content == b"WE USE GITHUB ACTIONS WITH GITHUB.\n"


def test_marks_find_terms_wherever_they_went() -> None:
    assert done("**GitHub** and [GitHub](u) again.\n", backwards) == "again [GitHub](u) and **GitHub**.\n"
    assert done("The *United Nations* and `x` met.\n", backwards) == "met `x` and *Naciones Unidas* The.\n"


def test_scripts_without_spaces() -> None:
    answers = {"The XENT1X meets on XENT2X.": "XENT1Xは XENT2X で開かれる。"}
    got = done("The United Nations meets on GitHub.\n", knowing(answers), "ja")
    assert got == "国際連合は GitHub で開かれる。\n"
    asked: list[str] = []
    result = localize(
        "在GitHub上工作。\n".encode(), recording(asked), path="p.md", source="zh", glossary="source\nGitHub\n"
    )
    assert asked == ["在 XENT1X 上工作。"]
    assert result.content.decode() == "在GitHub上工作。\n"


@pytest.mark.parametrize(
    ("post", "after"),
    [
        ("# United Nations\n", "# Naciones Unidas\n"),
        ("GitHub, GitHub Actions & npm\n", "GitHub, GitHub Actions & npm\n"),
        ("**GitHub** [npm](u)\n", "**GitHub** [npm](u)\n"),
        ("![United Nations](u.png)\n", "![Naciones Unidas](u.png)\n"),
    ],
)
def test_what_is_nothing_but_terms_needs_no_model(post: str, after: str) -> None:
    assert done(post, knowing({})) == after
    with pytest.raises(Exception, match="the translator raised KeyError"):
        localize(post.encode(), knowing({}), path="p.md")


def test_a_lost_stand_in_costs_the_stand_in_not_the_sentence() -> None:
    asked: list[str] = []
    got = done("We use GitHub here.\n", recording(asked, lossy))
    assert asked == ["We use XENT1X here.", "We use XITEMX here.", "We use GitHub here."]
    assert got == "WE USE GitHub HERE.\n"  # it stood there in other letters, and has its own again


def test_what_is_lost_for_good_is_told_with_its_line() -> None:
    result = localize(b"A.\n\nWe use GitHub.\n", saying("Usamos algo."), path="p.md", glossary=GLOSSARY)
    assert result.content == b"Usamos algo.\n\nUsamos algo.\n"
    assert [(f.code, f.line) for f in result.findings] == [("term-missing", 3)]
    assert "“GitHub” as it is" in result.findings[0].message


def test_a_doubled_stand_in_counts_for_nothing() -> None:
    def doubling(texts: Sequence[str]) -> list[str]:
        return [re.sub(r"(XENT\dX|XITEMX)", r"\1 \1", text) for text in texts]

    asked: list[str] = []
    assert done("We use GitHub here.\n", recording(asked, doubling)) == "We use GitHub here.\n"
    assert asked[-1] == "We use GitHub here."


INFLECTED = "Save the checkpoint now.\n"
SAID = INFLECTED.strip()
AGAIN = "Save the punto de control now."


@pytest.mark.parametrize(
    ("answers", "after", "codes"),
    [
        ({SAID: "Guarda los puntos de control."}, "Guarda los puntos de control.\n", []),
        ({SAID: "Guarda el checkpoint ya."}, "Guarda el punto de control ya.\n", []),
        ({SAID: "Guarda eso.", AGAIN: "Guarda el punto de control."}, "Guarda el punto de control.\n", []),
        ({SAID: "Guarda eso.", AGAIN: "Guarda algo."}, "Guarda eso.\n", ["term-missing"]),
        ({SAID: "Guarda eso.", AGAIN: AGAIN}, "Guarda eso.\n", ["term-missing"]),
        ({SAID: "Guarda eso.", AGAIN: ""}, "Guarda eso.\n", ["term-missing"]),
        ({SAID: SAID}, INFLECTED, []),
    ],
)
def test_what_inflects_is_looked_for_and_repaired(
    answers: dict[str, str], after: str, codes: list[str]
) -> None:
    result = localize(INFLECTED.encode(), knowing(answers), path="p.md", glossary=GLOSSARY)
    assert (result.content.decode(), [f.code for f in result.findings]) == (after, codes)


def test_marks_on_what_inflects() -> None:
    post = "Save the **checkpoint** of *GitHub* now.\n"
    said = "Save the checkpoint of XENT1X now."
    copied = knowing({said: "Guarda el checkpoint de XENT1X ya."})
    assert done(post, copied) == "Guarda el **punto de control** de *GitHub* ya.\n"
    again = {said: "Guarda eso de XENT1X.", "checkpoint": "control"}
    again["Save the punto de control of XENT1X now."] = "Guarda el punto de control de XENT1X."
    again['Save the "checkpoint" of XENT1X now.'] = "Guarda eso de XENT1X."
    assert done(post, knowing(again)) == "Guarda el **punto de control** de *GitHub*.\n"


def test_a_language_without_a_form_is_not_held_to_one() -> None:
    assert done(INFLECTED, saying("保存する。"), "ja") == "保存する。\n"
    assert done("The United Nations meets.\n", upper, "de") == "THE UNITED NATIONS MEETS.\n"


POST = """---
title: GitHub Actions in the cluster
---

# United Nations

We **use GitHub** and `code` with [GitHub Actions](u), a *checkpoint* or Visual Studio
Code. In the cluster, npm and *Visual* Studio Code. ![GitHub](a.png "npm here")

| GitHub | the cluster |
| --- | --- |
| [npm](x) | a checkpoint |
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_no_translator_breaks_a_post_with_terms(name: str) -> None:
    result = localize(POST.encode(), HOSTILE[name], path="p.md", glossary=GLOSSARY)
    assert not same_structure(POST.encode(), result.content, result.declared)
    assert not re.search("[\U000f0000-\U000fffff]|XENT|ITEM[A-Z]", result.content.decode())


WORDS = st.sampled_from(
    [
        "GitHub",
        "GitHub Actions",
        "npm",
        "checkpoint",
        "cluster",
        "`x`",
        "**",
        "*",
        "the",
        "a b",
        "[c](u)",
        ".",
        "United Nations",
    ]
)


@given(st.lists(WORDS, max_size=12), st.sampled_from(sorted(HOSTILE)))
def test_any_text_with_terms(words: list[str], name: str) -> None:
    post = f"{' '.join(words)}\n".encode()
    same = localize(post, list, path="p.md", target="ja", glossary="source\nGitHub\nGitHub Actions\nnpm\n")
    assert same.content == post
    result = localize(post, HOSTILE[name], path="p.md", glossary=GLOSSARY)
    assert not same_structure(post, result.content, result.declared)


def test_the_memory_knows_nothing_of_terms() -> None:
    document = parse(POST.encode(), path="p.md")
    before = [keys(segment.prose) for segment in document.segments]
    work = Work(document, target="es", terms=read(GLOSSARY, "g.csv").terms("es"))
    answers: dict[str, str] = {}
    while needs := work.needed(answers):
        asked = (*needs.sentences, *needs.probes)
        answers.update(zip(asked, upper(asked), strict=True))
    work.render(answers)
    assert [keys(segment.prose) for segment in document.segments] == before


def test_what_is_first_sent_is_known_beforehand() -> None:
    document = parse(POST.encode(), path="p.md")
    terms = read(GLOSSARY, "g.csv").terms("es")
    first = Work(document, target="es", terms=terms).needed({}).sentences
    every = range(len(document.segments))
    assert [text for at in every for text in sentences(document, at, terms)] == list(first)
    assert [text for at in every for text in sentences(document, at)] != list(first)


def test_a_wrong_glossary_is_told() -> None:
    with pytest.raises(UsageError, match="The glossary can't be used"):
        localize(b"A.\n", upper, path="p.md", glossary="a,b\nc,d\n")
