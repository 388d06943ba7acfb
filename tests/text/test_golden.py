"""The cases in golden/: a post, a translator, and exactly what must come out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from text.translators import localize, named


class Case(NamedTuple):
    title: str
    path: str
    dialect: str
    extras: str
    translator: str
    before: str
    after: str
    findings: list[str]


_CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n\n(?P<path>\S+?)(?: \((?P<dialect>\w*)(?P<extras>(?: ?\+[\w-]+)*)\))?"
    r": (?P<translator>[^\n]+)\n\n"
    r"~~~~~ before\n(?P<before>.*?)\n~~~~~\n\n~~~~~ after\n(?P<after>.*?)\n~~~~~\n"
    r"(?:\nFindings: (?P<findings>[^\n]+)\n)?",
    re.MULTILINE | re.DOTALL,
)


def cases() -> list[Case]:
    found = []
    for file in sorted(Path(__file__).with_name("golden").glob("*.md")):
        text = file.read_text(encoding="utf-8")
        here = [Case(*m.groups()[:-1], (m["findings"] or "").split(", ")) for m in _CASE.finditer(text)]
        assert len(here) == text.count("\n## "), f"{file.name}: a case is not written as the others are"
        found += here
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_golden(case: Case) -> None:
    result = localize(
        f"{case.before}\n".encode(),
        named(case.translator),
        path=case.path,
        dialect=case.dialect or "",
        extras=(case.extras or "").replace("+", "").split(),
    )
    assert result.content.decode() == f"{case.after}\n"
    assert [f.code for f in result.findings] == list(filter(None, case.findings))
