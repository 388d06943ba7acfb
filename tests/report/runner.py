"""The runner's reading of a step's output, after ActionCommand.cs and ActionCommandManager.cs.

Stricter than the real one in a single point: characters that a culture's comparison may skip are
skipped always, so that nothing passes here that some runner would obey.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

KNOWN = {
    "add-mask",
    "add-path",
    "debug",
    "endgroup",
    "error",
    "group",
    "notice",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
}
DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


@dataclass
class Command:
    """What the runner would act on."""

    name: str
    properties: dict[str, str]
    data: str


@dataclass
class Log:
    """A step's output as the runner takes it."""

    commands: list[Command] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """What is shown and not obeyed."""

    def named(self, *names: str) -> list[Command]:
        return [command for command in self.commands if command.name in names]


def read(output: str) -> Log:
    """Give the commands and the plain lines of a step's whole output."""
    log, stopped = Log(), ""
    for line in output.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        command = _command(line, {*KNOWN, stopped} - {""})
        if command is None or (stopped and command.name != stopped):
            log.lines.append(line)
        elif stopped:
            stopped = ""
        elif command.name == "stop-commands":
            stopped = command.data
        else:
            log.commands.append(command)
    assert not stopped, "commands are obeyed again at the end"
    return log


def _command(line: str, known: set[str]) -> Command | None:
    line = "".join(char for char in line if unicodedata.category(char) not in {"Cc", "Cf", "Mn"}).lstrip()
    return _second(line, known) or _first(line, known)


def _second(line: str, known: set[str]) -> Command | None:
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    return _made(name, rest.strip().split(","), PROPERTY, line[end + 2 :], DATA, known)


def _first(line: str, known: set[str]) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, rest = line[start + 3 : end].partition(" ")
    table = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))
    return _made(name, rest.split(";"), table, line[end + 1 :], table, known)


def _made(name, pairs, property_table, data, data_table, known) -> Command | None:
    if name.lower() not in known:
        return None
    split = [pair.split("=", 1) for pair in pairs if "=" in pair]
    properties = {key: _plain(value, property_table) for key, value in split if key and value}
    return Command(name.lower(), properties, _plain(data, data_table))


def _plain(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for escaped, char in table:
        text = text.replace(escaped, char)
    return text
