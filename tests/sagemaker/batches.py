"""The batch engine opened on the stand-in, and plans for it."""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from dataclasses import dataclass, field

import boto3

from polypost.models import DEFAULT_MODEL, choose
from polypost.sagemaker import Surroundings
from polypost.sagemaker.batch import BatchSettings, Caller, folder, open_batch
from polypost.values import Usage

MODEL = "polypost-seamless"
LANGUAGES = ("es", "ja")
CODES = {"es": "spa", "ja": "jpn"}


@dataclass
class Batch:
    """Opens the engine, and remembers what it told and asked."""

    aws: object
    console: object
    clock: object
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

    def open(self, *, run="run-1", clock=None, check=lambda: None, left=lambda: math.inf, **more):
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
        around = Surroundings(self.console, clock or self.clock, check, left=left)
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


def contents(aws, key):
    body = aws.client("s3").get_object(Bucket="blog", Key=key)["Body"].read().decode()
    return [json.loads(line) for line in body.splitlines()]


def once(operation, act):
    done = []

    def intercept(arrival):
        if arrival.operation == operation and not done:
            done.append(True)
            act()

    return intercept
