"""Names that polypost hands to git and GitHub: only plain branches, only paths that are safe to write."""

from __future__ import annotations

import re

from polypost.errors import UsageError

ZEROS = "0" * 40
"""Where git and GitHub write a commit that is none."""
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}")
_BROKEN = re.compile(r"\.\.|//|/\.|\./|\.lock(/|$)|[./]$")
ATTRIBUTES = ".polypost/.gitattributes"
"""The one of git's own files that polypost writes: it keeps the records out of diffs."""
LONGEST = 255
"""Bytes in the name of a file or folder at most; what is longer can't be checked out."""
_LANGUAGE = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*?"
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def check_branch(name: str) -> str:
    """Give a branch name back. Raises UsageError unless it is plain: git itself would allow `$(id)`."""
    if not _BRANCH.fullmatch(name) or _BROKEN.search(name):
        raise UsageError(
            f"The branch name {name!a} is not one that polypost works with: "
            "use letters, digits, `.`, `_`, `-`, `+` and `/`."
        )
    return name


def part_name(branch: str, part: int) -> str:
    """Give the branch of a part of the localizations, from 1 on.

    `main-2` would be the first part of another base: of a release branch, say.
    """
    return branch if part == 1 else f"{branch}-part-{part}"


def language_name(branch: str, language: str) -> str:
    """Give the branch of one language's localizations, where each has its own; of all, for an empty one."""
    return f"{branch}-language-{language}" if language else branch


def branch_of(branch: str, name: str) -> tuple[str, int]:
    """Tell which language's localizations a branch holds (empty: of all), and which part; 0: none of ours."""
    found = re.match(rf"{re.escape(branch)}-language-({_LANGUAGE})(?=-part-\d+$|$)", name)
    language = found[1] if found else ""
    return language, part_of(language_name(branch, language), name)


def part_of(branch: str, name: str) -> int:
    """Tell which part of the localizations on `branch` a branch holds; 0 when it is none of them."""
    number = name.removeprefix(f"{branch}-part-")
    if name == branch:
        return 1
    return int(number) if re.fullmatch(r"[2-9]|[1-9]\d{1,3}", number) and number != name else 0


def gits_own(part: str) -> bool:
    """Whether a folder or file of this name is git's or GitHub's own, on any file system."""
    return part.casefold().startswith((".git", "git~"))


def check_path(path: str) -> str:
    """Give a path back. Raises UsageError unless it may be written: inside the repository, not git's own."""
    if path == ATTRIBUTES:
        return path
    parts = path.split("/")
    inside = not {"", ".", ".."} & set(parts) and "\\" not in path and not _CONTROL.search(path)
    short = all(len(part.encode()) <= LONGEST for part in parts) if inside else False
    if inside and short and not any(map(gits_own, parts)):
        return path
    raise UsageError(
        f"polypost does not write to {path!a}: a localization stands inside the repository, "
        "and never in `.git`, `.github` or another of git's own files. Change `output`."
    )
