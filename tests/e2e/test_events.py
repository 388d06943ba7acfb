"""Jobs of other events and histories: which posts are looked at, and where the pull request goes."""

import json

from standins.aws import echo

POST = "---\ntitle: Post {n}\n---\n\nThis is the text of post {n}.\n"


def posts(*numbers):
    return {f"posts/{n}.md": POST.format(n=n) for n in numbers}


def looked_at(step):
    return {each["source"] for each in json.loads(step.outputs["localizations"])}


def test_a_pull_request_of_the_same_repository_gets_one_to_its_head_branch(runner, hub, pseudo):
    base = hub.push(posts(1, 2))
    head = hub.push(posts(3), branch="writing", onto=base)
    moved = hub.push(posts(4))
    event = {
        "action": "synchronize",
        "number": 7,
        "pull_request": {
            "number": 7,
            "head": {"ref": "writing", "sha": head, "repo": {"full_name": hub.repository}},
            "base": {"ref": "main", "sha": moved, "repo": {"full_name": hub.repository}},
        },
    }
    step = runner.job("pull_request", event, {"GITHUB_REF_NAME": "7/merge", "checkout": "writing"}, **pseudo)
    assert step.code == 0, step.log
    assert looked_at(step) == {"posts/3.md"}
    pull = hub.pulls[int(step.outputs["pull-request-number"])]
    assert (pull.base, pull.head) == ("writing", "polypost/writing")


def test_a_schedule_looks_at_everything(runner, hub, pseudo):
    hub.push(posts(1))
    hub.push(posts(2))
    step = runner.job("schedule", {"schedule": "0 3 * * *"}, {"GITHUB_REF_NAME": "main"}, **pseudo)
    assert looked_at(step) == {"posts/1.md", "posts/2.md"}


def test_a_first_push_looks_at_everything_and_a_next_one_at_what_it_changed(runner, hub, pseudo):
    first = hub.push(posts(1, 2))
    assert looked_at(runner.push(None, **pseudo)) == {"posts/1.md", "posts/2.md"}
    hub.push(posts(3) | {"posts/2.md": POST.format(n="two")})
    assert looked_at(runner.push(first, **pseudo)) == {"posts/2.md", "posts/3.md"}


def test_a_push_whose_job_was_cancelled_is_caught_up_with(runner, hub, pseudo):
    hub.push(posts(1, 2))
    runner.dispatch(**pseudo)
    hub.push({"posts/1.md": POST.format(n="one")})
    before = hub.head()
    hub.push(posts(3))
    assert looked_at(runner.push(before, **pseudo)) == {"posts/1.md", "posts/3.md"}


def test_a_forced_push_whose_old_commit_is_gone_looks_at_everything(runner, hub, pseudo):
    hub.push(posts(1))
    hub.push(posts(1, 2), onto="0" * 40)
    step = runner.push("deadbeef" * 5, **pseudo)
    assert step.code == 0, step.log
    assert looked_at(step) == {"posts/1.md", "posts/2.md"}


def test_a_deleted_post_is_told_and_its_localization_stays(runner, hub, pseudo):
    hub.push(posts(1, 2))
    runner.dispatch(**pseudo)
    hub.close(1, merged=True)
    before = hub.head()
    hub.push({"posts/1.md": None})
    step = runner.push(before, **pseudo)
    assert step.code == 0
    assert "posts/1.es.md" in step.summary
    assert "posts/1.es.md" in hub.files()


def test_unsafe_files_of_a_repository_are_never_read(runner, hub, pseudo):
    hub.push(posts(1) | {"posts/link.md": "/etc/passwd"}, modes={"posts/link.md": "120000"})
    step = runner.dispatch(**pseudo)
    assert step.code == 0, step.log
    assert looked_at(step) == {"posts/1.md"}


def test_what_a_reviewer_changed_on_our_branch_stays(runner, hub, pseudo):
    hub.push(posts(1, 2))
    runner.dispatch(**pseudo)
    branch = "polypost/main"
    theirs = hub.read("posts/1.es.md", branch).splitlines()
    theirs[-1] = "Una frase de una persona."
    hub.push({"posts/1.es.md": "\n".join(theirs) + "\n"}, branch=branch)
    before = hub.head()
    hub.push(posts(3))
    step = runner.push(before, **pseudo)
    assert step.code == 0, step.log
    assert "Una frase de una persona." in hub.read("posts/1.es.md", branch)
    assert {"posts/1.ja.md", "posts/2.es.md", "posts/3.es.md"} <= set(hub.files(branch))
    assert len(hub.pulls) == 1


def test_workflow_commands_in_a_post_are_not_obeyed(runner, hub, pseudo):
    hub.push(
        {
            "posts/1.md": "---\ntitle: [::add-mask::x\n---\n\n::set-output name=a::b\n",
            "posts/##[x].md": "\xff",
        }
    )
    step = runner.dispatch(**pseudo)
    lines = [line for line in step.log.splitlines() if line.startswith("::")]
    assert not any(line.startswith(("::add-mask::x", "::set-output")) for line in lines)


def test_the_composite_actions_last_step_deletes_by_the_state_file(runner, hub, aws, tmp_path):
    before = hub.push({"README.md": "A blog.\n"})
    hub.push(posts(1))
    aws.creating_seconds = 3.0
    runner.env["POLYPOST_STATE"] = str(tmp_path / "polypost-state")
    event = {"ref": "refs/heads/main", "before": before, "after": hub.head(), "deleted": False}
    running = runner.start("push", event, {"GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main"})
    running.wait_for(lambda: aws.calls("CreateEndpoint"))
    running.process.kill()
    running.finish(running.process.wait())
    running.result.state = {}
    assert aws.left() != []
    assert runner.post(running).code == 0
    assert aws.left() == []


def test_another_model_family_is_asked_in_its_own_codes(runner, hub, aws):
    asked = []

    def remember(request):
        asked.append(request["parameters"])
        return echo(request)

    aws.backend = remember
    hub.push(posts(1))
    step = runner.dispatch(model="facebook/nllb-200-distilled-600M", languages="es, ja")
    assert step.code == 0, step.log
    assert {each["tgt_lang"] for each in asked} == {"spa_Latn", "jpn_Jpan"}
    assert {each["src_lang"] for each in asked} == {"eng_Latn"}


def test_a_job_without_a_checkout_is_told_what_it_lacks(runner, hub, tmp_path, pseudo):
    hub.push(posts(1))
    (tmp_path / "empty").mkdir()
    runner.env["GITHUB_WORKSPACE"] = str(tmp_path / "empty")
    step = runner.dispatch(**pseudo)
    assert (step.code, "actions/checkout" in step.log, hub.writes) == (2, True, [])


def test_a_git_server_that_is_down_is_told(runner, hub, pseudo):
    hub.push(posts(1))

    def moved_and_down():
        hub.push(posts(2))
        hub.fail("GET", "info/refs", 503, times=99)

    hub.before("GET", "/git/ref", moved_and_down)
    step = runner.dispatch(**pseudo)
    assert (step.code, "start the run again" in step.log, hub.writes) == (3, True, [])
