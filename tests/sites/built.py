"""Reads the HTML of a built site: what its pages say, and where their links lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

ORIGIN = "https://example.org"
"""Where each sample says that it stands; what leads elsewhere is not ours to check."""
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_LEADS = {"a": "href", "area": "href", "link": "href", "iframe": "src"}
_LOADS = {"img": "src", "script": "src", "source": "src", "video": "src", "audio": "src", "object": "data"}
_CODE = frozenset({"code", "pre"})


@dataclass(frozen=True, slots=True)
class Link:
    """What an element leads to or loads."""

    tag: str
    url: str
    """As written."""
    content: bool
    """Whether it stands in the page's main part, and not in a menu around it."""
    language: str = ""
    """Its `hreflang`."""


@dataclass
class Page(HTMLParser):
    """One page, by its HTML."""

    url: str
    """Its path on the site, percent-decoded: `/bees/es/`."""
    html: str = field(repr=False)
    language: str | None = None
    links: list[Link] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    """Texts of its code, in order; those of the main part."""
    heading: str = ""
    """Text of its `<h1>`."""
    text: str = field(default="", repr=False)
    """All of its main part that is no code."""
    forward: bool = False
    """Whether it only leads on to another page."""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, bool]] = []
        self.feed(self.html)
        self.close()

    def __hash__(self) -> int:
        return hash(self.url)

    def _inside(self, *tags: str) -> bool:
        return any(tag in tags for tag, _ in self._open)

    @property
    def _main(self) -> bool:
        return any(main for _, main in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang")
        self.anchors += [given[name] for name in ("id", *(["name"] if tag == "a" else [])) if name in given]
        if tag in _CODE and self._main and not self._inside(*_CODE):
            self.code.append("")
        if tag not in _VOID:
            self._open.append((tag, tag == "main" or given.get("role") == "main"))
        self._lead(tag, given)

    def _lead(self, tag: str, given: dict[str, str]) -> None:
        found = [given[table[tag]] for table in (_LEADS, _LOADS) if table.get(tag) in given]
        found += [each.split()[0] for each in given.get("srcset", "").split(",") if each.strip()]
        if tag == "meta" and given.get("http-equiv", "").casefold() == "refresh":
            self.forward = True
            found.append(given["content"].partition("=")[2].strip("'\" "))
        self.links += [Link(tag, url, self._main, given.get("hreflang", "")) for url in found]

    def handle_endtag(self, tag: str) -> None:
        if any(tag == each for each, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._inside("h1"):
            self.heading += data
        if not self._main or self._inside("script", "style"):
            return
        if self._inside(*_CODE):
            self.code[-1] += data
        else:
            self.text += data


@dataclass(frozen=True)
class Built:
    """A built site."""

    folder: Path
    base: str
    """Path on the host under which it is served, with slashes at both ends."""
    languages: tuple[str, ...]
    """Other than the default one."""
    general: tuple[str, ...] = ()
    """Pages that the generator makes by itself, once for all languages: `404.html`."""
    default: str = "en"

    @cached_property
    def pages(self) -> dict[str, Page]:
        """URL -> page."""
        return {
            url: Page(url, path.read_text("utf-8"))
            for path in sorted(self.folder.rglob("*.html"))
            for url in [self._url(path)]
            if url.removeprefix(self.base) not in self.general
        }

    def _url(self, path: Path) -> str:
        return self.base + path.relative_to(self.folder).as_posix().removesuffix("index.html")

    def file(self, url: str) -> Path | None:
        """What a static host (GitHub Pages) serves for a path, percent-decoded; None: it has nothing."""
        if not url.startswith(self.base):
            return None
        path = self.folder / url.removeprefix(self.base)
        names = (
            [path / "index.html"] if url.endswith("/") else [path, path / "index.html", Path(f"{path}.html")]
        )
        return next((each for each in names if each.is_file()), None)

    def page(self, url: str) -> Page | None:
        """The page that is served for a path; None: none is, or something else."""
        found = self.file(url)
        return None if found is None else self.pages.get(self._url(found))

    def language(self, url: str) -> str:
        """The language that a page has by its path."""
        first = url.removeprefix(self.base).split("/")[0]
        return first if first in self.languages else self.default

    def localized(self, page: Page) -> bool:
        """Whether it is a post's localization, and not the post itself, shown where there is none."""
        source = self.pages.get(self.beside(page.url, self.default))
        return (
            self.language(page.url) != self.default and source is not None and source.heading != page.heading
        )

    def beside(self, url: str, language: str) -> str:
        """The path of the same page in another language."""
        rest = url.removeprefix(self.base)
        if self.language(url) != self.default:
            rest = rest.partition("/")[2]
        return self.base + ("" if language == self.default else f"{language}/") + rest


def resolved(page: Page, link: Link) -> tuple[str, str] | None:
    """Where a link leads: path and fragment, percent-decoded; None when that is not on this site."""
    url = urlsplit(urljoin(ORIGIN + page.url, link.url))
    if f"{url.scheme}://{url.netloc}" != ORIGIN:
        return None
    return unquote(url.path), unquote(url.fragment)
