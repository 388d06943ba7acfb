"""Critic marks: what an editor added, took out, replaced or said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.markdown.dialects.mask import Mask, Text
from polypost.markdown.dialects.scan import Construct, around, inline
from polypost.markdown.rules import Rules


def _replaced(match: re.Match[str], _text: str, _: Rules) -> Iterator[Mask]:
    texts = (Text(*match.span("before"), "argument"), Text(*match.span("after"), "argument"))
    yield Mask(match.start(), match.end(), block=False, texts=texts)


CRITIC = (
    Construct("{", r"\{>>[^\n]{0,2000}?<<\}", inline),
    Construct("{", r"\{~~(?P<before>[^~\n]{1,999})~>(?P<after>[^~\n]{1,999})~~\}", _replaced),
    around("{", r"\{\+\+", r"\+\+\}"),
    around("{", r"\{--", r"--\}"),
    around("{", r"\{==", r"==\}"),
)
