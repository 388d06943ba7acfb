"""The runtime of the stand-in: what SageMaker does around a container, seen through boto3."""

import http.server
import json
import threading
import time

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from standins.aws import Dropped, Hang, Late, ModelError, ServerError, Throttled, Timeout
from standins.aws.runtime import LIMIT


def refusal(call, *given, **named):
    with pytest.raises(ClientError) as caught:
        call(*given, **named)
    return caught.value.response


def test_a_function_answers(aws, deploy, invoke):
    deploy()
    assert invoke(["One.", "Two."]) == [{"translation_text": "spa One."}, {"translation_text": "spa Two."}]
    aws.backend = lambda request: [text.upper() for text in request["inputs"]]
    assert invoke(["One."]) == ["ONE."]
    call = aws.log[-1]
    assert (call.service, call.operation, call.input["inputs"]) == (
        "sagemaker-runtime",
        "InvokeEndpoint",
        ["One."],
    )
    assert call.size == len(json.dumps(call.input))


def test_a_function_that_raises_is_a_model_error(aws, deploy, invoke):
    deploy()
    aws.backend = lambda request: request["no such key"]
    answer = refusal(invoke, ["One."])
    assert answer["Error"]["Code"] == "ModelError"
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["OriginalStatusCode"]) == (424, 400)
    assert json.loads(answer["OriginalMessage"])["type"] == "InternalServerException"
    assert 'Received client error (400) from primary with message "{' in answer["Error"]["Message"]


@pytest.mark.parametrize("state", ["none", "creating", "failed"])
def test_only_an_endpoint_in_service_answers(aws, deploy, invoke, state):
    if state != "none":
        aws.creating_seconds, aws.fail_with = (30.0, None) if state == "creating" else (0.0, "why not")
        deploy()
    answer = refusal(invoke, ["One."])
    assert answer["Error"] == {
        "Code": "ValidationError",
        "Message": "Endpoint blog of account 123456789012 not found.",
    }


def test_headers_that_break_the_description_are_refused(aws, deploy):
    deploy()
    runtime = aws.client("sagemaker-runtime")
    ask = {"EndpointName": "blog", "Body": '{"inputs": [], "parameters": {"tgt_lang": "spa"}}'}
    runtime.invoke_endpoint(**ask, Accept="application/json")
    answer = refusal(runtime.invoke_endpoint, **ask, Accept="x" * 1025)
    assert answer["Error"] == {
        "Code": "ValidationError",
        "Message": ".Accept: 1025 is over the maximum of 1024",
    }
    runtime.meta.events.register(
        "before-sign.sagemaker-runtime.InvokeEndpoint",
        lambda request, **_: request.headers.add_header("X-Amzn-SageMaker-Language", "spa"),
    )
    answer = refusal(runtime.invoke_endpoint, **ask)
    assert answer["Error"]["Message"] == "x-amzn-sagemaker-language: is no header of InvokeEndpoint"


def test_bodies_over_the_limit_are_refused(aws, deploy):
    deploy()
    aws.backend = lambda request: len(request["inputs"])
    runtime = aws.client("sagemaker-runtime")
    frame = len(json.dumps({"inputs": ""}))
    fits = json.dumps({"inputs": "x" * (LIMIT - frame)})
    assert json.load(runtime.invoke_endpoint(EndpointName="blog", Body=fits)["Body"]) == LIMIT - frame
    answer = refusal(runtime.invoke_endpoint, EndpointName="blog", Body=fits + " ")
    assert answer["Error"]["Code"] == "413"


def test_faults_of_the_runtime(aws, deploy, invoke):
    deploy()
    aws.script("InvokeEndpoint", ModelError(500, "Worker died."), Timeout(0.1))
    answer = refusal(invoke, ["One."])
    assert (answer["OriginalStatusCode"], answer["OriginalMessage"]) == (500, "Worker died.")
    assert "Received server error (500)" in answer["Error"]["Message"]
    answer = refusal(invoke, ["One."])
    assert answer["OriginalStatusCode"] == 0
    assert answer["OriginalMessage"].startswith("Your invocation timed out")
    assert aws.log[-1].seconds >= 0.1
    aws.script("InvokeEndpoint", Late(0.2), Throttled(), ServerError(503), None, ServerError(500), Dropped())
    assert invoke(["One."])
    assert aws.log[-1].seconds >= 0.2
    assert invoke(["One."])  # boto3 itself tries three times
    assert invoke(["One."])
    assert [(call.status, call.error) for call in aws.log[-6:]] == [
        (400, "ThrottlingException"),
        (503, "ServiceUnavailable"),
        (200, ""),
        (500, "InternalFailure"),
        (0, ""),
        (200, ""),
    ]


def test_a_hanging_call_ends_with_the_reset(aws, deploy):
    deploy()
    aws.script("InvokeEndpoint", Hang())
    runtime = aws.client("sagemaker-runtime")
    failures = []

    def call():
        try:
            runtime.invoke_endpoint(EndpointName="blog", Body="{}")
        except ClientError as failure:
            failures.append(failure)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive()
    aws.reset()
    thread.join(20)
    assert len(failures) == 1


class SlowContainer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(0.5)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_):
        pass


def test_sagemaker_gives_up_on_a_slow_container(aws, deploy, invoke):
    deploy()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowContainer) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        aws.backend = f"http://127.0.0.1:{server.server_address[1]}"
        assert invoke(["One."]) == []
        aws.invocation_seconds = 0.1
        answer = refusal(invoke, ["One."])
        assert (answer["Error"]["Code"], answer["OriginalStatusCode"]) == ("ModelError", 0)
        server.shutdown()


def test_a_client_without_retries_sees_each_fault(aws, deploy):
    deploy()
    runtime = aws.client("sagemaker-runtime", Config(retries={"total_max_attempts": 1}))
    aws.script("InvokeEndpoint", Throttled())
    answer = refusal(runtime.invoke_endpoint, EndpointName="blog", Body="{}")
    assert answer["Error"]["Code"] == "ThrottlingException"
