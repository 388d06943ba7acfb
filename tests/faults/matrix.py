"""One case of the matrix: a job with one call in trouble, its guards, the same job again, the verdict."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from e2e.runner import Step
from faults.scenes import Scene
from faults.tape import Call, Kind, Tape, Trouble
from faults.world import World
from polypost.records.record import content_id
from polypost.sagemaker.asking import trying
from polypost.text import tryout
from standins.github import TOKEN

DAYS = 2 * 86_400.0
"""The guards' clock runs so far: a schedule tries for a day."""
COSTLY = re.compile(r"endpoint (?!configuration )|transform job ")
"""What is paid for by the hour, as `left()` names it."""
PROBES = frozenset({trying._PROBE, *tryout.asked()})
"""Sentences that every run sends."""


@dataclass(frozen=True)
class Guards:
    """What looks after a run that dies; a control switches one off."""

    leaving: bool = True
    """The run itself gives up and deletes what it has."""
    post: bool = True
    schedule: bool = True
    sweep: bool = True
    keeping: bool = True
    """What came back for an unfinished localization is kept in its post's record."""

    @contextmanager
    def switched_off(self) -> Iterator[None]:
        """Without those that are in the run itself."""
        with ExitStack() as off:
            if not self.leaving:
                off.enter_context(mock.patch("polypost.sagemaker.life.lifecycle._leave", return_value=""))
            if not self.keeping:
                off.enter_context(mock.patch("polypost.run.outbox.Outbox.pend", return_value=False))
            yield


ALL = Guards()


@dataclass
class Verdict:
    """How a case went."""

    trouble: Trouble | None
    wrong: list[str] = field(default_factory=list)
    code: int = 0
    said: str = ""
    """The error that the log tells."""
    seconds: float = 0.0
    log: str = ""

    @property
    def survived(self) -> bool:
        return not self.wrong

    def __str__(self) -> str:
        return f"{self.trouble} (exit {self.code}): {'; '.join(self.wrong) or 'survived'}"


@dataclass(frozen=True)
class Job:
    """What the steps of a job left behind."""

    main: Step
    post: Step | None
    tested: Step
    """The one that met the trouble."""


