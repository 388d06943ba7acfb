"""One case of the matrix: a job with one call in trouble, what guards it, the same job again, and the verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from e2e.runner import Step
from faults.scenes import Scene
from faults.tape import Call, Kind, Tape, Trouble
from faults.world import OURS, World
from polypost import tryout
from polypost.sagemaker import trying
from standins.github import TOKEN

AFTER_DAYS = 2 * 86_400.0
"""The guards' clock runs so far: a schedule tries for a day."""
PROBES = frozenset({trying._PROBE, *tryout.asked()})
"""Sentences that every run sends."""


@dataclass(frozen=True)
class Guards:
    """What looks after a run that dies; a control switches one off."""

    leaving: bool = True
    """The run gives up and deletes what it has."""
    post: bool = True
    schedule: bool = True
    sweep: bool = True


@dataclass(frozen=True)
class Reference:
    """The job without trouble."""

    calls: tuple[Call, ...]
    branch: dict[str, str]


@dataclass
class Verdict:
    """How a case went."""

    trouble: Trouble | None
    wrong: list[str] = field(default_factory=list)
    code: int = 0
    said: str = ""
    seconds: float = 0.0
    log: str = ""

    @property
    def survived(self) -> bool:
        return not self.wrong

    def __str__(self) -> str:
        return f"{self.trouble} (exit {self.code}): {'; '.join(self.wrong) or 'survived'}"


