"""The command line, and the one place that catches errors: every front ends in `main`.

A command turns words into options and calls one function. What it calls is imported inside the command, so
that `--help` and a wrong flag answer at once.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from polypost import __version__
from polypost.clock import SystemClock
from polypost.errors import PolypostError, Stopped
from polypost.fronts import endpoint
from polypost.fronts.flags import Group, flags, inside, named_as_flags, options_of, root_here
from polypost.fronts.front import at_prompt
from polypost.options import CHECK, DOCTOR, EVALUATE, TERMS, TRANSLATE
from polypost.signals import Signals, listening

BUG = 3
"""Exit code of an error that nobody foresaw: a service that failed, for the caller's purposes."""


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, package_name="polypost", message="polypost %(version)s")
def app() -> None:
    """Localize a Markdown blog with an open translation model on your own Amazon SageMaker.

    Run it in the repository's root. Options that stay the same belong in .polypost.toml.
    """


@app.command()
@flags(TRANSLATE)
@click.pass_obj
def translate(signals: Signals, /, **given: Any) -> int:
    """Write the localizations that are missing or behind, of all posts or of those named."""
    root = root_here()
    options = options_of(TRANSLATE, given, root)
    from polypost.fronts import wiring

    json_file = Path(options.json) if options.json else None
    with named_as_flags():
        return wiring.translate(options, root=root, json_file=json_file, signals=signals)


@app.command()
@flags(CHECK)
def check(**given: Any) -> int:
    """Tell whether every localization is present, current and built like its source; 1 when not."""
    root = root_here()
    options = options_of(CHECK, given, root)
    from polypost.fronts import wiring

    with named_as_flags():
        return wiring.check(options, root=root)


@app.command("evaluate")
@flags(EVALUATE)
@click.pass_obj
def measure(signals: Signals, /, **given: Any) -> int:
    """Tell which model does best on what people have written or corrected in this repository (chrF++).

    The localizations that people wrote, or corrected, are the references. Nothing is written but what you ask
    for.
    """
    root = root_here()
    options = options_of(EVALUATE, given, root)
    from polypost.fronts.evaluate import evaluate

    with named_as_flags(), at_prompt(signals) as front:
        return evaluate(options, front, root=root)


@app.command("terms")
@flags(TERMS)
@click.option(
    "--write",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file, which must be new, instead of standard output.",
)
def propose(file: Path | None, **given: Any) -> int:
    """Propose a glossary: names, acronyms and tools that the posts name, as CSV, most used first."""
    root = root_here()
    options = options_of(TERMS, given, root)
    from polypost.fronts import termlist
    from polypost.report.consoles import TerminalConsole

    with named_as_flags(), TerminalConsole() as console:
        return termlist.propose(options, console, root=root, file=file)


@app.command("forget")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--to", "tags", multiple=True, metavar="LANGUAGE", help="Only this language; may be repeated.")
def let_go(paths: tuple[str, ...], tags: tuple[str, ...]) -> int:
    """Forget what was translated, so that the next run translates it again; what people wrote stays.

    PATH: posts, folders, or patterns as in .gitignore. Without any, every post.
    """
    root = root_here()
    from polypost.fronts.forget import forget

    languages = {tag for given in tags for tag in given.replace(",", " ").split()}
    return forget([inside(root, path) for path in paths], languages, root=root)


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
    from polypost.fronts.scorefile import bring_in

    return bring_in(files, root=root_here())


@app.command("doctor")
@flags(DOCTOR)
@click.pass_obj
def examine(signals: Signals, /, **given: Any) -> int:
    """Say which permissions, quotas and settings are there, before money is spent; 2 when one is missing.

    Nothing is started or changed. GitHub is looked at where GITHUB_TOKEN and GITHUB_REPOSITORY are set.
    """
    options = options_of(DOCTOR, given, root_here())
    from polypost.fronts.doctor import doctor

    json_file = Path(options.json) if options.json else None
    with named_as_flags(), at_prompt(signals) as front:
        return doctor(options, front, json_file=json_file)


@app.command("demo")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the result is left; must be new or empty. [default: polypost-demo]",
)
def demonstrate(folder: Path | None) -> int:
    """Do the whole job on this machine, without any account, and show what would be the pull request."""
    from polypost.fronts.demo import demo

    return demo(folder)


app.add_command(endpoint.group)


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
