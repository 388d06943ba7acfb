"""What `polypost evaluate` found, as a picture: a bar for each language and model. SVG, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from polypost.counts import counted
from polypost.measures import Evaluation
from polypost.models.scores import CHRF
from polypost.report.safe import one_line

_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
"""Okabe and Ito's, which colour-blind people tell apart."""
_WIDTH, _LEFT, _SCALE = 760, 210, 4.8
"""Pixels: of the picture, of the languages' column, of one point of the score."""
_BAR, _GAP, _TOP = 18, 18, 44
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.bold{font-weight:600}.dim{fill:#59636e}"
    ".line{stroke:#d1d9e0}.back{fill:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.dim{fill:#9198a1}.line{stroke:#3d444d}"
    ".back{fill:#0d1117}}"
)


def picture(found: Evaluation) -> str:
    """Give the SVG."""
    models = list(dict.fromkeys(one.model for one in found.measures))
    start = _TOP + 20 * len(models)
    bars, height = _bars(found, models, start)
    title = f"{CHRF} by language and model"
    size = f'width="{_WIDTH}" height="{height + 34}"'
    box = f'viewBox="0 0 {_WIDTH} {height + 34}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} {size} role="img" aria-label="{title}">',
        f"<style>{_STYLE}</style>",
        f'<rect class="back" {size}/>',
        f'<text x="16" y="28" class="bold">{title}</text>',
        *_legend(models),
        *_grid(start, height),
        *bars,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _legend(models: list[str]) -> Iterator[str]:
    for number, model in enumerate(models):
        y = _TOP + 20 * number
        yield f'<rect x="16" y="{y}" width="12" height="12" rx="2" fill="{_colour(number)}"/>'
        yield f'<text x="36" y="{y + 11}">{_text(model)}</text>'


def _grid(top: int, bottom: int) -> Iterator[str]:
    for points in range(0, 101, 20):
        x = _LEFT + points * _SCALE
        yield f'<line class="line" x1="{x:g}" y1="{top}" x2="{x:g}" y2="{bottom}"/>'
        yield f'<text class="dim" x="{x:g}" y="{bottom + 18}" text-anchor="middle">{points}</text>'


def _bars(found: Evaluation, models: list[str], y: int) -> tuple[list[str], int]:
    """The bars from `y` on, and where they end."""
    lines: list[str] = []
    for language, basis in found.bases.items():
        y += _GAP
        about = f'<tspan class="dim">, {counted(basis.sentences, "sentence")}</tspan>'
        name = f'<tspan class="bold">{_text(language)}</tspan>'
        lines.append(f'<text x="{_LEFT - 10}" y="{y + 12}" text-anchor="end">{name}{about}</text>')
        for one in found.ranked(language):
            width, colour = max(one.score, 0.0) * _SCALE, _colour(models.index(one.model))
            told = _text(f"{one.model}, {language}: {one.score:.2f}")
            place = f'x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR - 3}"'
            lines += [
                f'<rect {place} rx="2" fill="{colour}"><title>{told}</title></rect>',
                f'<text x="{_LEFT + width + 6:.1f}" y="{y + 12}">{one.score:.1f}</text>',
            ]
            y += _BAR
    return lines, y + _GAP


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _text(told: str) -> str:
    return escape(one_line(told))
