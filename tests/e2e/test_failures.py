"""One job per family of failure: a clear message, the right exit code, nothing left running, nothing lost."""

import json
import signal
import time

import pytest

from standins.aws import (
    INSUFFICIENT_CAPACITY,
    UNHEALTHY,
    ModelError,
    Refused,
    ResourceLimitExceeded,
    ServerError,
    Throttled,
    Timeout,
    echo,
)

GONE = Refused("ValidationError", "Endpoint polypost-x of account 123456789012 not found.")
POST = "---\ntitle: A first post\n---\n\nIt has two sentences. This is the second.\n"


@pytest.fixture
def pushed(hub):
    """A blog with one post that was just pushed; gives the commit before."""
    before = hub.push({"README.md": "A blog.\n"})
    hub.push({"posts/first.md": POST})
    return before


def test_the_job_is_done_and_done_again_without_a_change(runner, hub, aws, pushed):
    step = runner.push(pushed)
    assert step.code == 0, step.log
    assert step.outputs["pull-request-operation"] == "created"
    assert "spa It has two sentences. spa This is the second." in hub.read(
        "posts/first.es.md", "polypost/main"
    )
    assert "title: jpn A first post" in hub.read("posts/first.ja.md", "polypost/main")
    assert [aws.calls(name) != [] for name in ("CreateEndpoint", "InvokeEndpoint", "DeleteEndpoint")] == [
        True
    ] * 3
    sent, written = len(aws.log), len(hub.writes)
    again = runner.push(pushed)
    looked = {call.operation for call in aws.log[sent:]}
    assert looked == {"ListEndpoints", "ListEndpointConfigs", "ListTransformJobs", "ListModels"}, "the sweep"
    assert (again.code, len(hub.writes)) == (0, written)


def test_an_unknown_language_starts_nothing(runner, hub, aws, pushed):
    step = runner.push(pushed, languages="es, klingon")
    assert step.code == 2
    assert "::error" in step.log
    assert "klingon" in step.log
    assert (aws.log, hub.writes) == ([], [])


def test_a_language_that_the_model_lacks_names_the_models_that_have_it(runner, hub, aws, pushed):
    step = runner.push(pushed, languages="es, ace")
    assert step.code == 2
    assert "facebook/nllb-200" in step.log
    assert (aws.log, hub.writes) == ([], [])


def test_every_wrong_option_is_told_at_once(runner, aws, pushed):
    step = runner.push(pushed, output="{dir}/x.md", draft="perhaps", instance_type="huge")
    assert step.code == 2
    for word in ("output", "perhaps", "huge"):
        assert word in step.log
    assert aws.log == []


def test_without_a_role_nothing_is_deployed(runner, hub, aws, pushed):
    aws.reset()
    step = runner.push(pushed)
    assert step.code == 2
    assert "role-arn" in step.log
    assert "SageMakerExecutionRole" in step.log
    assert (aws.calls("CreateEndpoint"), hub.writes) == ([], [])


def test_an_endpoint_name_with_a_typo_deploys_nothing(runner, hub, aws, pushed):
    step = runner.push(pushed, endpoint_name="my-endpiont")
    assert step.code == 2
    assert "my-endpiont" in step.log
    assert (aws.calls("CreateEndpoint"), hub.writes) == ([], [])


def test_a_quota_error_leads_to_the_second_instance_type(runner, hub, aws, pushed):
    aws.script("CreateEndpoint", ResourceLimitExceeded("ml.g5.xlarge"))
    step = runner.push(pushed, instance_type="ml.g5.xlarge, ml.m5.xlarge")
    assert step.code == 0, step.log
    configs = [
        call.input["ProductionVariants"][0]["InstanceType"] for call in aws.calls("CreateEndpointConfig")
    ]
    assert configs == ["ml.g5.xlarge", "ml.m5.xlarge"]
    assert hub.pulls


