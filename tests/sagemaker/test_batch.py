"""Batch transform against the stand-in, whose jobs do the work: from and to S3, object by object."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field

import boto3
import pytest

from polypost import batching
from polypost.errors import BudgetError, QuotaError, ServiceError, TranslatorError, UsageError
from polypost.models import DEFAULT_MODEL, choose
from polypost.sagemaker import Surroundings
from polypost.sagemaker.batch import BatchSettings, Caller, clean, folder, open_batch, stop_job
from polypost.sagemaker.batch import records as lines
from polypost.values import Untranslated, Usage
from standins.aws import AccessDenied, Dropped, Refused, Throttled, echo
from standins.container import shared

from .conftest import Napping

MODEL = "polypost-seamless"
LANGUAGES = ("es", "ja")
CODES = {"es": "spa", "ja": "jpn"}
OUT = {"out": ".jsonl.out", "in": ".jsonl"}


@dataclass
class Batch:
    """Opens the engine, and remembers what it told and asked."""

    aws: object
    console: object
    told: list = field(default_factory=list)
    used: list = field(default_factory=list)

    def settings(self, **more):
        given = {
            "route": choose(DEFAULT_MODEL, "en", LANGUAGES),
            "revision": None,
            "container": "image",
            "folder": folder("s3://blog/polypost"),
            "instance_types": ("ml.m5.xlarge",),
        }
        return BatchSettings(**(given | more))

    @contextmanager
    def model(self, kind):
        client = self.aws.client("sagemaker")
        self.told.append(("model", kind))
        role = "arn:aws:iam::123456789012:role/SageMakerRole"
        image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-inference:x"
        name = f"{MODEL}-{kind.replace('.', '-')}"
        client.create_model(ModelName=name, PrimaryContainer={"Image": image}, ExecutionRoleArn=role)
        try:
            yield name
        finally:
            client.delete_model(ModelName=name)

    def open(self, *, run="run-1", clock=None, check=lambda: None, **more):
        def usage(consumed):
            self.used.append(consumed)
            return Usage(consumed.characters, consumed.requests)

        caller = Caller(
            model=self.model,
            remember=lambda name: self.told.append(("remember", name)),
            guard=lambda name, _seconds: self.told.append(("guard", name)),
            unguard=lambda name: self.told.append(("unguard", name)),
            tags={"polypost:created-by": "polypost", "polypost:run": run},
            usage=usage,
        )
        around = Surroundings(self.console, clock or Napping(), check)
        return open_batch(boto3.Session(), self.settings(**more), caller, around)

    def translate(self, asked, **more):
        """Language and sentence -> answer; no reply may come twice."""
        with self.open(**more) as translator:
            got = collected(translator.translate(asked))
            translator.usage()
        return got

    def jobs(self):
        client = self.aws.client("sagemaker")
        found = client.list_transform_jobs()["TransformJobSummaries"]
        return {job["TransformJobName"]: job["TransformJobStatus"] for job in found}

    def created(self):
        return [call.input for call in self.aws.calls("CreateTransformJob") if call.status == 200]

    def keys(self, part):
        client = self.aws.client("s3")
        pages = client.get_paginator("list_objects_v2").paginate(Bucket="blog", Prefix="polypost/")
        found = [row["Key"] for page in pages for row in page.get("Contents", ())]
        return [key for key in found if f"/{part}/" in key]


@pytest.fixture
def asked_for(aws):
    """How often the container was asked for each sentence; and the container refuses `poison`."""
    counts, lock = Counter(), threading.Lock()

    def backend(request):
        if any("poison" in text for text in request["inputs"]):
            raise IndexError("index out of range in self")
        with lock:
            counts.update((request["parameters"]["tgt_lang"], text) for text in request["inputs"])
        return echo(request)

    aws.backend = backend
    return counts


@pytest.fixture
def batch(aws, console, asked_for):
    aws.bucket("blog")
    return Batch(aws, console)


@pytest.fixture
def small(monkeypatch):
    """Objects and jobs of few sentences, so that a short plan takes several of them."""
    limits = batching.Limits(sentences=8, padded_tokens=1024)
    monkeypatch.setattr(lines, "CPU", lines.Pace(limits, 6_000))
    monkeypatch.setattr(lines, "OBJECT_BYTES", 3_000)
    monkeypatch.setattr(lines, "_LEAST_BYTES", 3_000)


def collected(replies):
    got = {}
    for reply in replies:
        assert (reply.language, reply.sentence) not in got
        got[reply.language, reply.sentence] = reply.answer
    return got


def plan(*numbers, word="sentence", languages=LANGUAGES):
    sentences = [f"This is the {word} number {number:04}." for number in range(*numbers)]
    return dict.fromkeys(languages, sentences)


def echoed(asked):
    return {(language, text): f"{CODES[language]} {text}" for language in asked for text in asked[language]}


def test_every_sentence_is_answered_once_and_nothing_is_left(aws, batch, asked_for):
    asked = plan(500)
    assert batch.translate(asked) == echoed(asked)
    assert set(asked_for.values()) == {1}
    assert aws.left() == []
    (job,) = batch.created()
    assert job["TransformJobName"].startswith("polypost-seamless-m4t-v2-large-")
    assert {"Key": "polypost:run", "Value": "run-1"} in job["Tags"]
    assert job["ModelName"] == f"{MODEL}-ml-m5-xlarge"
    (used,) = batch.used
    assert used.characters == sum(len(text) for texts in asked.values() for text in texts)
    assert used.requests == sum(1 for key in batch.keys("in") for _ in contents(aws, key))


def contents(aws, key):
    body = aws.client("s3").get_object(Bucket="blog", Key=key)["Body"].read().decode()
    return [json.loads(line) for line in body.splitlines()]


def test_the_guards_are_there_before_the_job(aws, batch):
    seen = []
    batch.told = Spy(lambda what: seen.append((what, len(aws.calls("CreateTransformJob")))))
    batch.translate(plan(10))
    name = batch.created()[0]["TransformJobName"]
    assert seen == [
        (("model", "ml.m5.xlarge"), 0),
        (("remember", name), 0),
        (("guard", name), 0),
        (("unguard", name), 1),
    ]


class Spy(list):
    def __init__(self, told):
        super().__init__()
        self.append = told


def test_what_is_there_is_not_sent_again_whatever_the_plan(batch, asked_for):
    batch.translate(plan(300))
    again = plan(0, 300, 3)
    batch.told.clear()
    assert batch.translate(again, run="run-2") == echoed(again)
    assert batch.told == []
    wider = plan(200, 400)
    assert batch.translate(wider, run="run-3") == echoed(wider)
    assert set(asked_for.values()) == {1}
    assert len(asked_for) == 2 * 400


def test_what_another_model_said_is_not_taken(batch, asked_for):
    batch.translate(plan(5))
    batch.translate(plan(5), revision="abc")
    assert set(asked_for.values()) == {2}


def test_waves_of_one_run_share_what_came_back(batch, asked_for):
    with batch.open() as translator:
        assert collected(translator.translate(plan(50))) == echoed(plan(50))
        assert collected(translator.translate(plan(25, 75))) == echoed(plan(25, 75))
    assert set(asked_for.values()) == {1}
    assert [kind for kind, _ in batch.told].count("model") == 1


def test_blank_and_long_sentences_are_as_on_an_endpoint(batch):
    clauses = [f"{'word ' * 40}{number}" for number in range(3)]
    long, endless = ", ".join(clauses) + ".", "word " * 200
    got = batch.translate({"es": [long, endless, " "]})
    assert got["es", long].count("spa ") == 3
    assert isinstance(got["es", endless], Untranslated)
    assert got["es", " "] == " "


def test_nothing_to_ask_touches_no_job(aws, batch):
    assert batch.translate({"es": []}) == {}
    assert aws.calls("CreateTransformJob") == aws.calls("CreateModel") == []


def test_a_language_that_was_not_opened_is_refused(batch):
    with batch.open() as translator, pytest.raises(TranslatorError, match="de"):
        collected(translator.translate({"de": ["Hi."]}))


def test_a_poisoned_record_a_lost_object_and_one_retry(aws, batch, small, asked_for):
    asked = plan(120)
    asked = {language: [*texts, "A poisoned one: poison."] for language, texts in asked.items()}
    started = threading.Event()

    def spoil(arrival):
        if arrival.operation == "CreateTransformJob" and not started.is_set():
            started.set()
            sent = sorted(batch.keys("in"))
            whole = [key for key in sent if not any("poison" in str(line) for line in contents(aws, key))]
            aws.lost_outputs.add(whole[0])
            return Dropped()
        return None

    aws.intercept = spoil
    got = batch.translate(asked)
    bad = {key: got.pop(key) for key in list(got) if "poison" in key[1]}
    assert got == echoed(plan(120))
    assert len(bad) == 2
    for answer in bad.values():
        assert answer == Untranslated(
            "The model could not translate it: ClientError: See job logs for more information"
        )
    assert aws.left() == []
    asked_for.clear()
    aws.log.clear()
    assert batch.translate(asked) == got | bad
    assert batch.created() == []


def test_an_object_that_aws_itself_fails_on_is_sent_again_as_it_is(aws, batch, small):
    batch.aws.intercept = once("CreateTransformJob", lambda: aws.failing_objects.update(batch.keys("in")[:2]))
    assert batch.translate(plan(60)) == echoed(plan(60))
    first, second = (job["TransformJobName"] for job in batch.created()[:2])
    assert second == f"{first}-r2"


def once(operation, act):
    done = []

    def intercept(arrival):
        if arrival.operation == operation and not done:
            done.append(True)
            act()

    return intercept


def test_an_object_that_is_lost_again_and_again_ends_the_run(aws, batch):
    aws.lost_outputs = Everything()
    with pytest.raises(ServiceError, match=r"has left no result for es\.[0-9a-f]+, which was sent 3 times"):
        batch.translate(plan(5, languages=["es"]))
    assert list(batch.jobs().values()) == ["Completed"] * 3
    assert sorted(name.partition("-r")[2] for name in batch.jobs()) == ["", "2", "3"]


class Everything(set):
    def __contains__(self, _item):
        return True


def test_answers_of_another_shape_cost_only_their_sentence(aws, batch):
    def odd(request):
        return [] if any("odd" in text for text in request["inputs"]) else echo(request)

    aws.backend = odd
    got = batch.translate({"es": ["An odd one.", "Good.", "Fine."]})
    assert got["es", "Good."] == "spa Good."
    assert got["es", "Fine."] == "spa Fine."
    assert "is not 1 translations but: []" in got["es", "An odd one."].reason


def test_a_model_that_refuses_everything_is_found_out(aws, batch, small):
    aws.backend = lambda _request: {}["broken"]
    with pytest.raises(ServiceError, match=r"last 2 batch jobs translated nothing at all; .*job logs"):
        batch.translate(plan(200))
    assert len(batch.created()) == 2


def test_killed_at_90_percent_the_rest_is_sent_and_at_most_a_job_again(aws, batch, small, asked_for):
    asked, got = plan(400), []

    def kill(_seconds):
        if len(got) >= 720 and "InProgress" in batch.jobs().values():
            raise KeyboardInterrupt

    def stall(arrival):
        if arrival.operation == "CreateTransformJob" and len(got) >= 720:
            aws.seconds_per_record = 60.0

    aws.intercept = stall
    with batch.open(clock=Napping(kill)) as translator, pytest.raises(KeyboardInterrupt):
        got.extend(translator.translate(asked))
    assert aws.left() == []
    aws.intercept, aws.seconds_per_record = None, 0.0
    asked_for.clear()
    assert batch.translate(asked, run="run-2") == echoed(asked)
    assert 720 <= len(got) < 800
    assert sum(asked_for.values()) == 800 - len(got)


def test_a_job_of_a_killed_run_is_waited_for(aws, batch, asked_for):
    aws.job_seconds = 2.0
    aws.script("StopTransformJob", *[AccessDenied("sagemaker:StopTransformJob")] * 3)

    def kill(_seconds):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.translate(plan(100), clock=Napping(kill))
    assert list(batch.jobs().values()) == ["InProgress"]
    changed = plan(50, 150)
    assert batch.translate(changed, run="run-2") == echoed(changed)
    assert set(asked_for.values()) == {1}
    assert "Waiting for the batch job" in batch.console
    assert len(batch.created()) == 2


def test_two_runs_at_once_pay_once(aws, batch, small, asked_for):
    aws.job_seconds = 0.1
    asked, got = plan(200), {}

    def run(name):
        other = Batch(aws, batch.console)
        other.model = shared_model
        got[name] = other.translate(asked, run=name)

    @contextmanager
    def shared_model(_kind):
        yield name

    with batch.model("ml.m5.xlarge") as name:
        threads = [threading.Thread(target=run, args=(f"run-{number}",)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert got == {"run-0": echoed(asked), "run-1": echoed(asked)}
    assert set(asked_for.values()) == {1}


@pytest.mark.parametrize("where", ["sleep", "check"])
def test_what_interrupts_a_wait_stops_the_job(aws, batch, where):
    aws.job_seconds = 60.0
    aws.stopping_seconds = 0.0

    def interrupt(*_seconds):
        if batch.jobs():
            raise BudgetError("enough")

    how = {"clock": Napping(interrupt)} if where == "sleep" else {"check": interrupt}
    with pytest.raises(BudgetError, match="enough"):
        batch.translate(plan(5), **how)
    assert list(batch.jobs().values()) == ["Stopped"]
    assert batch.told[-1] == ("unguard", next(iter(batch.jobs())))
    assert aws.left() == []


def test_a_job_that_somebody_stops_ends_the_run(aws, batch):
    aws.job_seconds = 60.0
    client = aws.client("sagemaker")

    def stop(_seconds):
        for name, status in batch.jobs().items():
            if status == "InProgress":
                assert stop_job(client, name)
                assert not stop_job(client, name)

    with pytest.raises(ServiceError, match=r"was stopped by somebody else.*run again for the rest"):
        batch.translate(plan(5), clock=Napping(stop))
    assert not stop_job(client, "polypost-no-such-job")


def test_the_next_instance_type_is_tried(aws, batch):
    aws.quota = {"ml.m5.xlarge for transform job usage"}
    aws.no_capacity = {"ml.m5.2xlarge"}
    types = ("ml.m5.xlarge", "ml.m5.2xlarge", "ml.m5.4xlarge")
    assert batch.translate(plan(5), instance_types=types) == echoed(plan(5))
    assert "ml.m5.xlarge can't be had" in batch.console
    assert "CapacityError" in batch.console
    assert batch.created()[-1]["TransformResources"]["InstanceType"] == "ml.m5.4xlarge"


def test_no_instance_type_at_all_is_a_quota_error(aws, batch):
    aws.quota = {"ml.m5.xlarge"}
    with pytest.raises(QuotaError, match=r"None of the instance types can be had.*transform job usage"):
        batch.translate(plan(5))
    assert aws.left() == []


def test_several_machines_get_several_objects(batch):
    assert batch.translate(plan(2000), instance_count=4) == echoed(plan(2000))
    assert batch.created()[0]["TransformResources"] == {"InstanceType": "ml.m5.xlarge", "InstanceCount": 4}
    assert len(batch.keys("in")) >= 8


def test_the_key_encrypts_objects_and_disks(aws, batch):
    key = "arn:aws:kms:us-east-1:123456789012:key/1234"
    batch.translate(plan(5), kms_key=key)
    (job,) = batch.created()
    assert job["TransformOutput"]["KmsKeyId"] == job["TransformResources"]["VolumeKmsKeyId"] == key
    assert {call.input.get("SSEKMSKeyId") for call in aws.calls("PutObject")} == {key}


EXPIRED = Refused("ExpiredToken", "The provided token has expired.")
DENIED = Refused(
    "AccessDenied", "User: arn:aws:sts::123456789012:assumed-role/blog/run is not authorized", 403
)


@pytest.mark.parametrize(
    ("operation", "grant"),
    [("ListObjectsV2", "s3:ListBucket"), ("PutObject", "s3:PutObject"), ("GetObject", "s3:GetObject")],
)
def test_s3_says_who_may_not_what_and_where(aws, batch, operation, grant):
    aws.script(operation, DENIED)
    with pytest.raises(ServiceError) as refused:
        batch.translate(plan(5))
    for told in (
        "The role that runs polypost is not allowed",
        "s3://blog/polypost",
        grant,
        "assumed-role/blog",
    ):
        assert told in str(refused.value)
    assert aws.left() == []


def test_expired_credentials_are_told(aws, batch):
    aws.script("PutObject", EXPIRED)
    with pytest.raises(ServiceError, match="no longer accepts the credentials"):
        batch.translate(plan(5))


def test_a_bucket_that_is_not_there_is_told_before_anything_is_made(aws, batch):
    with (
        pytest.raises(UsageError, match="There is no bucket nowhere"),
        batch.open(folder=folder("s3://nowhere/x")),
    ):
        pass
    assert aws.calls("CreateModel") == []


def test_what_the_models_role_may_not_is_told(aws, batch):
    aws.job_failures = ["ClientError: Access denied to s3://blog/polypost: check the role."]
    with pytest.raises(ServiceError, match=r"execution role needs s3:GetObject.*s3://blog/polypost"):
        batch.translate(plan(5))


@pytest.mark.parametrize(
    "operation", ["CreateTransformJob", "DescribeTransformJob", "PutObject", "ListTransformJobs"]
)
@pytest.mark.parametrize("fault", [Throttled(), Dropped(), Dropped(after=True)])
def test_a_call_that_fails_once_costs_nothing(aws, batch, operation, fault, asked_for):
    aws.script(operation, fault)
    assert batch.translate(plan(20)) == echoed(plan(20))
    assert set(asked_for.values()) == {1}
    assert aws.left() == []


def test_a_job_created_although_the_answer_was_lost_is_this_runs(aws, batch):
    aws.job_seconds = 60.0
    aws.stopping_seconds = 0.0
    aws.script("CreateTransformJob", Dropped(after=True))

    def interrupt(_seconds):
        if batch.jobs():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.translate(plan(5), clock=Napping(interrupt))
    assert list(batch.jobs().values()) == ["Stopped"]


def test_a_job_that_cannot_be_stopped_is_told_and_stays_guarded(aws, batch):
    aws.job_seconds = 60.0
    aws.script("StopTransformJob", *[AccessDenied("sagemaker:StopTransformJob")] * 3)

    def interrupt(_seconds):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.translate(plan(5), clock=Napping(interrupt))
    assert "could not be stopped" in batch.console
    assert "aws sagemaker stop-transform-job" in batch.console
    assert batch.told[-1][0] == "guard"


def test_only_what_is_old_and_ours_is_cleaned_away(aws, batch):
    batch.translate(plan(5))
    client, where = aws.client("s3"), folder("s3://blog/polypost")
    client.put_object(Bucket="blog", Key="polypost/holiday.jpg", Body=b"x")
    now = aws.now()
    assert clean(client, where, now + 6.9 * 86_400) == 0
    assert clean(client, where, now + 7.1 * 86_400) == 4
    left = [row["Key"] for row in client.list_objects_v2(Bucket="blog")["Contents"]]
    assert left == ["polypost/holiday.jpg"]


def test_cleaning_that_is_denied_is_told(aws, batch):
    batch.translate(plan(5))
    aws.script("DeleteObjects", DENIED)
    with pytest.raises(ServiceError, match=r"delete objects in s3://blog/polypost \(s3:DeleteObject\)"):
        clean(aws.client("s3"), folder("s3://blog/polypost"), aws.now() + 8 * 86_400)


@pytest.mark.container
def test_from_and_to_s3_through_the_real_container(aws, batch, small):
    """The tiny model; one record that it really refuses, one lost object, one that AWS fails on."""
    url = shared("seamless").url + "/invocations"

    def translate(request):
        """With a lone surrogate in place of the poison: the toolkit answers that with an error."""
        inputs = ["\ud800" if "poison" in text else text for text in request["inputs"]]
        body = json.dumps({**request, "inputs": inputs}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return json.load(answer)

    def spoil():
        whole = [key for key in batch.keys("in") if "poison" not in str(contents(aws, key))]
        aws.lost_outputs.add(whole[0])
        aws.failing_objects.add(whole[1])

    aws.backend = translate
    aws.intercept = once("CreateTransformJob", spoil)
    asked = plan(60)
    got = batch.translate({**asked, "es": [*asked["es"], "A poisoned one: poison."]})
    assert "ClientError" in got.pop(("es", "A poisoned one: poison.")).reason
    assert got == echoed(asked)
    assert batch.translate(asked) == echoed(asked)


@pytest.mark.container
def test_the_record_is_what_the_stock_container_takes(aws, batch):
    """Straight into it, filters and all, without a function of ours between."""
    aws.backend = shared("nllb").url
    route = choose("facebook/nllb-200-distilled-600M", "en", LANGUAGES)
    assert batch.translate(plan(40), route=route) == echoed(plan(40))
