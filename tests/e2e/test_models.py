"""Several models in one run: who translates what, what it starts, and that nothing of it stays."""

import json

import pytest

from polypost.models.scores import FILE
from standins.aws import ResourceLimitExceeded
from standins.container import MODELS, Container

SEAMLESS, NLLB = "facebook/seamless-m4t-v2-large", "facebook/nllb-200-3.3B"
BOTH = {"model": f"{SEAMLESS}, {NLLB}", "instance_type": "ml.m5.xlarge"}
POST = "---\ntitle: A first post\n---\n\nIt has two sentences. This is the second.\n"
BRANCH = "polypost/main"


@pytest.fixture
def pushed(hub):
    """A blog with one post that was just pushed; gives the commit before."""
    before = hub.push({"README.md": "A blog.\n"})
    hub.push({"posts/first.md": POST})
    return before


@pytest.fixture
def apart():
    """Options with which Spanish and Japanese are Seamless's, and Balinese is NLLB's."""
    return {**BOTH, "languages": "es, ja, ban", "model_for": f"es: {SEAMLESS}, ja: {SEAMLESS}"}


@pytest.fixture
def dear(aws):
    """Machines whose waiting costs more than a second start."""
    aws.prices = {"ml.m5.xlarge": 2_000.0}


def created(aws):
    return [
        "nllb" if "nllb" in call.input["EndpointName"] else "seamless" for call in aws.calls("CreateEndpoint")
    ]


@pytest.mark.container
def test_two_real_containers_serve_one_run(runner, hub, aws, pushed, apart):
    with Container(MODELS / "seamless") as seamless, Container(MODELS / "nllb") as nllb:
        aws.backends = {"seamless": seamless.url, "nllb": nllb.url}
        aws.creating_seconds = 2.0
        step = runner.push(pushed, **apart)
    assert step.code == 0, step.log
    assert "title: spa A first post" in hub.read("posts/first.es.md", BRANCH)
    assert "jpn It has two sentences. jpn This is the second." in hub.read("posts/first.ja.md", BRANCH)
    assert "ban It has two sentences. ban This is the second." in hub.read("posts/first.ban.md", BRANCH)
    assert sorted(created(aws)) == ["nllb", "seamless"]
    first_ready = [call.operation for call in aws.log].index("InvokeEndpoint")
    assert [call.operation for call in aws.log[:first_ready]].count("CreateEndpoint") == 2, "at the same time"
    assert len(aws.calls("DeleteEndpoint")) == 2
    assert aws.left() == []
    assert json.loads(step.state["created"]) == []

    told = f"{NLLB} for ban: no other of the models has it"
    assert told in step.log
    assert "2 models side by side, $" in step.log
    body = hub.pulls[1].body
    assert told in body.replace("`", "").replace("\\", "")
    assert body.count("is deleted.") == 2
    again = runner.push(pushed, **apart)
    assert (again.code, again.outputs["pull-request-operation"]) == (0, "none")
    assert len(created(aws)) == 2


def test_a_language_that_only_the_second_has_starts_it_alone(runner, hub, aws, pushed):
    step = runner.push(pushed, **BOTH, languages="es, ban")
    assert step.code == 0, step.log
    assert created(aws) == ["nllb"]
    assert "ban It has two" in hub.read("posts/first.ban.md", BRANCH)
    assert "spa It has two" in hub.read("posts/first.es.md", BRANCH)
    assert "es: it is needed anyway" in step.log


def test_where_waiting_is_dear_they_come_one_after_the_other(runner, hub, aws, pushed, apart, dear):
    step = runner.push(pushed, **apart)
    assert step.code == 0, step.log
    assert "2 models one after the other, $" in step.log
    operations = [
        call.operation for call in aws.log if call.operation in {"CreateEndpoint", "DeleteEndpoint"}
    ]
    assert operations == ["CreateEndpoint", "DeleteEndpoint"] * 2
    assert created(aws) == ["seamless", "nllb"]
    assert {f"posts/first.{tag}.md" for tag in ("es", "ja", "ban")} <= set(hub.files(BRANCH))
    assert len(hub.store.git("rev-list", f"main..{BRANCH}").split()) == 1
    assert hub.pulls[1].body.count("is deleted.") == 2


