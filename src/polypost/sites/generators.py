"""Which generator builds the site that a post belongs to: told by the configuration files around it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container, Iterable, Mapping
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

    generator: str
    """Its name."""
    file: str
    """Regular expression over its path from the site's folder."""
    holds: str = ""
    """Regular expression for something in it, where the name alone doesn't tell."""
    dialect: str = ""
    """A key of markdown.dialects.DIALECTS, where that isn't the generator's name."""


SIGNS = (
    # https://docusaurus.io/docs/markdown-features#mdx-vs-commonmark: `.md` is CommonMark.
    Sign(
        "docusaurus",
        rf"docusaurus\.config{_SCRIPT}",
        r"(?m)^(?![ \t]*(?://|\*))[^\n]*\bformat[\"']?[ \t]*:[ \t]*[\"'`](?:detect|md)[\"'`]",
        "docusaurus-detect",
    ),
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
    Sign("gatsby", rf"gatsby-config{_SCRIPT}"),
    Sign("eleventy", rf"\.eleventy{_SCRIPT}|eleventy\.config{_SCRIPT}"),
    Sign("slidev", r"package\.json", r"\"@slidev/cli\"\s*:"),
    Sign("slidev", r"slides\.md", _DECK),
    Sign("obsidian", r"quartz\.config\.ts|\.obsidian/[^/]+"),
)
"""Where a folder has several, the first one counts."""

FOLDERS = frozenset({".vitepress", ".vuepress", ".obsidian"})
"""Dot folders in which signs stand."""
_FILES = tuple(re.compile(rf"(?:(?P<folder>.+?)/)??(?:{sign.file})") for sign in SIGNS)
MORE = r"config/_default/languages(?:\.[\w-]+)?\.(?:toml|ya?ml|json)"
"""More of a configuration: no sign by itself, but it tells where localizations go."""
_ANY = re.compile(rf"(?:^|/)(?:{'|'.join([*(sign.file for sign in SIGNS), MORE])})$")
_ELSEWHERE = re.compile(
    r"\b(?:path|srcDir|docs_dir|contentDir|source)[\"']?\s*[:=]\s*[\"']?(\.\.(?:/[\w.-]+)*)/?[\"'\s,]"
)
"""Where a configuration says that the posts stand beside its folder: `website/` and `docs/`."""


@dataclass(frozen=True, slots=True)
class Site:
    """What builds the site of a folder, and where that is told."""

    generator: str
    home: str
    """The folder of its configuration; the root is ""."""
    config: str
    """Path of the configuration file."""
    text: str
    """What stands in it; empty where nobody asked for it."""
    dialect: str = ""
    """See `Sign`."""


def tells(path: str) -> bool:
    """Whether a file by this name may be a sign, or tell more of one."""
    return _ANY.search(path) is not None


def built(paths: Iterable[str], read: Callable[[str], str]) -> Mapping[str, Site]:
    """Give the folder of each site among `paths`, the root being "", with what builds it.

    `read`: path -> text of a file among them; empty for what can't be read.
    """
    found: dict[str, tuple[int, Site]] = {}
    for path in filter(tells, paths):
        for rank, (sign, pattern) in enumerate(zip(SIGNS, _FILES, strict=True)):
            if (match := pattern.fullmatch(path)) is None:
                continue
            text = read(path) if sign.holds or not path.endswith(".md") else ""
            if sign.holds and not re.search(sign.holds, text):
                continue
            folder = match["folder"] or ""
            site = Site(sign.generator, folder, path, text, sign.dialect)
            for place in (folder, *_elsewhere(folder, text)):
                if place not in found or rank < found[place][0]:
                    found[place] = (rank, site)
    return {folder: site for folder, (_, site) in found.items()}


def sites_of(paths: Iterable[str], read: Callable[[str], str]) -> Mapping[str, str]:
    """The folder of each site with its dialect, as far as there is one of that name."""
    return {folder: site.dialect or site.generator for folder, site in built(paths, read).items()}


def nearest(folders: Container[str], path: str) -> str | None:
    """Give that of `folders` which a file stands in, the nearest one upwards; None where there is none."""
    folder = posixpath.dirname(path)
    while folder and folder not in folders:
        folder = posixpath.dirname(folder)
    return folder if folder in folders else None


def dialect_of(sites: Mapping[str, str], path: str) -> str:
    """Give the dialect of the site that a post belongs to: of the nearest folder upwards that is one.

    Empty where none is, where its generator has no dialect, and for MDX in a site whose generator has none:
    the suffix tells it then.
    """
    folder = nearest(sites, path)
    dialect = "" if folder is None else sites[folder]
    if dialect not in DIALECTS:
        return ""
    mdx = path.casefold().endswith(".mdx")
    return "" if mdx and not DIALECTS[dialect].mdx else dialect


def _elsewhere(folder: str, text: str) -> Iterable[str]:
    for match in _ELSEWHERE.finditer(text):
        place = posixpath.normpath(posixpath.join(folder, match[1]))
        if not place.startswith(".."):
            yield "" if place == "." else place
