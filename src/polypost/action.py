"""The run as a workflow's step, and the post step that deletes what a run left behind."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from polypost import choosing
from polypost.counts import counted
from polypost.errors import DONE, INCOMPLETE, PolypostError, ServiceError, Stopped, UsageError
from polypost.files import FolderPublisher, configuration
from polypost.fronts import wiring
from polypost.fronts.branches import place_of
from polypost.fronts.front import Front
from polypost.fronts.modes import Around, Ends, ends
from polypost.fronts.scorefile import own
from polypost.git import Git
from polypost.github import Situation
from polypost.github import read as read_event
from polypost.github.api import Api
from polypost.options import ACTION, FILE, Options, from_environment, resolve
from polypost.ports import Clock, Publisher, Repository
from polypost.report import workflow
from polypost.report.consoles import WorkflowConsole
from polypost.report.parts import Place
from polypost.report.summary import job_summary
from polypost.run.pipeline import run as run_pipeline
from polypost.signals import Signals
from polypost.values import Publication, Report, Status

CLEANUP_SECONDS = 3_900.0
"""How long the post step goes on while AWS refuses to delete an endpoint that is still Creating.

That may last for as long as the weights' download and the container's start are given: 1,800 seconds each
(`life/deploy`), and some for the instance. Without a scheduler's role nothing else deletes it in time.
"""
STATE = "created"
STATE_FILE = "POLYPOST_STATE"
"""Names the file that carries the state where there is no post step (the composite action)."""


def run(env: Mapping[str, str], signals: Signals, clock: Clock) -> int:
    """Do the job of the workflow's event; give the exit code."""
    place = Place()
    with WorkflowConsole() as console:
        try:
            front = Front(env, console, signals, clock, lambda secret: workflow.mask(secret, sys.stdout))
            given, payload = from_environment(env), _payload(env)
            tokens = [given.get(name, "") for name in ("github-token", "hf-token")]
            for secret in tokens:
                front.mask(secret)
            # Before the options: a fork's run has neither secrets nor variables, and is no error.
            situation = read_event(env, payload, branch="")
            if not situation.skip:
                options = resolve(given, configuration(_root(env), FILE), front=ACTION)
                for secret in options.secrets:
                    if secret not in tokens:
                        front.mask(secret)
                situation = read_event(
                    env, payload, base=options.base, branch=options.branch, mode=options.mode
                )
                place = place_of(options, situation)
            report = _nothing(console, situation) if situation.skip else _run(front, options, situation)
        except PolypostError as error:
            report = Report(problem=str(error), exit_code=error.exit_code)
        report = _with_signal(report, signals)
        console.report(report)
    workflow.append_summary(env, job_summary(report, place=place))
    workflow.set_outputs(env, _outputs(report))
    return signals.exit_code(report.exit_code)


def _with_signal(report: Report, signals: Signals) -> Report:
    """The report of a run that a signal ended, or that was at its end anyway when one came."""
    if not signals.received:
        return report
    stopped = str(Stopped(signals.received))
    more = report.problem if report.problem != stopped else ""
    told = f"The run was {stopped}; what was finished by then is kept. Run again for the rest. {more}"
    return replace(report, problem=told.strip())


def _root(env: Mapping[str, str]) -> Path:
    return Path(env.get("GITHUB_WORKSPACE") or ".")


def _nothing(console: WorkflowConsole, situation: Situation) -> Report:
    console.notice(f"Nothing to do: {situation.skip}")
    return Report(idle=situation.skip)


def _run(front: Front, options: Options, situation: Situation) -> Report:
    console, root = front.console, _root(front.env)
    alone = situation.compare is not None  # a pull request gets the localizations of its own posts
    routing = choosing.routing_of(options, own(root))
    job = wiring.job(options, routing, root, dry_run=options.dry_run, catch_up=not alone)
    wiring.tell(job, console)
    translators = wiring.translators(options, routing, front, remember=_Remember(front.env))
    api = Api(situation.repository, options.github_token, situation.api_url, beat=translators.beat)
    reader = Git(root, token=options.github_token, server=situation.server_url, sleep=front.clock.sleep)
    with closing(api), reader as git:
        around = Around(options, situation, api, git, root, console)

        def both(now: Ends) -> tuple[Repository, Publisher]:
            return now.repository, wiring.Shielded(_Rescue(now.publisher, root), front.signals)

        first = ends(around)
        job, (repository, publisher) = replace(job, apart=first.apart), both(first)
        return run_pipeline(
            job, repository, translators, publisher, console, front.clock, lambda: both(ends(around))
        )


