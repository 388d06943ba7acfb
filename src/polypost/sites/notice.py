"""The notice at the top of a localization: that a machine translated it, and where the original is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import langcodes

from polypost.errors import PostError
from polypost.markdown import frontmatter
from polypost.sites.heads import decoded

FORMS = {
    "quote": "> {text}\n",
    "docusaurus": ":::note\n\n{text}\n\n:::\n",
    "mkdocs": "!!! note\n\n    {text}\n",
    "vitepress": "::: info\n{text}\n:::\n",
}
"""How a generator shows it."""
_COMMENTS = {
    False: ("<!-- polypost: notice -->", "<!-- /polypost -->"),
    True: ("{/* polypost: notice */}", "{/* /polypost */}"),
}
"""What stands around it, for MDX or not: by that it is found again."""
_BEGIN, _END = ("|".join(re.escape(both[at]) for both in _COMMENTS.values()) for at in (0, 1))
_NOTICE = re.compile(rf"(?:{_BEGIN})\r?\n.*?(?:{_END})\r?\n\r?\n", re.DOTALL)
_TITLE = re.compile(r"\s*# [^\n]*\n(?:\r?\n)?")


def notice(language: str, original: str, form: str, *, mdx: bool) -> str:
    """The notice, with what stands around it.

    `language`: BCP 47; English stands where there is no text in it. `original`: the link's destination.
    `form`: a key of FORMS; `mdx`: whether comments are MDX's.
    """
    begin, end = _COMMENTS[mdx]
    return f"{begin}\n{FORMS[form].format(text=_text(language).format(original=original))}{end}\n\n"


def notice_in(content: bytes) -> str:
    """The notice that stands in a file, with line ends as `notice` has them; empty where there is none."""
    found = _NOTICE.search(content.decode(errors="replace"))
    return found[0].replace("\r\n", "\n") if found else ""


def with_notice(content: bytes, block: str) -> bytes:
    """`content` with a `notice`, behind the front matter and a title that it begins with."""
    text = content.decode()
    at = _body(text)
    if title := _TITLE.match(text, at):
        at = title.end()
    if at and not text.startswith("\n", at - 1):
        return content  # no line begins there
    newline = "\r\n" if "\r\n" in text else "\n"
    return (text[:at] + block.replace("\n", newline) + text[at:]).encode()


def without_notice(content: bytes) -> bytes:
    """`content` without the notice. Raises PostError for what is not UTF-8."""
    if b"polypost: notice" not in content:
        return content
    return _NOTICE.sub("", decoded(content), count=1).encode()


def _text(language: str) -> str:
    texts = _texts()
    tag = langcodes.Language.get(language)
    script = f"{tag.language}-{tag.maximize().script}"
    return texts.get(script) or texts.get(tag.language or "") or texts["nb" if tag.language == "no" else "en"]


@cache
def _texts() -> Mapping[str, str]:
    found: Mapping[str, str] = json.loads(
        resources.files("polypost").joinpath("data", "notices.json").read_text("utf-8")
    )
    return found


def _body(text: str) -> int:
    base = 1 if text.startswith("\ufeff") else 0
    try:
        head = frontmatter.find(text[base:])
    except PostError:
        return base
    return base + (head.body if head else 0)
