from __future__ import annotations

import itertools
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from polypost.errors import ServiceError, UsageError
from polypost.models import DEFAULT_MODEL
from standins.aws import UNHEALTHY, ModelError, Refused, ServerError, Timeout, echo

from .conftest import Napping, answers

CHANGES = ("Create", "Delete", "Update")


def test_an_endpoint_that_exists_is_used_and_left_alone(aws, opened, endpoint, created):
    before = [endpoint("blog"), *aws.left()][1:]
    with opened(endpoint_name="blog") as translator:
        assert answers(translator, ["Hi."], "es") == ["spa Hi."]
    assert aws.left() == before
    assert created == []
    assert [call.operation for call in aws.log if call.operation.startswith(CHANGES)] == []
    assert translator.usage().cost_usd is None
    assert translator.usage().cost_basis == "the endpoint was there before this run"


def test_even_one_with_our_name_and_tag_is_not_deleted(aws, opened, endpoint):
    endpoint("polypost-kept", [("polypost:created-by", "polypost")])
    with opened(endpoint_name="polypost-kept"):
        pass
    assert "endpoint polypost-kept" in aws.left()


def test_a_name_that_does_not_exist_deploys_nothing(aws, opened, created):
    with (
        pytest.raises(UsageError, match=r"There is no endpoint 'blogg' in us-east-1"),
        opened(endpoint_name="blogg"),
    ):
        pass
    assert created == []
    assert [call.operation for call in aws.log] == ["DescribeEndpoint"]


def test_one_that_is_still_creating_is_waited_for(opened, endpoint, console, creating):
    sleep = creating(naps=3)
    endpoint("blog")
    with opened(endpoint_name="blog", sleep=sleep) as translator:
        assert answers(translator, ["Hi."], "es") == ["spa Hi."]
    assert "Endpoint blog is Creating, seconds 0/" in console


def test_troubles_while_waiting_are_outlasted(aws, opened, endpoint, creating):
    sleep = creating(naps=3)
    endpoint("blog")
    aws.script("DescribeEndpoint", None, *[ServerError(503)] * 4)
    with opened(endpoint_name="blog", sleep=sleep) as translator:
        assert answers(translator, ["Hi."], "es") == ["spa Hi."]


def test_waiting_ends(aws, opened, endpoint):
    aws.creating_seconds = 3600.0
    endpoint("blog")
    hours = itertools.count(step=1000)
    with (
        pytest.raises(ServiceError, match=r"still Creating after 50 minutes\. Its log in CloudWatch"),
        opened(endpoint_name="blog", clock=Napping(lambda _: None, lambda: next(hours))),
    ):
        pass


def test_one_that_is_deleted_while_we_wait_is_told(aws, opened, endpoint):
    aws.creating_seconds = 3600.0
    endpoint("blog")

    def delete(_seconds):
        aws.creating_seconds = 0.0
        aws.client("sagemaker").delete_endpoint(EndpointName="blog")

    with (
        pytest.raises(ServiceError, match="blog was deleted while polypost waited"),
        opened(endpoint_name="blog", sleep=delete),
    ):
        pass


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_one_that_failed_is_told_and_not_deleted(aws, opened, endpoint, seconds):
    aws.fail_with, aws.creating_seconds = UNHEALTHY, seconds
    endpoint("blog")
    with (
        pytest.raises(ServiceError, match="blog is Failed: The primary container"),
        opened(endpoint_name="blog"),
    ):
        pass
    assert "endpoint blog" in aws.left()


