from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
import time
from contextlib import contextmanager

import pytest

from polypost.errors import QuotaError, ServiceError, Stopped, UsageError
from polypost.sagemaker import open_translator
from polypost.sagemaker.life import lifecycle, roles
from polypost.sagemaker.life.standing import stop
from polypost.sagemaker.life.survey import Verdict, survey
from polypost.sagemaker.life.switch import Switch
from polypost.sagemaker.settings import environment
from standins.aws import INSUFFICIENT_CAPACITY, UNHEALTHY, Dropped, Refused, Throttled

from .conftest import answers, wishes

OURS = ("CreateModel", "CreateEndpointConfig", "CreateEndpoint", "InvokeEndpoint")
GONE = ("DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel")


def operations(aws, names):
    return [call.operation for call in aws.log if call.operation in names]


def test_a_run_creates_translates_and_deletes(aws, opened, created, console):
    with opened(("es", "ja")) as translator:
        assert aws.left() == [
            f"{kind} {created[0].name}" for kind in ("model", "endpoint configuration", "endpoint")
        ]
        assert answers(translator, ["Hello.", "You."], "ja") == ["jpn Hello.", "jpn You."]
    assert aws.left() == []
    assert operations(aws, OURS) == [*OURS, "InvokeEndpoint", "InvokeEndpoint"]
    assert operations(aws, GONE) == list(GONE)
    assert created[0].name.startswith("polypost-seamless-m4t-v2-large-")
    assert created[0].region == "us-east-1"
    assert "Deploying facebook/seamless-m4t-v2-large on ml.m5.xlarge" in console
    assert console.lines[-1] == (
        f"Deleted the endpoint {created[0].name}, its configuration and its model: nothing of it goes on "
        "costing money."
    )


def test_what_is_created_is_the_stock_container_with_its_settings_and_our_tags(aws, opened):
    with opened(revision="1a2b3c", instance_types=("ml.g5.xlarge",)):
        pass
    (model,), (config,), (endpoint,) = map(
        aws.calls, ("CreateModel", "CreateEndpointConfig", "CreateEndpoint")
    )
    container = model.input["PrimaryContainer"]
    assert "huggingface-pytorch-inference:2.6.0-transformers4.51.3-gpu-py312" in container["Image"]
    assert container["Environment"] == {
        "HF_MODEL_ID": "facebook/seamless-m4t-v2-large",
        "HF_MODEL_REVISION": "1a2b3c",
        "HF_TASK": "translation",
        "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
        "SAGEMAKER_MODEL_SERVER_TIMEOUT": "300",
    }
    (variant,) = config.input["ProductionVariants"]
    assert (variant["InstanceType"], variant["InitialInstanceCount"]) == ("ml.g5.xlarge", 1)
    for call in (model, config, endpoint):
        assert {"Key": "polypost:created-by", "Value": "polypost"} in call.input["Tags"]
        assert {"Key": "polypost:model", "Value": "facebook/seamless-m4t-v2-large"} in call.input["Tags"]


def test_no_revision_is_no_variable():
    assert "HF_MODEL_REVISION" not in environment(wishes())


def test_it_is_remembered_before_anything_is_created(aws, account):
    seen = []

    def remember(made):
        seen.append((made, aws.left(), operations(aws, OURS)))
        raise Stopped(signal.SIGTERM)

    with pytest.raises(Stopped), open_translator(wishes(), account, remember):
        pass
    assert [(left, calls) for _, left, calls in seen] == [([], [])]
    assert operations(aws, OURS) == []


def test_without_a_role_nothing_is_started(aws, opened, created):
    aws.client("iam").delete_role(RoleName="SageMakerRole")
    with (
        pytest.raises(UsageError, match=r"Set role-arn .* SageMakerRole or SageMakerExecutionRole"),
        opened(),
    ):
        pass
    assert created == []
    assert operations(aws, OURS) == []


