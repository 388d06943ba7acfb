"""What is hidden where nothing is known of the site: what no plain post has by accident."""

from __future__ import annotations

from polypost.markdown.dialects import liquid, shortcodes
from polypost.markdown.dialects.attributes import EXTENSIONS, KRAMDOWN, SPANS
from polypost.markdown.dialects.scan import Construct, finder, inline, whole
from polypost.markdown.dialects.signs import EMOJI

_JSX_COMMENT = Construct("{", r"\{/\*.{0,9999}?\*/\}", whole)
NAMESPACED = Construct("<", r"</?[A-Za-z][\w-]*:[\w.:-]++(?:\s[^<>]{0,999})?/>", whole)
"""`<carbon:edit />`, which CommonMark takes for an address."""
_WIKI = Construct("[", r"(?<!\w)\[\[[^\]\n]{1,999}\]\]", inline)
_COMPONENT = Construct(":", r"(?<![\w:]):[a-z][\w-]{0,99}(?:\{[^{}\n]{0,999}\}|(?=\[))", whole)

templates = finder(
    liquid.OPAQUE,
    shortcodes.OPAQUE,
    _JSX_COMMENT,
    NAMESPACED,
    SPANS,
    shortcodes.SHORTCODES,
    liquid.TAGS,
    EXTENSIONS,
    KRAMDOWN,
    _WIKI,
    EMOJI,
    _COMPONENT,
)
"""Liquid, shortcodes, interpolation, attribute lists, wiki links, emoji codes, inline components."""
