"""Hugo's shortcodes."""

from __future__ import annotations

from polypost.markdown.dialects.arguments import tags
from polypost.markdown.dialects.scan import Construct

_KNOWN = frozenset(
    {
        *("figure.title", "figure.caption", "figure.alt", "figure.attr", "details.summary", "details.title"),
        *("youtube.title", "vimeo.title", "vimeo.alt", "qr.alt", "qr.title"),
    }
)
"""Text arguments of Hugo's own shortcodes, by their documentation."""
_shortcode = tags(r"\{\{[<%]\s*([\w/.-]+)", _KNOWN)
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