@pytest.mark.parametrize("way", ["side by side", "one after the other"])
@pytest.mark.parametrize("which", ["seamless", "nllb"])
def test_one_that_can_not_be_started_costs_only_its_languages(runner, hub, aws, pushed, apart, way, which):
    if way == "one after the other":
        aws.prices = {"ml.m5.xlarge": 2_000.0}
    aws.intercept = lambda arrival: (
        ResourceLimitExceeded("ml.m5.xlarge")
        if arrival.operation == "CreateEndpoint" and which in arrival.input["EndpointName"]
        else None
    )
    step = runner.push(pushed, **apart)
    lost, done = ({"es", "ja"}, {"ban"}) if which == "seamless" else ({"ban"}, {"es", "ja"})
    assert step.code == 3, step.log
    assert way in step.log
    files = hub.files(BRANCH)
    assert {tag for tag in ("es", "ja", "ban") if f"posts/first.{tag}.md" in files} == done
    told = {each["language"]: each["status"] for each in json.loads(step.outputs["localizations"])}
    assert told == dict.fromkeys(done, "new") | dict.fromkeys(lost, "waiting")
    assert aws.left() == []
    assert runner.steps[-1].code == 0

    aws.intercept = None
    before = len(aws.calls("InvokeEndpoint"))
    rest = runner.push(pushed, **apart)
    assert rest.code == 0, rest.log
    assert created(aws)[-1] == which
    sent = {call.input["parameters"]["tgt_lang"][:3] for call in aws.calls("InvokeEndpoint")[before:]}
    assert len(sent & {"spa", "jpn", "ban"}) == len(lost)
    assert len(hub.pulls) == 1


def test_killed_with_two_endpoints_the_post_step_deletes_both(runner, hub, aws, pushed, apart):
    aws.creating_seconds = 6.0
    event = {"ref": "refs/heads/main", "before": pushed, "after": hub.head(), "deleted": False}
    names = {"GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main"}
    running = runner.start("push", event, names, **apart)
    running.wait_for(lambda: len(aws.calls("CreateEndpoint")) == 2)
    running.process.kill()
    step = running.finish(running.process.wait(timeout=30))
    assert len(aws.left()) == 6
    assert len(json.loads(step.state["created"])) == 2
    post = runner.post(running)
    assert post.code == 0, post.log
    assert aws.left() == []


def test_a_signal_while_both_are_creating_ends_both(runner, hub, aws, pushed, apart):
    aws.creating_seconds = 4.0
    event = {"ref": "refs/heads/main", "before": pushed, "after": hub.head(), "deleted": False}
    names = {"GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main"}
    running = runner.start("push", event, names, **apart)
    running.wait_for(lambda: len(aws.calls("CreateEndpoint")) == 2)
    running.process.terminate()
    step = running.finish(running.process.wait(timeout=60))
    assert step.code == 143, step.log
    assert "Traceback" not in step.log
    assert runner.post(running).code == 0
    assert aws.left() == []


def test_a_language_that_moves_to_another_model_is_not_sent_again(runner, hub, aws, pushed, apart):
    assert runner.push(pushed, **apart).code == 0
    calls = len(aws.calls("InvokeEndpoint"))
    moved = {**apart, "model_for": f"es: {SEAMLESS}, ja: {NLLB}"}
    step = runner.push(pushed, **moved)
    assert (step.code, len(aws.calls("InvokeEndpoint"))) == (0, calls), step.log
    assert f"Another model or glossary ({SEAMLESS}) made text of posts/first.ja.md." in step.log
    assert "posts/first.es.md" not in step.log.partition("Another model")[2].partition("refresh")[0]
    step = runner.push(pushed, **moved, refresh="true")
    assert step.code == 0, step.log
    codes = {call.input["parameters"]["tgt_lang"] for call in aws.calls("InvokeEndpoint")[calls:]}
    assert "jpn_Jpan" in codes
    assert "spa" not in codes, "Spanish stays with its model"


def test_the_repositorys_own_scores_decide(runner, hub, aws, pushed):
    rows = "".join(f"{model},en,es,chrF++,{value},mine,\n" for model, value in ((SEAMLESS, 50), (NLLB, 52)))
    hub.push({FILE: f"model,src,tgt,metric,score,source,signature\n{rows}"})
    step = runner.dispatch(**BOTH, languages="es")
    assert step.code == 0, step.log
    assert created(aws) == ["nllb"]
    assert f"{NLLB} for es: 52 chrF++, {SEAMLESS} 50 (mine)" in step.log


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"endpoint_name": "mine"}, "`endpoint-name` can only be of one model, and these languages need 2"),
        ({"model_revision": "abc"}, "`model-revision` can only be of one model"),
        ({"commercial": "true"}, "Left are: facebook/m2m100_1.2B, google/madlad400-3b-mt"),
        ({"model_for": "ban: facebook/m2m100_418M"}, "ban (Balinese), facebook/m2m100_418M"),
        ({"model_for": "ban"}, "is not a language with a model"),
    ],
)
def test_what_does_not_fit_starts_nothing(runner, aws, pushed, apart, options, told):
    step = runner.push(pushed, **{**apart, **options})
    assert step.code == 2, step.log
    assert told in step.log
    assert aws.log == []
