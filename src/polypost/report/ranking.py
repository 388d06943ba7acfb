"""What `polypost evaluate` found: a table by language and model, what to make of it, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from polypost.counts import counted
from polypost.measures import FEW, Basis, Evaluation
from polypost.models.routing import MARGIN
from polypost.models.scores import CHRF, FILE
from polypost.report.looks import consumption, listed, money
from polypost.report.safe import one_line
from polypost.report.terminal import ENDLESS, GAP

if TYPE_CHECKING:
    from rich.table import Table


_PLANNED = ("Dry run, nothing was started. Next: run it again without --dry-run.",)


def show(found: Evaluation, stream: TextIO, *, saved: bool = False, planned: bool = False) -> None:
    """Print it to `stream`; colours only where it is a terminal.

    `saved`: whether the scores are in FILE; `planned`: whether it was a dry run.
    """
    from rich.console import Console
    from rich.text import Text

    out = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not out.is_terminal:
        out.width = ENDLESS
    if found.measures:
        out.print(_table(found))
        out.print()
    else:
        for language, basis in found.bases.items():
            told = f"{counted(basis.texts, 'text')}, {counted(basis.sentences, 'sentence')} to measure by"
            out.print(Text(f"{language}: {told}"), soft_wrap=True)
    for line in _remarks(found):
        out.print(Text(one_line(line), style="yellow"), soft_wrap=True)
    for line in _PLANNED if planned else _closing(found, saved=saved):
        out.print(Text(one_line(line)), soft_wrap=True)


def _table(found: Evaluation) -> Table:
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for title in ("language", "model"):
        grid.add_column(title, no_wrap=True)
    for title in (CHRF, "texts", "sentences", "left as is"):
        grid.add_column(title, justify="right", no_wrap=True)
    grid.add_column("", no_wrap=True)
    for language, basis in found.bases.items():
        ranked = found.ranked(language)
        for place, one in enumerate(ranked):
            ahead = _ahead(found, language) if place == 0 else ""
            counts = [f"{number:,}" for number in (basis.texts, basis.sentences, one.same)]
            style = "green" if ahead and (found.lead(language) or 0.0) >= MARGIN else ""
            cells = ("" if place else language, one.model, f"{one.score:.2f}", *counts, ahead)
            grid.add_row(*(Text(one_line(cell), style=style) for cell in cells))
    return grid


def _ahead(found: Evaluation, language: str) -> str:
    lead = found.lead(language)
    if lead is None:
        return ""
    told = f"ahead by {lead:.2f}"
    return told if lead >= MARGIN else f"{told}: less than {MARGIN:g} doesn't count"


def _remarks(found: Evaluation) -> Iterator[str]:
    """What to bear in mind."""
    few = {tag: basis.sentences for tag, basis in found.bases.items() if basis.sentences < FEW}
    if few:
        so_few = ", ".join(f"{tag}: {counted(number, 'sentence')}" for tag, number in few.items())
        yield (f"{so_few}. So few say little, whatever the scores are: wait until people have written {FEW}.")
    for language, basis in found.bases.items():
        yield from _favoured(language, basis, found)
    if found.without:
        yield f"No text that a person has written or corrected: {listed(found.without)}. They are left out."
    yield from found.lacking


def _favoured(language: str, basis: Basis, found: Evaluation) -> Iterator[str]:
    models = {one.model for one in found.measures if one.language == language}
    for maker, texts in basis.corrected.items():
        if maker.split(" ")[0] in models and len(models) > 1:
            told = f"{language}: texts that correct what {maker.split(' ')[0]} had translated"
            yield f"{told}, {texts:,} of {basis.texts:,}: they favour it."


def _closing(found: Evaluation, *, saved: bool) -> Iterator[str]:
    for model, usage in found.usage.items():
        cost = "" if usage.cost_usd is None else f", {money(usage.cost_usd)}"
        yield f"{model}: sent {consumption(usage)}{cost}."
    for signature in sorted({one.signature for one in found.measures}):
        yield f"{CHRF} of code-free text, sacrebleu {signature}."
    if saved:
        yield f"Saved to {FILE}: commit it, and `model: auto` chooses by it."
    elif any((found.lead(language) or 0.0) >= MARGIN for language in found.bases):
        yield f"Next: `--save` puts the scores into {FILE}, where `model: auto` finds them."


def as_json(found: Evaluation) -> dict[str, Any]:
    """The same for programs; `ahead` is null where only one model was measured."""
    return {
        "metric": CHRF,
        "source_language": found.origin,
        "languages": [
            {
                "language": language,
                "texts": basis.texts,
                "sentences": basis.sentences,
                "corrected": dict(basis.corrected),
                "source": basis.source,
                "few": basis.sentences < FEW,
                "ahead": None if (lead := found.lead(language)) is None else round(lead, 4),
                "scores": [
                    {
                        "model": one.model,
                        "score": round(one.score, 4),
                        "signature": one.signature,
                        "left_as_is": one.same,
                    }
                    for one in found.ranked(language)
                ],
            }
            for language, basis in found.bases.items()
        ],
        "without_references": list(found.without),
        "not_asked": list(found.lacking),
        "usage": {
            model: {"characters_sent": used.characters, "requests": used.requests, "cost_usd": used.cost_usd}
            for model, used in found.usage.items()
        },
    }
