"""The stand-ins that this very model keeps are found out on the endpoint itself, by one request."""

from __future__ import annotations

import re

import pytest

from polypost.markdown.standins import FORMS
from polypost.text import tryout
from standins.aws import ModelError, Timeout, echo

from .conftest import answers

MADLAD = "google/madlad400-3b-mt"


def losing(*patterns):
    """The echo of a model that has no word for what matches."""

    def backend(request):
        lost = re.compile("|".join(patterns))
        answers = request["inputs"] if "tgt_lang" not in request["parameters"] else None
        texts = [{"translation_text": text} for text in answers] if answers else echo(request)
        return [{"translation_text": lost.sub("<unk>", each["translation_text"])} for each in texts]

    return backend


def trials(aws):
    bodies = [call.input for call in aws.calls("InvokeEndpoint")]
    return [body for body in bodies if len(body["inputs"]) == len(tryout.asked())]


def test_forms_that_the_model_loses_go_last(aws, opened, endpoint, console):
    aws.backend = losing(r"XENT\d", r"XITEMX")
    with opened(("ja", "es"), endpoint_name=endpoint("blog")) as translator:
        assert translator.standins == (*FORMS[2:], *FORMS[:2])
        assert translator.usage().characters == 0
    [trial] = trials(aws)
    assert trial["parameters"]["tgt_lang"] == "jpn"
    assert "tand-ins" not in console, "no words for a user"


def test_a_model_that_keeps_them_all_gets_the_usual_order(aws, opened, endpoint):
    with opened(endpoint_name=endpoint("blog")) as translator:
        assert translator.standins == FORMS


def test_among_equals_the_familys_own_comes_first(aws, opened, endpoint):
    aws.backend = losing(r"nothing of this")
    with opened(endpoint_name=endpoint("blog"), model=MADLAD) as translator:
        assert translator.standins == ("zzcit", *(form for form in FORMS if form != "zzcit"))


@pytest.mark.parametrize("fault", [Timeout(0.1), ModelError(400, "index out of range in self")])
def test_a_trial_that_fails_costs_nothing_but_its_request(aws, opened, endpoint, console, fault):
    aws.script("InvokeEndpoint", None, fault)
    with opened(endpoint_name=endpoint("blog")) as translator:
        assert translator.standins == FORMS
        assert answers(translator, ["Hi."], "es") == ["spa Hi."]
    assert len(trials(aws)) == 1
    assert "Stand-ins for code and links could not be tried; the usual ones are used." in console
