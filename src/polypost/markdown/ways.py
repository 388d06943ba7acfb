"""How the headings of each dialect keep their anchors: one row per kind of site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from polypost.markdown.slugs import (
    ASTRO,
    DOCUSAURUS,
    GITHUB,
    HEXO,
    HUGO,
    KRAMDOWN,
    NUXT,
    PYTHON_MARKDOWN,
    VITEPRESS,
    ZOLA,
    Slugs,
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a dialect's headings keep their anchors."""

    how: str
    """`id`: it is written behind the heading; `link`: links follow; `anchor`: an `<a id>` before it."""
    rules: tuple[Slugs, ...]
    """What the site makes of a heading; several where any of them may be the site's."""
    ids: re.Pattern[str] = re.compile(r"[^\s{}<>\"'`*\\#=.%&|]+")
    """What can be written as an id; anything else stands in an `<a id>`."""
    open_ended: bool = False
    """Whether closing signs (`## Title ##`) count as text where an id stands behind them."""
    at_margin: bool = False
    """Whether an id counts only on a line that begins with `#`; elsewhere MDX takes it for an expression."""


WAYS: Mapping[str, Way] = {
    "docusaurus": Way("id", (DOCUSAURUS,), open_ended=True, at_margin=True),
    "hugo": Way("id", (HUGO,)),
    "kramdown": Way("id", (KRAMDOWN,), re.compile(r"[A-Za-z][\w:-]*")),
    "vitepress": Way("id", (VITEPRESS,), open_ended=True),
    "zola": Way("id", (ZOLA,)),
    "python-markdown": Way("id", (PYTHON_MARKDOWN,), open_ended=True),
    "github": Way("link", (GITHUB,)),
    "astro": Way("link", (ASTRO,)),
    "nuxt": Way("link", (NUXT,)),
    "hexo": Way("anchor", (HEXO, GITHUB)),
    "unknown": Way("anchor", (GITHUB, KRAMDOWN, VITEPRESS, HUGO, PYTHON_MARKDOWN, HEXO, DOCUSAURUS)),
}
"""By the name that a dialect's row gives; a dialect without one has no anchors of headings."""
