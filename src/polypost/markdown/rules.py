"""What of a post is read, and how: its dialect, and which of its machine parts hold human text."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from polypost.errors import UsageError
from polypost.values import frozen

_NESTED = ("image", "cover", "hero", "banner", "thumbnail", "og", "seo", "head", "params", "meta", "header")
_TEXTS = ("title", "description", "alt", "caption", "summary", "subtitle", "tagline", "text")
DEFAULT_KEYS: tuple[str, ...] = (
    *(
        "title",
        "description",
        "summary",
        "excerpt",
        "subtitle",
        "tagline",
        "abstract",
        "lead",
        "headline",
        "subject",
    ),
    *(
        "linkTitle",
        "link_title",
        "sidebar_label",
        "sidebarTitle",
        "pagination_label",
        "seo_title",
        "seo_description",
    ),
    *("metaTitle", "metaDescription", "meta_description", "og_title", "og_description", "spoiler", "caption"),
    *("alt", "image_alt", "imageAlt", "cover_alt", "coverAlt", "hero_alt", "heroAlt", "image_caption"),
    *(f"{outer}.{inner}" for outer in _NESTED for inner in _TEXTS if (outer, inner) != ("head", "text")),
    *("hero.name", "hero.actions.text", "features.title", "features.details", "features.linkText"),
    *("sidebar.label", "navigation.title", "i18n.title", "cover.image.alt"),
)
"""Front-matter keys whose values a reader sees; nested keys are dotted, a list's items share its key."""


@frozen
class Rules:
    """How a post is read."""

    dialect: str = ""
    """A key of dialects.DIALECTS; empty: what the path says."""
    keys: tuple[str, ...] = DEFAULT_KEYS
    """Front-matter keys whose values are translated."""
    arguments: tuple[str, ...] = ()
    """Arguments of tags and shortcodes that a reader sees, beside those that their dialect knows.

    `figure.caption`, by position (from 0, of those without a name) `note.0`. The first part is the word that
    the tag begins with: `include.caption` is an argument of all of Jekyll's includes. Only values in quotes
    are read."""
    extras: frozenset[str] = frozenset()
    """What is translated only when asked for: members of EXTRAS."""


EXTRAS = ("speaker-notes", "code-comments")
KEY = r"[\w-]+(\.[\w-]+)*"
"""The shape of a key of the front matter."""
ARGUMENT = r"[\w/-]+\.[\w-]+"
"""The shape of a shortcode's argument."""


def named(dialect: str, keys: Collection[str], arguments: Collection[str], extras: Collection[str]) -> Rules:
    """The rules that a caller of the library names. Raises UsageError for what is no such name.

    The dialect is looked at where it is used, since the path may tell it.
    """
    _check("keys", keys, KEY, "front matter keys such as `title` or `image.alt`")
    _check("arguments", arguments, ARGUMENT, "shortcodes and their arguments such as `figure.caption`")
    _check("extras", extras, "|".join(EXTRAS), " or ".join(f"`{name}`" for name in EXTRAS))
    return Rules(dialect, tuple(keys), tuple(arguments), frozenset(extras))


@lru_cache(maxsize=64)
def _wrong(given: tuple[str, ...], pattern: str) -> tuple[str, ...]:
    """Those that aren't built as `pattern` says; most posts are read by the same rules as the one before."""
    return tuple(item for item in given if not re.fullmatch(pattern, item))


def _check(name: str, given: Collection[str], pattern: str, want: str) -> None:
    if isinstance(given, str):
        raise UsageError(f"`{name}` must be a list of strings, not one string. Write {want}.")
    if wrong := _wrong(tuple(given), pattern):
        raise UsageError(f"`{name}` can't have {', '.join(map(repr, wrong))}. Write {want}.")
