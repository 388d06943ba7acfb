"""The main job, end to end: the real container with a tiny model behind the endpoint."""

import json
import os
import subprocess
import sys
import urllib.request

import pytest

from standins.aws import echo
from standins.container import MODELS, Container, broken
from standins.container.hub import Hub as ModelHub

pytestmark = pytest.mark.container

OLD = """---
title: Moving house
description: "What we kept, and why."
date: 2026-03-01
tags: [life, lists]
---

# Moving house

We kept *three* things. The rest went to [friends](https://example.com/friends) in May.

| thing | where |
| ----- | ----- |
| lamp  | attic |
"""

CHANGED = """# Notes

The first note stands for a while. It will stay.

The second note changes soon.
"""

ADDED = """---
title: A new post
---

Run `make test` before you push. It takes about two minutes.

```sh
make test   # not translated
```

![A lamp on a table](images/lamp.png)

1. Read it
2. Fix it
"""


SENTENCES = (
    "A new post",
    "Run XENT1X before you push.",
    "It takes about two minutes.",
    "A lamp on a table",
    "Read it",
    "Fix it",
)
"""What a model is sent of ADDED, with its first form of a stand-in."""


@pytest.fixture(scope="module")
def seamless():
    env = {"HF_TASK": "translation", "SAGEMAKER_MODEL_SERVER_WORKERS": "1"}
    with Container(MODELS / "seamless", env) as container:
        yield container


@pytest.fixture
def job(runner, aws, seamless):
    aws.backend = seamless.url
    return runner


def merge(hub, number):
    hub.close(number, merged=True)
    hub.store.git("update-ref", "-d", "refs/heads/polypost/main")


def test_the_main_job(job, hub, aws):
    # A blog that was localized and merged before.
    hub.push({"posts/moving.md": OLD, "posts/notes.md": CHANGED, "README.md": "A blog.\n"})
    first = job.dispatch()
    assert first.code == 0, first.log
    merge(hub, int(first.outputs["pull-request-number"]))
    moved = {path: hub.read(path) for path in ("posts/moving.es.md", "posts/moving.ja.md")}

    # A push that adds one post, changes one, renames one.
    before = hub.head()
    hub.push(
        {
            "posts/added.md": ADDED,
            "posts/notes.md": CHANGED.replace("The second note changes soon.", "The second note is new."),
            "posts/moving.md": None,
            "archive/moving.md": OLD,
        }
    )
    asked = len(aws.calls("InvokeEndpoint"))
    aws.creating_seconds = 2.0
    step = job.push(before)
    assert step.code == 0, step.log
    operations = [call.operation for call in aws.log[-200:]]
    for operation in (
        "CreateModel",
        "CreateEndpointConfig",
        "CreateEndpoint",
        "DescribeEndpoint",
        "InvokeEndpoint",
    ):
        assert operation in operations
    assert aws.left() == []
    [created] = aws.calls("CreateEndpoint")[1:]
    environment = aws.calls("CreateModel")[1].input["PrimaryContainer"]
    assert "4.51.3" in environment["Image"]
    assert environment["Environment"]["HF_TASK"] == "translation"
    assert created.input["EndpointName"].startswith("polypost-")

    branch = "polypost/main"
    added = hub.read("posts/added.es.md", branch)
    assert added == (
        ADDED.replace("title: A new post", "title: spa A new post")
        .replace(
            "Run `make test` before you push. It takes about two minutes.",
            "spa Run `make test` before you push. spa It takes about two minutes.",
        )
        .replace("A lamp on a table", "spa A lamp on a table")
        .replace("Read it", "spa Read it")
        .replace("Fix it", "spa Fix it")
    )
    assert "jpn The second note is new." in hub.read("posts/notes.ja.md", branch)
    assert "jpn The first note stands for a while. jpn It will stay." in hub.read("posts/notes.ja.md", branch)
    for path, text in moved.items():
        assert hub.read(path.replace("posts", "archive"), branch) == text
        assert path not in hub.files(branch)
    sent = [text for call in aws.calls("InvokeEndpoint")[asked:] for text in call.input["inputs"]]
    assert not any("house" in text or "first note" in text for text in sent), "known sentences are not sent"
    assert all(call.input["parameters"]["batch_size"] >= 1 for call in aws.calls("InvokeEndpoint"))
    number = int(step.outputs["pull-request-number"])
    gone = f"The endpoint `{created.input['EndpointName']}` is deleted."
    assert gone in step.summary
    assert gone in hub.pulls[number].body
    assert step.outputs["pull-request-operation"] == "created"
    assert len(hub.store.git("rev-list", f"main..{branch}").split()) == 1, "one commit"

    # Run again: nothing changes, nothing is sent.
    calls, writes = len(aws.log), len(hub.writes)
    again = job.push(before)
    assert (again.code, len(hub.writes)) == (0, writes), again.log
    assert all(call.operation.startswith("List") for call in aws.log[calls:]), "the sweep only looks"
    assert again.outputs["pull-request-operation"] == "none"

    # A later push that changes a post updates the same pull request.
    before = hub.head()
    hub.push({"posts/added.md": ADDED.replace("Fix it", "Mend it")})
    later = job.push(before)
    assert later.code == 0, later.log
    assert (int(later.outputs["pull-request-number"]), later.outputs["pull-request-operation"]) == (
        number,
        "updated",
    )
    assert "2. spa Mend it" in hub.read("posts/added.es.md", branch)
    assert "spa The second note is new." in hub.read("posts/notes.es.md", branch), "what was there stays"
    assert len(hub.pulls) == 2
    for path in ("posts/added.md", "posts/notes.md", "archive/moving.md"):
        assert path in hub.pulls[number].body, "the body tells all that the pull request holds"


