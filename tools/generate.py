"""Writes what the tables of options and models say into action.yml, composite/action.yml and README.md.

A block stands between a line with `generated: NAME` and a line with `end: NAME`. With `--check` nothing is
written, and the exit code is 1 when a block differs.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from polypost.models import MODELS
from polypost.options import ACTION, DOCTOR, FILE, OUTPUTS, ROWS, Row

ROOT = Path(__file__).parent.parent
INPUTS = [row for row in ROWS if ACTION in row.fronts]


def default_of(row: Row) -> str:
    """A default as README.md shows it."""
    if row.shown_default or row.action_default:
        return row.shown_default or f"`{row.action_default}`"
    if isinstance(row.default, tuple):
        return ", ".join(f"`{item}`" for item in row.default)
    text = str(row.default).lower() if isinstance(row.default, bool) else row.default
    return f"`{text}`" if text else ""


def inputs() -> str:
    """The inputs. They have no `default`, since a default would hide what .polypost.toml says."""
    lines = ["inputs:"]
    for row in INPUTS:
        shown = default_of(row)
        told = f"{row.help} Default: {shown}." if shown and not row.action_default else row.help
        lines += [f"  {row.name}:", f"    description: {quoted(told)}", "    required: false"]
        if row.action_default:
            lines.append(f"    default: {row.action_default}")
    return "\n".join(lines)


def outputs() -> str:
    """The outputs of the Docker action."""
    lines = ["outputs:"]
    for name, text in OUTPUTS.items():
        lines += [f"  {name}:", f"    description: {quoted(text)}"]
    return "\n".join(lines)


def composite_outputs() -> str:
    """The outputs of the composite action, which have to say where they come from."""
    lines = ["outputs:"]
    for name, text in OUTPUTS.items():
        lines += [f"  {name}:", f"    description: {quoted(text)}"]
        lines.append(f"    value: ${{{{ steps.run.outputs.{name} }}}}")
    return "\n".join(lines)


def composite_environment() -> str:
    """The inputs as the runner itself would hand them to a Docker action; never text inside a script."""
    return "\n".join(f"        INPUT_{row.name.upper()}: ${{{{ inputs.{row.name} }}}}" for row in INPUTS)


def options_table() -> str:
    """README.md's table of options: inputs, keys and flags in one."""
    lines = ["| Input | Flag | What it is | Default |", "| --- | --- | --- | --- |"]
    for row in ROWS:
        name = f"`{row.name}`" if ACTION in row.fronts else ""
        flag = f"`{row.flag}`" if set(row.fronts) - {ACTION, DOCTOR} else ""
        note = f" Not in `{FILE}`." if not row.in_file else ""
        lines.append(f"| {name} | {flag} | {row.help}{note} | {default_of(row)} |")
    return "\n".join(lines)


def outputs_table() -> str:
    """README.md's table of outputs."""
    lines = ["| Output | What it is |", "| --- | --- |"]
    lines += [f"| `{name}` | {text} |" for name, text in OUTPUTS.items()]
    return "\n".join(lines)


def models_table() -> str:
    """README.md's table of models: what each may be used for, and how many languages it has."""
    lines = [
        "| Family | Models | Weights, GiB | Languages | Licence | Commercial use |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for family in MODELS.values():
        names = " ".join(f"`{name}`" for name in family.sizes)
        weights = ", ".join(f"{size:g}" for size in family.sizes.values())
        codes = family.codes(next(iter(family.sizes)))
        count = len(set(codes.targets.values())) if len(codes.sources) > 1 else "those in its name"
        commercial = "**no**" if family.non_commercial else "yes"
        lines.append(f"| {family.name} | {names} | {weights} | {count} | {family.licence} | {commercial} |")
    return "\n".join(lines)


def quoted(text: str) -> str:
    """A YAML scalar: JSON's strings are a part of YAML."""
    return json.dumps(text, ensure_ascii=False)


FILES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "action.yml": {"inputs": inputs, "outputs": outputs},
    "composite/action.yml": {
        "inputs": inputs,
        "outputs": composite_outputs,
        "environment": composite_environment,
    },
    "README.md": {"options": options_table, "outputs": outputs_table, "models": models_table},
}


def filled(text: str, blocks: Mapping[str, Callable[[], str]]) -> str:
    """`text` with every block as it should be. Raises LookupError when a block's markers are missing."""
    for name, block in blocks.items():
        pattern = re.compile(
            rf"(^[^\n]*generated: {name}\b[^\n]*\n)(.*?)(^[^\n]*end: {name}\b)", re.MULTILINE | re.DOTALL
        )
        found = pattern.findall(text)
        if len(found) != 1:
            raise LookupError(f"{len(found)} blocks named {name}, not one")
        ((start, now, end),) = found
        text = text.replace(f"{start}{now}{end}", f"{start}{block()}\n{end}")
    return text


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` name those that differ."""
    stale = []
    for name, blocks in FILES.items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        if (wanted := filled(text, blocks)) != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(wanted, encoding="utf-8")
    if stale and "--check" in arguments:
        print(
            f"{', '.join(stale)}: not as the tables of options and models say. Run: python tools/generate.py"
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
