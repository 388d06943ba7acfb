"""Where one localization stands, and what its links have to say there.

A link starts from the file (`../img/a.png`, `other.md`) or from the page's address (`../other/`, `/guide/`).
`out` says what the source's destination is in the localization, `back` what the localization's is in the
source: so a localization can be compared with its source, and found again, whatever was led where.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from polypost.sites import refs
from polypost.sites.layouts import Layouts, Stand
from polypost.sites.slugs import by_path, jekyll

Localized = Callable[[str], str | None]
"""A post -> its localization in the language at hand; None where there is none."""

_SPLIT = re.compile(r"([^?#]*)(.*)", re.DOTALL)
_ELSEWHERE = re.compile(r"[A-Za-z][\w+.-]*:|//|[~#]")
_CODE = re.compile(r"[{}<>$|*\\\n]")
_BARE = "post_link "
"""An alias whose posts are named without their suffix."""
_MARKDOWN = (".md", ".mdx", ".markdown")
_DATED = re.compile(r"\d{4}/\d\d/\d\d/[^/]+\Z")
"""A post's address without its categories, which only its front matter tells."""
_PAGES = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class Bearings:
    """Where one localization stands."""

    layouts: Layouts
    source: str
    target: str
    language: str
    routes: Callable[[], Mapping[str, str]]
    """The addresses of the blog's posts, without slashes at their ends -> the posts; and behind `*/` the last
    part of each."""
    address: str = ""
    """The source's own address, where its front matter says one."""

    @property
    def _stand(self) -> Stand:
        return self.layouts.of(self.source)

    def post(self, there: str, *, how: str = "") -> str | None:
        """The post that a destination of the source leads to; None for all else."""
        if name := refs.named(there):
            return self._referred(name)
        kind, _, where = self._read(self._here(there), self.source, self._home(), how=how)
        if kind in {"address", "page"}:
            return self._routed(where)
        return where if kind in {"alias", "file"} and self._is_post(where) else None

    def wanted(self, there: str, *, how: str) -> str | None:
        """The same, with a post that isn't there, or not yet: a link to a Markdown file."""
        if refs.named(there):
            return self.post(there)
        kind, _, where = self._read(there, self.source, self._home(), how=how)
        inside = kind == "file" and not where.startswith("../")
        missing = where if inside and self._is_markdown(where) else None
        return self.post(there, how=how) or missing

    def out(self, there: str, localized: Localized, *, how: str) -> str:
        """What a destination of the source is in the localization; `how`: see links.destinations."""
        if (here := self._here(there)) != there:
            return self._stand.host + self.out(here, localized, how="tag")
        kind, path, where = self._read(there, self.source, self._home(), how=how)
        row, post = self._stand.row, self.post(there, how=how)
        goal = localized(post) if post else None
        if refs.named(there):
            lost = post and not goal and row.missing == "address"
            return refs.with_language(there, self._stand.default) if lost else there
        new = path
        if post and not goal and row.missing == "address" and kind in {"file", "address"}:
            new = self._address_of(post) if self._is_markdown(path) else path
        elif kind == "alias":
            new = self._alias(goal) if goal else path
        elif kind == "address":
            new = self._in_language(path) if goal and self._ours(path, how) else path
        elif kind == "file" and self._led(where, path, how):
            new = _again(path, where, self.source, goal or where, self.target)
            if self._rooted(new) not in {"", goal} and self._is_post(self._rooted(new)):
                new = posixpath.relpath(goal or where, self._root)
        elif kind == "picture" or (kind == "page" and ((post and not goal) or self._climbs(path))):
            new = self._relative(path, self._home(), self._home_there())
        return new + there[len(path) :]

    def back(self, there: str, *, how: str) -> str:
        """What a destination of the localization is in the source."""
        if (there_before := refs.without_language(there)) != there:
            return there_before
        if (here := self._here(there)) != there:
            return self._stand.host + self.back(here, how="tag")
        kind, path, where = self._read(there, self.target, self._home_there(), how=how)
        new = path
        if kind == "alias":
            new = self._alias(self._original(where))
        elif kind == "address":
            plain = self._in_source(path)
            new = plain if self._ours(path, how) and self._routed(plain) else path
        elif kind == "file" and where == self._rooted(path) != _file(path, self.target):
            new = posixpath.relpath(self._original(where), self._root)
        elif kind == "file" and self._led(post := self._original(where), path, how):
            new = _again(path, where, self.target, post, self.source, back=True)
        elif kind == "picture" or (
            kind == "page" and not where.startswith(f"{self._stand.base}/{self.prefix}/")
        ):
            new = self._relative(path, self._home_there(), self._home())
        return new + there[len(path) :]

    def _read(self, there: str, at: str, home: str, *, how: str) -> tuple[str, str, str]:
        """How a destination is to be read, its path, and where that leads: a file, or an address.

        `at`, `home`: the file that it stands in, and its page's address. Nothing changes in what is no kind.
        """
        path = _path(there)
        file, aliased = _file(path, at) or "", self._aliased(path)
        if aliased:
            return "alias", path, aliased
        if path.startswith("/"):
            return "address", path, path
        rooted = self._rooted(path)
        if rooted and self._is_post(self._original(rooted)):
            return "file", path, rooted
        if path and not (file and self._is_post(self._original(file))):
            if self._is_page(path, how=how):
                return "page", path, self._address(path, home)
            if self._from_page(path, how=how):
                return "picture", path, ""
        return "file" if file else "", path, file

    @property
    def _root(self) -> str:
        """The folder of all posts."""
        return self._stand.places[-1].source.partition("{")[0].rstrip("/") or "."

    def _rooted(self, path: str) -> str:
        """The file that a relative path leads to where it may start from the folder of all posts."""
        if not self._stand.row.rooted or not self._is_markdown(path) or path.startswith("/"):
            return ""
        return posixpath.normpath(posixpath.join(self._root, unquote(path)))

    def _led(self, file: str, path: str, how: str) -> bool:
        """Whether a relative path to a file has to be led.

        What looks like a post and is none has not; nor what has no suffix, but for a module: it is a page.
        """
        row = self._stand.row
        if row.follows:
            return False
        if self._is_markdown(path):
            return self._is_post(file)
        suffix = posixpath.splitext(path)[1].casefold()
        return row.assets == "file" and (how == "module" or (bool(suffix) and suffix not in _PAGES))

    def _address_of(self, post: str) -> str:
        """The address of a post's page, from the localization's."""
        route = route_of(self.layouts.of(post), post)
        page = f"{self._stand.base}/{route}/".replace("//", "/")
        return posixpath.relpath(page, self._home_there()) + "/" if route is not None else post

    def original(self) -> str:
        """How the localization links to its source."""
        row, route = self._stand.row, route_of(self._stand, self.source)
        if row.original and (route is not None or "{route}" not in row.original):
            return row.original.format(route=route, alias=self._alias(self.source))
        if (row.urls or row.follows) and route is not None:
            own = (self.address or route).strip("/")
            if self._home() == f"{self._stand.base}/{own}/".replace("//", "/"):
                return posixpath.relpath(self._home(), self._home_there()) + "/"
            end = ".html" if row.slug is jekyll and not own.endswith(_PAGES) else ""
            return posixpath.relpath(f"{self._stand.base}/{own}{end}", self._home_there())
        return posixpath.relpath(self.source, posixpath.dirname(self.target) or ".")

    def _original(self, path: str) -> str:
        if not self._is_markdown(path):
            return path
        source, language = self.layouts.origin(path) or (path, "")
        return source if language.casefold() == self.language.casefold() else path

    def _is_post(self, path: str) -> bool:
        return self._is_markdown(path) and path in self.layouts.files

    @staticmethod
    def _is_markdown(path: str) -> bool:
        return path.casefold().endswith(_MARKDOWN)

    def _is_page(self, path: str, *, how: str) -> bool:
        """Whether a relative path may be the address of a page."""
        suffix = posixpath.splitext(path)[1].casefold()
        urls = self._stand.row.urls or (how == "tag" and self._stand.row.html == "url")
        return urls and (not suffix or suffix in _PAGES) and self._known

    def _from_page(self, path: str, *, how: str) -> bool:
        """Whether a picture's path starts from the page's address, and doesn't come along with the page."""
        row = self._stand.row
        how = (row.html if how == "tag" else "") or row.assets
        away = how == "url" or (how == "bundle" and path.startswith("../"))
        suffix = posixpath.splitext(path)[1].casefold()
        return away and self._known and bool(suffix) and suffix not in {*_PAGES, *_MARKDOWN}

    @property
    def _known(self) -> bool:
        return bool(self.address) or route_of(self._stand, self.source) is not None

    @property
    def prefix(self) -> str:
        """The language as it stands in paths and addresses."""
        return self.language.lower() if self._stand.row.lower else self.language

    def _home(self) -> str:
        """What a relative address starts from in the source."""
        return self._stand.base + self._beside

    def _home_there(self) -> str:
        return f"{self._stand.base}/{self.prefix}{self._beside}"

    @property
    def _beside(self) -> str:
        """The page's address, or the folder that it is in where a page has no slash at its end."""
        own = self.address
        route = (own or route_of(self._stand, self.source) or "").strip("/")
        index = own.endswith("/") if own else by_path(posixpath.basename(self.source)) == ""
        if own.endswith(_PAGES) or not (self._stand.folder or index):
            route = posixpath.dirname(route)
        return f"/{route}/" if route else "/"

    @staticmethod
    def _address(path: str, home: str) -> str:
        joined = posixpath.normpath(posixpath.join(home, path))
        return joined + "/" if path.endswith("/") and joined != "/" else joined

    def _relative(self, path: str, home: str, other: str) -> str:
        back = other == self._home()
        above = "/^" * path.count("..")  # stands for what lies above the site, where a path may climb to
        there = self._address(path, above + home)
        return _spelled(path, posixpath.relpath(there, above + other), back=back)

    def _climbs(self, path: str) -> bool:
        """Whether a relative address of the source leaves the site."""
        return posixpath.normpath(posixpath.join(self._home()[1:], path)).startswith("..")

    def _routed(self, path: str) -> str | None:
        """The post of an address, with or without the folder of its language."""
        bare = _without(self._stand.base[1:], path)
        found = self._at(_plain(bare)) or self._at(_plain(_without(self.layouts.source, bare)))
        dated = _DATED.search(_plain(bare)) if self._stand.row.slug is jekyll else None
        return found or (self._at(dated[0]) if dated else None)

    def _at(self, address: str) -> str | None:
        """The post at an address, or at what the site makes of that where it is a path."""
        slug = self._stand.row.slug(f"{address}.md", self._stand.addresses)
        return self.routes().get(address) or self.routes().get(slug or "*")

    def _referred(self, name: str) -> str | None:
        """The post that a `ref` names: from here, from the root, or wherever there is such a name."""
        bare = (by_path(name) if self._is_markdown(name) else name) or ""
        own = (route_of(self._stand, self.source) or "").strip("/")
        index = by_path(posixpath.basename(self.source)) == ""
        near = posixpath.normpath(posixpath.join(own if index else posixpath.dirname(own), bare))
        root, last = bare.strip("/"), posixpath.basename(bare.rstrip("/"))
        any_ = f"*/{self._stand.row.slug(f'{last}.md', '')}"
        ways = (root,) if name.startswith("/") else (near, root, any_)
        return next((post for way in ways if (post := self._at(way))), None)

    def _ours(self, path: str, how: str) -> bool:
        """Whether an address is to be led by us: Hugo itself sees where a page stands, not what it is called.

        So it looks neither at tags nor behind the site's place or a language's folder.
        """
        row, bare = self._stand.row, path
        for folder in (self._stand.base[1:], self.layouts.source, self.prefix):
            bare = _without(folder, bare)
        return row.urls and (how == "tag" or bare != path or not row.follows)

    def _here(self, there: str) -> str:
        """An address on this site without the host that it begins with; all else as it is."""
        host, base = self._stand.host, self._stand.base
        ours = host and self._stand.row.urls and there.startswith(f"{host}{base}/")
        return there[len(host) :] if ours else there

    def _in_language(self, path: str) -> str:
        bare = _without(self._stand.base[1:], path)
        base = self._stand.base if bare != path else ""
        return f"{base}/{self.prefix}{_without(self.layouts.source, bare)}"

    def _in_source(self, path: str) -> str:
        bare = _without(self._stand.base[1:], path)
        base = self._stand.base if bare != path else ""
        return base + _without(self.prefix, bare)

    def _aliased(self, path: str) -> str:
        begin, folder = self._stand.row.alias
        if begin == "link " and path.startswith("post_url "):
            posts = (posixpath.join(self._stand.site.home, "_posts", path[9:] + end) for end in _MARKDOWN)
            return next((post for post in posts if self._is_post(post)), "")
        if not begin or not path.startswith(begin):
            return ""
        file = posixpath.normpath(posixpath.join(self._stand.site.home, folder, path[len(begin) :]))
        if begin == _BARE and not self._is_markdown(file):
            return next((file + end for end in _MARKDOWN if self._is_post(file + end)), f"{file}.md")
        return file

    def _alias(self, path: str) -> str:
        begin, folder = self._stand.row.alias
        there = posixpath.relpath(path, posixpath.join(self._stand.site.home, folder))
        return begin + (posixpath.splitext(there)[0] if begin == _BARE else there)


