"""Which layout a site has, and its folders: told by its own configuration, and by what stands in it."""

from __future__ import annotations

import json
import posixpath
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import yaml

from polypost.sites.generators import MORE, Site
from polypost.sites.places import Place
from polypost.sites.rows import PLAIN, ROWS, Row

_POLYGLOT = re.compile(r"\bjekyll-polyglot\b")
_STARLIGHT = re.compile(r"@astrojs/starlight\b")
_FOLDERS = re.compile(r"\bdocs_structure[ \t]*:[ \t]*[\"']?folder\b")
_SUFFIXES = re.compile(r"\bdocs_structure[ \t]*:[ \t]*[\"']?suffix\b")
_SETTINGS = {
    "mkdocs": ("docs", re.compile(r"(?m)^docs_dir[ \t]*:[ \t]*[\"']?([\w./-]+)"), "docs"),
    "vitepress": ("docs", re.compile(r"\bsrcDir[\"']?[ \t]*:[ \t]*[\"'`]([\w./-]+)"), "."),
    "hexo": ("docs", re.compile(r"(?m)^source_dir[ \t]*:[ \t]*[\"']?([\w./-]+)"), "source"),
    "hugo": (
        "content",
        re.compile(r"(?mi)^[\"']?contentdir[\"']?[ \t]*[:=][ \t]*[\"']?([\w./-]+)"),
        "content",
    ),
    "eleventy": ("input", re.compile(r"\binput[\"']?[ \t]*:[ \t]*[\"'`]([\w./-]+)"), "."),
}
"""Generator -> the field of its places that the configuration fills in, what tells it, and the default."""
_ADDRESSES = {"jekyll": "date", "hexo": ":year/:month/:day/:title/"}
"""Generator -> its pattern of addresses where the site has none of its own."""
_PERMALINK = re.compile(r"(?m)^permalink[ \t]*:[ \t]*[\"']?([^\s\"'#]+)")
_HOST = re.compile(
    r"(?i)(?<![\w.-])(?:base_?url|base|pathprefix|site_url)[\"']?[ \t]*[:=][ \t]*[\"']?(?:https?://[^/\s\"']+)?(/[\w./-]*)"
)
_ORIGIN = re.compile(
    r"(?im)^[ \t]*[\"']?(?:base_?url|url|site_url|site)[\"']?[ \t]*[:=][ \t]*[\"']?(https?://[^/\s\"'#]+)"
)
_PLUGIN = re.compile(r"plugin-content-(docs|blog|pages)[\"'`][\s,]*\{([^{}]*)")
_PRESET = re.compile(r"\b(docs|blog|pages)[\"']?[ \t]*:[ \t]*\{([^{}]*)")
_ID = re.compile(r"\bid[\"']?[ \t]*:[ \t]*[\"'`]([\w-]+)")
_PATH = re.compile(r"\bpath[\"']?[ \t]*:[ \t]*[\"'`]([\w./-]+)")
_BASE = re.compile(r"\brouteBasePath[\"']?[ \t]*:[ \t]*[\"'`]([\w./-]*)")
_FOLDER = {"docs": "docs", "blog": "blog", "pages": "src/pages"}
_CONFIGURED = re.compile(r"(?:config/_default/)?(?:hugo|config|languages(?:\.(?P<language>[\w-]+))?)\.\w+")


def row_of(site: Site, paths: Collection[str], source: str) -> Row:
    """The layout of a site; `paths`: the repository's files, `source`: the language of its posts."""
    choose = _CHOICES.get(site.generator)
    if choose is not None:
        return ROWS[choose(site, paths, source)]
    return next((row for row in ROWS.values() if row.generator == site.generator), PLAIN)


def places_of(
    row: Row, site: Site, source: str, paths: Collection[str], read: Callable[[str], str]
) -> tuple[Place, ...]:
    """Where a site's posts stand and their localizations go, from the repository's root."""
    given = {"source": source}
    if row.generator in _SETTINGS:
        name, pattern, usual = _SETTINGS[row.generator]
        match = pattern.search(site.text) if site.generator == row.generator else None
        given[name] = posixpath.normpath(match[1]) if match else usual
    more: Iterator[Place] = iter(())
    if row.name == "docusaurus":
        more = _docusaurus(site.text)
    elif row.name == "hugo-content":
        more = _directories(_languages(site, paths, read), source)
    # A folder for the posts' own language counts where there is one: `content/en/` beside `content/es/`.
    used = (p for p in row.places if "{source}" not in p.source or _stands(p.of(site.home, **given), paths))
    return tuple(place.of(site.home, **given) for place in (*more, *used))


def _stands(place: Place, paths: Collection[str]) -> bool:
    return any(place.parts(path) is not None for path in paths)


def addresses(site: Site) -> str:
    """The site's own pattern of addresses, where it has one."""
    if site.generator not in _ADDRESSES:
        return ""
    match = _PERMALINK.search(site.text)
    return match[1] if match else _ADDRESSES[site.generator]