def test_no_instance_type_left_is_a_quota_error(runner, hub, aws, pushed):
    aws.script("CreateEndpoint", *[ResourceLimitExceeded()] * 8)
    step = runner.push(pushed, instance_type="ml.m5.xlarge")
    assert step.code == 3
    assert "quota" in step.log.lower()
    assert hub.writes == []


@pytest.mark.parametrize("reason", [INSUFFICIENT_CAPACITY, UNHEALTHY])
def test_an_endpoint_that_fails_is_told_with_its_reason(runner, hub, aws, pushed, reason):
    aws.fail_with = reason
    step = runner.push(pushed, instance_type="ml.m5.xlarge")
    assert step.code == 3
    assert reason[:40] in step.log
    assert hub.writes == []


def test_a_container_that_only_answers_ping_is_found_by_the_probe(runner, hub, aws, pushed):
    aws.script("InvokeEndpoint", *[ModelError(message="Could not load model /opt/ml/model")] * 50)
    step = runner.push(pushed)
    assert step.code == 3
    assert "Could not load model" in step.log
    assert hub.writes == []


def test_throttling_and_server_errors_are_waited_out(runner, hub, aws, pushed):
    aws.script("InvokeEndpoint", None, None, Throttled(), ServerError(503), Throttled())
    step = runner.push(pushed, languages="es")
    assert step.code == 0, step.log
    assert "spa It has two sentences." in hub.read("posts/first.es.md", "polypost/main")


def test_a_request_that_times_out_is_halved_and_one_sentence_costs_itself(runner, hub, aws, pushed):
    def slow(request):
        if any("second" in text for text in request["inputs"]):
            raise TimeoutError
        return echo(request)

    aws.backend = slow
    step = runner.push(pushed, languages="es")
    assert step.code == 0, step.log
    text = hub.read("posts/first.es.md", "polypost/main")
    assert "title: spa A first post" in text
    assert "This is the second." in text
    assert "source language" in step.summary


def test_a_single_timeout_loses_nothing(runner, hub, aws, pushed):
    aws.script("InvokeEndpoint", None, None, Timeout(0.2))
    step = runner.push(pushed, languages="es")
    assert step.code == 0, step.log
    assert "spa It has two sentences. spa This is the second." in hub.read(
        "posts/first.es.md", "polypost/main"
    )


def test_github_failing_once_is_no_matter(runner, hub, pushed):
    for method, path in (
        ("POST", "/git/trees"),
        ("POST", "/git/commits"),
        ("POST", "/graphql"),
        ("POST", "/pulls$"),
    ):
        hub.fail(method, path, 502)
    step = runner.push(pushed)
    assert step.code == 0, step.log
    assert len(hub.pulls) == 1


def test_github_failing_for_good_leaves_the_files_in_the_workspace(runner, hub, pushed):
    hub.fail("POST", "/git/trees", 502, times=100)
    step = runner.push(pushed)
    assert step.code == 3
    assert "workspace" in step.log
    workspace = runner.folder / "job-1/workspace"
    assert "spa It has two sentences." in (workspace / "posts/first.es.md").read_text()


def test_a_pull_request_that_may_not_be_opened_keeps_the_branch(runner, hub, aws, pushed):
    hub.may_open_pulls = False
    step = runner.push(pushed)
    assert step.code == 3
    assert "Allow GitHub Actions to create and approve pull requests" in step.log
    assert "posts/first.es.md" in hub.files("polypost/main")
    hub.may_open_pulls = True
    asked = len(aws.calls("InvokeEndpoint"))
    again = runner.push(pushed)
    assert again.code == 0, again.log
    assert len(aws.calls("InvokeEndpoint")) == asked, "what is on the branch is not translated again"
    assert len(hub.pulls) == 1