def route_of(stand: Stand, source: str) -> str | None:
    """The address of a post's page, without slashes at its ends; None where nothing is known of it."""
    for place in stand.places:
        parts = place.parts(source)
        if parts is not None and "rest" in parts:
            slug = stand.row.slug(parts["rest"], stand.addresses) if place.url else None
            return None if slug is None else place.url.format(**parts, slug=slug).strip("/")
    return None


def _without(folder: str, path: str) -> str:
    """An address without the folder that it begins with."""
    head, rest = f"/{folder}", path[len(folder) + 1 :]
    return (rest or "/") if folder and path.startswith(head) and rest[:1] in ("", "/") else path


def _plain(path: str) -> str:
    """An address without what may be left out of it."""
    stem, suffix = posixpath.splitext(unquote(path).strip("/"))
    bare = stem if suffix.casefold() in (*_PAGES, *_MARKDOWN) else unquote(path).strip("/")
    return bare.removesuffix("/index") if bare != "index" else ""


def _path(there: str) -> str:
    """The path of a destination that a localization may change; empty for all else."""
    if _ELSEWHERE.match(there) or _CODE.search(there):
        return ""
    match = _SPLIT.match(there)
    return match[1] if match else ""


def _file(path: str, at: str) -> str | None:
    """The file that a relative path leads to from the file `at`; None for no such path.

    Outside the repository, it begins with `..`: the localization may stand deeper, and has to climb more.
    """
    if not path or path.startswith("/"):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(at), unquote(path)))


def _again(path: str, found: str, at: str, goal: str, other: str, *, back: bool = False) -> str:  # noqa: PLR0913
    """How the file `other` leads to `goal`, in the way in which `path` leads from `at` to `found`."""
    root = "/^" * (found.count("..") + goal.count("..") + 1)  # with what may lie above it
    before = posixpath.relpath(posixpath.join(root, found), posixpath.join(root, posixpath.dirname(at)))
    after = posixpath.relpath(posixpath.join(root, goal), posixpath.join(root, posixpath.dirname(other)))
    if before == after:
        return path
    if "%" in path:
        after = quote(after, safe="/@:+,;=!$&'()*~")
    return _spelled(path, after, back=back)


def _spelled(path: str, after: str, *, back: bool) -> str:
    """A relative path with a dot and a slash at its beginning or its end as `path` has them.

    Led `back`, it keeps a dot that isn't needed, to be told apart from one without it when it is led again.
    """
    bare = not after.startswith(".")
    if (path.startswith("./") and (back or bare)) or (path.startswith("../") and bare):
        after = f"./{after}"
    return after + "/" if path.endswith("/") else after
