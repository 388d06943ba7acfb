"""Where a post leads: links, pictures, includes and imports, found and led elsewhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from polypost.errors import PostError
from polypost.markdown import dialects, frontmatter
from polypost.markdown.document import Document, skeleton
from polypost.markdown.edits import Edit, accepted
from polypost.values import Declared, Led

_BARE = r"(?!\{)(?:[^\s()<>\"'`]|\([^\s()<>\"'`]{0,200}\)){1,999}"
_LINKS = re.compile(
    rf"\]\([ \t]{{0,9}}(?:<(?P<angled>[^<>\n]{{1,999}})>|(?P<bare>{_BARE}))"
    r"|\]:[ \t]{0,9}(?:<(?P<defined>[^<>\n]{1,999})>|(?P<definition>(?!\{[{%])[^\s<>]{1,999}))"
    r"|(?<![\w-])(?:href|src|to|link|poster|image|cover|thumbnail)\s{0,9}=\s{0,9}\{?"
    r"[\"'](?P<attribute>(?!\{)[^\"'\n]{1,999})[\"']"
    r"|^(?:import|export|\})[^\n;]{0,999}?[\"'](?P<imported>\.{1,2}/[^\"'\n]{1,999})[\"']"
    r"|\brequire\(\s{0,9}[\"'](?P<required>\.{1,2}/[^\"'\n]{1,999})[\"']"
    r"|<!--[ \t]{0,9}@include:[ \t]{0,9}(?P<included>\.{1,2}/[^\s{}<>]{1,999}?)(?=\{|[ \t]*-->)"
    r"|\{%-?[ \t]{1,9}(?P<tagged>(?:link|post_url|post_link) [^\s{}%]{1,999})"
    r"|\{\{-?[ \t]{0,9}[\"'](?P<filtered>/[^\"'\n]{1,999})[\"']"
    r"(?=[ \t]{0,9}\|[ \t]{0,9}(?:(?:relative|absolute)_url|prepend:[ \t]{0,9}site\.(?:baseurl|url))\b)"
    r"|\{\{-?[ \t]{0,9}site\.(?:baseurl|url)[ \t]{0,9}-?\}\}(?P<based>/[^\s()<>\"'`{}]{1,999})"
    r"|\{\{[<%][ \t]{0,9}(?:rel)?ref[ \t]{1,9}(?P<referred>[^{}<>\n]{1,999}?)[ \t]{0,9}[>%]\}\}"
    r"|^<<<[ \t]{1,9}(?P<snippet>\.{1,2}/[^\s{}\[\]#]{1,999})",
    re.MULTILINE,
)
"""A destination, in the one group that matches."""
_HOW = {"attribute": "tag", "imported": "module", "required": "module"}
_PATH = re.compile(r"(?:\.{0,2}/|@/)[^\s]*\Z")
"""A value of the front matter that leads somewhere."""
ADDRESSES = frozenset({"permalink", "url", "slug", "path", "aliases", "redirect_from", "redirect_to"})
"""Keys whose values say where the page itself is."""
_INLINE = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")


def destinations(document: Document, content: bytes) -> Iterator[tuple[int, int, str, str]]:
    """What `content`, read as `document` was, leads to, in order.

    (Start, end, destination, where it stands: in a `tag`, as the name of a `module`, or empty); offsets in
    bytes. What only looks like a link (in an indented block of code) may be among them.
    """
    text = content.decode()
    code = [*dialects.fenced(text, document.rules), *(m.span() for m in _INLINE.finditer(text))]
    code.sort()
    found = [*_in_head(text), *map(_found, _LINKS.finditer(text))]
    done = counted = at = 0
    for start, end, there, how in sorted(set(found)):
        while at < len(code) and code[at][1] <= start:
            at += 1
        if (at < len(code) and code[at][0] <= start) or start < done:
            continue
        counted += len(text[done:start].encode())
        size = len(there.encode())
        yield counted, counted + size, there, how
        counted, done = counted + size, end


def led(document: Document, content: bytes, to: Callable[[str, int, str], str]) -> bytes:
    """`content`, read as `document` was, with each destination led to where `to` says.

    `to`: (destination, its byte offset, where it stands) -> the new one. What is no link after
    all, code for example, stays.
    """
    edits: list[Edit] = []
    declared: dict[str, Declared] = {}
    for start, end, there, how in destinations(document, content):
        after = to(there, start, how)
        if after != there:
            edits.append((start, end, after.encode()))
            declared[there] = Led(there, after)
    if not edits:
        return content
    try:
        return accepted(document, skeleton(document, content), edits, tuple(declared.values()))
    except PostError:
        return content


def respelled(ours: bytes, theirs: bytes, alike: Callable[[str], str]) -> bytes:
    """`theirs`, a translation of the segment `ours`, with destinations that say the same spelled as there.

    `alike`: destination -> what it has in common with all that say the same.
    """
    spelled: dict[str, list[str]] = {}
    for match in _LINKS.finditer(ours.decode()):
        there = match[match.lastgroup or 0]
        spelled.setdefault(alike(there), []).append(there)

    def again(match: re.Match[str]) -> str:
        there = match[match.lastgroup or 0]
        known = spelled.get(alike(there))
        if not known:
            return match[0]
        start, end = (at - match.start() for at in match.span(match.lastgroup or 0))
        return f"{match[0][:start]}{known.pop(0)}{match[0][end:]}"

    return _LINKS.sub(again, theirs.decode()).encode() if spelled else theirs


def normal(there: str) -> str:
    """A path in the shortest way of writing it, without the heading that it names; all else as it is."""
    path = re.split("[?#]", there, maxsplit=1)[0]
    if not path or re.match(r"[A-Za-z][\w+.-]*:|//", there):
        return there
    short = posixpath.normpath(unquote(path))
    return short + "/" if path.endswith("/") and short != "/" else short


def _found(match: re.Match[str]) -> tuple[int, int, str, str]:
    group = match.lastgroup or ""
    how = "" if group == "attribute" and _in_shortcode(match.string, match.start()) else _HOW.get(group, "")
    return *match.span(group), match[group], how


def _in_shortcode(text: str, at: int) -> bool:
    before = text[max(0, at - 999) : at]
    return max(before.rfind("{{<"), before.rfind("{{%")) > before.rfind("}}")


def _in_head(text: str) -> Iterator[tuple[int, int, str, str]]:
    base = 1 if text.startswith("\ufeff") else 0
    try:
        head = frontmatter.find(text[base:])
        values = [] if head is None else list(frontmatter.values(text[base:], head))
    except PostError:
        return
    for value in values:
        name = value.key.rpartition(".")[2]
        if name not in ADDRESSES and _PATH.match(value.text):
            at = text.find(value.text, base + value.start, base + value.end)
            if at >= 0:
                yield at, at + len(value.text), value.text, ""
