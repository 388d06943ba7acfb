"""The sample blog is what examples/README.md says, and git has left its line endings alone."""

from __future__ import annotations

import re
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples"


def listed(readme: str) -> set[str]:
    """The files that the first column of a table names in backticks."""
    rows = re.findall(r"^\| ((?:`[^`]+`(?:, )?)+) \|", readme, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def present() -> set[str]:
    posts = [path.name for path in (EXAMPLES / "blog").rglob("*.md*")]
    return {*posts, *(path.name for path in (EXAMPLES / "workflows").iterdir())}


def test_the_readme_names_every_example() -> None:
    assert listed((EXAMPLES / "README.md").read_text("utf-8")) == present()


def test_a_row_that_is_missing_is_seen() -> None:
    text = (EXAMPLES / "README.md").read_text("utf-8")
    assert listed(text.replace("| `push.yml` ", "| push.yml ")) == present() - {"push.yml"}


def test_one_post_has_carriage_returns_and_the_others_have_none() -> None:
    with_returns = {path.name for path in (EXAMPLES / "blog").rglob("*.md*") if b"\r" in path.read_bytes()}
    assert with_returns == {"2025-01-19-testing-the-clock.md"}
    (name,) = with_returns
    content = next((EXAMPLES / "blog").rglob(name)).read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
