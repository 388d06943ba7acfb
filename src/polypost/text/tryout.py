"""Which stand-ins a model keeps: a few sentences to try them with, and what the answers tell; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from polypost.markdown.prose import ATOM_BASE
from polypost.markdown.standins import FORMS, masked, restored
from polypost.text.readings import clean

_ATOMS = {"a": chr(ATOM_BASE), "b": chr(ATOM_BASE + 1)}
SENTENCES = tuple(
    sentence.format_map(_ATOMS)
    for sentence in (
        "You can use {a} in place of {b} here.",
        "The value of {a} depends on what {b} was before.",
        "Add {a} to the file, then start {b} again.",
    )
)
"""Short and plain, as posts about software have them, with two atoms each."""


def asked() -> tuple[str, ...]:
    """Give what to translate, all of it in one request: the sentences in each form, form by form."""
    return tuple(text for form in FORMS for sentence in SENTENCES if (text := masked(sentence, form)))


def kept(answers: Sequence[str]) -> Mapping[str, int]:
    """Tell how many sentences each form came back whole in: both stand-ins once, and nothing like a third.

    `answers`: those to `asked`, in order.
    """
    waiting = iter(answers)
    return {
        form: sum(restored(sentence, form, clean(next(waiting))) is not None for sentence in SENTENCES)
        for form in FORMS
    }


def best_first(counts: Mapping[str, int], preferred: Sequence[str] = ()) -> tuple[str, ...]:
    """Give all forms, those first that came back most often; among equals those that are `preferred`."""
    return tuple(sorted(by_default(preferred), key=lambda form: -counts[form]))


def by_default(preferred: Sequence[str] = ()) -> tuple[str, ...]:
    """Give all forms, `preferred` first."""
    return tuple(dict.fromkeys((*preferred, *FORMS)))
