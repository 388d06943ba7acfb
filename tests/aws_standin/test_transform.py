"""Batch transform: jobs do their work as AWS documents it, and fail as it does."""

import json
import time

import pytest

from standins.aws import Dropped, Throttled

from .conftest import model, refusal

LINES = [{"id": n, "request": {"inputs": [f"text {n}"], "parameters": {"tgt_lang": "spa"}}} for n in range(3)]


@pytest.fixture
def s3(sim):
    sim.bucket("blog")
    client = sim.client("s3")
    for number in range(3):
        put(client, f"in/{number}.jsonl", [{**line, "object": number} for line in LINES])
    put(client, "other/1.jsonl", LINES)
    return client


@pytest.fixture
def sagemaker(sim):
    sagemaker = sim.client("sagemaker")
    model(sim, sagemaker, "seamless")
    return sagemaker


@pytest.fixture
def start(sagemaker, s3):
    """Create a job over `in/`; changes on top."""

    def start(name="job", *, inputs=(), outputs=(), processing=(), resources=(), **more):
        given = {
            "TransformJobName": name,
            "ModelName": "seamless",
            "BatchStrategy": "SingleRecord",
            "MaxConcurrentTransforms": 1,
            "TransformInput": {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://blog/in/"}},
                "ContentType": "application/json",
                "SplitType": "Line",
                **dict(inputs),
            },
            "TransformOutput": {
                "S3OutputPath": "s3://blog/out",
                "Accept": "application/json",
                "AssembleWith": "Line",
                **dict(outputs),
            },
            "DataProcessing": {
                "InputFilter": "$.request",
                "JoinSource": "Input",
                "OutputFilter": "$['id','SageMakerOutput']",
                **dict(processing),
            },
            "TransformResources": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, **dict(resources)},
        }
        return sagemaker.create_transform_job(**(given | more))

    return start


def put(s3, key, lines):
    body = "\n".join(map(json.dumps, lines)).encode()
    s3.put_object(Bucket="blog", Key=key, Body=body)


def keys(s3, prefix="out"):
    return [row["Key"] for row in s3.list_objects_v2(Bucket="blog", Prefix=prefix).get("Contents", ())]


def lines(s3, key):
    body = s3.get_object(Bucket="blog", Key=key)["Body"].read()
    return [json.loads(line) for line in body.splitlines()]


def status(sagemaker, name="job"):
    seen = sagemaker.describe_transform_job(TransformJobName=name)
    return seen["TransformJobStatus"], seen.get("FailureReason", "")


def test_a_job_sends_every_record_and_writes_what_came_back(sim, s3, sagemaker, start):
    sim.job_seconds, sim.seconds_per_record = 240.0, 10.0
    asked = []
    sim.backend = lambda request: asked.append(request) or [{"translation_text": "x"}]
    start(Tags=[{"Key": "polypost:run", "Value": "1"}])
    assert (status(sagemaker), sim.left()) == (("InProgress", ""), ["model seamless", "transform job job"])
    sim.clock.sleep(240 + 89)
    assert (status(sagemaker)[0], keys(s3)) == ("InProgress", [])
    sim.clock.sleep(1)
    assert (status(sagemaker), sim.left()) == (("Completed", ""), ["model seamless"])
    assert keys(s3) == ["out/0.jsonl.out", "out/1.jsonl.out", "out/2.jsonl.out"]
    assert lines(s3, "out/1.jsonl.out") == [
        {"id": n, "SageMakerOutput": [{"translation_text": "x"}]} for n in range(3)
    ]
    assert asked[:3] == [line["request"] for line in LINES]
    seen = sagemaker.describe_transform_job(TransformJobName="job")
    assert (seen["TransformEndTime"] - seen["CreationTime"]).total_seconds() == 330
    assert seen["TransformResources"] == {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}
    assert sagemaker.list_tags(ResourceArn=seen["TransformJobArn"])["Tags"][0]["Key"] == "polypost:run"
    (row,) = sagemaker.list_transform_jobs(StatusEquals="Completed")["TransformJobSummaries"]
    assert row["TransformJobName"] == "job"


