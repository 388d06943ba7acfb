"""Joins options, edges and the run for the command line; `action` does the same for a workflow."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from polypost import __version__, choosing, languages, models, pseudo
from polypost.clock import SystemClock
from polypost.errors import INCOMPLETE, PostError, UsageError
from polypost.files import FolderPublisher, FolderRepository, read
from polypost.fronts.front import Front
from polypost.fronts.scorefile import own
from polypost.git import Git
from polypost.glossary import EMPTY, Glossary
from polypost.glossary import read as read_glossary
from polypost.job import Job
from polypost.markdown.rules import DEFAULT_KEYS, Rules
from polypost.models.routing import Routing
from polypost.options import Options
from polypost.ports import Console, Publisher, Translators
from polypost.records.record import SHORT, digest
from polypost.report.consoles import TerminalConsole
from polypost.report.machine import as_json
from polypost.report.terminal import show
from polypost.run.library import layouts_in, rules_of
from polypost.run.pipeline import run
from polypost.signals import Signals
from polypost.sites import Dresser
from polypost.values import Finding, Outcome, Publication, Report, Status, TranslatorInfo

if TYPE_CHECKING:
    from polypost.fronts.engines import Remember

STALE = frozenset({Status.NEW, Status.UPDATED, Status.BEHIND, Status.FAILED})
"""What `check` and `--frozen` call missing or behind."""
LED = "led-elsewhere"
"""The code of links and pictures that a person has led elsewhere in a localization."""


def translate(options: Options, *, root: Path, json_file: Path | None, signals: Signals) -> int:
    """Localize the posts of a folder in place; give the exit code. Raises UsageError."""
    require_writable("--json", json_file)
    with TerminalConsole() as console:
        routing = choosing.routing_of(options, own(root))
        wishes = job(options, routing, root, dry_run=options.dry_run or options.frozen)
        if not options.frozen:
            tell(wishes, console)
        clock = SystemClock()
        front = Front(os.environ, console, signals, clock)
        report = run(
            wishes,
            folder(options, root),
            translators(options, routing, front, remember=lambda _: None),
            Shielded(FolderPublisher(root), signals),
            console,
            clock,
        )
    if options.frozen:
        report = judged(report)
    show(report, sys.stdout, in_git=any((each / ".git").exists() for each in (root, *root.parents)))
    if json_file is not None:
        text = json.dumps(as_json(report), indent=2, ensure_ascii=False) + "\n"
        json_file.write_text(text, encoding="utf-8")
    return signals.exit_code(report.exit_code)


def folder(options: Options, root: Path) -> FolderRepository:
    """The posts and localizations of a folder; what git ignores there is no post."""
    return FolderRepository(root, options.output, ignored=Git(root).ignored)


def require_writable(flag: str, file: Path | None) -> None:
    """Raise UsageError for a file that can't be written at the end; None: there is none to write."""
    if file is not None and (file.is_dir() or not file.parent.is_dir()):
        raise UsageError(f"{flag}: {file} can't be written: name a file in a folder that exists.")


def check(options: Options, *, root: Path) -> int:
    """Tell whether every localization is present, current and built like its source; 1 when not."""
    with TerminalConsole() as console:
        wishes = job(options, choosing.routing_of(options, own(root)), root, dry_run=True)
        repository = folder(options, root)
        clock = SystemClock()
        translators = pseudo.PseudoTranslators(clock)
        report = run(wishes, repository, translators, FolderPublisher(root), console, clock)
    layouts = layouts_in(repository, wishes.layout, wishes.output, wishes.source)
    dresser = Dresser(layouts, rules_of(wishes, repository))
    compared = tuple(_compared(report, root, dresser))
    report = judged(replace(report, outcomes=compared))
    show(report, sys.stdout)
    return report.exit_code


def _compared(report: Report, root: Path, dresser: Dresser) -> Iterator[Outcome]:
    """What a person changed may have lost a code span or a link: that is behind, and told where.

    A link or a picture that only leads elsewhere is theirs to choose, and a note.
    """
    for outcome in report.outcomes:
        theirs = any(found.code in {"adopted", "theirs"} for found in outcome.findings)
        there = outcome.status in {Status.UNCHANGED, Status.KEPT} and not theirs
        found = _differences(root, outcome, dresser) if there else ()
        lost = any(each.code != LED for each in found)
        status = Status.BEHIND if lost else outcome.status
        yield replace(outcome, status=status, findings=(*outcome.findings, *found))


def _differences(root: Path, outcome: Outcome, dresser: Dresser) -> tuple[Finding, ...]:
    try:
        source, target = read(root, outcome.source), read(root, outcome.target)
        both = (source, target, outcome.source, outcome.target, outcome.language)
        found = dresser.differences(*both)
        led = bool(found) and dresser.led_elsewhere(*both)
    except PostError as error:
        return (Finding(error.code, f"{outcome.target} can't be read: {error}", outcome.source),)
    advice = (
        "Where it leads is a person's choice."
        if led
        else "Correct it, or delete the file to have it translated again."
    )
    told = sorted({(each.line, f"{outcome.target}:{each.line}: {each.what}. {advice}") for each in found})
    return tuple(Finding(LED if led else "structure", text, outcome.source) for _, text in told[:3])