def test_no_credentials_is_wrong_usage(aws, opened, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(UsageError, match="aws-role-arn"), opened(endpoint_name="b"):
        pass


def test_no_region_is_wrong_usage(aws, opened, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(UsageError, match="No AWS region is known"), opened(endpoint_name="b", region=None):
        pass


def test_stale_credentials_are_told_without_the_secret(aws, opened):
    aws.script("DescribeEndpoint", Refused("ExpiredTokenException", "The security token is expired", 403))
    with (
        pytest.raises(ServiceError, match="no longer accepts the credentials") as caught,
        opened(endpoint_name="blog"),
    ):
        pass
    assert aws.env["AWS_SECRET_ACCESS_KEY"] not in str(caught.value)


LOADING = (
    '{\n  "code": 400,\n  "type": "InternalServerException",\n'
    '  "message": "Error no file named model.safetensors found in directory /opt/ml/model"\n}\n'
)


def test_a_container_that_only_answers_pings_is_found_out(aws, opened):
    aws.script("InvokeEndpoint", ModelError(400, LOADING))
    with pytest.raises(ServiceError, match=r"says: Error no file named model\.safetensors"), opened():
        pass
    assert aws.left() == []


def test_a_model_that_still_loads_is_waited_for(aws, opened, console):
    aws.script("InvokeEndpoint", Timeout(0.1), ModelError(500, "Worker died."), ModelError(503, "no worker"))
    with opened() as translator:
        assert answers(translator, ["Hi."], "es") == ["spa Hi."]
    assert "The model is not ready yet: Worker died." in console
    assert aws.left() == []


@pytest.mark.parametrize("text", ["", "  ", "<unk> <unk>"])
def test_an_endpoint_that_answers_nothing_is_found_out(aws, opened, text):
    aws.backend = lambda request: [{"translation_text": text} for _ in request["inputs"]]
    with (
        pytest.raises(ServiceError, match=r"answers a test sentence in es with nothing\. Is its model"),
        opened(),
    ):
        pass


def test_attaching_imports_neither_the_sdk_nor_pandas(aws, endpoint):
    endpoint("blog")
    script = """
        import sys
        from polypost.models import DEFAULT_MODEL, choose
        from polypost.clock import SystemClock
        from polypost.sagemaker import Settings, Surroundings, open_session, open_translator
        from polypost.sagemaker.account import Account

        class Quiet:
            def __getattr__(self, name):
                return lambda *given: None

        route = choose(DEFAULT_MODEL, "en", ["es"])
        settings = Settings(route, "run-1", endpoint_name="blog")
        around = Surroundings(Quiet(), SystemClock())
        with open_translator(settings, Account(open_session("us-east-1"), around), print) as translator:
            print([reply.answer for reply in translator.translate({"es": ["Hi."]})])
        print(sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[1:])))
    """
    heavy = ["sagemaker", "pandas", "numpy", "pydantic", "rich", "boto3"]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *heavy],
        env=dict(aws.env),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    # boto3 is the control: the question would find what was imported.
    assert done.stdout.splitlines() == ["['spa Hi.']", "['boto3']"]


def test_without_the_sdk_deploying_says_what_to_install(aws, opened, monkeypatch):
    monkeypatch.setitem(sys.modules, "sagemaker", None)
    for name in [name for name in sys.modules if name.startswith("sagemaker.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(UsageError, match=r"polypost\[deploy\]"), opened():
        pass
    assert [call.operation for call in aws.log] == ["DescribeEndpoint"], "looked, and made nothing"


def test_a_stopped_process_does_not_wait_for_its_requests(aws, endpoint):
    endpoint("blog")
    release = threading.Event()
    asked = threading.Event()

    def hangs(request):
        if "Hang." in request["inputs"]:
            asked.set()
            release.wait(60)
        return echo(request)

    aws.backend = hangs
    script = """
        import signal
        from polypost.errors import Stopped
        from polypost.models import DEFAULT_MODEL, choose
        from polypost.clock import SystemClock
        from polypost.sagemaker import Settings, Surroundings, open_session, open_translator
        from polypost.sagemaker.account import Account

        class Quiet:
            def __getattr__(self, name):
                return lambda *given: None

        def handler(number, frame):
            raise Stopped(number)

        signal.signal(signal.SIGTERM, handler)
        settings = Settings(choose(DEFAULT_MODEL, "en", ["es"]), "run-1", endpoint_name="blog")
        around = Surroundings(Quiet(), SystemClock())
        try:
            with open_translator(settings, Account(open_session("us-east-1"), around), print) as translator:
                list(translator.translate({"es": ["Hang."]}))
        except Stopped as stopped:
            raise SystemExit(stopped.exit_code)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], env=dict(aws.env))
    try:
        assert asked.wait(30)
        start = time.monotonic()
        process.terminate()
        assert process.wait(30) == 143
        assert time.monotonic() - start < 5
    finally:
        process.kill()
        process.wait()
        release.set()


@pytest.mark.parametrize(("model", "fits"), [("facebook/m2m100_418M", False), (DEFAULT_MODEL, True)])
def test_an_endpoint_of_ours_that_runs_another_model_is_wrong_usage(aws, opened, endpoint, model, fits):
    endpoint("polypost-up", [("polypost:created-by", "polypost"), ("polypost:model", model)])
    if fits:
        with opened(endpoint_name="polypost-up") as translator:
            assert answers(translator, ["Hi."], "es") == ["spa Hi."]
        return
    with (
        pytest.raises(UsageError, match="runs facebook/m2m100_418M, and the run asks for facebook/seamless"),
        opened(endpoint_name="polypost-up"),
    ):
        pass
    assert aws.calls("InvokeEndpoint") == []
