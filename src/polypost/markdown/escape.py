r"""Text into Markdown source: one pass, every character decided once, by where it stands.

Escaping twice (`\\{`, `\&lt;`) is as wrong as not escaping, so there is one table per place and no second
look. `strict` is the second attempt, after a check found that the first wasn't enough: every ASCII
character that any dialect gives a meaning is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_COMMON = (
    r"(?P<always>[\\`*\[\]~])"
    r"|(?P<underscore>(?<![^\W_])_|_(?![^\W_]))"
    r"|(?P<tag><(?=[A-Za-z/!?]))"
    r"|(?P<entity>&(?=#?\w+;))"
    r"|(?P<template>(?<=\{)[{%<])"
    r"|(?P<math>\$)"
    r"|(?P<link>(?<=[a-zA-Z]):(?=//)|(?<=www)\.(?=\w)|(?<=\w)@(?=\w))"
)
_EXTRA = {
    "paragraph": r"|(?P<closing>\{(?=[^{}]*\}\s*\Z))",
    "heading": r"|(?P<closing>(?<![^\s#])\#(?=\#*\s*\Z)|\{(?=[^{}]*\}\s*\Z))",
    "cell": r"|(?P<pipe>\|)|(?P<closing>\{(?=[^{}]*\}\s*\Z))",
    "alt": "",
    "label": r"|(?P<closing>(?<![^\s#])\#(?=\#*\s*\Z)|\{(?=[^{}]*\}\s*\Z))",
}
_MDX = r"|(?P<brace>[{}<]|:(?=[^\W\d_]))"
"""What begins code anywhere, and the colon of a directive: `:name[...]`."""
_SIGN = re.compile(r"[\\`*\[\]~_<&{}$/@#|:]")
"""One of these, or `www.`, is in all that the patterns above look for."""
_STRICT = re.compile(r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]""")
_WORDLIKE = re.compile(r"(?<=\w)['\-,.](?=\w)|[,.;?](?=\s|\Z)|'")
_BLOCK_START = re.compile(
    r"(?P<sign>#{1,6}(?=\s|\Z)|>|[-+](?=\s|\Z)|={1,}(?=\s*\Z)|-{2,}(?=\s*\Z)"
    r"|(?:-\s*){3,}\Z|[-:|](?=[-:|\s]*\Z)"
    r"|:{1,}|!!!|\?\?\?|#(?=[a-z])|\+{3}|%)"
    r"|(?P<number>\d{1,9})(?P<dot>[.)](?=\s|\Z))"
    r"|(?P<esm>import|export)(?=[\s{*'\"])"
)


_TYPOGRAPHIC = str.maketrans(
    {'"': "”", "'": "’", "`": "’", "\\": "/", "\n": " ", "*": "∗"}
    | dict(zip("{}[]<>", "()()‹›", strict=True))
)


def _argument(text: str) -> str:
    """In quotes that no dialect agrees how to escape in: what would end them, or be markup, gives way."""
    return text.translate(_TYPOGRAPHIC).replace("://", ": //")


def _wiki(text: str) -> str:
    """Between the bars of an embed."""
    return _argument(text).replace("|", "/")


def _attribute(quote: str) -> Callable[[str], str]:
    """In a tag's quotes. References stand for what would end them, or open code or math in a paragraph."""
    signs = re.compile(rf"[{quote}<>`$|]|&(?=#?\w+;)|(?<=\{{)[{{%](?=.)")
    return lambda text: signs.sub(lambda m: f"&#{ord(m[0])};" if m[0] not in "{%" else f" {m[0]}", text)


def _all(text: str) -> str:
    """Where references stand for any sign."""
    return _STRICT.sub(lambda m: m[0] if _WORDLIKE.match(text, m.start()) else f"&#{ord(m[0])};", text)


_IN_HTML = re.compile(r"(?P<lt><)|(?P<amp>&(?=#?\w+;))|`|\{(?=[{%<#])|\[(?=\[)")


def _html(text: str) -> str:
    """Between tags in an HTML block."""
    return _IN_HTML.sub(lambda m: _NAMED.get(m[0], f"&#{ord(m[0])};"), text)


_NAMED = {"<": "&lt;", "&": "&amp;"}
"""What HTML reads too, where Markdown turns out not to be read: a reference says the same to both."""


