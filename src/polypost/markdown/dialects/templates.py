"""What is hidden where nothing is known of the site: what no plain post has by accident."""

from __future__ import annotations

import re
from dataclasses import replace

from polypost.markdown.dialects import liquid, shortcodes
from polypost.markdown.dialects.attributes import EXTENSIONS, KRAMDOWN, SPANS
from polypost.markdown.dialects.scan import Construct, finder, whole
from polypost.markdown.dialects.signs import EMOJI, PASSTHROUGH
from polypost.markdown.dialects.vue import namespaced
from polypost.markdown.dialects.wiki import LINK

_JSX_COMMENT = Construct("{", r"\{/\*.{0,9999}?\*/\}", whole)
NAMESPACED = Construct(
    "<",
    r"</?[A-Za-z][\w-]*:[\w.:-]++(?:\s[^<>]{0,999})?/>",
    namespaced,
    glimpse=re.compile(r"</?[A-Za-z][\w-]*:"),
)
_WIKI = replace(LINK, pattern=rf"(?<![A-Za-z0-9_]){LINK.pattern}")
"""Right behind a letter it is more likely an index: `a[[0, 1]]`."""
_COMPONENT = Construct(
    ":",
    r"(?<![\w:]):[a-z][\w-]{0,99}(?:\{[^{}\n]{0,999}\}|(?=\[))",
    whole,
    glimpse=re.compile(r":[a-z][\w-]*[\[{]"),
)

templates = finder(
    liquid.OPAQUE,
    shortcodes.OPAQUE,
    _JSX_COMMENT,
    NAMESPACED,
    SPANS,
    PASSTHROUGH,
    shortcodes.SHORTCODES,
    liquid.TAGS,
    EXTENSIONS,
    KRAMDOWN,
    _WIKI,
    EMOJI,
    _COMPONENT,
)
"""Liquid, shortcodes, interpolation, attribute lists, formulas, wiki links, emoji codes, components."""
