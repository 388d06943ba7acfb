"""Batch transform against the stand-in, whose jobs do the work: from and to S3, object by object."""

from __future__ import annotations

import hashlib
import json
import threading
import urllib.request
from contextlib import contextmanager

import pytest

from polypost import batching
from polypost.errors import ServiceError, TranslatorError
from polypost.models import CAREFUL_NGRAM, choose
from polypost.sagemaker.batch import store
from polypost.values import Untranslated
from standins.aws import AccessDenied, Dropped, Refused, echo
from standins.container import shared

from .batches import LANGUAGES, MODEL, Batch, collected, contents, echoed, once, plan
from .conftest import Napping


def test_every_sentence_is_answered_once_and_nothing_is_left(aws, batch, asked_for):
    asked = plan(500)
    assert batch.translate(asked) == echoed(asked)
    assert set(asked_for.values()) == {1}
    assert aws.left() == []
    assert "Sending 1,000 of 1,000 sentences for a batch job" in batch.console
    (job,) = batch.created()
    assert job["TransformJobName"].startswith("polypost-seamless-m4t-v2-large-")
    assert {"Key": "polypost:run", "Value": "run-1"} in job["Tags"]
    assert job["ModelName"] == f"{MODEL}-ml-m5-xlarge"
    (used,) = batch.used
    assert used.characters == sum(len(text) for texts in asked.values() for text in texts)
    assert used.requests == sum(1 for key in batch.keys("in") for _ in contents(aws, key))


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


def test_a_careful_answer_is_never_taken_for_a_usual_one(aws, batch, asked_for):
    """Neither in the run that asked for both, nor by a later plan."""

    def careful(request):
        said = echo(request)
        mark = request["parameters"].get("no_repeat_ngram_size", "usual")
        return [{"translation_text": f"{each['translation_text']} {mark}"} for each in said]

    aws.backend = careful
    asked = {"es": plan(30)["es"]}
    for run in ("run-1", "run-2"):
        with batch.open(run=run) as translator:
            usual = collected(translator.translate(asked))
            again = collected(translator.translate(asked, careful=True))
            assert collected(translator.translate(asked)) == usual
            assert collected(translator.translate(asked, careful=True)) == again
            translator.usage()
        assert {said.rpartition(" ")[2] for said in usual.values()} == {"usual"}
        assert {said.rpartition(" ")[2] for said in again.values()} == {str(CAREFUL_NGRAM)}
    assert len(batch.created()) == 2, "a job for each way of decoding, and none for the second run"
    assert [used.characters for used in batch.used] == [2 * sum(map(len, asked["es"])), 0]
    assert aws.left() == []


def test_a_cut_answer_stays_one_in_later_waves(aws, batch):
    def loops(request):
        most = request["parameters"]["max_new_tokens"]
        return [{"translation_text": "no " * most} for _ in request["inputs"]]

    aws.backend = loops
    with batch.open() as translator:
        first = collected(translator.translate({"es": ["A loop."]}))
        assert collected(translator.translate({"es": ["A loop."]})) == first
    [answer] = first.values()
    assert [complaint.code for complaint in answer.complaints] == [batching.CUT]


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
    assert "is not 1 translation but: []" in got["es", "An odd one."].reason


def test_what_made_no_sense_once_is_asked_again(aws, batch):
    aws.backend = lambda _request: []
    aws.script("PutObject", None, AccessDenied("s3:PutObject"))
    with pytest.raises(ServiceError, match="s3:PutObject"):
        batch.translate({"es": ["Hi."]})
    aws.backend = echo
    assert batch.translate({"es": ["Hi."]}) == {("es", "Hi."): "spa Hi."}


def planted(aws, batch, body):
    """Put an object where results stand."""
    aws.client("s3").put_object(Bucket="blog", Key=beside(batch), Body=body)


def beside(batch):
    """Where an object stands that nobody sent."""
    return batch.keys("in")[0].split("/in/")[0] + "/out/es.0123456789abcdef.jsonl.out"


def claiming(**more):
    digest = hashlib.sha256(json.dumps(["es", "Anything."]).encode()).hexdigest()[:16]
    answer = {"SageMakerOutput": [{"translation_text": "x"}], "limit": 50}
    return json.dumps({"id": digest, "sentences": ["Anything."], **answer, **more}).encode()


@pytest.mark.parametrize(
    "body",
    [
        claiming(limit=float("inf")),
        claiming(SageMakerOutput=[{"translation_text": "\ud800"}]),
        b"[" * 200_000,
        b"",
    ],
    ids=["endless", "surrogate", "deep", "empty"],
)
def test_what_somebody_else_puts_there_ends_no_run(aws, batch, body):
    batch.translate(plan(5))
    planted(aws, batch, body)
    assert batch.translate(plan(10)) == echoed(plan(10))


def test_of_an_object_no_more_is_read_than_was_listed(aws, batch, monkeypatch):
    batch.translate(plan(5))
    planted(aws, batch, b"x\n")
    ranges = []

    def grow(arrival):
        if arrival.operation == "GetObject" and arrival.input["Key"] == beside(batch):
            ranges.append(arrival.input["Range"])
            planted(aws, batch, b"y" * 100_000)

    aws.intercept = grow
    assert batch.translate(plan(10)) == echoed(plan(10))
    assert ranges[0] == "bytes=0-1"
    aws.intercept = None
    monkeypatch.setattr(store, "_MOST_BYTES", 99_999)
    aws.log.clear()
    assert batch.translate(plan(10)) == echoed(plan(10))
    read = [call.input["Key"] for call in aws.calls("GetObject")]
    assert read
    assert beside(batch) not in read


def test_a_result_that_is_deleted_before_it_is_read_is_not_there(aws, batch):
    asked = plan(5)
    batch.translate(asked)
    aws.script("GetObject", Refused("NoSuchKey", "The specified key does not exist.", 404))
    assert batch.translate(asked) == echoed(asked)


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
    counted, going = aws.backend, threading.Event()
    aws.backend = lambda request: going.wait(30) and counted(request)
    aws.script("StopTransformJob", *[AccessDenied("sagemaker:StopTransformJob")] * 3)

    def kill(_seconds):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.translate(plan(100), clock=Napping(kill))
    assert list(batch.jobs().values()) == ["InProgress"]
    changed = plan(50, 150)
    aws.intercept = once("DescribeTransformJob", going.set)
    assert batch.translate(changed, run="run-2") == echoed(changed)
    assert set(asked_for.values()) == {1}
    assert "Waiting for the batch job" in batch.console
    assert len(batch.created()) == 2


def test_two_runs_at_once_pay_once(aws, batch, small, asked_for):
    aws.job_seconds = 0.1
    asked, got = plan(200), {}

    def run(name):
        other = Batch(aws, batch.console, Napping())
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
