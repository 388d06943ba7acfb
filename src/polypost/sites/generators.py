"""Which generator builds the site that a post belongs to: told by the configuration files around it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from polypost.markdown.dialects import DIALECTS

_SCRIPT = r"\.[cm]?[jt]s"
_BASE_URL = r"(?m)^[ \t]*[\"']?{}[\"']?[ \t]*[:=]"
_DECK = (
    r"\A\ufeff?---[ \t]*\r?\n(?:(?!---)[^\n]*\n){0,60}?"
    r"(?:theme|mdc|transition|highlighter|drawings|routerMode|canvasWidth|colorSchema)[ \t]*:"
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A file that tells what builds the site in the folder it stands in."""

    dialect: str
    """A key of markdown.dialects.DIALECTS."""
    file: str
    """Regular expression over its path from the site's folder."""
    holds: str = ""
    """Regular expression for something in it, where the name alone doesn't tell."""


SIGNS = (
    Sign("docusaurus", rf"docusaurus\.config{_SCRIPT}"),
    Sign("vitepress", rf"\.(?:vitepress|vuepress)/config(?:/index)?{_SCRIPT}"),
    Sign("nuxt", rf"nuxt\.config{_SCRIPT}"),
    Sign("astro", rf"astro\.config{_SCRIPT}"),
    Sign("next", rf"next\.config{_SCRIPT}"),
    Sign("hugo", r"(?:config/_default/(?:hugo|config)|hugo)\.(?:toml|ya?ml|json)"),
    # Hugo's keys are the same in any case; `base_url` is Zola's.
    Sign("hugo", r"config\.(?:toml|ya?ml|json)", _BASE_URL.format("(?i:baseurl)")),
    Sign("zola", r"zola\.toml"),
    Sign("zola", r"config\.toml", _BASE_URL.format("base_url")),
    Sign("hexo", r"_config\.ya?ml", r"(?m)^(?:source_dir|public_dir|new_post_name|skip_render)[ \t]*:"),
    Sign("hexo", r"source/_posts/[^/]+\.md"),
    Sign("jekyll", r"_config\.ya?ml"),
    Sign("mkdocs", r"mkdocs\.ya?ml"),
    Sign("slidev", r"package\.json", r"\"@slidev/cli\"\s*:"),
    Sign("slidev", r"slides\.md", _DECK),
    Sign("obsidian", r"quartz\.config\.ts|\.obsidian/[^/]+"),
)
"""Where a folder has several, the first one counts."""

FOLDERS = frozenset({".vitepress", ".vuepress", ".obsidian"})
"""Dot folders in which signs stand."""
_FILES = tuple(re.compile(rf"(?:(?P<folder>.+)/)?(?:{sign.file})") for sign in SIGNS)
_ANY = re.compile(rf"(?:^|/)(?:{'|'.join(sign.file for sign in SIGNS)})$")
_ELSEWHERE = re.compile(
    r"\b(?:path|srcDir|docs_dir|contentDir|source)[\"']?\s*[:=]\s*[\"']?(\.\.(?:/[\w.-]+)*)/?[\"'\s,]"
)
"""Where a configuration says that the posts stand beside its folder: `website/` and `docs/`."""


def tells(path: str) -> bool:
    """Whether a file by this name may be a sign."""
    return _ANY.search(path) is not None


def sites_of(paths: Iterable[str], read: Callable[[str], str]) -> Mapping[str, str]:
    """Give the folder of each site among `paths`, the root being "", with the dialect of its posts.

    `read`: path -> text of a file among them; empty for what can't be read.
    """
    found: dict[str, int] = {}
    for path in filter(tells, paths):
        for rank, (sign, pattern) in enumerate(zip(SIGNS, _FILES, strict=True)):
            if (match := pattern.fullmatch(path)) is None:
                continue
            text = read(path) if sign.holds or not path.endswith(".md") else ""
            if sign.holds and not re.search(sign.holds, text):
                continue
            folder = match["folder"] or ""
            for place in (folder, *_elsewhere(folder, text)):
                found[place] = min(rank, found.get(place, rank))
    return {folder: SIGNS[rank].dialect for folder, rank in found.items()}


def dialect_of(sites: Mapping[str, str], path: str) -> str:
    """Give the dialect of the site that a post belongs to: of the nearest folder upwards that is one.

    Empty where none is, and for MDX in a site whose generator has none: the suffix tells it then.
    """
    folder = posixpath.dirname(path)
    while folder and folder not in sites:
        folder = posixpath.dirname(folder)
    dialect = sites.get(folder, "")
    mdx = path.casefold().endswith(".mdx")
    return "" if mdx and dialect and not DIALECTS[dialect].mdx else dialect


def _elsewhere(folder: str, text: str) -> Iterable[str]:
    for match in _ELSEWHERE.finditer(text):
        place = posixpath.normpath(posixpath.join(folder, match[1]))
        if not place.startswith(".."):
            yield "" if place == "." else place