def _title(ends: str) -> Callable[[str], str]:
    """In a title's quotes, `ends`. A reference stands for what could begin something before the link does."""
    signs = re.compile(rf"(?P<end>[\\{ends}])|[`<$|{{]|&(?=#?\w+;)")
    return lambda text: signs.sub(lambda m: f"\\{m[0]}" if m["end"] else f"&#{ord(m[0])};", text)


def _string(quote: str) -> Callable[[str], str]:
    """In a string of JavaScript. What could open a template, code or math, or end a cell, is a number."""
    signs = re.compile(rf"(?P<sign>[\\{quote}])|[<`$|]|(?<=\{{)[{{%]")
    return lambda text: signs.sub(lambda m: f"\\{m[0]}" if m["sign"] else f"\\x{ord(m[0]):02x}", text)


def _string_signs(text: str) -> str:
    """Where numbers stand for any sign."""
    return _STRICT.sub(lambda m: m[0] if m[0] in ".,;-" else f"\\x{ord(m[0]):02x}", text)


_COMMENT_ENDS = re.compile(r"\*/|-->|--!>|\*\)|-\}|#\}|%>|\?>|</|\{(?=[{%#])|`{3,}|~{3,}|\\\Z")


def _comment(text: str) -> str:
    """In a comment of a programming language: what would end it in any, or the code around it, is parted."""
    return _COMMENT_ENDS.sub(lambda m: f"{m[0][0]} {m[0][1:]}", text)


PLAIN: dict[str, tuple[Callable[[str], str], Callable[[str], str]]] = {
    "argument": (_argument, _argument),
    "comment": (_comment, _argument),
    "wiki": (_wiki, _wiki),
    "attribute": (_attribute('"'), _all),
    "attribute in single quotes": (_attribute("'"), _all),
    "double string": (_string('"'), _string_signs),
    "single string": (_string("'"), _string_signs),
    "template string": (_string(""), _string_signs),
    "html": (_html, _all),
    "title in double quotes": (_title('"'), _all),
    "title in single quotes": (_title("'"), _all),
    "title in brackets": (_title("()"), _all),
}
"""Contexts that know no Markdown, and how text is written there: as a rule, and strictly."""


def escape(text: str, context: str, *, first: bool, mdx: bool, strict: bool) -> str:
    """`text` as source.

    `context`: `paragraph`, `heading`, `cell`, `alt`, `label`, or one of PLAIN. `first`: whether it begins a
    line, where a sign may open a block.
    """
    if context in PLAIN:
        return PLAIN[context][strict](text)
    if strict:
        escaped = _STRICT.sub(lambda m: _strict(text, m), text)
    elif _SIGN.search(text) or "www." in text:
        escaped = _pattern(context, mdx=mdx).sub(_replacement, text)
    else:
        escaped = text
    return _block_start(escaped, mdx=mdx) if first and context == "paragraph" else escaped


@lru_cache(maxsize=16)
def _pattern(context: str, *, mdx: bool) -> re.Pattern[str]:
    signs = (_MDX.removeprefix("|") + "|" if mdx else "") + _COMMON + _EXTRA[context]
    return re.compile(
        rf"(?=[\\`*\[\]~_<&{{}}%$:.@#|])(?:{signs})"
    )  # what any of them begins with: found sooner


def _replacement(match: re.Match[str]) -> str:
    sign = match[0]
    if match.lastgroup == "template":
        return f" {_NAMED.get(sign, sign)}"
    return _NAMED.get(sign, f"\\{sign}")


def _strict(text: str, match: re.Match[str]) -> str:
    if _WORDLIKE.match(text, match.start()):
        return match[0]
    if match[0] in "{%" and text[match.start() - 1 : match.start()] == "{":
        return f" \\{match[0]}"  # Vue looks for them behind Markdown, which has taken the backslash away
    return _NAMED.get(match[0], f"\\{match[0]}")


def _block_start(text: str, *, mdx: bool) -> str:
    match = _BLOCK_START.match(text)
    if match is None:
        return text
    if match["number"]:
        return f"{match['number']}\\{text[match.start('dot') :]}"
    if match["esm"]:
        return f"&#{ord(text[0])};{text[1:]}" if mdx else text
    return f"\\{text}"