class Bench:
    """Runs the cases of one scene, one after the other."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene, self.world = scene, World(folder, over_http=bool(scene.earlier))
        self.world.whose, self.world.grace = scene.whose, scene.grace
        if scene.earlier:
            self.world.blog(scene.earlier)
            self._begin()
            self._job(None, ALL)
        self.world.blog(scene.posts)
        self._begin()
        before = self.world.branch()
        job = self._job(None, ALL)
        self.calls = tuple(self.world.tape.calls)
        verdict = Verdict(None)
        self._clean(verdict, ALL, None)
        if job.tested.code or verdict.wrong:
            raise AssertionError(f"the job fails without trouble: {verdict.wrong}\n{job.tested.log}")
        if scene.killed_at:
            self._job(None, ALL, again=True)
        self.branch = self.world.branch()
        self.made = {path: oid for path, oid in self.branch.items() if before.get(path) != oid}

    def close(self) -> None:
        self.world.close()

    def cases(self, kinds: tuple[Kind, ...]) -> list[Trouble]:
        """Every call that the job makes without trouble, in every kind of trouble."""
        calls = [call for call in self.calls if self.scene.covers(call)]
        kinds = tuple(kind for kind in kinds if not (self.scene.killed_at and kind is Kind.RUNNER_DIES))
        return [Trouble(call, kind) for call in calls for kind in kinds]

    def run(self, trouble: Trouble, guards: Guards = ALL) -> Verdict:
        """A case from its beginning to its verdict."""
        started, verdict = time.monotonic(), Verdict(trouble)
        self._begin()
        with guards.switched_off():
            job = self._job(trouble, guards)
        if not self.world.tape.met:
            verdict.wrong.append("the call was never made")
        verdict.code, verdict.said = job.tested.code, _error(job.tested.log)
        verdict.log = job.main.log + (job.post.log if job.post else "")
        verdict.wrong += self._exit(trouble, job.tested)
        verdict.wrong += self._told(job)
        self._clean(verdict, guards, trouble)
        self._again(verdict, trouble)
        verdict.seconds = time.monotonic() - started
        return verdict

    def _begin(self) -> None:
        self.world.begin()
        self.world.aws.creating_seconds = self.scene.creating_seconds
        given = self.scene.account(self.world)
        self.inputs = {name.replace("-", "_"): value for name, value in given.items()}
        self.world.use(Tape())

    def _job(self, trouble: Trouble | None, guards: Guards, *, again: bool = False) -> Job:
        """Main and post step; the trouble is the main step's, or where the scene kills that, the other's."""
        given = dict(self.inputs) if guards.schedule else {**self.inputs, "scheduler_role_arn": ""}
        folder, env = self.world.prepared(*self.world.event, **given)
        if self.scene.killed_at and not again:
            main = self._step("run", folder, env, Trouble(self.scene.killed_at, Kind.KILLED_AFTER))
            self.world.use(Tape())
            post = self._step("cleanup", folder, env | saved(main), trouble)
            return Job(main, post, post)
        main = self._step("run", folder, env, trouble)
        if not guards.post or (trouble and trouble.kind is Kind.RUNNER_DIES):
            return Job(main, None, main)
        return Job(main, self.world.step("cleanup", folder, env | saved(main)), main)

    def _step(self, command: str, folder: Path, env: dict[str, str], trouble: Trouble | None) -> Step:
        if trouble is None:
            return self.world.step(command, folder, env)
        if trouble.kind in Kind.killing():
            return self.world.step_killed(command, folder, env, trouble)
        self.world.use(Tape(trouble, lambda: self.world.stop(trouble.kind.signal)))
        return self.world.step(command, folder, env)

    def _exit(self, trouble: Trouble, step: Step) -> Iterator[str]:
        """What is wrong with the exit code, and with what is said."""
        kind, failed = trouble.kind, 1 if self.scene.killed_at else 3
        if kind in Kind.killing():
            wanted = -9
        elif kind.signal:
            wanted = 128 + kind.signal
        else:
            wanted = 0
        needed = kind is Kind.FOR_GOOD and trouble.call.operation not in self.scene.harmless
        if step.code != wanted and not (needed and step.code == failed):
            yield f"exit {step.code} instead of {wanted} ({_error(step.log)})"
        if step.code == 0 and not self.scene.killed_at and self.world.branch() != self.branch:
            yield "exit 0, but the branch is not complete"
        if step.code > 0 and not self.scene.killed_at and len(_error(step.log)) < 40:
            yield f"no message but {_error(step.log)!r}"

    def _told(self, job: Job) -> Iterator[str]:
        secrets = [TOKEN, self.world.oidc.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]]
        for each in self.world.aws.credentials.values():
            secrets += [each.secret, *([each.token] if each.token else [])]
        for name, step in (("main", job.main), ("post", job.post)):
            if step is None:
                continue
            text = "\n".join((step.log, step.summary, *step.outputs.values(), *step.state.values()))
            text = re.sub(r"::add-mask::.*", "", text)
            if "Traceback" in text or "this is a bug" in text:
                yield f"a traceback in the {name} step"
            if any(secret in text for secret in secrets):
                yield f"a secret in the log of the {name} step"

    def _clean(self, verdict: Verdict, guards: Guards, trouble: Trouble | None) -> None:
        """Run the guards' clock forward; at each stage less may be left, in the end nothing."""
        world = self.world
        world.use(Tape())
        if wrong := self.scene.after(world):
            verdict.wrong.append(wrong)
        killed = trouble and trouble.kind in Kind.killing()
        unguarded = trouble and trouble.kind in {Kind.FOR_GOOD, Kind.RUNNER_DIES}
        unguarded = unguarded or (self.scene.killed_at and (killed or (trouble and trouble.kind.signal)))
        left = [each for each in self._left() if not each.startswith("schedule")]
        done = trouble and trouble.kind is Kind.FOR_GOOD and not verdict.code
        if (left and not unguarded) or (done and any(map(COSTLY.match, left))):
            verdict.wrong.append(f"left after the job: {', '.join(left)}")
        world.clock.advance(DAYS)
        world.aws.run_schedules()
        if left := [each for each in self._left() if COSTLY.match(each) or each.startswith("schedule")]:
            verdict.wrong.append(f"left after the schedules: {', '.join(left)}")
        if guards.sweep and (told := world.swept()):
            verdict.wrong.append(f"the sweep fails: {told}")
        if left := self._left():
            verdict.wrong.append(f"left after the sweep: {', '.join(left)}")

    def _left(self) -> list[str]:
        return sorted(set(self.world.aws.left()) - self.scene.there)

    def _again(self, verdict: Verdict, trouble: Trouble) -> None:
        """The same job without trouble: done, the same, and nothing is sent that came back before."""
        back = self.world.back
        kept = back.answers[: back.published] if self._dies(trouble) or self._rescued() else back.answers[:]
        back.asked.clear()
        main = self._job(None, ALL, again=True).main
        if main.code:
            verdict.wrong.append(f"the rerun ends with {main.code}: {_error(main.log)}")
        if self.world.branch() != self.branch:
            verdict.wrong.append("the branch is not that of a run without trouble")
        pulls = list(self.world.hub.pulls.values())
        if [(pull.state, pull.title) for pull in pulls] != [("open", "Localize posts")]:
            verdict.wrong.append(f"not one open pull request: {pulls}")
        if twice := {each for each in kept if each[1] not in PROBES} & set(back.asked):
            verdict.wrong.append(f"sent again: {sorted(twice)}")
        if self.world.hub.violations:
            verdict.wrong.append(f"GitHub's description is broken: {self.world.hub.violations}")

    def _rescued(self) -> bool:
        """Whether the workspace holds what could not be published, all of it."""
        workspace = self.world.folder / f"job-{self.world.jobs}/workspace"
        return all(
            (workspace / path).is_file() and content_id((workspace / path).read_bytes()) == oid
            for path, oid in self.made.items()
        )

    def _dies(self, trouble: Trouble) -> bool:
        return bool(self.scene.killed_at) or trouble.kind in Kind.killing()


def saved(main: Step) -> dict[str, str]:
    """How the post step finds what the main step saved."""
    return {f"STATE_{name}": text for name, text in main.state.items()}


def _error(log: str) -> str:
    """The error that the log tells."""
    found = re.findall(r"^::error[^:]*::(.*)$", log, re.MULTILINE)
    return found[-1] if found else ""


__all__ = ["ALL", "Bench", "Call", "Guards", "Verdict"]
