"""The command line, and the one place that catches errors: every front ends in `main`.

A command turns words into options and calls one function. What it calls is imported inside the command, so
that `--help` and a wrong flag answer at once.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from inspect import cleandoc
from pathlib import Path
from typing import Any, NoReturn

import click

from polypost import __version__
from polypost.clock import SystemClock
from polypost.errors import PolypostError, Stopped, UsageError
from polypost.files import configuration
from polypost.front import Front
from polypost.options import (
    CHECK,
    DOCTOR,
    ENDPOINT,
    EVALUATE,
    FILE,
    ROWS,
    TERMS,
    TRANSLATE,
    UP,
    Options,
    Raw,
    Row,
    as_flags,
    resolve,
)
from polypost.signals import Signals, listening

BUG = 3
"""Exit code of an error that nobody foresaw: a service that failed, for the caller's purposes."""

Command = Callable[..., Any]


def _parameter(row: Row, *, hidden: bool = False) -> Callable[[Command], Command]:
    """The click parameter of one option."""
    name = row.name.replace("-", "_")
    if row.flag == "PATH":
        return click.argument(name, nargs=-1, metavar="[PATH]...")
    if isinstance(row.default, bool):
        return click.option(row.flag, name, is_flag=True, help=row.help)
    default = ", ".join(row.default) if isinstance(row.default, tuple) else row.default
    shown = f" [default: {row.shown_default or default}]" if row.shown_default or default else ""
    return click.option(
        row.flag,
        name,
        multiple=row.kind.many,
        metavar=row.kind.name.upper(),
        help=row.help + shown,
        hidden=hidden,
    )


def _flags(front: str, here: Mapping[str, str] | None = None) -> Callable[[Command], Command]:
    """Every option of a front, as flags of its command; an argument is explained below what it does.

    `here`: what options do in this very command, by name; the others have no use in it, and aren't shown.
    """

    def add(command: Command) -> Command:
        for row in reversed([row for row in ROWS if front in row.fronts]):
            if row.flag == "PATH":
                command.__doc__ = (
                    f"{cleandoc(command.__doc__ or '')}\n\nPATH: {row.help} Without any, every Markdown file."
                )
            said = here.get(row.name) if here is not None else None
            told = replace(row, help=said, shown_default="") if said else row
            command = _parameter(told, hidden=here is not None and not said)(command)
        return command

    return add


def _options(front: str, given: dict[str, Any], root: Path) -> Options:
    """The options of a command. Raises UsageError."""
    raw: dict[str, Raw] = {row.name: _raw(given.get(row.name.replace("-", "_"))) for row in ROWS}
    raw["paths"] = tuple(_inside(root, path) for path in given.get("paths", ()))
    return resolve(raw, configuration(root, FILE), front=front)


def _raw(value: str | bool | Sequence[str] | None) -> str:
    """What click gives, as `resolve` takes it; an absent flag is not given, also where it means false."""
    if isinstance(value, bool):
        return "true" if value else ""
    return value or "" if isinstance(value, str | None) else "\n".join(value)


def _inside(root: Path, path: str) -> str:
    """A path as typed at a prompt (`./blog`, `.`, absolute) relative to the root, where patterns start.

    Raises UsageError for a place outside of the repository.
    """
    place = os.path.normpath(Path.cwd() / path)
    if place == str(root):
        return "*"
    if not Path(place).is_relative_to(root):
        raise UsageError(f"{path} is outside of {root}: run polypost in the repository that it belongs to.")
    return str(Path(place).relative_to(root))


def _root() -> Path:
    """The repository's root: the nearest folder upwards with `.git` or the configuration, else this one."""
    here = Path.cwd()
    marks = (".git", FILE)
    return next((up for up in (here, *here.parents) if any((up / mark).exists() for mark in marks)), here)


@contextmanager
def _flags_named() -> Iterator[None]:
    """Errors name options as a workflow gives them; on the command line they are flags."""
    try:
        yield
    except PolypostError as error:
        error.args = (as_flags(str(error)),)
        raise


class _Group(click.Group):
    """Lists its commands with the whole of their first sentence: click would cut it."""

    group_class = type

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """As click does."""
        cmd.short_help = " ".join((cmd.help or "").partition("\n\n")[0].split())
        super().add_command(cmd, name)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, package_name="polypost", message="polypost %(version)s")
