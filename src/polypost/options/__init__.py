"""What the user wants: one table of options, read from inputs or flags, `.polypost.toml` and defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from polypost.errors import UsageError
from polypost.options import file as configuration
from polypost.options.file import FILE
from polypost.options.kinds import Raw, Value, shown
from polypost.options.table import (
    ACTION,
    CHECK,
    DOCTOR,
    ENDPOINT,
    EVALUATE,
    OUTPUTS,
    ROWS,
    TERMS,
    TRANSLATE,
    UP,
    Options,
    Row,
    as_flags,
    meant,
)

__all__ = [
    "ACTION",
    "CHECK",
    "DOCTOR",
    "ENDPOINT",
    "EVALUATE",
    "FILE",
    "OUTPUTS",
    "ROWS",
    "TERMS",
    "TRANSLATE",
    "UP",
    "Options",
    "Raw",
    "Row",
    "as_flags",
    "from_environment",
    "resolve",
]


def resolve(given: Mapping[str, Raw], file: bytes | None, *, front: str) -> Options:
    """Join what was given (by option name), the configuration file and the defaults, in this order.

    `file` is the content of `.polypost.toml`, None when there is none. Empty values count as not given.
    Raises UsageError that tells every wrong value at once: what, why, and what to write instead.
    """
    configured, mistakes = configuration.read(file)
    problems = list(mistakes.values())
    meanings = {meaning for key in mistakes for meaning in (key, meant(key))}
    unknown = given.keys() - {row.name for row in ROWS}
    problems += [f"input {shown(name)} does not exist. Write `{meant(name)}`." for name in sorted(unknown)]
    values: dict[str, Value] = {}
    for row in ROWS:
        origin, raw = row.given_as(front), given.get(row.name, "")
        if _empty(raw):
            origin, raw = f"`{row.name}` in {FILE}", configured.get(row.name, "")
        try:
            value = row.default if _empty(raw) else row.kind.read(raw)
        except ValueError as error:
            problems.append(f"{origin}: {error}.")
            continue
        told = row.name in meanings or configuration.WHOLE in mistakes
        if row.required and not value and front in row.fronts and not told:
            problems.append(_missing(row, front))
        values[row.name.replace("-", "_")] = value
    if problems:
        head = "" if len(problems) == 1 else f"{len(problems)} options are wrong, nothing was started.\n- "
        raise UsageError(head + "\n- ".join(problems))
    return Options(**values)  # type: ignore[arg-type]  # a kind's values fit its field: tests/test_options.py


def from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The inputs that the runner hands over as `INPUT_<NAME>` (hyphens kept), without the empty ones.

    A name that only comes close to an option is among them, for `resolve` to refuse: whoever wrote
    `endpoint-nmae` must not get a second endpoint. Any other variable is none of ours.
    """
    inputs = {row.name for row in ROWS if ACTION in row.fronts}
    found = {}
    for variable, value in environment.items():
        name = variable.removeprefix("INPUT_").lower()
        if variable.startswith("INPUT_") and value.strip() and (name in inputs or meant(name) in inputs):
            found[name] = value
    return found


def _missing(row: Row, front: str) -> str:
    example = f"`{row.name}: es, ja`" if front == ACTION else f"`{row.flag} es,ja`"
    return f'{row.given_as(front)} is missing. Write {example}, or `{row.name} = ["es", "ja"]` in {FILE}.'


def _empty(raw: Raw) -> bool:
    if isinstance(raw, str):
        return not raw.strip()
    return isinstance(raw, Sequence) and not any(item.strip() for item in raw)
