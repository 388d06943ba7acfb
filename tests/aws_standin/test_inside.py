"""Without a network and on simulated time: as over HTTP, but no wait takes real time."""

import time

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from standins.aws import FAILURES, Dropped, Hang, Late, Refused, Then, Throttled

from .conftest import refusal, started

ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=20)


@pytest.fixture
def once(sim):
    return sim.client("sagemaker", ONCE)


def test_requests_are_answered_and_logged_as_over_http(sim, once):
    started(sim, once)
    runtime = sim.client("sagemaker-runtime")
    sim.backend = lambda request: sim.clock.sleep(7) or request["n"] + 1
    answer = runtime.invoke_endpoint(EndpointName="blog", ContentType="application/json", Body=b'{"n": 1}')
    assert answer["Body"].read() == b"2"
    assert (sim.log[-1].operation, sim.log[-1].input, sim.log[-1].seconds) == ("InvokeEndpoint", {"n": 1}, 7)
    assert [call.index for call in sim.log] == [0, 1, 2, 3]
    sim.invocation_seconds = 5.0
    code, _ = refusal(runtime.invoke_endpoint, EndpointName="blog", Body=b'{"n": 1}')
    assert code == "ModelError"


def test_a_call_that_hangs_or_comes_late_is_a_read_timeout_at_its_moment(sim, once):
    real = time.monotonic()
    sim.script("ListModels", Hang(), Late(21), Late(19))
    start = sim.clock.monotonic()
    for seconds in (20, 41):
        with pytest.raises(ReadTimeoutError):
            once.list_models()
        assert sim.clock.monotonic() - start == seconds
    once.list_models()
    assert sim.clock.monotonic() - start == 60
    assert time.monotonic() - real < 10


def test_a_dropped_call_is_a_closed_connection(sim, once):
    started(sim, once)
    sim.script("DeleteEndpoint", Dropped(), Dropped(after=True))
    for _ in range(2):
        assert "endpoint blog" in sim.left()
        with pytest.raises(ConnectionClosedError):
            once.delete_endpoint(EndpointName="blog")
    assert "endpoint blog" not in sim.left()


def test_something_can_happen_between_the_effect_and_the_answer(sim, once):
    started(sim, once)
    seen = []
    sim.script("DeleteEndpoint", Then(lambda: seen.append("endpoint blog" in sim.left())))
    once.delete_endpoint(EndpointName="blog")
    assert seen == [False]


def test_pauses_between_attempts_take_simulated_time(sim):
    sagemaker = sim.client("sagemaker", Config(retries={"total_max_attempts": 10}))
    real, start = time.monotonic(), sim.clock.monotonic()
    sim.script("ListModels", *[Throttled()] * 9)
    sagemaker.list_models()
    assert sim.clock.monotonic() > start
    assert time.monotonic() - real < 5


def test_any_call_can_be_made_to_fail_by_its_place(sim, once):
    seen = []

    def intercept(arrival):
        seen.append((arrival.service, arrival.operation, arrival.index))
        return Refused("InternalFailure", "no", 500) if arrival.index == 2 else None

    sim.intercept = intercept
    started_at_all = []
    with pytest.raises(ClientError):
        started_at_all.append(started(sim, once))
    assert seen == [
        ("sagemaker", "CreateModel", 0),
        ("sagemaker", "CreateEndpointConfig", 1),
        ("sagemaker", "CreateEndpoint", 2),
    ]
    sim.reset()
    sim.at(1, Throttled())
    assert refusal(started, aws=sim, sagemaker=once)[0] == "ThrottlingException"
    assert [(call.operation, call.error) for call in sim.log] == [
        ("CreateModel", ""),
        ("CreateEndpointConfig", "ThrottlingException"),
    ]


def test_answers_bear_awss_date_and_requests_far_from_it_are_refused(sim, once):
    def date():
        return once.list_models()["ResponseMetadata"]["HTTPHeaders"]["date"]

    assert date() == "Tue, 01 Jan 2030 00:00:00 GMT"
    sim.skew_seconds = 360.0
    assert date() == "Tue, 01 Jan 2030 00:06:00 GMT"
    sim.checks_time = True
    code, message = refusal(once.list_models)
    assert code == "InvalidSignatureException"
    assert message == (
        "Signature expired: 20300101T000000Z is now earlier than 20300101T000100Z (20300101T000600Z - 5 min.)"
    )
    sim.skew_seconds = -360.0
    assert "Signature not yet current: " in refusal(once.list_models)[1]
    assert refusal(sim.client("sts", ONCE).get_caller_identity)[0] == "SignatureDoesNotMatch"
    sim.skew_seconds = 299.0
    once.list_models()


def test_an_endpoint_can_be_deleting_for_a_while(sim, once):
    started(sim, once)
    sim.deleting_seconds = 60.0
    once.delete_endpoint(EndpointName="blog")
    assert once.describe_endpoint(EndpointName="blog")["EndpointStatus"] == "Deleting"
    taken = {"EndpointName": "blog", "EndpointConfigName": "blog"}
    assert refusal(once.create_endpoint, **taken)[1].startswith("Cannot create already existing endpoint")
    assert refusal(once.delete_endpoint, EndpointName="blog")[1].startswith("Cannot update in-progress")
    runtime = sim.client("sagemaker-runtime")
    assert refusal(runtime.invoke_endpoint, EndpointName="blog", Body="{}")[0] == "ValidationError"
    sim.clock.sleep(60)
    assert "endpoint blog" not in sim.left()
    once.create_endpoint(**taken)
    assert sim.status("blog") == "InService"


@pytest.mark.parametrize("reason", FAILURES)
def test_an_endpoint_fails_for_any_reason(sim, once, reason):
    sim.fail_with = reason
    started(sim, once)
    assert once.describe_endpoint(EndpointName="blog")["FailureReason"] == reason


def test_a_reset_is_fast(sim, once):
    real = time.monotonic()
    for _ in range(20):
        started(sim, once)
        sim.reset()
    assert time.monotonic() - real < 5
    assert sim.left() == []