def test_more_machines_are_faster(sim, sagemaker, start):
    sim.seconds_per_record = 30.0
    start(resources={"InstanceCount": 3})
    sim.clock.sleep(89)
    assert status(sagemaker)[0] == "InProgress"
    sim.clock.sleep(1)
    assert status(sagemaker)[0] == "Completed"


def test_one_bad_record_fails_its_object_and_the_job_and_nothing_else(sim, s3, sagemaker, start):
    def poisoned(request):
        if request["inputs"] == ["bad"]:
            raise ValueError("poison")
        return ["good"]

    sim.backend = poisoned
    put(s3, "in/1.jsonl", [LINES[0], {"id": 7, "request": {"inputs": ["bad"]}}])
    start()
    assert status(sagemaker) == ("Failed", "ClientError: See job logs for more information")
    assert keys(s3) == ["out/0.jsonl.out", "out/2.jsonl.out"]


def test_failures_of_the_server_are_tried_again(sim, s3, sagemaker, start):
    calls = []

    def post(job, body):
        calls.append(body)
        return (200, b"[1]") if len(calls) > 2 else (503, b"")

    sim._transform._work._post = post
    start(ModelClientConfig={"InvocationsMaxRetries": 2})
    assert status(sagemaker)[0] == "Completed"
    calls.clear()
    start("again", ModelClientConfig={"InvocationsMaxRetries": 1})
    assert status(sagemaker, "again") == ("Failed", "AlgorithmError: See job logs for more information")


def test_what_can_be_made_to_go_wrong_goes_wrong_once(sim, s3, sagemaker, start):
    sim.lost_outputs, sim.failing_objects = {"in/0.jsonl"}, {"in/2.jsonl"}
    sim.job_failures = ["AlgorithmError: no"]
    start("none")
    assert (status(sagemaker, "none"), keys(s3)) == (("Failed", "AlgorithmError: no"), [])
    start("some")
    assert status(sagemaker, "some")[1].startswith("InternalServerError")
    assert keys(s3) == ["out/1.jsonl.out"]
    start("all")
    assert (status(sagemaker, "all"), len(keys(s3))) == (("Completed", ""), 3)
    sim.no_capacity = {"ml.m5.xlarge"}
    start("late")
    assert status(sagemaker, "late")[1].startswith("CapacityError")


def test_of_a_stopped_job_nothing_is_kept_unless_it_came_early(sim, s3, sagemaker, start):
    sim.seconds_per_record, sim.stopping_seconds = 10.0, 60.0
    start()
    sim.clock.sleep(70)
    sagemaker.stop_transform_job(TransformJobName="job")
    assert (status(sagemaker)[0], sim.left()[-1]) == ("Stopping", "transform job job")
    sim.clock.sleep(60)
    assert (status(sagemaker), keys(s3)) == (("Stopped", ""), [])
    sim.early_output = True
    start("early")
    sim.clock.sleep(70)
    assert keys(s3) == ["out/0.jsonl.out", "out/1.jsonl.out"]
    sagemaker.stop_transform_job(TransformJobName="early")
    sim.clock.sleep(1000)
    assert (status(sagemaker, "early")[0], len(keys(s3))) == ("Stopped", 2)
    code, message = refusal(sagemaker.stop_transform_job, TransformJobName="early")
    assert (code, "is in status Stopped" in message) == ("ValidationException", True)


def test_a_schedule_stops_a_forgotten_job(sim, sagemaker, start):
    sim.seconds_per_record = 1000.0
    start()
    sim.client("scheduler").create_schedule(
        Name="job",
        ScheduleExpression="at(2030-01-01T00:10:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:stopTransformJob",
            "RoleArn": sim.role("scheduler", trusts="scheduler.amazonaws.com"),
            "Input": '{"TransformJobName": "job"}',
        },
    )
    sim.clock.sleep(86_400)
    assert sim.left() == ["model seamless"]
    seen = sagemaker.describe_transform_job(TransformJobName="job")
    assert (seen["TransformJobStatus"], f"{seen['TransformEndTime']:%H:%M}") == ("Stopped", "00:10")


