"""GitHub as a judge of Markdown: its own parser, then the filters that run on the finished HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

VOID = {"br", "hr", "img", "input", "meta", "link"}
FILTERS = {
    "mention": r"(?<![\w`])@[a-z0-9][a-z0-9-]*",
    "issue": r"(?<![\w&])#\d+|\bGH-\d+",
    "commit": r"\b[0-9a-f]{7,40}\b",
    "url": r"\b(https?|ftp|mailto|xmpp|javascript):[\w/]|\bwww\.\w",
    "email": r"[\w.+-]+@[\w-]+\.\w",
    "emoji": r":[a-z0-9_+-]+:",
}
"""What GitHub makes something of in text outside of code and links."""


@dataclass
class Page(HTMLParser):
    """The rendered page, as far as the tests ask."""

    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    text: str = ""
    """All text, markup gone."""
    loose: str = ""
    """The text outside of code and links, where the filters look."""
    open: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    """The cells of each row of every table, as text."""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in {"href", "src"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_comment(self, data) -> None:
        self.tags.append("comment")

    def handle_data(self, data) -> None:
        self.text += data
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data
        if not {"a", "code", "pre"} & set(self.open):
            self.loose += data

    def triggered(self) -> Iterator[str]:
        """The names of the filters that find something."""
        for name, pattern in FILTERS.items():
            if re.search(pattern, self.loose, re.IGNORECASE):
                yield name


def github(markdown: str) -> Page:
    """The page that GitHub makes of `markdown`, before its sanitizer has had a chance to help."""
    page = Page()
    page.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE))
    page.close()
    return page


HOSTILE = (
    "@octocat please look",
    "fixes #12, GH-34 and owner/name#56",
    "see 0123456789abcdef0123456789abcdef01234567 and deadbee",
    "https://evil.example/x www.evil.example ftp://evil.example mailto:a@evil.example a@evil.example",
    "[click](https://evil.example) ![pixel](https://evil.example/p.png) [ref][r] [^1]",
    "<img src=https://evil.example/p.png> <script>x</script> <!-- hidden --> </details> </td>",
    "<https://evil.example> &lt;b&gt; &#64;octocat &commat;octocat",
    "a | b | c || `d | e`",
    "# heading\n\n- list\n\n1. item\n> quote\n\n```sh\nfence\n```\n\n---\n",
    "1. first",
    "- item",
    "+ item",
    "* item",
    "12) item",
    "    indented",
    "``two`` `one` ` lone",
    "`[x](https://evil.example)`",
    "ends with a backslash \\",
    "**bold** __bold__ ~~gone~~ *em* _em_ :tada: $x$ $$y$$",
    "right \u202eto left\u202c, zero\u200bwidth, nul\x00, escape\x1b[31m, line\u2028separator",
    "lone \udcff surrogate \ud800",
    "](https://evil.example)",
    "::add-mask::x ##[add-mask]x",
    "",
    " ",
)
"""Texts that want to be more than text."""
