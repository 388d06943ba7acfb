"""Imports only look down the floors, there are no cycles, and edges never import one another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src/polypost"
CONTRIBUTING = Path(__file__).parent.parent / "CONTRIBUTING.md"

FLOORS: Mapping[str, int] = {
    "values": 0,
    "errors": 0,
    "counts": 0,
    "sentences": 1,
    "languages": 1,
    "markdown": 1,
    "gitnames": 1,
    "job": 1,
    "terms": 1,
    "glossary": 1,
    "models": 2,
    "checks": 2,
    "text": 2,
    "sites": 2,
    "memory": 2,
    "records": 2,
    "overlay": 2,
    "batching": 2,
    "pace": 2,
    "machines": 2,
    "estimate": 2,
    "turns": 2,
    "proposals": 2,
    "plan": 2,
    "references": 2,
    "measures": 2,
    "run": 3,
    "choosing": 3,
    "options": 3,
    "ports": 3,
    "evaluation": 3,
    "sagemaker": 4,
    "github": 4,
    "report": 4,
    "git": 4,
    "files": 4,
    "pseudo": 4,
    "chrf": 4,
    "signals": 4,
    "clock": 4,
    "fronts": 5,
    "action": 5,
    "cli": 5,
}
"""Module or package -> floor. A new one has to be entered here: where does it stand?"""
EDGES = 4
ROOM = "__init__"
"""polypost/__init__.py says what the library offers and may import all but edges and fronts."""

IMPURE = {"subprocess", "socket", "http", "urllib", "requests", "boto3", "time", "os", "pathlib", "random"}
"""What a pure floor (0 to 2) has no use for: I/O, the clock, the environment, chance."""
PURE = "urllib.parse"
"""Text to text, in a package of I/O."""


def imports(source: str, package: str) -> Iterator[str]:
    """Full names of the modules that `source`, a module of `package`, imports anywhere in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            start = ".".join(parents[: len(parents) + 1 - node.level]) if node.level else ""
            module = ".".join(part for part in (start, node.module) if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def read(package: Path) -> dict[str, dict[str, set[str]]]:
    """Room -> file -> what it imports, for every file under `package`."""
    rooms: dict[str, dict[str, set[str]]] = {}
    for path in sorted(package.rglob("*.py")):
        inner = path.relative_to(package)
        room = inner.parts[0].removesuffix(".py")
        dotted = ".".join(("polypost", *inner.parent.parts))
        rooms.setdefault(room, {})[str(inner)] = set(imports(path.read_text(encoding="utf-8"), dotted))
    return rooms


def violations(rooms: Mapping[str, Mapping[str, set[str]]]) -> list[str]:
    """One sentence per import that a floor forbids."""
    found = []
    for room, files in rooms.items():
        if room not in FLOORS and room != ROOM:
            found.append(f"{room} has no floor: enter it in tests/test_floors.py")
            continue
        for file, names in files.items():
            found += [f"{file}: {problem}" for name in sorted(names) if (problem := forbidden(room, name))]
    return found


def forbidden(room: str, name: str) -> str:
    floor = FLOORS.get(room, 3)
    first, *rest = name.split(".")
    if first != "polypost":
        impure = first in IMPURE and not name.startswith(PURE)
        return f"floor {floor} is pure, but imports {first}" if floor <= 2 and impure else ""
    other = rest[0] if rest else ROOM
    if other == room or other not in FLOORS:
        return ""
    if FLOORS[other] > floor:
        return f"floor {floor} imports {other} of floor {FLOORS[other]}"
    return f"an edge imports the edge {other}" if FLOORS[other] == floor == EDGES else ""


def cycles(rooms: Mapping[str, Mapping[str, set[str]]]) -> list[list[str]]:
    """Modules that import one another in a circle."""
    modules = {
        ".".join(("polypost", *Path(file).with_suffix("").parts)).removesuffix(".__init__"): names
        for files in rooms.values()
        for file, names in files.items()
    }
    graph = {
        module: {target for name in names if (target := known(name, modules)) and target != module}
        for module, names in modules.items()
    }
    found: list[list[str]] = []
    done: set[str] = set()

    def walk(module: str, trail: list[str]) -> None:
        if module in trail:
            found.append([*trail[trail.index(module) :], module])
        elif module not in done:
            for target in sorted(graph[module]):
                walk(target, [*trail, module])
            done.add(module)

    for module in sorted(graph):
        walk(module, [])
    return found


def known(name: str, modules: Mapping[str, object]) -> str:
    """The module that an imported name lives in; the root package holds only names, not floors."""
    parent = name.rpartition(".")[0]
    return next((item for item in (name, parent) if item in modules and item != "polypost"), "")


def test_floors_hold():
    assert violations(read(PACKAGE)) == []


def test_contributing_tells_the_same_floors():
    rows = re.findall(r"^\| (\d) \| (.*?) \|", CONTRIBUTING.read_text(encoding="utf-8"), re.MULTILINE)
    told = {room: int(floor) for floor, rooms in rows for room in re.findall(r"`(\w+)`", rooms)}
    assert told == FLOORS
    assert set(read(PACKAGE)) == {*FLOORS, ROOM}


def test_there_are_no_cycles():
    assert cycles(read(PACKAGE)) == []


@pytest.mark.parametrize(
    ("file", "source", "told"),
    [
        ("values.py", "from polypost.options import Options", "floor 0 imports options"),
        (
            "markdown/blocks.py",
            "def f():\n    from polypost.text import localize",
            "floor 1 imports text of floor 2",
        ),
        ("markdown/blocks.py", "from ..text import localize", "floor 1 imports text of floor 2"),
        ("sagemaker/deploy.py", "from polypost.github import api", "an edge imports the edge github"),
        ("git.py", "from polypost import files", "an edge imports the edge files"),
        ("run/pipeline.py", "import polypost.git", "floor 3 imports git"),
        ("plan.py", "import os.path", "floor 2 is pure, but imports os"),
        ("sentences.py", "from time import monotonic", "floor 1 is pure, but imports time"),
        ("sentences.py", "from urllib.request import urlopen", "floor 1 is pure, but imports urllib"),
        ("upstairs.py", "", "upstairs has no floor"),
        ("__init__.py", "from polypost.fronts.wiring import run", "floor 3 imports fronts"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path, file, source, told):
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")
    assert told in "\n".join(violations(read(tmp_path)))


def test_a_cycle_is_found(tmp_path):
    (tmp_path / "plan.py").write_text("from polypost import memory", encoding="utf-8")
    (tmp_path / "memory.py").write_text("from polypost.plan import Plan", encoding="utf-8")
    assert cycles(read(tmp_path)) == [["polypost.memory", "polypost.plan", "polypost.memory"]]
    (tmp_path / "memory.py").write_text("from polypost.values import Finding", encoding="utf-8")
    assert cycles(read(tmp_path)) == []
