"""Records of version 1, told in the words of today's; a post's record is written anew with the post.

Their hashes were the same, only longer. Where in a segment a sentence's translation stands they didn't say.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from polypost.records import SENTENCE, SHORT, fingerprint

VERSION = 1


def migrated(value: Mapping[str, Any]) -> dict[str, object]:
    """What a record of version 1 says, as one of version 2. Raises what reading damaged ones raises."""
    sources: dict[str, str] = {}
    languages: dict[str, object] = {}
    made: dict[str, str] = {}
    for tag, item in value["languages"].items():
        pairs = [_words(line) for line in item["segments"]]
        sources[tag] = " ".join((item["source-id"], "~", *(source for source, _ in pairs)))
        with_what = fingerprint(item["made-with"])
        made[with_what] = item["made-with"]
        target_id = base64.urlsafe_b64encode(bytes.fromhex(item["target-id"])).decode().rstrip("=")
        state = (tag, target_id, item["frame"][:SHORT], with_what)
        languages[tag] = [" ".join((*state, *(target for _, target in pairs))), item["target"]]
    return {
        "source": value["source"],
        "target": "",
        "made-with": made,
        "sources": sources,
        "languages": languages,
        "pending": value.get("pending", {}),
    }


def _words(line: str) -> tuple[str, str]:
    """A segment's line as the words for its source and for what was written."""
    sentences, source, target, *whose = line.split("|")
    if whose not in ([], ["person"]):
        raise ValueError("a segment has too many fields")
    sign = "!" if whose else "?"
    texts = "".join(text[:SENTENCE] for text in sentences.split())
    return f"{source[:SHORT]}{texts}", f"{target[:SHORT]}{sign}" if target else "~"
