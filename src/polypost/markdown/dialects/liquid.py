"""Liquid and its relatives: Jekyll's tags and output, Hexo's tag plugins, Zola's shortcodes."""

from __future__ import annotations

from dataclasses import replace

from polypost.markdown.dialects.arguments import tags
from polypost.markdown.dialects.scan import Construct

_KNOWN = frozenset({"post_link.1", "asset_link.1"})
"""Text arguments of Hexo's own tags, by their documentation: the title of a link to a post or an asset."""
_tag = tags(r"\{[{%]-?\s*(\w+)", _KNOWN)
_NAMES = (
    "highlight|comment|codeblock|code|rawblock|mermaid|math|katex|latex|plantuml|graphviz|chart|echarts|svg|style"
    "|stylesheet|javascript|schema"
)
OPAQUE = Construct(
    "{",
    rf"\{{%-?[ ]*(?P<liquid>{_NAMES})\b(?:[^%]|%(?!\}})){{0,999}}%\}}",
    _tag,
    name="liquid",
    end=r"\{%-?[ ]*end(?:NAME)?[ ]*/?-?%\}",
)
"""Blocks whose content no reader reads as prose: code, comments, formulas. Zola ends them all with `end`.

What is `raw` to Liquid is Markdown all the same, and stands half inside a fence as often as around it.
"""
RAW = replace(OPAQUE, pattern=OPAQUE.pattern.replace(_NAMES, f"raw|{_NAMES}"))
"""The same in Hexo, which doesn't read Markdown in `raw`."""
TAGS = Construct(
    "{",
    r"\{\{(?:(?!\n[ \t]*\n).){0,2000}?\}\}|\{%(?:(?!\n[ \t]*\n).){0,2000}?%\}",
    _tag,
)
"""`{% tag %}`, `{{ output }}`, `{{ shortcode(x="y") }}`, escaped or not; between two stands Markdown."""
