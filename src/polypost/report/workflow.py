"""What the runner of GitHub Actions listens to: commands on stdout, and files named in the environment.

The formats are those of `actions-toolkit`; only its pure parts are used. Its `core` prints without a
flush, leaves `info()` unescaped, exits on a failure, and imports an HTTP client for a feature that
polypost has no use for (0.24 s at every start).

The runner (ActionCommand.cs) acts on a line that starts with `::name::` after blanks, and on
`##[name]` anywhere in a line. It compares as its culture does, so invisible characters between the
colons don't hide a command from it. Escaping plain text against that is a guess; the runner's own
`stop-commands` is not, so text in which anything like a command could be read is put between
`::stop-commands::<token>` and `::<token>::`, with a token that nobody can foresee.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from actions_toolkit.command import Command
from actions_toolkit.file_command import prepare_key_value_message

from polypost.report.safe import one_line

LINE = 4_000
"""Characters of one line of log at most."""


def new_token() -> str:
    """A token for `stop-commands`: 128 random bits."""
    return secrets.token_hex(16)


def command(name: str, message: str = "", **properties: str | int) -> str:
    """One workflow command as a line, message and properties escaped; empty properties are left out.

    >>> command("warning", "50 % kept", file="a,b.md", line=3)
    '::warning file=a%2Cb.md,line=3::50 %25 kept'
    """
    given = {key: value for key, value in properties.items() if value}
    return str(Command(name, given, message))


def harmless(text: str, token: Callable[[], str] = new_token) -> str:
    """`text` as lines of log that the runner takes no command from."""
    lines = [one_line(line, LINE) for line in text.splitlines()] or [""]
    shown = "\n".join(lines)
    if not any(map(_suspicious, lines)):
        return shown
    word = token()
    return f"{command('stop-commands', word)}\n{shown}\n{command(word)}"


def _suspicious(line: str) -> bool:
    """Whether a command can be seen in what remains of a line without all that may be invisible."""
    ascii_only = "".join(char for char in line if " " <= char <= "~")
    return "::" in ascii_only or "##[" in ascii_only


def mask(secret: str, stream: TextIO) -> None:
    """Make the runner hide `secret`, and each line of it, in every log of the job."""
    for line in secret.splitlines():
        if line.strip():
            stream.write(command("add-mask", line) + "\n")
    stream.flush()


def set_outputs(env: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Give the step's outputs, line ends and all. Outside a workflow nothing happens."""
    _append(env, "GITHUB_OUTPUT", "".join(_entry(name, value) for name, value in outputs.items()))


def save_state(env: Mapping[str, str], name: str, value: str) -> None:
    """Keep `value` for the post step, as its `STATE_<name>`; on disk when this returns."""
    _append(env, "GITHUB_STATE", _entry(name, value))


def append_summary(env: Mapping[str, str], text: str) -> None:
    """Add Markdown to the job summary. Outside a workflow nothing happens."""
    _append(env, "GITHUB_STEP_SUMMARY", f"{text.rstrip()}\n")


def _entry(name: str, value: str) -> str:
    entry: str = prepare_key_value_message(name, value.encode("utf-8", "replace").decode())
    return f"{entry}\n"


def _append(env: Mapping[str, str], name: str, text: str) -> None:
    if env.get(name):
        with Path(env[name]).open("a", encoding="utf-8", newline="") as file:
            file.write(text)
