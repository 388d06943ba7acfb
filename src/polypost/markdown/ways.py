"""How the headings of each dialect keep their anchors: one row per kind of site."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from polypost.markdown.slugs import (
    ASTRO,
    DOCUSAURUS,
    GITHUB,
    HEXO,
    HUGO,
    KRAMDOWN,
    NUXT,
    OBSIDIAN,
    PYTHON_MARKDOWN,
    VITEPRESS,
    ZOLA,
    Slugs,
    obsidian_key,
)
from polypost.values import frozen

_BEGINS = rb"\]\([ \t]{0,9}<?|\]:[ \t]{0,9}<?|href\s{0,9}=\s{0,9}\{?[\"']"
LINKS = re.compile(rb"(?:%b)#(?P<to>[^\s()\"'<>]{1,999})" % _BEGINS)
"""Where in-page links of Markdown and HTML lead."""
WIKI_LINKS = re.compile(
    rb"(?:(?<!\\)(?P<wiki>\[\[)|%b)"
    rb"#(?P<to>(?(wiki)[^\[\]|\n\\]{1,999}(?=\\?\||\]\])|[^\s()\"'<>]{1,999}))" % _BEGINS
)
"""The same with `[[#Heading]]` and `[[#Heading|words]]`."""


@frozen
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
    beside: bool = False
    """Whether a list of attributes on a line beside a heading names it."""
    at_margin: bool = False
    """Whether an id counts only on a line that begins with `#`; elsewhere MDX takes it for an expression."""

    links: re.Pattern[bytes] = LINKS
    """What the post's own links are; its group `to` is where they lead."""
    alike: Callable[[str], str] = str
    """What of an anchor the site compares with what a link says."""


WAYS: Mapping[str, Way] = {
    "docusaurus": Way("id", (DOCUSAURUS,), open_ended=True, at_margin=True),
    "hugo": Way("id", (HUGO,)),
    "kramdown": Way("id", (KRAMDOWN,), re.compile(r"[A-Za-z][\w:-]*"), beside=True),
    "vitepress": Way("id", (VITEPRESS,), open_ended=True),
    "zola": Way("id", (ZOLA,)),
    "python-markdown": Way("id", (PYTHON_MARKDOWN,), open_ended=True),
    "github": Way("link", (GITHUB,)),
    "astro": Way("link", (ASTRO,)),
    "nuxt": Way("link", (NUXT,)),
    "obsidian": Way("link", (OBSIDIAN,), links=WIKI_LINKS, alike=obsidian_key),
    "hexo": Way("anchor", (HEXO, GITHUB)),
    "unknown": Way("anchor", (GITHUB, KRAMDOWN, VITEPRESS, HUGO, PYTHON_MARKDOWN, HEXO, DOCUSAURUS)),
}
"""By the name that a dialect's row gives; a dialect without one has no anchors of headings."""
