"""What a run is expected to take, asked of the account."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

from polypost.choosing import routing_of
from polypost.clock import SystemClock
from polypost.fronts.engines import settings_of, sweep_first
from polypost.fronts.fleet import SageMaker
from polypost.fronts.front import Front
from polypost.options import Options
from polypost.sagemaker.settings import name_of
from polypost.signals import Signals
from polypost.text.first import joined
from polypost.values import Load
from standins.aws import Refused, ResourceLimitExceeded

from .conftest import Napping

LOAD = Load(("es",), 10, 500)
OPTIONS = Options(languages=("es",), instance_type=("ml.m5.xlarge",), aws_region="us-east-1")


def estimated(console, env, options=OPTIONS):
    front = Front(env, console, Signals(), Napping())
    return SageMaker(options, front, lambda _: None, routing_of(options, ())).estimate(LOAD)


def test_an_endpoint_that_is_up_needs_no_start(aws, endpoint, console):
    before = estimated(console, aws.env)
    endpoint(name_of(settings_of(OPTIONS, OPTIONS.model[0], ("es",), "x"), "ml.m5.xlarge"))
    after = estimated(console, aws.env)
    assert before.minutes - after.minutes > 9
    assert after.cost_usd < before.cost_usd
    assert "no start, since an endpoint that fits is in service already" in after.basis


def test_the_standing_endpoint_may_be_of_another_type_and_is_only_looked_at(aws, endpoint, console):
    wanted = replace(OPTIONS, instance_type=("ml.g4dn.xlarge", "ml.g5.xlarge", "ml.m5.xlarge"))
    endpoint(name_of(settings_of(wanted, wanted.model[0], ("es",), "x"), "ml.g5.xlarge"))
    found = estimated(console, aws.env, wanted)
    assert found.minutes < 1
    assert "ml.g5.xlarge at" in found.basis
    asked = [call.operation for call in aws.log if not call.operation.startswith("GetProducts")]
    assert asked == ["DescribeEndpoint"] * 2


def test_without_an_account_there_is_an_estimate_all_the_same(aws, console, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert estimated(console, {}).minutes > 9


def test_a_dry_run_tells_what_a_run_would_lack_on_this_machine(aws, console, monkeypatch):
    dry = replace(OPTIONS, dry_run=True)
    estimated(console, aws.env, dry)
    assert "sagemaker-core" not in console
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    estimated(console, aws.env, replace(dry, endpoint_name="my-endpoint"))
    assert "sagemaker-core" not in console
    estimated(console, aws.env, dry)
    assert "pip install 'polypost[deploy]" in console


def test_the_sweep_leaves_it_to_the_run_to_tell_that_there_is_no_account(aws, console, monkeypatch):
    front = Front({}, console, Signals(), Napping())
    aws.script("ListEndpoints", Refused("AccessDeniedException", "no", 403))
    sweep_first(OPTIONS, front)
    assert "could not be looked for" in console
    console.lines.clear()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    sweep_first(OPTIONS, front)
    assert console.lines == []


SEAMLESS, NLLB = "facebook/seamless-m4t-v2-large", "facebook/nllb-200-3.3B"
TWO = replace(
    OPTIONS,
    model=(SEAMLESS, NLLB),
    languages=("es", "ban"),
    model_for=(f"es: {SEAMLESS}",),
    engine="endpoint",
)
TWICE = joined([Load(("es",), 10, 500), Load(("ban",), 10, 500)])


def fleet(console, env, created, options=TWO):
    front = Front(env, console, Signals(), Napping() if options.engine == "batch" else SystemClock())
    return SageMaker(options, front, lambda each: created.append(each and each.name), routing_of(options, ()))


def test_two_models_are_estimated_and_told_apart(aws, console):
    translators = fleet(console, aws.env, [])
    found = translators.estimate(TWICE)
    assert found.basis.startswith("2 models side by side, $")
    assert f"{NLLB} for ban: about 10 min and $0.04" in found.basis
    assert found.minutes < 11
    assert translators.turns(TWICE) == [TWICE]
    assert translators.turns(TWICE.parts[1]) == (TWICE.parts[1],)


def test_they_work_side_by_side_and_each_is_the_others_second(aws, console):
    created = []
    with fleet(console, aws.env, created).open(TWICE) as translator:
        assert len(aws.left()) == 6
        said = {
            reply.language: reply.answer for reply in translator.translate({"es": ["Hi."], "ban": ["Hi."]})
        }
        assert said == {"es": "spa Hi.", "ban": "ban Hi."}
        assert list(translator.second.languages) == ["es"], "Seamless has no Balinese"
        [reply] = translator.second.translate({"es": ["Hello."]})
        assert reply.answer == "spa Hello."
        assert aws.calls("InvokeEndpoint")[-1].input["parameters"]["tgt_lang"] == "spa_Latn"
    assert aws.left() == []
    names = created[:-1]
    assert len(set(names)) == 2
    assert created[-1] is None, "everything is given up"
    assert translator.usage().cost_usd > 0


def test_what_a_failed_start_may_have_left_stays_on_record(aws, console):
    created = []
    aws.intercept = lambda arrival: (
        ResourceLimitExceeded("ml.m5.xlarge")
        if arrival.operation == "CreateEndpoint" and "nllb" in arrival.input["EndpointName"]
        else None
    )
    with fleet(console, aws.env, created).open(TWICE) as translator:
        assert list(translator.out) == ["ban"]
        assert translator.second is None
    assert None not in created, "the post step looks once more"
    assert aws.left() == []


def test_in_batch_each_has_its_own_jobs(aws, batch, console):
    created = []
    in_batch = replace(TWO, engine="batch", batch_s3_uri="s3://blog/polypost")
    translators = fleet(console, aws.env, created, in_batch)
    assert translators.estimate(TWICE).engine == "batch"
    with translators.open(TWICE) as translator:
        said = {
            reply.language: reply.answer for reply in translator.translate({"es": ["Hi."], "ban": ["Hi."]})
        }
        assert said == {"es": "spa Hi.", "ban": "ban Hi."}
        assert translator.second is None, "a job takes too long to start for a few sentences"
    assert aws.left() == []
    assert aws.calls("CreateEndpoint") == []
    models = {call.input["ModelName"].partition("batch-")[2][:4] for call in aws.calls("CreateTransformJob")}
    assert models == {"seam", "nllb"}
    assert created[-1] is None
