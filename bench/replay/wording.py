"""Which commits change nothing that a reader reads: only code, front matter without text, or formatting.

Told without polypost's own parser, from the lines of a post, so roughly: what is in doubt counts as text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from polypost.markdown.rules import DEFAULT_KEYS

_KEYS = frozenset(part.casefold() for key in DEFAULT_KEYS for part in key.split("."))
_HEAD = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\n(.*?\n)??\1[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"[ \t]*(?:-[ \t]+)?[\"']?([\w.-]+)[\"']?[ \t]*[:=]")
_FENCE = re.compile(r"(?m)^([ \t>]*)(`{3,}|~{3,})[^\n]*\n(?:.*?\n)??\1[ \t]*\2[`~]*[ \t]*$", re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(
    r"!?\[(?P<text>[^\[\]]*)\](?:\[[^\[\]\n]*\]"
    r"|\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+(?P<title>\"[^\"]*\"|'[^']*'))?\))"
)
_GONE = re.compile(
    r"<!--.*?-->|\{%.*?%\}|\{\{.*?\}\}"  # comments, tags of templates
    r"|(?m:^[ \t]*\[[^\]\n]+\]:[ \t]*\S+)"  # where links of that name lead
    r"|(?!<br\b)</?[A-Za-z][^<>]*>|<?https?://[^\s<>)]+>?"
    r"|\{#[\w-]+\}|\{:[^}\n]*\}",
    re.DOTALL,
)
_OPENINGS = re.compile(r"(?m)^(?:[ \t>]*(?:[-*+]|\d+[.)]|#+|=+[ \t]*$|-+[ \t]*$)?[ \t]+|>+)|\|")
_INLINE = re.compile(r"\*+|~~|(?<!\w)_+|_+(?!\w)|\\")


def wording(content: bytes) -> str:
    """The words of a post in their order, with their punctuation; markup, code and addresses are gone."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    head = _HEAD.match(text)
    body = text[head.end() :] if head else text
    body = _FENCE.sub("\n", body)
    body = _CODE.sub(" code ", body)
    while (without := _LINK.sub(_shown, body)) != body:  # an image may stand in a link
        body = without
    body = _GONE.sub("", body)
    body = _INLINE.sub("", _OPENINGS.sub(" ", body))
    return " ".join((_values(head[2] or "" if head else "") + " " + body).split())


def _shown(link: re.Match[str]) -> str:
    return f"{link['text']} {link['title']}" if link["title"] else link["text"]


def _values(head: str) -> str:
    """The values of keys that hold text, with the lines that follow them."""
    kept, keeps = [], False
    for line in head.splitlines():
        if found := _KEY.match(line):
            keeps = found[1].split(".")[-1].casefold() in _KEYS
        if keeps:
            kept.append(line.split(":", 1)[-1] if found else line)
    return " ".join(kept)


def same_wording(before: Iterable[bytes], after: Iterable[bytes]) -> bool:
    """Whether the posts that a commit took away say just what those say that it brought, whatever they are
    called."""
    return Counter(map(wording, before)) == Counter(map(wording, after))