class _Rescue:
    """Leaves the finished files in the workspace when GitHub refuses them; satisfies ports.Publisher."""

    def __init__(self, inner: Publisher, root: Path) -> None:
        self._inner = inner
        self._root = root

    @property
    def pause(self) -> float:
        return self._inner.pause

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        try:
            return self._inner.publish(changes, report, final=final)
        except ServiceError as error:
            # What a wave could not publish comes again with the next.
            if not changes or not final:
                raise
            raise ServiceError(f"{error} {self._left(changes, report)}") from None
        except Exception:
            # Whatever it is, the translations were paid for.
            self._left(changes, report)
            raise

    def _left(self, changes: Mapping[str, bytes | None], report: Report) -> str:
        files = counted(len(changes), "file")
        try:
            FolderPublisher(self._root).publish(changes, report)
        except PolypostError as error:
            return f"Nor could what is finished ({files}) be left in the workspace: {error}"
        return (
            f"What is finished ({files}) stands in the workspace, so that a later step can keep it "
            "(for example actions/upload-artifact)."
        )


class _Remember:
    """Writes down what the run has its hand on, where the post step (or the last step) finds it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._created: list[Any] = []

    def __call__(self, created: Any | None) -> None:
        now = [*self._created, asdict(created)] if created else []
        if created and now[-1] in self._created:
            return
        self._created = now
        text = json.dumps(now)
        workflow.save_state(self._env, STATE, text)
        if file := self._env.get(STATE_FILE):
            Path(file).write_text(text, encoding="utf-8")


def cleanup(env: Mapping[str, str], signals: Signals, clock: Clock) -> int:
    """Delete what a run left behind; nothing to delete is no error. Give the exit code."""
    file = Path(env.get(STATE_FILE) or "/nonexistent")
    text = env.get(f"STATE_{STATE}") or (file.read_text(encoding="utf-8") if file.is_file() else "")
    if text in {"", "[]"}:
        return DONE
    from polypost.fronts import engines

    with WorkflowConsole() as console:
        front = Front(env, console, signals, clock, lambda secret: workflow.mask(secret, sys.stdout))
        created = _created(text, console)
        done = engines.clean_up(created, _given(env), front, seconds=CLEANUP_SECONDS)
    return signals.exit_code(DONE if done else INCOMPLETE)


def _given(env: Mapping[str, str]) -> Options:
    """The options of the run, as far as they can be read: its post step must work all the same."""
    given = from_environment(env)
    try:
        return resolve(given, configuration(_root(env), FILE), front=ACTION)
    except PolypostError:
        return Options(
            aws_role_arn=given.get("aws-role-arn", ""), scheduler_role_arn=given.get("scheduler-role-arn", "")
        )


def _created(text: str, console: WorkflowConsole) -> list[Any]:
    """What the state names; a forged or damaged one names nothing that is ours."""
    from polypost import sagemaker

    try:
        return [
            sagemaker.Created(**{name: str(item[name]) for name in ("name", "region", "run", "kind")})
            for item in json.loads(text)
        ]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        console.warn(f"The state of the run can't be read ({type(error).__name__}): nothing is deleted.")
        return []


def _payload(env: Mapping[str, str]) -> Mapping[str, Any]:
    path = env.get("GITHUB_EVENT_PATH")
    if not path:
        return {}
    try:
        payload = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            f"The event file {path} (GITHUB_EVENT_PATH) can't be read ({type(error).__name__}): the runner "
            "writes it, so start the job again."
        ) from None
    return payload if isinstance(payload, dict) else {}


def _outputs(report: Report) -> dict[str, str]:
    done, usage = report.publication, report.usage
    pulls = [
        {"number": each.number, "url": each.url, "branch": each.branch, "operation": each.operation}
        for each in (done, *done.more)
        if each.number
    ]
    failed = [outcome for outcome in report.outcomes if outcome.status is Status.FAILED]
    every = [
        {"source": each.source, "target": each.target, "language": each.language, "status": each.status}
        for each in report.outcomes
    ]
    return {
        "pull-request-number": str(done.number or ""),
        "pull-request-url": done.url,
        "pull-request-operation": next(
            (each.operation for each in (done, *done.more) if each.operation != "none"), "none"
        ),
        "pull-requests": json.dumps(pulls),
        "changed-files": json.dumps(report.changed),
        "failed-files": json.dumps([each.target or each.source for each in failed]),
        "localizations": json.dumps(every),
        "characters-sent": "0" if report.dry_run else str(usage.characters),
        "cost-usd": "" if usage.cost_usd is None else f"{usage.cost_usd:.4f}",
    }
