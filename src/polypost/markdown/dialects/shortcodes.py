"""Hugo's shortcodes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.arguments import arguments
from polypost.markdown.dialects.mask import Mask, alone
from polypost.markdown.dialects.scan import Construct
from polypost.markdown.rules import Rules

_KNOWN = frozenset(
    {
        *("figure.title", "figure.caption", "figure.alt", "figure.attr", "details.summary", "details.title"),
        *("youtube.title", "vimeo.title", "vimeo.alt", "qr.alt", "qr.title"),
    }
)
"""Text arguments of Hugo's own shortcodes, by their documentation."""
_NAME = re.compile(r"\{\{[<%]\s*([\w/.-]+)")


def _shortcode(match: re.Match[str], text: str, rules: Rules) -> Iterator[Mask]:
    start, end = match.span()
    name = _NAME.match(text, start, end)
    texts = arguments(text, name.end(), end, name[1], (*_KNOWN, *rules.arguments)) if name else ()
    yield Mask(start, end, alone(text, start, end), texts)


OPAQUE = Construct(
    "{",
    r"\{\{[<%]\s*(?P<shortcode>highlight|code[\w-]*|mermaid|math|katex|latex|chem|tex|plantuml|goat|graphviz"
    r"|dot|chart|echarts|svg|comment|raw-?html|html|css|js|script|style|json|yaml|diagram|diff|command|console)"
    r"(?=[\s>%])[^}]{0,999}(?<!/)[>%]\}\}",
    _shortcode,
    name="shortcode",
    end=r"\{\{[<%]\s*/\s*NAME\s*[>%]\}\}",
)
"""Pairs whose content no reader reads as prose: code, comments, formulas, diagrams."""
SHORTCODES = Construct("{", r"\{\{[<%].{0,9999}?[%>]\}\}", _shortcode)
"""`{{< name >}}`, `{{% name %}}`, escaped or not; what stands between two is Markdown."""