def told_of(site: Site, paths: Collection[str], read: Callable[[str], str]) -> str:
    """All of a site's configuration: its text, and the names and texts of more files of it."""
    home = f"{site.home}/" if site.home else ""
    more = [path for path in paths if path.startswith(home) and re.fullmatch(MORE, path[len(home) :])]
    return "\n".join([site.text, *more, *map(read, more)])


def host_of(site: Site) -> str:
    """The site's host as its addresses begin, `https://example.org`; empty where it doesn't say."""
    match = _ORIGIN.search(site.text)
    return match[1] if match else ""


def base_of(site: Site) -> str:
    """Where the site stands on its host: `/blog` of `https://example.org/blog/`."""
    match = _HOST.search(site.text)
    return match[1].rstrip("/") if match else ""


def _hugo(site: Site, paths: Collection[str], source: str) -> str:
    own = posixpath.join(site.home, "content")
    told = re.search(
        r"(?i)\bcontentdir\b[\"']?[ \t]*[:=][ \t]*[\"']?[\w./-]*[./](?:" + re.escape(source) + r")\b",
        site.text,
    )
    stands = any(path.startswith((f"{own}/{source}/", f"{own}.")) for path in paths)
    return "hugo-content" if told or stands else "hugo-filename"


def _jekyll(site: Site, paths: Collection[str], source: str) -> str:
    del paths, source
    return "jekyll-polyglot" if _POLYGLOT.search(site.text) else "jekyll"


def _astro(site: Site, paths: Collection[str], source: str) -> str:
    del paths, source
    return "starlight" if _STARLIGHT.search(site.text) else "astro"


def _mkdocs(site: Site, paths: Collection[str], source: str) -> str:
    if _FOLDERS.search(site.text) or posixpath.basename(site.home) == source:
        return "mkdocs-folder"
    match = _SETTINGS["mkdocs"][1].search(site.text)
    own = posixpath.normpath(posixpath.join(site.home, match[1] if match else "docs", source)) + "/"
    stands = any(path.startswith(own) for path in paths)
    return "mkdocs-folder" if stands and not _SUFFIXES.search(site.text) else "mkdocs-suffix"


_CHOICES: Mapping[str, Callable[[Site, Collection[str], str], str]] = {
    "hugo": _hugo,
    "jekyll": _jekyll,
    "astro": _astro,
    "mkdocs": _mkdocs,
}
"""Generators with several layouts -> which of them a site has."""


def _docusaurus(text: str) -> Iterator[Place]:
    """A place for each plugin of content: those of the preset, and those with an id of their own."""
    found = [*_PLUGIN.findall(text), *_PRESET.findall(text), *((kind, "") for kind in _FOLDER)]
    seen: set[tuple[str, str]] = set()
    for kind, body in found:
        match = _ID.search(body)
        name = match[1] if match else "default"
        if (kind, name) in seen:
            continue
        seen.add((kind, name))
        folder = path[1] if (path := _PATH.search(body)) else _FOLDER[kind]
        base = route[1].strip("/") if (route := _BASE.search(body)) else ("" if kind == "pages" else kind)
        plugin = f"docusaurus-plugin-content-{kind}" + ("" if name == "default" else f"-{name}")
        url = f"/{base}/{{slug}}" if base else "/{slug}"
        if kind == "docs":
            before = "" if name == "default" else f"{name}_"
            yield Place(
                f"{before}versioned_docs/version-{{version}}/{{rest}}",
                f"i18n/{{lang}}/{plugin}/version-{{version}}/{{rest}}",
                url="",
            )
        inner = "/current" if kind == "docs" else ""
        yield Place(f"{folder}/{{rest}}", f"i18n/{{lang}}/{plugin}{inner}/{{rest}}", url)


def _directories(languages: Mapping[str, str], source: str) -> Iterator[Place]:
    """Hugo's `contentDir` of each language, where it has one."""
    own = languages.get(source.casefold(), "")
    for language, folder in languages.items():
        if own and folder != own and language != source.casefold():
            yield Place(f"{own}/{{rest}}", f"{folder}/{{rest}}", language=language)


def _languages(site: Site, paths: Collection[str], read: Callable[[str], str]) -> dict[str, str]:
    """Language, in lower case -> its `contentDir`."""
    found: dict[str, str] = {}
    home = site.home + "/" if site.home else ""
    for path in sorted(path for path in paths if path.startswith(home)):
        match = _CONFIGURED.fullmatch(path[len(home) :])
        if match is None:
            continue
        data = _data(path, read(path))
        if match["language"]:
            data = {match["language"]: data}
        elif "languages." not in path:
            data = _value(data, "languages") or {}
        for language, settings in data.items() if isinstance(data, dict) else ():
            folder = _value(settings, "contentdir")
            if isinstance(folder, str) and folder:
                found[str(language).casefold()] = posixpath.normpath(folder)
    return found


def _value(data: object, key: str) -> Any:
    """Hugo's keys are the same in any case."""
    return (
        next((v for k, v in data.items() if str(k).casefold() == key), None)
        if isinstance(data, dict)
        else None
    )


def _data(path: str, text: str) -> Any:
    try:
        if path.endswith(".toml"):
            return tomllib.loads(text)
        return json.loads(text) if path.endswith(".json") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        return {}
