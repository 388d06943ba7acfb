"""`.polypost.toml`: which of its keys are options, and what is wrong with the others."""

from __future__ import annotations

import tomllib

from polypost.options.kinds import Raw, shown
from polypost.options.table import ROWS, meant

FILE = ".polypost.toml"
"""The configuration file, at the repository's root."""
FILE_LIMIT = 65_536
"""Bytes; a configuration is a page of text, and the parser is fed nothing larger."""


WHOLE = ""
"""What a mistake is about that leaves nothing of the file."""


def read(file: bytes | None) -> tuple[dict[str, Raw], dict[str, str]]:
    """The options that the file sets, by name, and a sentence per mistake, by its key.

    None: there is no file.
    """
    if file is None:
        return {}, {}
    if len(file) > FILE_LIMIT:
        return {}, {WHOLE: f"{FILE} is {len(file)} bytes, more than {FILE_LIMIT}. Write options only."}
    try:
        table = tomllib.loads(file.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        reason = "tables are nested too deep" if isinstance(error, RecursionError) else error
        told = f'{FILE} is not valid TOML: {reason}. Write lines such as `languages = ["es", "ja"]`.'
        return {}, {WHOLE: told}
    values: dict[str, Raw] = {}
    problems: dict[str, str] = {}
    for key, value in table.items():
        problem = _misplaced(key) or _mistyped(key, value)
        if problem:
            problems[key] = problem
        else:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            values[key] = str(value) if number else value
    return values, problems


def _misplaced(key: str) -> str:
    """Why a key does not belong in the file, or nothing."""
    known = {row.name: row for row in ROWS}
    row = known.get(key)
    if row is None:
        close = meant(key)
        instead = f"did you mean `{close}`?" if close else "remove it; README.md lists the options."
        return f"{shown(key)} in {FILE} is not an option: {instead}"
    if row.secret:
        return f"`{key}` in {FILE} is a secret, and files are for everyone to read. Give it as input `{key}`."
    if not row.in_file:
        return f"`{key}` in {FILE} belongs to one run. Give it as `{row.flag}` on the command line."
    return ""


def _mistyped(key: str, value: object) -> str:
    """Why a value of TOML can't be an option's value, or nothing."""
    if isinstance(value, str | bool | int | float):
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ""
    return (
        f"`{key}` in {FILE} is neither text, a number, a list of texts nor true or false. Put it in quotes."
    )