class Bench:
    """Runs the cases of one scene, one after the other."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene = scene
        self.world = World(folder)
        self.world.blog(scene.posts)
        self.reference = self._reference()

    def close(self) -> None:
        self.world.close()

    def cases(self, kinds: tuple[Kind, ...]) -> list[Trouble]:
        """Every call that the reference makes, in every kind of trouble."""
        calls = [call for call in self.reference.calls if self.scene.covers(call)]
        return [Trouble(call, kind) for call in calls for kind in kinds]

    def _reference(self) -> Reference:
        self._begin()
        tape = Tape()
        self.world.use(tape)
        main, post = self._job(self.inputs, None, Guards())
        verdict = Verdict(None)
        self.world.use(Tape())
        self._clean(verdict, Guards(), None)
        if main.code or verdict.wrong:
            raise AssertionError(f"the reference fails: {verdict.wrong}\n{main.log}\n{post and post.log}")
        return Reference(tuple(tape.calls), self.world.branch())

    def run(self, trouble: Trouble, guards: Guards = Guards()) -> Verdict:
        """A case from its beginning to its verdict."""
        import time

        started, verdict = time.monotonic(), Verdict(trouble)
        self._begin()
        with ExitStack() as off:
            if not guards.leaving:
                off.enter_context(mock.patch("polypost.sagemaker.lifecycle._leave", lambda *_, **__: ""))
            main, post = self._job(self.inputs, trouble, guards)
        verdict.code, verdict.said = main.code, _problem(main.log)
        verdict.log = main.log + (post.log if post else "")
        if not self.world.tape.met:
            verdict.wrong.append("the call was never made")
        verdict.wrong += _exit(
            trouble, main, self.scene.harmless, self.world.branch() == self.reference.branch
        )
        verdict.wrong += self._told(main, post)
        back, published = list(self.world.back.answers), self.world.back.published
        self.world.use(Tape())
        self._clean(verdict, guards, trouble)
        self._again(verdict, trouble, back, published)
        verdict.seconds = time.monotonic() - started
        return verdict

    def _begin(self) -> None:
        self.world.begin()
        self.world.aws.creating_seconds = self.scene.creating_seconds
        self.inputs = {
            name.replace("-", "_"): value for name, value in self.scene.account(self.world).items()
        }
        self.inputs["languages"] = self.scene.languages

    def _job(
        self, inputs: dict[str, str], trouble: Trouble | None, guards: Guards
    ) -> tuple[Step, Step | None]:
        given = dict(inputs) if guards.schedule else {**inputs, "scheduler_role_arn": ""}
        job, env = self.world.prepared("workflow_dispatch", {}, {"GITHUB_REF_NAME": "main"}, **given)
        if trouble and trouble.kind in Kind.killing():
            main = self.world.main_killed(job, env, trouble)
        else:
            signum = trouble.kind.signal if trouble else 0
            if trouble:
                self.world.use(Tape(trouble, lambda: self.world.stop(signum)))
            main = self.world.main(job, env)
        if not guards.post or (trouble and trouble.kind is Kind.RUNNER_DIES):
            return main, None
        return main, self.world.post_step(job, env, main)

    def _told(self, main: Step, post: Step | None) -> Iterator[str]:
        for step, name in ((main, "main"), (post, "post")):
            if step is None:
                continue
            text = "\n".join((step.log, step.summary, *step.outputs.values(), *step.state.values()))
            text = re.sub(r"::add-mask::.*", "", text)
            if "Traceback" in text or "this is a bug" in text:
                yield f"a traceback in the {name} step"
            if any(secret in text for secret in self._secrets()):
                yield f"a secret in the log of the {name} step"

    def _secrets(self) -> list[str]:
        issued = self.world.aws.credentials.values()
        tokens = [each.token for each in issued if each.token]
        return [TOKEN, *(each.secret for each in issued), *tokens, "a-token-for-tokens"]

    def _clean(self, verdict: Verdict, guards: Guards, trouble: Trouble | None) -> None:
        """Run the guards' clock forward; nothing may be left, at each stage less."""
        aws, world = self.world.aws, self.world
        left = sorted(set(aws.left()) - self.scene.there)
        dead = trouble and trouble.kind in {Kind.FOR_GOOD, Kind.RUNNER_DIES}
        if not dead and (costly := [each for each in left if not each.startswith("schedule")]):
            verdict.wrong.append(f"left after the job: {', '.join(costly)}")
        world.clock.advance(AFTER_DAYS)
        aws.run_schedules()
        left = sorted(set(aws.left()) - self.scene.there)
        if costly := [
            each for each in left if each.startswith(("endpoint polypost", "transform job", "schedule"))
        ]:
            verdict.wrong.append(f"left after the schedules: {', '.join(costly)}")
        if guards.sweep:
            log = world.folder / "sweep-log"
            log.unlink(missing_ok=True)
            if world.step("endpoint sweep", world.aws.env | {"PATH": "/nonexistent"}, log):
                verdict.wrong.append(f"the sweep fails: {log.read_text()}")
        if left := sorted(set(aws.left()) - self.scene.there):
            verdict.wrong.append(f"left after the sweep: {', '.join(left)}")

    def _again(self, verdict: Verdict, trouble: Trouble, back: list[tuple[str, str]], published: int) -> None:
        """The same job without trouble: done, the same, and nothing is sent that came back before."""
        self.world.back.asked.clear()
        main, _ = self._job(self.inputs, None, Guards())
        if main.code:
            verdict.wrong.append(f"the rerun ends with {main.code}: {_problem(main.log)}")
        if self.world.branch() != self.reference.branch:
            verdict.wrong.append("the branch is not that of a run without trouble")
        pulls = list(self.world.hub.pulls.values())
        if [(pull.state, pull.title) for pull in pulls] != [("open", "Localize posts")]:
            verdict.wrong.append(f"not one open pull request: {pulls}")
        kept = back[:published] if trouble.kind in Kind.killing() else back
        if twice := {each for each in kept if each[1] not in PROBES} & set(self.world.back.asked):
            verdict.wrong.append(f"sent again: {sorted(twice)}")
        if self.world.hub.violations:
            verdict.wrong.append(f"GitHub's description is broken: {self.world.hub.violations}")


def _exit(trouble: Trouble, main: Step, harmless: frozenset[str], done: bool) -> Iterator[str]:
    """What is wrong with the exit code, and with what is said."""
    kind, operation = trouble.kind, trouble.call.operation
    if kind in Kind.killing():
        if main.code != -9:
            yield f"exit {main.code}, though it was killed"
        return
    wanted = (
        {128 + kind.signal}
        if kind.signal
        else {3}
        if kind is Kind.FOR_GOOD and operation not in harmless
        else {0}
    )
    if main.code not in wanted:
        yield f"exit {main.code} instead of {min(wanted)} ({_problem(main.log)})"
    if main.code == 0 and not done:
        yield "exit 0, but the branch is not complete"
    if main.code and len(_problem(main.log)) < (17 if kind.signal else 40):
        yield "no message"


def _problem(log: str) -> str:
    """The error that the log tells."""
    found = re.findall(r"^::error[^:]*::(.*)$", log, re.MULTILINE)
    return found[-1] if found else ""


__all__ = ["OURS", "Bench", "Guards", "Verdict"]