def app() -> None:
    """Localize a Markdown blog with an open translation model on your own Amazon SageMaker.

    Run it in the repository's root. Options that stay the same belong in .polypost.toml.
    """


@app.command()
@_flags(TRANSLATE)
@click.pass_obj
def translate(signals: Signals, /, **given: Any) -> int:
    """Write the localizations that are missing or behind, of all posts or of those named."""
    root = _root()
    options = _options(TRANSLATE, given, root)
    from polypost import wiring

    json_file = Path(options.json) if options.json else None
    with _flags_named():
        return wiring.translate(options, root=root, json_file=json_file, signals=signals)


@app.command()
@_flags(CHECK)
def check(**given: Any) -> int:
    """Tell whether every localization is present, current and built like its source; 1 when not."""
    root = _root()
    options = _options(CHECK, given, root)
    from polypost import wiring

    with _flags_named():
        return wiring.check(options, root=root)


@app.command("evaluate")
@_flags(EVALUATE)
@click.option("--model", "names", multiple=True, metavar="MODEL", help="Model to measure; may be repeated.")
@click.pass_obj
def measure(signals: Signals, /, names: tuple[str, ...], **given: Any) -> int:
    """Tell which model does best on what people have written or corrected in this repository (chrF++).

    The localizations that people wrote, or corrected, are the references. Nothing is written but what you ask
    for.
    """
    root = _root()
    options = _options(EVALUATE, given, root)
    from polypost.evaluate import evaluate

    with _flags_named(), _front(signals) as front:
        return evaluate(options, names or options.model, front, root=root)


@app.command("forget")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--to", "tags", multiple=True, metavar="LANGUAGE", help="Only this language; may be repeated.")
def let_go(paths: tuple[str, ...], tags: tuple[str, ...]) -> int:
    """Forget what was translated, so that the next run translates it again; what people wrote stays.

    PATH: posts, folders, or patterns as in .gitignore. Without any, every post.
    """
    root = _root()
    from polypost.forget import forget

    languages = {tag for given in tags for tag in given.replace(",", " ").split()}
    return forget([_inside(root, path) for path in paths], languages, root=root)


@app.group("scores")
def scores_group() -> None:
    """What is known of the models' quality, for runs with several of them."""


@scores_group.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def bring_in(files: tuple[str, ...]) -> int:
    """Read the metrics that Meta published with its models into .polypost/scores.csv.

    FILE: SeamlessM4T's zip of metrics, or NLLB-200's metrics.csv; MODEL=FILE where neither its name nor that
    of its folder tells the model.
    """
    from polypost.scorefile import bring_in

    return bring_in(files, root=_root())


@app.command("terms")
@_flags(TERMS)
@click.option(
    "--write",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file, which must be new, instead of standard output.",
)
def propose(file: Path | None, **given: Any) -> int:
    """Propose a glossary: names, acronyms and tools that the posts name, as CSV, most used first."""
    root = _root()
    options = _options(TERMS, given, root)
    from polypost import termlist
    from polypost.report.consoles import TerminalConsole

    with _flags_named(), TerminalConsole() as console:
        return termlist.propose(options, console, root=root, file=file)


@app.command("doctor")
@_flags(DOCTOR)
@click.pass_obj
def examine(signals: Signals, /, **given: Any) -> int:
    """Say which permissions, quotas and settings are there, before money is spent; 2 when one is missing.

    Nothing is started or changed. GitHub is looked at where GITHUB_TOKEN and GITHUB_REPOSITORY are set.
    """
    options = _options(DOCTOR, given, _root())
    from polypost.doctor import doctor

    json_file = Path(options.json) if options.json else None
    with _flags_named(), _front(signals) as front:
        return doctor(options, front, json_file=json_file)


@app.command("demo")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the result is left; must be new or empty. [default: polypost-demo]",
)
def demonstrate(folder: Path | None) -> int:
    """Do the whole job on this machine, without any account, and show what would be the pull request."""
    from polypost.demo import demo

    return demo(folder)


@contextmanager
def _front(signals: Signals) -> Iterator[Front]:
    """What a command that looks at the account has of the world."""
    from polypost.report import workflow
    from polypost.report.consoles import TerminalConsole

    def mask(secret: str) -> None:
        if os.environ.get("GITHUB_ACTIONS") == "true":
            workflow.mask(secret, sys.stdout)

    with TerminalConsole() as console:
        yield Front(os.environ, console, signals, SystemClock(), mask)