def job(
    options: Options, routing: Routing | None, root: Path, *, dry_run: bool, catch_up: bool = True
) -> Job:
    """What the run needs of the options, languages resolved. Raises UsageError for what can't be had.

    `root`: the repository's folder, where the glossary is read.
    """
    if routing is None:
        tags, info, refuse = _pseudo(options)
    else:
        tags, info, refuse = choosing.resolved(options, routing)
    return Job(
        tags,
        refuse,
        options.paths,
        options.exclude,
        options.output,
        Rules(
            options.dialect,
            options.front_matter or DEFAULT_KEYS,
            options.shortcode_arguments,
            frozenset(options.also_translate),
        ),
        options.source_language,
        info,
        catch_up,
        dry_run,
        _limit(options.max_cost),
        _limit(options.max_minutes),
        options.human_edits == "keep",
        options.refresh,
        options.prune,
        options.layout,
        options.notice,
        options.apart,
        options.fail_on,
        _settings(options),
        glossary(options, root),
        choosing.chooser(routing) if routing else None,
        choosing.seconds(routing) if routing else None,
        version=__version__,
        checks=options.checks == "on" and options.translator != "pseudo",
    )


def _settings(options: Options) -> str:
    """What decides about the translations beside the model's name; where artifacts lie is told to nobody."""
    own = digest(options.model_data)[:SHORT] if options.model_data else ""
    return "" if options.translator == "pseudo" else f"{options.model_revision} {own}".strip()


def glossary(options: Options, root: Path) -> Glossary:
    """The names and terms of a repository; none without the option. Raises UsageError."""
    path = options.glossary
    if not path:
        return EMPTY
    if not os.path.lexists(root / path):
        raise UsageError(
            f"`glossary`: there is no {path} in this checkout. Name a CSV file of the repository."
        )
    try:
        text = read(root, path).decode()
    except PostError as error:
        raise UsageError(f"`glossary`: {error} Name a CSV file of the repository.") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}, line {line}: it is not in UTF-8. Save it as CSV in UTF-8.") from None
    return read_glossary(text, path, options.source_language)


def _limit(given: str) -> float | None:
    return float(given) if given else None


def tell(wishes: Job, console: Console) -> None:
    """Say once, before the run, what the user has to know of the languages and of the model's licence."""
    for warning in languages.warnings(wishes.languages):
        console.warn(warning)
    if wishes.translator.notice:
        console.warn(wishes.translator.notice)


def _pseudo(options: Options) -> tuple[tuple[str, ...], TranslatorInfo, Callable[[str], str]]:
    """The pseudo translator takes every language of the table, `all` included."""
    every = tuple(language.tag for language in languages.known())
    asked = every if models.ALL in options.languages else options.languages
    source = languages.resolve(options.source_language).row
    tags = tuple(tag for tag in asked if languages.resolve(tag).row != source)
    if not tags:
        raise UsageError(models.only_the_source(options.source_language))

    def refuse(tag: str) -> str:
        same = f"{tag} is the source language."
        return _told(lambda: languages.resolve(tag)) or (same if languages.resolve(tag).row == source else "")

    return tags, pseudo.INFO, refuse


def _told(question: Callable[[], object]) -> str:
    try:
        question()
    except UsageError as error:
        return str(error)
    return ""


def translators(options: Options, routing: Routing | None, front: Front, remember: Remember) -> Translators:
    """Give what the chosen translator comes from; leaving it is never interrupted by a signal.

    `remember` gets what the run is about to have its hand on.
    """
    if routing is None:
        return pseudo.PseudoTranslators(front.clock)
    from polypost.fronts.engines import sweep_first
    from polypost.fronts.fleet import SageMaker

    if not options.dry_run:
        sweep_first(options, front)
    return SageMaker(options, front, remember, routing)


class Shielded:
    """A publisher that a signal does not interrupt; satisfies ports.Publisher."""

    def __init__(self, inner: Publisher, signals: Signals) -> None:
        """`inner`: the publisher that does the work."""
        self._inner = inner
        self._signals = signals

    @property
    def pause(self) -> float:
        """As `inner`'s."""
        return self._inner.pause

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        """As `inner` does; a signal that comes meanwhile is heeded after it."""
        try:
            with self._signals.shield():
                return self._inner.publish(changes, report, final=final)
        finally:  # also after a refusal, which alone would not end the run
            if not final:
                self._signals.heed()


def judged(report: Report) -> Report:
    """The report of a dry run, read as a check: exit code 1 when anything is missing or behind."""
    stale = any(outcome.status in STALE for outcome in report.outcomes)
    return replace(report, check=True, exit_code=INCOMPLETE if stale else report.exit_code)
