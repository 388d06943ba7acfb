"""The posts of a folder, and which dialect each is written in.

A folder that holds repositories (`owner+name`) has its dialects from SITES; elsewhere the suffix decides,
as it does for a post of which nothing else is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from polypost.markdown.dialects import DIALECTS

SITES: tuple[tuple[str, str], ...] = (
    (r"gohugoio\+hugoDocs/", "hugo"),
    (r"jekyll\+jekyll/", "jekyll"),
    (
        r"slidevjs\+slidev/(?:demo/.*/|test/fixtures/markdown/(?:.*/)?|packages/[^/]*/template)[^/]*(?<!README)\.md",
        "slidev",
    ),
    (r"(?:slidevjs\+slidev|vuejs\+docs|antfu\+antfu\.me)/", "vitepress"),
    (r"nuxt\+content/|CodyBontecou\+blog/", "nuxt"),
    (r"withastro\+docs/", "astro"),
    (r"reduxjs\+redux/", "docusaurus"),
    (r"reactjs\+react\.dev/", "mdx"),
    (r"rust-lang\+blog\.rust-lang\.org/", "zola"),
    (r"squidfunk\+mkdocs-material/", "mkdocs"),
    (r"hexojs\+site/", "hexo"),
    (r"getzola\+zola/", "zola"),
    (r"facebook\+react-native-website/", "docusaurus"),
    (r"vitejs\+vite/", "vitepress"),
    (r"nuxt\+nuxt\.com/", "nuxt"),
    (r"mojombo\+mojombo\.github\.io/", "jekyll"),
    (r"leerob\+leerob\.io/", "next"),
    (r"obsidianmd\+obsidian-help/", "obsidian"),
    (r".*\.mdx$", "mdx"),
    (r"", "markdown"),
)
"""The start of a path -> the dialect; the first that fits. React's site compiles its .md files as MDX."""
WIDER = {"astro": "mdx", "docusaurus": "mdx"}
"""What polypost is told where it has no row of that name; else it gets `markdown`."""


@dataclass(frozen=True, slots=True)
class Post:
    path: str
    """Within the corpus, with slashes."""
    content: bytes = field(repr=False)
    dialect: str
    """As the judge calls it."""

    @property
    def spoken(self) -> str:
        """The dialect as polypost calls it."""
        if self.dialect in DIALECTS:
            return self.dialect
        return WIDER.get(self.dialect, "markdown")

    @property
    def site(self) -> str:
        return self.path.split("/")[0]

    def text(self) -> str | None:
        """None for what isn't UTF-8."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None


def posts(folder: Path, limit: int = 0) -> list[Post]:
    """All .md and .mdx files in order; with `limit` every n-th, so that about as many are left."""
    paths = sorted(p for p in folder.rglob("*") if p.suffix in (".md", ".mdx") and p.is_file())
    if limit:
        paths = paths[:: max(1, len(paths) // limit)]
    found: Sequence[tuple[str, Path]] = [(p.relative_to(folder).as_posix(), p) for p in paths]
    return [Post(name, path.read_bytes(), dialect(name)) for name, path in found]


def dialect(path: str) -> str:
    return next(name for pattern, name in SITES if re.match(pattern, path))