def test_the_role_is_looked_up_under_the_second_name_too(aws, opened):
    aws.client("iam").delete_role(RoleName="SageMakerRole")
    arn = aws.role("SageMakerExecutionRole")
    with opened():
        pass
    assert aws.calls("CreateModel")[0].input["ExecutionRoleArn"] == arn


def test_a_role_that_may_not_be_looked_up_is_told(aws, opened):
    denied = Refused("AccessDenied", "not authorized to perform iam:GetRole", 403)
    aws.script("GetRole", denied, denied)
    with pytest.raises(UsageError, match=r"may not look \(iam:GetRole\)"), opened():
        pass


def test_inside_sagemaker_its_own_role_is_taken(aws, opened, monkeypatch, tmp_path):
    arn = aws.role("studio")
    (tmp_path / "metadata.json").write_text(f'{{"DomainId": "d", "ExecutionRoleArn": "{arn}"}}')
    monkeypatch.setattr(roles, "METADATA", tmp_path / "metadata.json")
    with opened():
        pass
    assert aws.calls("CreateModel")[0].input["ExecutionRoleArn"] == arn
    assert aws.calls("GetRole") == []


def test_a_given_role_is_taken_unseen(aws, opened):
    arn = aws.role("mine")
    with opened(role_arn=arn):
        pass
    assert aws.calls("CreateModel")[0].input["ExecutionRoleArn"] == arn
    assert aws.calls("GetRole") == []


def test_a_role_that_sagemaker_cannot_assume_is_wrong_usage(aws, opened):
    arn = aws.role("github", trusts="ec2.amazonaws.com")
    with pytest.raises(UsageError, match="AWS finds the settings wrong"), opened(role_arn=arn):
        pass
    assert aws.left() == []


def test_the_second_instance_type_is_tried_when_the_quota_refuses_the_first(aws, opened, console):
    aws.quota = {"ml.g5.xlarge"}
    with opened(instance_types=("ml.g5.xlarge", "ml.m5.2xlarge")) as translator:
        assert answers(translator, ["Hi."], "es") == ["spa Hi."]
    variants = [
        call.input["ProductionVariants"][0]["InstanceType"] for call in aws.calls("CreateEndpointConfig")
    ]
    images = [call.input["PrimaryContainer"]["Image"].rpartition(":")[2] for call in aws.calls("CreateModel")]
    assert variants == ["ml.g5.xlarge", "ml.m5.2xlarge"]
    assert "gpu" in images[0]
    assert "cpu" in images[1]
    assert "ml.g5.xlarge can't be had" in console
    assert aws.left() == []


def test_the_second_instance_type_is_tried_when_capacity_lacks_for_the_first(aws, opened):
    aws.no_capacity = {"ml.g5.xlarge"}
    aws.creating_seconds = 0.2
    with opened(instance_types=("ml.g5.xlarge", "ml.m5.xlarge")) as translator:
        assert answers(translator, ["Hi."], "es") == ["spa Hi."]
    assert [
        call.operation for call in aws.log if call.operation.endswith("Endpoint") and call.error == ""
    ].count("DeleteEndpoint") == 2
    assert aws.left() == []


def test_when_no_instance_type_can_be_had_each_reason_is_told(aws, opened):
    aws.quota = {"ml.g5.xlarge"}
    aws.no_capacity = {"ml.m5.xlarge"}
    types = ("ml.g5.xlarge", "ml.m5.xlarge")
    with pytest.raises(QuotaError, match="Service Quotas") as caught, opened(instance_types=types):
        pass
    assert "service limit 'ml.g5.xlarge for endpoint usage' is 0" in str(caught.value)
    assert INSUFFICIENT_CAPACITY in str(caught.value)
    assert caught.value.exit_code == 3
    assert aws.left() == []


def test_an_endpoint_that_fails_is_told_and_deleted(aws, opened):
    aws.fail_with = UNHEALTHY
    with pytest.raises(ServiceError, match="did not pass the ping health check") as caught, opened():
        pass
    assert not isinstance(caught.value, QuotaError)
    assert "log group /aws/sagemaker/Endpoints/polypost-seamless" in str(caught.value)
    assert aws.left() == []