def test_422_already_exists_finds_the_pull_request(runner, hub, pushed):
    def ours():
        """A first attempt, whose answer is lost."""
        hub.rest.pulls_create({}, {}, {"head": "polypost/main", "base": "main", "title": "Posts"})

    hub.before("POST", "/pulls$", ours)
    step = runner.push(pushed, labels="l10n")
    assert step.code == 0, step.log
    assert [(pull.labels, "posts/first.md" in pull.body) for pull in hub.pulls.values()] == [(["l10n"], True)]


@pytest.mark.parametrize("path", ["/git/trees", "/git/commits", "/graphql", "/pulls$"])
def test_an_answer_that_is_none_of_githubs_loses_nothing(runner, hub, pushed, pseudo, path):
    hub.fail("POST", path, 200, "A proxy's page.", times=100)
    step = runner.push(pushed, **pseudo)
    assert step.code == 3
    assert "not what its API describes" in step.log
    assert (runner.folder / "job-1/workspace/posts/first.es.md").exists()


def test_a_branch_that_cannot_be_read_is_told(runner, hub, pushed, pseudo):
    hub.fail("GET", "/git/ref", 200, times=100)
    step = runner.push(pushed, **pseudo)
    assert (step.code, "not what its API describes" in step.log, hub.writes) == (3, True, [])


def test_a_forks_pull_request_ends_with_a_notice(runner, hub, aws, pushed):
    event = {
        "action": "opened",
        "pull_request": {
            "head": {"ref": "patch", "sha": hub.head(), "repo": {"full_name": "stranger/blog"}},
            "base": {"ref": "main", "sha": pushed, "repo": {"full_name": hub.repository}},
        },
    }
    step = runner.job("pull_request", event, {"GITHUB_REF_NAME": "1/merge"})
    assert step.code == 0
    assert "::notice" in step.log
    assert "fork" in step.log
    assert (aws.log, hub.writes) == ([], [])


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_loses_nothing_and_leaves_nothing(runner, hub, aws, signum):
    before = hub.push({"README.md": "A blog.\n"})
    posts = {
        n: [f"Post number {n} has a sentence with the number {k}." for k in range(50)] for n in range(40)
    }
    hub.push({f"posts/{n:02}.md": "\n\n".join(sentences) + "\n" for n, sentences in posts.items()})
    waves = []

    def count(request):
        waves.append(request)
        time.sleep(0.05)
        return echo(request)

    aws.backend = count
    event = {"ref": "refs/heads/main", "before": before, "after": hub.head(), "deleted": False}
    names = {"GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main"}
    running = runner.start("push", event, names, languages="es")
    running.wait_for(
        lambda: any("Post number 20 " in text for request in waves for text in request["inputs"])
    )
    aws.script("InvokeEndpoint", *[Throttled()] * 500)
    running.process.send_signal(signum)
    step = running.finish(running.process.wait(timeout=30))
    assert step.code == 128 + signum, step.log
    assert "stopped by" in step.log
    assert runner.post(running).code == 0
    written = [path for path in hub.files("polypost/main") if path.endswith(".es.md")]
    assert 0 < len(written) < 40, "the waves that were finished are in the pull request"
    aws.reset()
    aws.role("SageMakerRole")
    rest = runner.push(before, languages="es")
    assert rest.code == 0, rest.log
    sent = {text for call in aws.calls("InvokeEndpoint") for text in call.input["inputs"]}
    assert len([path for path in hub.files("polypost/main") if path.endswith(".es.md")]) == 40
    assert not any(f"Post number {int(path[6:8])} has" in text for path in written for text in sent)
    assert len(hub.pulls) == 1


def test_a_killed_run_is_cleaned_up_by_the_post_step_while_aws_refuses(runner, hub, aws, pushed):
    aws.creating_seconds = 6.0
    event = {"ref": "refs/heads/main", "before": pushed, "after": hub.head(), "deleted": False}
    running = runner.start("push", event, {"GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main"})
    running.wait_for(lambda: aws.calls("CreateEndpoint"))
    running.process.kill()
    step = running.finish(running.process.wait(timeout=30))
    assert aws.left() != []
    assert json.loads(step.state["created"])
    post = runner.post(running)
    assert post.code == 0, post.log
    refused = [call for call in aws.calls("DeleteEndpoint") if call.status >= 400]
    assert refused, "it was Creating, and AWS refused"


