"""A table of words for the terminal, or for a log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from polypost.report.safe import one_line

_ENDLESS = 10_000
"""Columns where nobody looks at a terminal: a log wraps by itself."""


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]], stream: TextIO) -> None:
    """Print a row per line under bold headings; control characters of a cell are made visible."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    out = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not out.is_terminal:
        out.width = _ENDLESS
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(one_line(cell)) for cell in row))
    out.print(grid)
