"""Liquid, shortcodes, interpolation, attribute lists, wiki links, emoji codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects import jsx
from polypost.markdown.dialects.mask import Mask, alone
from polypost.markdown.rules import Rules

MAX_OPEN = 2_000
"""Openers without an end in one post: for each, the search for its end has been in vain."""
_HIDDEN = re.compile(
    rf"(?=[`<{{:\[])(?:{jsx.CODE}"  # first what begins any of them, for speed
    r"|(?P<comment><!--.{0,99999}?-->)"
    r"|(?P<liquid>\{%-?[ ]*(?P<raw>raw|highlight|comment)\b[^%\n]*+%\}"
    r".{0,99999}?\{%-?[ ]*end(?P=raw)[ ]*-?%\})"
    r"|(?P<shortcode>\{\{[<%][ ]*(?P<name>highlight|code[\w-]*|mermaid|math|katex|chart)\b"
    r"[^}]{0,999}(?<!/)[>%]\}\}"
    r".{0,99999}?\{\{[<%][ ]*/[ ]*(?P=name)[ ]*[>%]\}\})"
    r"|(?P<mask>\{/\*.{0,9999}?\*/\}|</?[A-Za-z][\w-]*:[\w.:-]++(?:\s[^<>]{0,999})?/>"
    r"|(?<=\)\s)\{[#.:\w][^{}\n]{0,999}\}|\{\{[<%].{0,9999}?[%>]\}\}"
    r"|\{\{(?:(?!\n[ \t]*\n).){0,2000}?\}\}|\{%(?:(?!\n[ \t]*\n).){0,2000}?%\}"
    r"|\{:[^}\n]{0,999}\}|(?<!\w)\[\[[^\]\n]{1,999}\]\]|(?<![\w:]):[a-z][a-z0-9_+-]{0,99}:(?![\w:])"
    r"|(?<=[\])*`])\{[^{}\n]{0,999}\}|(?<![\w:]):[a-z][\w-]{0,99}(?:\{[^{}\n]{0,999}\}|(?=\[)))"
    r"|(?P<open>\{(?=[{%])|<(?=!--)|(?<![`\\])`++))",
    re.DOTALL,
)


def templates(text: str, _: Rules) -> Iterator[Mask]:
    """Liquid, shortcodes, interpolation, attribute lists, wiki links, emoji codes; not in code spans."""
    if not any(sign in text for sign in ("{", "[[", ":")):
        return
    opened = 0
    for match in _HIDDEN.finditer(text):
        if match["open"]:
            opened += 1
            jsx.bounded(text, match.start(), opened, MAX_OPEN)
        elif match["liquid"] or match["shortcode"]:
            yield Mask(match.start(), match.end(), alone(text, match.start(), match.end()))
        elif match["mask"]:
            block = match[0][-1] in "}>" and alone(text, match.start(), match.end())
            yield Mask(match.start(), match.end(), block)