def test_a_forged_state_deletes_nothing_that_is_not_ours(runner, hub, aws, pushed):
    client = aws.client("sagemaker")
    arn = aws.role("Other")
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1"
    for name in ("precious", "polypost-precious"):
        client.create_model(ModelName=name, ExecutionRoleArn=arn, PrimaryContainer={"Image": image})
    running = runner.start("schedule", {}, {"GITHUB_REF_NAME": "main"}, dry_run="true")
    running.finish(running.process.wait(timeout=60))
    forged = {"region": "us-east-1", "run": "1", "kind": "endpoint"}
    names = [{"name": name, **forged} for name in ("precious", "polypost-precious", "../x")]
    running.result.state = {"created": json.dumps(names)}
    post = runner.post(running)
    assert "precious" in post.log
    assert len(aws.left()) == 2
    for name in ("precious", "polypost-precious"):
        client.delete_model(ModelName=name)


def test_a_forged_state_without_end_is_a_warning(runner, pushed):
    running = runner.start("schedule", {}, {"GITHUB_REF_NAME": "main"}, dry_run="true")
    running.finish(running.process.wait(timeout=60))
    running.result.state = {"created": "[" * 100_000}
    post = runner.post(running)
    assert post.code == 0
    assert "The state of the run can't be read (RecursionError): nothing is deleted." in post.log


def test_a_run_that_deleted_its_endpoint_leaves_the_post_step_nothing_to_ask(runner, aws, pushed):
    step = runner.push(pushed)
    asked = len(aws.log)
    assert (step.code, step.state) == (0, {"created": "[]"})
    assert len(aws.log) == asked


def test_an_endpoint_that_is_deleted_meanwhile_loses_nothing_that_is_finished(runner, hub, aws):
    before = hub.push({"README.md": "A blog.\n"})
    text = "\n\n".join(f"This is the sentence with the number {n} of a post." for n in range(300))
    hub.push({f"posts/{n}.md": text.replace("post", f"post {n}") + "\n" for n in range(4)})

    def until_the_third(request):
        if any("of a post 3" in text for text in request["inputs"]):
            aws.script("InvokeEndpoint", *[GONE] * 100)
        return echo(request)

    aws.backend = until_the_third
    step = runner.push(before, languages="es")
    assert step.code == 3
    assert "there no longer" in step.log
    assert "posts/0.es.md" in hub.files("polypost/main")


def test_a_base_that_is_deleted_meanwhile_is_told(runner, hub, pushed, pseudo):
    hub.push({"posts/first.md": POST}, branch="dev")
    hub.before("POST", "/pulls$", lambda: hub.store.git("update-ref", "-d", "refs/heads/dev"))
    step = runner.job("workflow_dispatch", {}, {"GITHUB_REF_NAME": "dev", "checkout": "dev"}, **pseudo)
    assert step.code == 3
    assert "base: invalid" in step.log
    assert "still there" in step.log


def said_in(step, hub):
    """All that a reader of the job or of its pull request sees, but the lines that hide something."""
    log = "\n".join(line for line in step.log.splitlines() if not line.startswith("::add-mask::"))
    return "\n".join(
        [log, step.summary, json.dumps(step.outputs), *(each.body for each in hub.pulls.values())]
    )