def test_an_instance_type_without_a_container_is_wrong_usage(aws, opened):
    with (
        pytest.raises(UsageError, match=r"There is no container for ml\.inf2\.xlarge"),
        opened(instance_types=("ml.inf2.xlarge",)),
    ):
        pass
    assert aws.left() == []


def test_an_instance_type_that_aws_does_not_know_is_wrong_usage(aws, opened):
    with pytest.raises(UsageError, match=r"ml\.m5\.huge"), opened(instance_types=("ml.m5.huge",)):
        pass
    assert aws.left() == []


@pytest.mark.parametrize("operation", [*OURS[:3], *GONE, "DescribeEndpoint", "ListTags"])
@pytest.mark.parametrize("fault", [Throttled(), Dropped(after=True)])
def test_any_call_may_fail_once(aws, opened, operation, fault):
    aws.script(operation, fault)
    with opened() as translator:
        assert answers(translator, ["Hi."], "es") == ["spa Hi."]
    assert aws.left() == []


def test_an_answer_that_is_forbidden_is_told(aws, opened):
    denied = Refused("AccessDeniedException", "not authorized to perform: sagemaker:CreateEndpoint")
    aws.script("CreateEndpoint", denied)
    with pytest.raises(ServiceError, match=r"is not allowed to deploy .*CreateEndpoint"), opened():
        pass
    assert aws.left() == []


def test_an_error_inside_deletes_everything(aws, opened):
    with pytest.raises(ZeroDivisionError), opened():
        raise ZeroDivisionError
    assert aws.left() == []


@contextmanager
def stopping(when):
    """Send ourselves the signal as soon as `when` says so, as the runner would."""
    over = threading.Event()

    def watch():
        while not over.wait(0.02):
            if when():
                os.kill(os.getpid(), signal.SIGUSR1)
                return

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.fixture
def stoppable():
    def handler(*_):
        raise Stopped(signal.SIGTERM)

    before = signal.signal(signal.SIGUSR1, handler)
    yield
    signal.signal(signal.SIGUSR1, before)


def test_a_signal_in_the_middle_of_a_translation_deletes_everything(aws, opened, stoppable):
    release = threading.Event()
    asked = []

    def hangs(request):
        asked.append(request)
        if len(asked) > 2:
            release.wait(20)
        return [{"translation_text": text} for text in request["inputs"]]

    aws.backend = hangs
    try:
        with pytest.raises(Stopped), opened() as translator, stopping(lambda: len(asked) > 2):
            answers(translator, ["Hi."], "es")
        assert aws.left() == []
        assert len(asked) == 3
    finally:
        release.set()


def test_a_signal_while_stand_ins_are_tried_deletes_everything_at_once(aws, opened, stoppable):
    release = threading.Event()
    asked = []

    def hangs(request):
        asked.append(request)
        if len(asked) == 2:
            release.wait(20)
        return [{"translation_text": text} for text in request["inputs"]]

    aws.backend = hangs
    start = time.monotonic()
    try:
        with pytest.raises(Stopped), stopping(lambda: len(asked) == 2), opened():
            pytest.fail("it was ready before the signal came")
        assert aws.left() == []
        assert time.monotonic() - start < 15
    finally:
        release.set()


def test_a_signal_while_creating_leaves_the_rest_to_the_post_step(
    aws, opened, stoppable, created, console, cleaned, monkeypatch
):
    monkeypatch.setattr(lifecycle, "_DELETE_SECONDS_STOPPED", 0.3)
    aws.creating_seconds = 3600.0
    with pytest.raises(Stopped), stopping(lambda: aws.calls("CreateEndpoint")), opened(in_workflow=True):
        pytest.fail("it was in service before the signal came")
    assert any(thing.startswith("endpoint ") for thing in aws.left())
    assert "Cannot update in-progress endpoint" in console
    assert "The post step goes on trying." in console
    aws.creating_seconds = 0.0
    assert cleaned(created[0].name, seconds=20)
    assert aws.left() == []