def test_a_container_that_can_not_load_its_model_is_found_before_the_first_sentence(
    runner, hub, aws, tmp_path
):
    before = hub.push({"README.md": "A blog.\n"})
    hub.push({"posts/added.md": ADDED})
    env = {"HF_TASK": "translation", "SAGEMAKER_MODEL_SERVER_WORKERS": "1"}
    with Container(broken(MODELS / "seamless", tmp_path), env) as container:
        aws.backend = container.url
        step = runner.push(before)
    assert step.code == 3
    assert "::error" in step.log
    assert hub.writes == []


def test_an_attached_endpoint_is_used_and_left_running(job, hub, aws):
    before = hub.push({"README.md": "A blog.\n"})
    hub.push({"posts/added.md": ADDED})
    client = aws.client("sagemaker")
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1"
    variant = {
        "VariantName": "all",
        "ModelName": "mine",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.xlarge",
    }
    client.create_model(
        ModelName="mine", ExecutionRoleArn=aws.role("Mine"), PrimaryContainer={"Image": image}
    )
    client.create_endpoint_config(EndpointConfigName="mine", ProductionVariants=[variant])
    client.create_endpoint(EndpointName="mine", EndpointConfigName="mine")
    made = len(aws.calls("CreateEndpoint"))
    step = job.push(before, endpoint_name="mine")
    assert step.code == 0, step.log
    assert len(aws.calls("CreateEndpoint")) == made
    assert len(aws.left()) == 3, "an attached endpoint is never deleted"
    for kind, name in (
        ("endpoint", "EndpointName"),
        ("endpoint_config", "EndpointConfigName"),
        ("model", "ModelName"),
    ):
        getattr(client, f"delete_{kind}")(**{name: "mine"})
    assert "title: jpn A new post" in hub.read("posts/added.ja.md", "polypost/main")


def test_the_container_starts_from_exactly_what_polypost_sends(runner, hub, aws):
    before = hub.push({"README.md": "A blog.\n"})
    hub.push({"posts/added.md": ADDED})
    step = runner.push(before)
    assert step.code == 0, step.log
    environment = aws.calls("CreateModel")[0].input["PrimaryContainer"]["Environment"]
    with (
        ModelHub({environment["HF_MODEL_ID"]: MODELS / "seamless"}) as models,
        Container(None, {**environment, **models.env}) as container,
    ):
        for call in aws.calls("InvokeEndpoint"):
            request = urllib.request.Request(
                f"{container.url}/invocations",
                json.dumps(call.input).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                assert json.load(answer) == echo(call.input)


def test_the_command_line_does_the_same(job, tmp_path):
    blog = tmp_path / "blog"
    blog.mkdir()
    (blog / "post.md").write_text(ADDED)
    env = {name: os.environ[name] for name in ("PATH", "HOME")} | job.aws.env
    command = [
        sys.executable,
        "-m",
        "polypost.cli",
        "translate",
        "--to",
        "es",
        "--checks",
        "off",
        "--json",
        "report.json",
    ]
    done = subprocess.run(command, cwd=blog, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "spa Run `make test` before you push." in (blog / "post.es.md").read_text()
    report = json.loads((blog / "report.json").read_text())
    assert [each["status"] for each in report["localizations"]] == ["new"]
    assert report["characters_sent"] == sum(map(len, SENTENCES))
    assert report["requests"] >= 1
