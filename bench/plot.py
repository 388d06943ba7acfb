"""A plot with logarithmic axes, as SVG: a line per row of numbers, named at its end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, HEIGHT, EDGE, ROOM = 720, 420, 60, 190
"""Pixels; `ROOM` is for the names at the right."""
COLOURS = ("#0b6e99", "#8fbfd4", "#b5533c", "#dfae9f")


class Line(NamedTuple):
    """Points by x, both coordinates above 0."""

    name: str
    points: Sequence[tuple[float, float]]


def plot(title: str, lines: Sequence[Line]) -> str:
    """The SVG; the grid has a line per power of ten."""
    xs = [x for line in lines for x, _ in line.points]
    ys = [max(y, 0.01) for line in lines for _, y in line.points]
    left, right = math.floor(math.log10(min(xs))), math.ceil(math.log10(max(xs))) or 1
    low, high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - left) / max(right - left, 1)
        up = (math.log10(max(y, 0.01)) - low) / max(high - low, 1)
        return EDGE + across * (WIDTH - EDGE - ROOM), HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE)

    parts = [text(EDGE, 30, title, "font-weight='bold'")]
    for power in range(left, right + 1):
        x, _ = at(10**power, 10**low)
        parts.append(stroke([(x, EDGE), (x, HEIGHT - EDGE)], "#ddd"))
        parts.append(text(x - 12, HEIGHT - EDGE + 20, f"{10**power:,}"))
    for power in range(low, high + 1):
        _, y = at(10**left, 10**power)
        parts.append(stroke([(EDGE, y), (WIDTH - ROOM, y)], "#ddd"))
        parts.append(text(8, y + 4, f"{10**power:,}" if power >= 0 else f"{10**power}"))
    for line, colour in zip(lines, COLOURS, strict=False):
        points = [at(x, y) for x, y in line.points]
        parts.append(stroke(points, colour, 2))
        parts += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour}'/>" for x, y in points]
        parts.append(text(points[-1][0] + 8, points[-1][1] + 4, line.name, f"fill='{colour}'"))
    size = f"width='{WIDTH}' height='{HEIGHT}' viewBox='0 0 {WIDTH} {HEIGHT}'"
    style = "font-family='sans-serif' font-size='12'"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size} {style}>{''.join(parts)}</svg>\n"


def stroke(points: Sequence[tuple[float, float]], colour: str, width: float = 1) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='{width}'/>"


def text(x: float, y: float, words: str, more: str = "") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' {more}>{escape(words)}</text>"
