"""`polypost evaluate` as a user runs it: models in an account, one after the other, on people's own texts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from types import MappingProxyType

import pytest
from sacrebleu.metrics import CHRF

from polypost.files import read
from polypost.models.routing import Wishes, route
from polypost.models.scores import FILE
from polypost.models.scores import read as scores_in
from standins.aws import echo

SEAMLESS, NLLB = "facebook/seamless-m4t-v2-large", "facebook/nllb-200-3.3B"
POST = """# The head of it

It runs `make all` and [ends well](https://x.org). We like that.

Nobody has corrected this one.

And here is the end of it.
"""
THEIRS = {
    "The head of it": "La cabeza de todo",
    "It runs {code} and ends well.": "Ejecuta {code} y acaba bien.",
    "We like that.": "Eso nos gusta.",
    "And here is the end of it.": "Y aquí está el final.",
}
SPANISH = """# La cabeza de todo

Ejecuta `make all` y [acaba bien](https://x.org). Eso nos gusta.

Nobody has corrected this one.

Y aquí está el final.
"""


@pytest.fixture
def blog(tmp_path):
    folder = tmp_path / "blog"
    folder.mkdir()
    (folder / "post.md").write_text(POST)
    return folder


def evaluate(blog, aws, *arguments, credentials=MappingProxyType({})):
    env = {name: os.environ[name] for name in ("PATH", "HOME")} | aws.env | credentials
    command = [sys.executable, "-m", "polypost.cli", "evaluate", "--to", "es,ja", *arguments]
    return subprocess.run(command, cwd=blog, env=env, capture_output=True, text=True, check=False)


def knowing(request):
    """NLLB (whose codes have a script) says what the person has written, the other what `echo` says."""
    if "_" not in request["parameters"]["tgt_lang"]:
        return echo(request)
    return [
        {"translation_text": THEIRS[plain(text)].replace("{code}", standin(text))}
        if plain(text) in THEIRS
        else said
        for text, said in zip(request["inputs"], echo(request), strict=True)
    ]


def standin(text):
    """What stands for code in a sentence; each model has its own."""
    return next(iter(re.findall(r"[A-Z]*(?:ENT|ITEM|CIT)\w+", text)), "")


def plain(text):
    return text.replace(standin(text), "{code}") if standin(text) else text


def sent(aws, code):
    """The sentences of the post, without those that every model is tried with."""
    calls = [call.input for call in aws.calls("InvokeEndpoint")]
    of = [plain(text) for call in calls if call["parameters"]["tgt_lang"] == code for text in call["inputs"]]
    return [text for text in of if text in THEIRS or "corrected" in text]


def test_two_models_are_measured_and_the_routing_follows(blog, aws):
    (blog / "post.es.md").write_text(SPANISH)
    aws.backend = knowing
    files = ("--save", "--json", "found.json", "--plot", "found.svg")
    issued = aws.session(7200)
    done = evaluate(blog, aws, "--model", SEAMLESS, "--model", NLLB, *files, credentials=issued)
    assert done.returncode == 0, done.stderr
    (spanish,) = json.loads((blog / "found.json").read_text())["languages"]
    assert (spanish["texts"], spanish["sentences"], spanish["few"]) == (3, 4, True)
    best, other = spanish["scores"]
    assert (best["model"], best["score"]) == (NLLB, 100.0)
    wanted = ["La cabeza de todo", "Ejecuta y acaba bien. Eso nos gusta.", "Y aquí está el final."]
    said = [
        "spa The head of it",
        "spa It runs and ends well. spa We like that.",
        "spa And here is the end of it.",
    ]
    metric = CHRF(word_order=2)
    assert other["score"] == round(metric.corpus_score(said, [wanted]).score, 4)
    assert other["signature"] == metric.get_signature().format()
    for code in ("spa", "spa_Latn"):
        assert set(sent(aws, code)) == set(THEIRS), "what has no reference is not sent"
    assert len(aws.calls("CreateEndpoint")) == len(aws.calls("DeleteEndpoint")) == 2
    told = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    assert len(told) == 2, told
    assert "The AWS credentials end, and nothing says when" in told[1], "not once for each model"
    assert "No text that a person has written or corrected: ja." in done.stdout
    assert "es: 4 sentences. So few say little" in done.stdout
    assert "<svg" in (blog / "found.svg").read_text()
    kept = scores_in(read(blog, FILE).decode(), FILE)
    assert route(Wishes((SEAMLESS, NLLB), "en", scores=kept), ("es",)).needed == (NLLB,)
    assert (blog / "post.es.md").read_text() == SPANISH


def test_a_blog_without_peoples_texts_starts_nothing_and_says_what_to_do(blog, aws):
    done = evaluate(blog, aws, "--model", SEAMLESS)
    assert done.returncode == 2
    assert "Correct translations in the localized files" in done.stderr
    assert aws.log == []


def test_a_dry_run_tells_what_it_would_take_and_starts_nothing(blog, aws):
    (blog / "post.es.md").write_text(SPANISH)
    done = evaluate(blog, aws, "--model", SEAMLESS, "--model", NLLB, "--dry-run", "--save")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Expected: about") == 2
    assert "All of them, one after the other: about 2" in done.stderr
    assert "es: 3 texts, 4 sentences to measure by" in done.stdout
    assert "Dry run, nothing was started." in done.stdout
    told = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    assert len(told) == 1, told
    assert f"{SEAMLESS} (CC-BY-NC-4.0) and {NLLB} (CC-BY-NC-4.0) may not be used commercially" in told[0]
    assert aws.calls("CreateEndpoint") == []
    assert not (blog / FILE).exists()


def test_a_limit_holds_for_all_models_together(blog, aws):
    (blog / "post.es.md").write_text(SPANISH)
    alone = evaluate(blog, aws, "--model", SEAMLESS, "--dry-run", "--max-minutes", "18")
    assert alone.returncode == 0, alone.stderr
    done = evaluate(blog, aws, "--model", SEAMLESS, "--model", NLLB, "--max-minutes", "18")
    assert done.returncode == 2
    assert "Nothing was started" in done.stderr
    assert aws.calls("CreateEndpoint") == []


def test_when_the_second_fails_the_first_is_told_and_both_are_gone(blog, aws):
    (blog / "post.es.md").write_text(SPANISH)

    def failing(request):
        if "_" in request["parameters"]["tgt_lang"]:
            raise ValueError("no such thing")
        return echo(request)

    aws.backend = failing
    done = evaluate(blog, aws, "--model", SEAMLESS, "--model", NLLB, "--json", "found.json")
    assert done.returncode == 3, done.stdout
    (spanish,) = json.loads((blog / "found.json").read_text())["languages"]
    assert [each["model"] for each in spanish["scores"]] == [SEAMLESS]
    assert len(aws.calls("DeleteEndpoint")) == len(aws.calls("CreateEndpoint")) == 2


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--model", "gpt/nothing"), "does not know the model"),
        (("--model", SEAMLESS, "--plot", "x.png"), "no .svg"),
        (("--model", SEAMLESS, "--json", "nowhere/x.json"), "can't be written"),
        (("--model", SEAMLESS, "--model", NLLB, "--endpoint-name", "mine"), "suits one model"),
        (("--translator", "pseudo", "--save"), "no model to choose by"),
        (("--model", SEAMLESS, "--limit", "0"), "whole number over 0"),
    ],
)
def test_wrong_options_start_nothing(blog, aws, more, told):
    (blog / "post.es.md").write_text(SPANISH)
    done = evaluate(blog, aws, *more)
    assert (done.returncode, aws.log) == (2, [])
    assert told in done.stderr


def test_a_model_that_lacks_languages_is_told_once_and_the_other_measured(blog, aws):
    (blog / "post.es.md").write_text(SPANISH)
    (blog / "post.ja.md").write_text(SPANISH)
    done = evaluate(blog, aws, "--model", SEAMLESS, "--model", "Helsinki-NLP/opus-mt-en-de", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Helsinki-NLP/opus-mt-en-de lacks a language") == 1
    assert "es (Spanish): models" in done.stdout
    assert "ja (Japanese): models" in done.stdout
    assert done.stderr.count("Expected: about") == 1
    assert "All of them" not in done.stderr
