"""Secrets stay out of what others say, however it is quoted."""

from __future__ import annotations

import json

import pytest

from polypost.sagemaker.asking.requests import Refused, Requests
from polypost.sagemaker.batch import records
from polypost.sagemaker.batch.records import Record
from polypost.sagemaker.redact import redacting

from .conftest import Napping

SECRET = "sk-'quoted\\Sentinel\"é"


@pytest.mark.parametrize("quoted", [str, repr, json.dumps, lambda text: json.dumps({"said": repr(text)})])
def test_a_secret_is_hidden_however_it_is_quoted(quoted):
    told = f"before {quoted(SECRET)} after"
    assert "Sentinel" in told
    assert "Sentinel" not in redacting([SECRET, ""])(told)
    assert redacting(["another secret"])(told) == told


def test_an_answer_that_makes_no_sense_is_told_without_secrets(aws, endpoint):
    name = endpoint("polypost-x")
    aws.backend = lambda _request: {"environment": "x" * 195 + SECRET}
    client, redact = aws.client("sagemaker-runtime"), redacting([SECRET])
    outcome = Requests(client, name, Napping(), redact).attempt({"inputs": ["Hi."], "parameters": {}}, 1)
    assert isinstance(outcome, Refused)
    assert "sk-" not in outcome.reason
    assert "xxx" in outcome.reason


def test_a_batch_result_that_makes_no_sense_is_told_without_secrets():
    record = Record("es", ("Hi.",))
    told = {"id": record.id, "sentences": ["Hi."], "limit": 9, "SageMakerOutput": {"env": SECRET}}
    refusal = records.refusal(record, f"It met {SECRET}")
    for line in (json.dumps(told), refusal):
        assert "Sentinel" in line
        assert "Sentinel" not in str(records.result(line, "es", redacting([SECRET])))