def test_no_secret_that_a_container_or_aws_says_back_is_told(runner, hub, aws, pushed):
    token, key = "hf_SentinelToken0123456789", "sk-'Sentinel\\Key"
    inputs = {"hf_token": token, "environment": f"API_KEY={key}\nNAMED=Beta"}

    def backend(request):
        if "It has two sentences." in request["inputs"]:
            raise ValueError(f"Beta can't load with {{'HF_TOKEN': {token!r}, 'API_KEY': {key!r}}}")
        return echo(request)

    aws.backend = backend
    step = runner.push(pushed, **inputs)
    assert {f"::add-mask::{token}", f"::add-mask::{key}"} <= set(step.log.splitlines())
    told = said_in(step, hub)
    assert "Beta can't load" in told, "a short value is a plain setting"
    assert "Sentinel" not in told
    refused = f"1 validation error detected: Value '{{HF_TOKEN={token}, API_KEY={key}}}' at 'environment'"
    aws.script("CreateModel", Refused("ValidationException", refused))
    hub.push({"posts/second.md": POST.replace("two sentences", "others")})
    step = runner.dispatch(instance_type="ml.m5.xlarge", **inputs)
    assert (step.code, "1 validation error" in step.log) == (2, True), step.log
    assert "Sentinel" not in said_in(step, hub)


def test_max_cost_holds_for_the_type_that_is_fallen_back_to(runner, hub, aws, pushed):
    aws.quota = {"ml.m5.xlarge for endpoint usage"}
    aws.prices["ml.p4d.24xlarge"] = 37.688
    step = runner.push(pushed, instance_type="ml.m5.xlarge, ml.p4d.24xlarge", max_cost="1")
    assert step.code == 1, step.log
    assert "ml.p4d.24xlarge is not started: its start alone costs about $6.28" in step.log
    assert len(aws.calls("CreateEndpoint")) == 1


def test_a_type_that_is_too_dear_leaves_the_next_one_its_chance(runner, hub, aws, pushed):
    aws.quota = {"ml.m5.xlarge for endpoint usage"}
    aws.prices["ml.p4d.24xlarge"] = 37.688
    step = runner.push(pushed, instance_type="ml.m5.xlarge, ml.p4d.24xlarge, ml.m5.large", max_cost="1")
    assert step.code == 0, step.log
    assert "ml.p4d.24xlarge can't be had: ml.p4d.24xlarge is not started" in step.log
    made = [each.input["ProductionVariants"][0] for each in aws.calls("CreateEndpointConfig")]
    assert [each["InstanceType"] for each in made] == ["ml.m5.xlarge", "ml.m5.large"]


def test_a_doubtful_text_is_in_the_pull_request_until_a_person_corrects_it(runner, hub, aws):
    source, doubtful = "The server starts again in 15 minutes.", "El servidor vuelve a arrancar enseguida."
    good, branch = "La primera vez es la más difícil de todas.", "polypost/main"

    def answered(request):
        return [{"translation_text": doubtful if text == source else good} for text in request["inputs"]]

    aws.backend = answered
    options = {"languages": "es", "checks": "on", "fail-on": "suspicious"}
    before = hub.push({"README.md": "A blog.\n"})
    after = hub.push({"posts/first.md": f"{source}\n"})
    codes = [runner.push(before, **options).code]
    hub.push({"posts/other.md": "The first time is the hardest one of all.\n"})
    codes.append(runner.push(after, **options).code)
    side = f"| {source} | {doubtful} |"
    [pull] = hub.pulls.values()
    assert side in pull.body.replace("\r\n", "\n")
    assert "Doubtful: 1 of 1 passage." not in pull.body, "its words say it"
    assert "**1 finding** to look at" in pull.body
    codes.append(runner.dispatch(**options).code)
    assert codes == [1, 0, 1], "a push to another post does not look at it"
    started = len(aws.calls("CreateEndpoint"))
    hub.push({"posts/first.es.md": "El servidor vuelve a arrancar en 15 minutos.\n"}, branch=branch)
    assert runner.dispatch(**options).code == 0
    assert len(aws.calls("CreateEndpoint")) == started == 2
    assert side not in pull.body
