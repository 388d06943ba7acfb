from __future__ import annotations

import json

import pytest

from polypost.models import DEFAULT_MODEL, MODELS, Generation, answers, choose

HOW = Generation(batch_size=2, max_new_tokens=64, num_beams=3)
PARAMETERS = {"batch_size": 2, "max_new_tokens": 64, "num_beams": 3}


@pytest.mark.parametrize(
    ("model", "inputs", "languages"),
    [
        (DEFAULT_MODEL, ["Hi.", "You."], {"src_lang": "eng", "tgt_lang": "spa"}),
        ("facebook/nllb-200-3.3B", ["Hi.", "You."], {"src_lang": "eng_Latn", "tgt_lang": "spa_Latn"}),
        ("facebook/m2m100_418M", ["Hi.", "You."], {"src_lang": "en", "tgt_lang": "es"}),
        ("google/madlad400-3b-mt", ["<2es> Hi.", "<2es> You."], {}),
        ("Helsinki-NLP/opus-mt-en-es", ["Hi.", "You."], {}),
        ("Helsinki-NLP/opus-mt-en-ROMANCE", [">>es<< Hi.", ">>es<< You."], {}),
    ],
)
def test_the_request_of_each_family(model, inputs, languages):
    route = choose(model, "en", ["es"])
    body = route.family.request(("Hi.", "You."), route.source, route.targets["es"], HOW)
    assert body == {"inputs": inputs, "parameters": languages | PARAMETERS}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ([{"translation_text": "a"}, {"translation_text": "b"}], ("a", "b")),
        ([[{"translation_text": "a"}, {"translation_text": "z"}], [{"translation_text": "b"}]], ("a", "b")),
        ({"translation_text": "a"}, ("a",)),
        (json.loads('{"translation_text": "a\\ud83db\\ud83d\\ude00"}'), ("ab\N{GRINNING FACE}",)),
        ([], ()),
        ([{"generated_text": "a"}], None),
        ([{"translation_text": None}], None),
        ([[]], None),
        ("a", None),
        ({"code": 400, "type": "InternalServerException", "message": "no"}, None),
    ],
)
def test_answers_are_read_or_refused(payload, expected):
    assert answers(payload) == expected


@pytest.mark.parametrize("family", MODELS.values(), ids=lambda family: family.name)
def test_every_row_leaves_room_for_an_answer_to_its_longest_sentence(family):
    limits = family.limits
    assert limits.max_new_tokens(limits.input_tokens) == 2 * limits.input_tokens + 32 <= limits.new_tokens
    assert limits.max_new_tokens(10_000) == limits.new_tokens
