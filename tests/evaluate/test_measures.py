"""chrF++ is sacrebleu's own; what a model makes of the texts; which scores are kept."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from sacrebleu.metrics import BLEU, CHRF

from evaluate.test_references import POST, THEIRS, library
from plan.test_run import Blog, Shouting, Silent
from polypost import chrf
from polypost.clock import SystemClock
from polypost.errors import BudgetError, UsageError
from polypost.evaluation import load, translations
from polypost.fronts.evaluate import _left
from polypost.measures import Evaluation, Measure, basis, saved
from polypost.models.routing import Wishes, route
from polypost.models.scores import Score, dump, read
from polypost.options import Options
from polypost.references import references
from polypost.run.budget import Budget
from polypost.values import Untranslated, Usage

ONE, TWO = "facebook/seamless-m4t-v2-large", "facebook/nllb-200-3.3B"
SAID = [
    "La primera está aquí, con un enlace.",
    "第二段落はここにある。",
    "Un punto; otro punto: 3,5 km.",
    "Nada que ver con ello",
]
WANTED = [
    "La primera sigue aquí con un enlace.",
    "二番目の段落はここにあります。",
    "Un punto; otro punto: 3.5 km.",
    "Es otra cosa",
]


def test_the_score_is_what_sacrebleu_gives_called_directly():
    metric = CHRF(word_order=2)
    score, signature = chrf.score(SAID, WANTED)
    assert score == metric.corpus_score(SAID, [WANTED]).score
    assert signature == metric.get_signature().format()
    assert "nw:2" in signature
    # What would come out if chrF were taken for it, or another metric.
    assert score != CHRF().corpus_score(SAID, [WANTED]).score
    assert score != BLEU().corpus_score(SAID, [WANTED]).score


def test_the_score_is_what_its_command_line_prints(tmp_path):
    for name, lines in (("said", SAID), ("wanted", WANTED)):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    command = [sys.executable, "-m", "sacrebleu", "wanted", "-i", "said", "-m", "chrf"]
    more = ["--chrf-word-order", "2", "--score-only", "--width", "6"]
    done = subprocess.run([*command, *more], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{chrf.score(SAID, WANTED)[0]:.6f}"


def test_without_sacrebleu_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sacrebleu.metrics", None)
    with pytest.raises(UsageError, match=r'pip install "polypost\[evaluate\] @ git\+https://'):
        chrf.require_installed()


@pytest.fixture
def blog(tmp_path):
    made = Blog(tmp_path)
    made.write("a.md", POST)
    made.write("a.es.md", THEIRS)
    return made


def translated(blog, translator):
    there = library(blog).blog
    asked = list(references("a.md", "es", there))
    budget = Budget(None, None, SystemClock())
    return asked, translations(asked, there, translator, budget, Silent())


WORDS = {
    "A title here": "Un título",
    "Head of it": "La cabeza",
    "First one stands with XENT1X and a link.": "La primera sigue con XENT1X y un enlace.",
    "And more of it.": "Y algo más.",
    "Second one stands.": "La segunda.",
    "What it shows": "Lo que muestra",
}


class Person(Shouting):
    """Says what the person has written."""

    def answer(self, sentence, language):
        return WORDS[sentence]


def test_a_model_gets_plain_sentences_and_nothing_is_asked_to_place_links(blog):
    translator = Person()
    asked, said = translated(blog, translator)
    assert [text for _, text in translator.asked] == list(WORDS)
    assert said == [one.text for one in asked]
    assert chrf.score(said, [one.text for one in asked])[0] == 100.0


def test_what_has_no_reference_is_not_sent(blog):
    blog.write("a.es.md", THEIRS.replace("La segunda.", "Second one stands."))
    translator = Person()
    translated(blog, translator)
    assert [text for _, text in translator.asked] == [one for one in WORDS if one != "Second one stands."]


def test_the_load_is_what_is_sent(blog):
    there = library(blog).blog
    translator = Shouting()
    translated(blog, translator)
    size = load(list(references("a.md", "es", there)), there)
    assert (size.sentences, size.languages) == (len(translator.asked), ("es",))
    assert size.characters == sum(len(text) for _, text in translator.asked)


def test_a_worse_model_scores_less_and_what_has_no_answer_is_the_source(blog):
    def fail(sentence):
        return Untranslated("no") if sentence == "Second one stands." else None

    asked, said = translated(blog, Shouting(fail))
    assert said[3] == "Second one stands." == asked[3].source
    assert said[0] == "A TITLE HERE"
    assert chrf.score(said, [one.text for one in asked])[0] < 50


def test_code_that_a_model_loses_costs_it_the_words_around_it_and_nothing_else(blog):
    class Losing(Person):
        def answer(self, sentence, language):
            return WORDS.get(sentence, sentence.upper()).replace("XENT1X", "")

    asked, said = translated(blog, Losing())
    assert "FIRST ONE STANDS WITH" in said[2]
    assert [one for at, one in enumerate(said) if at != 2] == [
        one.text for at, one in enumerate(asked) if at != 2
    ]


def test_titles_in_capitals_are_compared_in_capitals(tmp_path):
    blog = Blog(tmp_path)
    blog.write("a.md", "# THE HEAD OF IT\n\nText.\n")
    blog.write("a.es.md", "# LA CABEZA\n\nTexto.\n")

    class Small(Shouting):
        def answer(self, sentence, language):
            return {"The head of it": "La cabeza", "Text.": "Texto."}[sentence]

    asked, said = translated(blog, Small())
    assert said == ["LA CABEZA", "Texto."] == [one.text for one in asked]


# What is kept


def evaluation(scores, *, source="own references, 5 texts, abc", language="es"):
    measures = tuple(Measure(model, language, score, "sig") for model, score in scores.items())
    by = replace(basis([]), texts=5, sentences=9, source=source)
    return Evaluation("en", {language: by}, measures)


def test_the_routing_takes_what_was_kept():
    kept = read(dump(saved((), evaluation({ONE: 40.0, TWO: 42.5}))), "scores.csv")
    assert route(Wishes((ONE, TWO), "en", scores=kept), ("es",)).needed == (TWO,)
    close = read(dump(saved((), evaluation({ONE: 40.0, TWO: 40.9}))), "scores.csv")
    assert route(Wishes((ONE, TWO), "en", scores=close), ("es",)).needed == (ONE,)
    assert route(Wishes((ONE, TWO), "en"), ("es",)).needed == (ONE,)


def test_a_model_that_is_measured_later_by_the_same_texts_compares(blog):
    there = library(blog).blog
    every = list(references("a.md", "es", there))
    one, other = basis(every), basis(every[:-1])
    assert one.source == basis(list(references("a.md", "es", library(blog).blog))).source
    assert one.source != other.source
    first = saved((), evaluation({ONE: 40.0}, source=one.source))
    both = saved(first, evaluation({TWO: 42.0}, source=one.source))
    assert route(Wishes((ONE, TWO), "en", scores=both), ("es",)).needed == (TWO,)
    apart = saved(first, evaluation({TWO: 42.0}, source=other.source))
    assert route(Wishes((ONE, TWO), "en", scores=apart), ("es",)).needed == (ONE,)


def test_a_new_comparison_takes_the_place_of_the_old_one_and_of_nothing_else():
    published = Score(ONE, "en", "es", "chrF++", 50.0, "a paper")
    other = saved((published,), evaluation({ONE: 30.0, TWO: 20.0}, language="ja"))
    before = saved(other, evaluation({ONE: 40.0, TWO: 45.0}, source="own references, 4 texts, x"))
    assert len(before) == 5
    after = saved(before, evaluation({ONE: 45.0, TWO: 40.0}))
    assert {(each.language, each.source, each.value) for each in after} == {
        ("es", "a paper", 50.0),
        ("ja", "own references, 5 texts, abc", 30.0),
        ("ja", "own references, 5 texts, abc", 20.0),
        ("es", "own references, 5 texts, abc", 45.0),
        ("es", "own references, 5 texts, abc", 40.0),
    }
    # One number alone compares with nothing: the comparison before it stays.
    assert len(saved(before, evaluation({"google/madlad400-3b-mt": 60.0}))) == 6


def test_the_same_measured_again_stands_once():
    before = saved((), evaluation({ONE: 40.0, TWO: 42.0}))
    after = saved(before, evaluation({ONE: 41.0}))
    assert sorted(each.value for each in after) == [41.0, 42.0]


# Limits


def left(used, **limits):
    options = _left(Options(languages=("es",), **limits), TWO, used)
    return options.max_cost, options.max_minutes


def test_a_model_gets_what_those_before_it_have_left_of_the_limits():
    used = [Usage(cost_usd=0.4, seconds=90), Usage(cost_usd=0.1, seconds=30)]
    assert left(used, max_cost="2", max_minutes="10") == ("1.5000", "8.0000")
    assert left(used) == ("", "")
    assert left([Usage()], max_cost="2") == ("2.0000", "")
    for limit in ({"max_cost": "0.5"}, {"max_minutes": "2"}):
        with pytest.raises(BudgetError, match=f"{TWO} was not asked"):
            left(used, **limit)