@pytest.mark.parametrize("guarded", [True, False])
def test_a_run_stopped_while_creating_is_in_nobodys_way(
    aws, opened, stoppable, account, console, monkeypatch, guarded
):
    monkeypatch.setattr(lifecycle, "_DELETE_SECONDS_STOPPED", 0.3)
    aws.creating_seconds = 3600.0
    role = aws.role("scheduler", trusts="scheduler.amazonaws.com") if guarded else None
    with (
        pytest.raises(Stopped),
        stopping(lambda: aws.calls("CreateEndpoint")),
        opened(scheduler_role_arn=role, in_workflow=True),
    ):
        pytest.fail("it was in service before the signal came")
    things = survey(account)
    assert [(thing.verdict, dict(thing.claim.leases)) for thing in things] == [(Verdict.EXPIRED, {})] * 3
    told = next(line for line in console.lines if "delete-endpoint" in line)
    assert f"`polypost endpoint down {things[0].name}`" in told
    assert bool(re.search(r"The schedule deletes it at \d\d:\d\d UTC", told)) == guarded
    aws.creating_seconds = 0.0
    stop(Switch(account, None), things[0].name, force=False)
    assert aws.left() == []


def test_what_it_cost_is_told(aws, opened):
    with opened(instance_types=("ml.m5.xlarge",)) as translator:
        answers(translator, ["Hi.", "Hi.", "You there."], "es")
    usage = translator.usage()
    assert (usage.characters, usage.requests) == (len("Hi.You there."), 3)
    assert usage.cost_usd == pytest.approx(0.23 * usage.seconds / 3600)
    assert "ml.m5.xlarge at 0.23 USD/h" in usage.cost_basis
    assert translator.usage() == usage


def test_who_shares_a_kept_endpoint_hears_that_it_goes_on_costing(aws, opened):
    with opened(keep=True) as first:
        pass
    with opened(run="run-2") as second:
        answers(second, ["Hi."], "es")
    own, shared = first.usage(), second.usage()
    assert "stays, as keep-endpoint says, and goes on costing about $5.52 a day until" in own.left_running
    assert "is kept by its owner, and goes on costing about $5.52 a day until" in shared.left_running
    assert shared.cost_usd == pytest.approx(0.23 * shared.seconds / 3600)
    assert "costs that whether a run uses it or not" in shared.cost_basis
    with opened(instance_types=("ml.g5.xlarge",)) as other:
        pass
    assert other.usage().left_running == "", "a run of its own"


@pytest.mark.parametrize("gone", [True, False])
def test_what_a_joined_endpoint_costs_is_told_once_the_other_run_has_left_it(sim, opened, gone):
    with (
        contextlib.ExitStack() as theirs,
        contextlib.ExitStack() as ours,
    ):
        theirs.enter_context(opened(run="run-2", clock=sim.clock))
        translator = ours.enter_context(opened(clock=sim.clock))
        sim.clock.sleep(400)
        answers(translator, ["Hi."], "es")
        assert translator.usage().cost_usd is None
        if gone:
            theirs.close()
        sim.clock.sleep(400)
        answers(translator, ["You."], "es")
        sim.clock.sleep(600)
        usage = translator.usage()
        assert usage.cost_basis.endswith("left it to this one" if gone else "tells what it costs")
        if gone:
            assert usage.cost_usd == pytest.approx(0.23 * 600 / 3600, rel=0.05)
        ours.close()


def test_an_unknown_price_is_told_as_such(aws, opened):
    with opened(instance_types=("ml.m5.24xlarge",)) as translator:
        pass
    assert translator.usage().cost_usd is None
    assert "ml.m5.24xlarge is not in polypost's table" in translator.usage().cost_basis
