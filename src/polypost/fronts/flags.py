"""From flags to options: the table of options as click shows it, and what was typed at the prompt."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click

from polypost.errors import PolypostError, UsageError
from polypost.files import configuration
from polypost.options import FILE, ROWS, Options, Raw, Row, as_flags, resolve

Command = Callable[..., Any]


def flags(front: str, here: Mapping[str, str] | None = None) -> Callable[[Command], Command]:
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


def options_of(front: str, given: dict[str, Any], root: Path) -> Options:
    """The options of a command. Raises UsageError."""
    raw: dict[str, Raw] = {row.name: _raw(given.get(row.name.replace("-", "_"))) for row in ROWS}
    raw["paths"] = tuple(inside(root, path) for path in given.get("paths", ()))
    return resolve(raw, configuration(root, FILE), front=front)


def _raw(value: str | bool | Sequence[str] | None) -> str:
    """What click gives, as `resolve` takes it; an absent flag is not given, also where it means false."""
    if isinstance(value, bool):
        return "true" if value else ""
    return value or "" if isinstance(value, str | None) else "\n".join(value)


def inside(root: Path, path: str) -> str:
    """A path as typed at a prompt (`./blog`, `.`, absolute) relative to the root, where patterns start.

    Raises UsageError for a place outside of the repository.
    """
    place = os.path.normpath(Path.cwd() / path)
    if place == str(root):
        return "*"
    if not Path(place).is_relative_to(root):
        raise UsageError(f"{path} is outside of {root}: run polypost in the repository that it belongs to.")
    return str(Path(place).relative_to(root))


def root_here() -> Path:
    """The repository's root: the nearest folder upwards with `.git` or the configuration, else this one."""
    here = Path.cwd()
    marks = (".git", FILE)
    return next((up for up in (here, *here.parents) if any((up / mark).exists() for mark in marks)), here)


@contextmanager
def named_as_flags() -> Iterator[None]:
    """Errors name options as a workflow gives them; on the command line they are flags."""
    try:
        yield
    except PolypostError as error:
        error.args = (as_flags(str(error)),)
        raise


class Group(click.Group):
    """Lists its commands with the whole of their first sentence: click would cut it."""

    group_class = type

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """As click does."""
        cmd.short_help = " ".join((cmd.help or "").partition("\n\n")[0].split())
        super().add_command(cmd, name)
