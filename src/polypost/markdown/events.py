"""pyromark's events, with their byte ranges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyromark

from polypost.errors import PostError, Stopped

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_MATH
    | pyromark.Options.ENABLE_DEFINITION_LIST
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
)
"""More than GitHub's own set: where a dialect lacks one of them, its signs are still better left alone."""


def events(text: str) -> Iterator[tuple[Any, Any]]:
    """Pyromark's events with byte ranges. Raises PostError when the parser gives up."""
    try:
        yield from pyromark.events_with_range(text, options=OPTIONS)
    except (GeneratorExit, KeyboardInterrupt, SystemExit, Stopped):
        raise
    except BaseException as error:
        reason = f"the Markdown parser failed on it ({type(error).__name__}); report the post, or exclude it"
        raise PostError(reason, code="parser") from error