def test_names_are_unique_for_ever_also_when_the_answer_was_lost(sim, sagemaker, start):
    sim.script("CreateTransformJob", Dropped(after=True))
    code, message = refusal(start)
    assert code == "ResourceInUse"
    assert message.startswith("Job name must be unique within an AWS account and region")
    sim.script("CreateTransformJob", Throttled())
    start("other")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"ModelName": "none"},
            'Could not find model "arn:aws:sagemaker:us-east-1:123456789012:model/none".',
        ),
        ({"MaxConcurrentTransforms": 20}, "must not exceed 100 MB"),
        ({"processing": {"InputFilter": "request"}}, "Invalid InputFilter"),
        ({"processing": {"OutputFilter": "$..id"}}, "Invalid OutputFilter"),
        ({"processing": {"OutputFilter": "$" * 64}}, "64 is over the maximum of 63"),
        ({"outputs": {"Accept": "text/plain"}}, "To join, ContentType and Accept must be the same"),
        ({"inputs": {"SplitType": "Word"}}, "'Word' is none of None, Line"),
        ({"resources": {"InstanceType": "ml.m5.huge"}}, "'ml.m5.huge' is none of"),
    ],
)
def test_a_wrong_job_is_refused(sim, start, change, words):
    code, message = refusal(start, **change)
    assert code == "ValidationException"
    assert words in message
    assert sim.left() == ["model seamless"]


def test_quotas_are_those_of_transform_jobs(sim, start):
    sim.quota = {"ml.m5.xlarge for endpoint usage"}
    sim.seconds_per_record = 10.0
    start("fits", resources={"InstanceCount": 15})
    code, message = refusal(start, resources={"InstanceCount": 6})
    assert code == "ResourceLimitExceeded"
    assert "'ml.m5.xlarge for transform job usage' is 20 Instances, with current utilization of 15" in message
    sim.quota = {"ml.m5.xlarge for transform job usage"}
    assert "is 0 Instances" in refusal(start)[1]


def test_without_input_or_bucket_a_job_fails(sim, sagemaker, start):
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://blog/none/"}}
    start(inputs={"DataSource": source})
    assert 'No S3 objects found under S3 URL "s3://blog/none/"' in status(sagemaker)[1]
    start("lost", outputs={"S3OutputPath": "s3://nobodys/out"})
    assert status(sagemaker, "lost")[0] == "Failed"
    assert refusal(sagemaker.describe_transform_job, TransformJobName="never")[0] == "ValidationException"


def test_a_manifest_names_objects(sim, s3, sagemaker, start):
    names = [{"prefix": "s3://blog/in/"}, "2.jsonl", "0.jsonl"]
    s3.put_object(Bucket="blog", Key="some.manifest", Body=json.dumps(names).encode())
    source = {"S3DataSource": {"S3DataType": "ManifestFile", "S3Uri": "s3://blog/some.manifest"}}
    start(inputs={"DataSource": source})
    assert status(sagemaker)[0] == "Completed"
    assert sorted(key.rpartition("/")[2] for key in keys(s3)) == ["0.jsonl.out", "2.jsonl.out"]


def test_a_job_works_in_real_time_too(aws):
    aws.bucket("blog")
    s3, sagemaker = aws.client("s3"), aws.client("sagemaker")
    put(s3, "in/0", LINES)
    model(aws, sagemaker, "seamless")
    aws.seconds_per_record = 0.1
    sagemaker.create_transform_job(
        TransformJobName="job",
        ModelName="seamless",
        TransformInput={
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://blog/in"}},
            "SplitType": "Line",
        },
        BatchStrategy="SingleRecord",
        DataProcessing={"InputFilter": "$.request"},
        TransformOutput={"S3OutputPath": "s3://blog/out", "AssembleWith": "Line"},
        TransformResources={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
    )
    assert status(sagemaker)[0] == "InProgress"
    deadline = time.monotonic() + 20
    while status(sagemaker)[0] == "InProgress" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert status(sagemaker)[0] == "Completed"
    assert lines(s3, "out/in/0.out")[1] == [{"translation_text": "spa text 1"}]
