"""The output pattern: from a post's path to its localization's, and back."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from string import Formatter

from polypost.errors import UsageError
from polypost.gitnames import LONGEST, gits_own

FIELDS = {
    "path": r"(?P<path>.+)",
    "dir": r"(?P<dir>.*?)",
    "name": r"(?P<name>[^/]+)",
    "ext": r"(?P<ext>\.[^./]+)",
    "lang": r"(?P<lang>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)",
}
"""The pattern's fields, and what each matches when a path is read backwards."""

RECORDS = ".polypost"
"""The folder of the records: one file a post, named like it; or one for each of its languages."""
SUFFIXES = (".md", ".mdx", ".markdown")
"""Of posts."""
_TAIL = len(".zh-Hant-TW.json")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\\]")
_NEVER = frozenset({".git", ".github", RECORDS, ".gitmodules", ".gitattributes", "..", "."})


def wrong_with(pattern: str) -> str:
    """Tell what is wrong with an output pattern, in words; empty when it can be used."""
    if problem := _wrong_fields(pattern):
        return problem
    if pattern.startswith("/") or pattern != posixpath.normpath(pattern):
        return "not a plain path inside the repository"
    try:
        example = target_path(pattern, "posts/hello.md", "es")
    except UsageError as error:
        return str(error)
    return "" if example.endswith(".md") else f"of `posts/hello.md` makes `{example}`: end it with `{{ext}}`"


def _wrong_fields(pattern: str) -> str:
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError as error:
        return f"unbalanced braces ({error})"
    fields = [name for _, name, _, _ in parts if name is not None]
    if any(name not in FIELDS for name in fields) or any(spec or how for _, _, spec, how in parts):
        return "a placeholder that polypost does not know"
    if "lang" not in fields or not ("path" in fields or {"dir", "name"} <= set(fields)):
        return "several localizations would be written to one file"
    return "a placeholder stands in it twice" if len(fields) != len(set(fields)) else ""


def target_path(pattern: str, source: str, language: str) -> str:
    """Give the path of `source` in `language`, relative to the repository's root.

    Raises UsageError when it would leave the repository or touch git's or GitHub's own files.
    """
    folder, name = posixpath.split(source)
    stem, ext = posixpath.splitext(name)
    filled = pattern.format(path=source, dir=folder or ".", name=stem, ext=ext, lang=language)
    return safe(posixpath.normpath(filled))


def origin(pattern: str, path: str) -> tuple[str, str] | None:
    """Give the post and the language of which `path` would be the localization; None when of none."""
    match = _backwards(pattern).fullmatch(path)
    if match is None:
        return None
    parts = match.groupdict()
    ext = parts.get("ext") or posixpath.splitext(path)[1]
    source = parts.get("path") or posixpath.join(parts.get("dir") or ".", parts["name"] + ext)
    return posixpath.normpath(source), parts["lang"]


def is_record(path: str) -> bool:
    """Whether this is where a record stands."""
    return path.startswith(RECORDS + "/") and path.endswith(".json")


def record_for(path: str) -> tuple[str, str]:
    """The post that a record at `path` is for; and the language, where it is one language's own."""
    name = path[len(RECORDS) + 1 : -len(".json")]
    source, _, language = name.rpartition(".")
    own = source.casefold().endswith(SUFFIXES) and not name.casefold().endswith(SUFFIXES)
    return (source, language) if own else (name, "")


@lru_cache(maxsize=8)
def _backwards(pattern: str) -> re.Pattern[str]:
    expression = "".join(
        re.escape(text) + (FIELDS[field] if field else "") for text, field, _, _ in Formatter().parse(pattern)
    )
    # A post at the root has no folder: `{dir}/` matches nothing there.
    return re.compile(expression.replace(FIELDS["dir"] + "/", f"(?:{FIELDS['dir']}/)?"))


def safe(path: str) -> str:
    parts = path.split("/")
    if path.startswith("/") or _CONTROLS.search(path):
        raise UsageError(f"`{path}` is no path inside the repository")
    if ".." in parts:
        raise UsageError(f"`{path}` is not written: it leaves the repository")
    if bad := [part for part in parts if part.casefold() in _NEVER or not part or gits_own(part)]:
        raise UsageError(f"`{path}` is not written: `{bad[0]}` belongs to git, GitHub or polypost itself")
    # The record's file is the longest: its name is the post's and some more letters.
    if any(len(part.encode("utf-8", "surrogatepass")) > LONGEST - _TAIL for part in parts):
        raise UsageError(f"`{path}` is not written: the name is too long for a file")
    return path