@app.group("endpoint")
def endpoint_group() -> None:
    """See, start and end what polypost has in your AWS account."""


_JSON = click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the result as JSON."
)


@endpoint_group.command()
@_flags(UP)
@_JSON
@click.pass_obj
def up(signals: Signals, /, json_file: Path | None, **given: Any) -> int:
    """Start an endpoint that stays, for runs to come; it costs money until `polypost endpoint down`."""
    from polypost import holdings

    with _flags_named(), _front(signals) as front:
        return holdings.up(_options(UP, given, _root()), front, json_file)


_REGION = {"aws-region": "Where to look. Without it: the region of your AWS configuration."}
"""What `endpoint status` and `endpoint down` make of the options that all of `polypost endpoint` take."""
_SWEEPING = {
    "aws-region": "Where to sweep. Without it: the region of your AWS configuration.",
    "scheduler-role-arn": "The role that runs were given for their schedules: those that have nothing left "
    "to end are removed too.",
    "batch-s3-uri": "Where batch jobs read and wrote: what they left there long ago is deleted too.",
}


@endpoint_group.command()
@_flags(ENDPOINT, _REGION)
@_JSON
@click.pass_obj
def status(signals: Signals, /, json_file: Path | None, **given: Any) -> int:
    """Show everything that bears polypost's name, who uses it, and what it costs."""
    from polypost import holdings

    with _flags_named(), _front(signals) as front:
        return holdings.status(_options(ENDPOINT, given, _root()), front, json_file)


@endpoint_group.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--force", is_flag=True, help="Delete it although runs still use it.")
@_flags(ENDPOINT, _REGION)
@click.pass_obj
def down(signals: Signals, /, names: tuple[str, ...], *, force: bool, **given: Any) -> int:
    """Delete endpoints of polypost's, with their configurations, models and schedules, kept or not.

    NAME: as `polypost endpoint status` shows it. While a run uses one, it stays, unless you say --force.
    """
    from polypost import holdings

    with _flags_named(), _front(signals) as front:
        return holdings.down(_options(ENDPOINT, given, _root()), front, names, force=force)


@endpoint_group.command("sweep")
@_flags(ENDPOINT, _SWEEPING)
@_JSON
@click.pass_obj
def tidy(signals: Signals, /, json_file: Path | None, **given: Any) -> int:
    """Delete what has expired because its run was killed; 1 when something is still there.

    What runs use or their owner keeps stays. Batch jobs that have expired are stopped.
    """
    from polypost import holdings

    with _flags_named(), _front(signals) as front:
        return holdings.tidy(_options(ENDPOINT, given, _root()), front, json_file)


@app.group("action", hidden=True)
def action_group() -> None:
    """What action.yml starts."""


@action_group.command()
@click.pass_obj
def run(signals: Signals) -> int:
    """Do the job of the workflow's event."""
    from polypost import action

    return action.run(os.environ, signals, SystemClock())


@action_group.command()
@click.pass_obj
def cleanup(signals: Signals) -> int:
    """Delete what a run left behind; does nothing when nothing was left."""
    from polypost import action

    return action.cleanup(os.environ, signals, SystemClock())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the process with its exit code."""
    with listening() as signals:
        raise SystemExit(_run(arguments, signals))


def _run(arguments: Sequence[str] | None, signals: Signals) -> int:
    try:
        return int(app.main(arguments, prog_name="polypost", standalone_mode=False, obj=signals) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except PolypostError as error:
        _tell(str(error))
        return error.exit_code
    except Stopped as stopped:
        _tell(f"{stopped}; what was finished by then is kept.")
        return stopped.exit_code
    except Exception:  # noqa: BLE001 - the last catcher
        _tell(
            f"this is a bug in polypost {__version__}, not in what you did. Please report the lines above.",
            details=traceback.format_exc(),
        )
        return BUG


def _tell(text: str, *, details: str = "") -> None:
    """An error, at a prompt or as an annotation of a workflow; texts of posts can issue no command there."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from polypost.report.workflow import command, harmless

        told = [harmless(details)] if details else []
        click.echo("\n".join([*told, command("error", text, title="polypost")]))
    else:
        click.echo(f"{details}error: {text}", err=True)


if __name__ == "__main__":
    main(sys.argv[1:])
