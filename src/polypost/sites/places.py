"""Where a generator looks for posts and for their localizations: a pair of path patterns."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from string import Formatter

from polypost.sites.paths import FIELDS

_FIELDS = {
    **FIELDS,
    "rest": r"(?P<rest>.+)",
    "collection": r"(?P<collection>[^/]+)",
    "version": r"(?P<version>[^/]+)",
    "head": r"(?P<head>.+)",
}
"""What each field matches; `{rest}` is `{dir}/{name}{ext}`. `{source}` stands for the posts' own language."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of posts: relative to the site's folder, unless it says otherwise."""

    source: str
    """Pattern of a post's path."""
    target: str
    """Pattern of its localization's path."""
    url: str = "/{slug}"
    """What the site makes of a post's path, its language left out; empty: nothing is known of it."""
    language: str = ""
    """The one language that goes there; empty: each does, and `target` names it."""

    def goes(self, language: str) -> bool:
        """Whether localizations in a language go here."""
        return not self.language or self.language.casefold() == language.casefold()

    def filled(self, parts: Mapping[str, str], language: str) -> str:
        """The path of the localization of a post; `parts`: of its path, see `parts`."""
        return posixpath.normpath(self.target.format(**parts, lang=language))

    def parts(self, path: str) -> dict[str, str] | None:
        """The fields of a post's path, `{rest}` among them; None for one that doesn't stand here."""
        parts = matched(self.source, path)
        return None if parts is None else _split(parts)

    def backward(self, path: str) -> tuple[str, str] | None:
        """The post that `path` is a localization of, and the language."""
        parts = matched(self.target, path)
        if parts is None or not (parts.get("lang") or self.language):
            return None
        source = posixpath.normpath(self.source.format(**_split(parts)))
        return source, parts.get("lang") or self.language

    def of(self, home: str, **given: str) -> Place:
        """The same with `given` filled in, from the repository's root; `home`: the site's folder."""
        return replace(self, source=_from(home, self.source, given), target=_from(home, self.target, given))


def matched(pattern: str, path: str) -> dict[str, str] | None:
    """The fields of a pattern as they are in `path`; None where it is another path."""
    match = _compiled(pattern).fullmatch(path)
    return None if match is None else {name: value or "" for name, value in match.groupdict().items()}


def _from(home: str, pattern: str, given: dict[str, str]) -> str:
    for name, value in given.items():
        pattern = pattern.replace("{" + name + "}", value.replace("{", "").replace("}", ""))
    return posixpath.normpath(posixpath.join(home.replace("{", "{{").replace("}", "}}"), pattern))


def _split(parts: dict[str, str]) -> dict[str, str]:
    """With `{rest}` beside `{dir}`, `{name}` and `{ext}`, whichever the pattern had."""
    if "rest" in parts:
        folder, name = posixpath.split(parts["rest"])
        stem, ext = posixpath.splitext(name)
        return {**parts, "dir": folder or ".", "name": stem, "ext": ext}
    if "name" in parts:
        rest = posixpath.join(parts.get("dir") or ".", parts["name"] + parts.get("ext", ""))
        return {**parts, "dir": parts.get("dir") or ".", "rest": posixpath.normpath(rest)}
    return parts


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    expression = "".join(
        re.escape(text) + (_FIELDS[field] if field else "")
        for text, field, _, _ in Formatter().parse(pattern)
    )
    return re.compile(expression.replace(FIELDS["dir"] + "/", f"(?:{FIELDS['dir']}/)?"))
