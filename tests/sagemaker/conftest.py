from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from polypost import batching
from polypost.models import DEFAULT_MODEL, choose
from polypost.sagemaker import Created, Settings, Surroundings, clean_up, open_session, open_translator
from polypost.sagemaker.account import Account
from polypost.sagemaker.batch import records as lines
from standins.aws import Aws, echo
from standins.clock import SimClock

from .batches import Batch


@pytest.fixture(scope="package")
def cloud():
    with Aws() as aws:
        yield aws


@pytest.fixture
def aws(cloud, monkeypatch):
    cloud.reset()
    cloud.role("SageMakerRole")
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in cloud.env.items():
        monkeypatch.setenv(name, value)
    return cloud


@dataclass
class Told:
    """A console that remembers."""

    lines: list[str] = field(default_factory=list)

    def step(self, text):
        self.lines.append(text)

    say = warn = step

    def progress(self, text, done, total):
        self.lines.append(f"{text} {done}/{total}")

    def __contains__(self, text):
        return any(text in line for line in self.lines)


@pytest.fixture
def console():
    return Told()


@pytest.fixture
def created():
    """What `remember` was told, in order."""
    return []


def nap(seconds):
    """A sleep that makes long waits short; real, so that other threads run meanwhile."""
    time.sleep(min(seconds, 0.02))


def answers(translator, sentences, language):
    """The answers in the sentences' order."""
    replies = {reply.sentence: reply.answer for reply in translator.translate({language: sentences})}
    return [replies[sentence] for sentence in sentences]


@dataclass
class Napping:
    """The machine's clock, with sleeps of one's own; satisfies ports.Clock."""

    sleep: Callable[[float], None] = nap
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time


@pytest.fixture
def creating(aws):
    """Endpoints are Creating until the returned sleep was called so many times; load can't hurry it."""

    def creating(naps):
        aws.creating_seconds = 3600.0
        left = iter(range(naps))

        def sleep(seconds):
            nap(seconds)
            if next(left, None) is None:
                aws.creating_seconds = 0.0

        return sleep

    return creating


def wishes(languages=("es",), *, model=DEFAULT_MODEL, **more):
    given = {
        "route": choose(model, "en", languages),
        "run": "run-1",
        "instance_types": ("ml.m5.xlarge",),
    }
    return Settings(**(given | more))


@pytest.fixture
def opened(aws, console, created):
    """`with opened(...) as translator`, deployed on the stand-in unless an endpoint is named."""

    def opened(
        languages=("es",), *, clock=None, sleep=nap, region="us-east-1", in_workflow=False, heeds=None, **more
    ):
        @contextmanager
        def opening():
            insisted = None if in_workflow else lambda: False
            around = Surroundings(console, clock or Napping(sleep), insisted=insisted)
            if heeds:
                around = replace(around, check=heeds.heed, shield=heeds.shield)
            account = Account(open_session(region), around)
            with open_translator(wishes(languages, **more), account, created.append) as translator:
                yield translator

        return opening()

    return opened


@pytest.fixture
def account(aws, console):
    """The account as a run sees it."""
    return Account(open_session("us-east-1"), Surroundings(console, Napping()))


@pytest.fixture
def cleaned(aws, console):
    def cleaned(name, seconds=5.0, region="us-east-1", sleep=nap, run="run-1"):
        around = Surroundings(console, Napping(sleep))
        return clean_up(
            Created(name, region, run), open_session, scheduler_role_arn=None, seconds=seconds, around=around
        )

    return cleaned


@pytest.fixture
def endpoint(aws):
    """An endpoint that somebody made; tags as given."""

    def endpoint(name, tags=(), instances=1):
        client = aws.client("sagemaker")
        role = aws.role(f"role-of-{name}-{len(aws.roles)}"[:64])
        tagged = {"Tags": [{"Key": key, "Value": value} for key, value in tags]} if tags else {}
        image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-inference:x"
        client.create_model(
            ModelName=name, PrimaryContainer={"Image": image}, ExecutionRoleArn=role, **tagged
        )
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": name,
            "InstanceType": "ml.m5.xlarge",
            "InitialInstanceCount": instances,
        }
        client.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], **tagged)
        client.create_endpoint(EndpointName=name, EndpointConfigName=name, **tagged)
        aws.log.clear()
        return name

    return endpoint


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
    return Batch(aws, console, Napping())


@pytest.fixture
def small(monkeypatch):
    """Objects and jobs of few sentences, so that a short plan takes several of them."""
    limits = batching.Limits(sentences=8, padded_tokens=1024)
    monkeypatch.setattr(lines, "CPU", lines.Pace(limits, 6_000))
    monkeypatch.setattr(lines, "OBJECT_BYTES", 3_000)
    monkeypatch.setattr(lines, "_LEAST_BYTES", 3_000)


@pytest.fixture
def sim(aws, monkeypatch):
    """The stand-in on simulated time and without a network."""
    monkeypatch.setattr(aws, "clock", SimClock())
    aws.reset()
    aws.role("SageMakerRole")
    with aws.inside():
        yield aws
