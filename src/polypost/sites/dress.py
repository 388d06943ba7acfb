"""What a site needs of a localization, beside its text: keys of the front matter, links, the notice.

All of it is put on when a localization is finished (`on`), and taken off when one is read (`off`), so that
what lies between, from the memory to the check of the structure, sees a post that is built like its source.
Taking off looks at nothing but the file and where it stands: what it gives doesn't change with the blog.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from urllib.parse import unquote

from polypost.errors import UsageError
from polypost.markdown.anchors import expected, followed, follows
from polypost.markdown.declared import in_url
from polypost.markdown.dialects import DIALECTS, choose
from polypost.markdown.document import Document, again, parse, raw
from polypost.markdown.links import destinations, led, normal
from polypost.markdown.rules import Rules
from polypost.markdown.splice import splice
from polypost.markdown.verify import Difference, compare
from polypost.sites.bearings import Bearings, route_of
from polypost.sites.heads import changed, said, set_keys, without_keys
from polypost.sites.layouts import Layouts, Stand
from polypost.sites.notice import notice, with_notice, without_notice
from polypost.sites.rows import Key

_PATTERN = re.compile(r"[:{]")
_SOMEWHERE = "https://somewhere.example"
_ADDRESS = re.compile(rb"(?P<code>`+)[^\n]*?(?P=code)|https?://[^\s<>()\"'`\]]+")
_FRESH = 10_000
_ID = 6
"""So much of a content id tells whether it is another."""
_OWN = frozenset({"language", "address"})
"""How keys are set that a source may lack."""

Anchors = Callable[[str, str, str], Mapping[str, str]]
"""A post, its localization's path, the language -> where its headings went, see `anchors.followed`."""


class Dresser:
    """Dresses the localizations of one blog."""

    def __init__(
        self,
        layouts: Layouts,
        rules: Callable[[str], Rules],
        anchors: Anchors = lambda *_: {},
        *,
        notice: bool = False,
    ) -> None:
        """`rules`: path of a post -> how it is read."""
        self._layouts, self._rules, self._anchors, self._notice = layouts, rules, anchors, notice
        self._routes: dict[str, str] | None = None
        self._headings: dict[str, set[str]] = {}
        self._fresh: dict[str, Mapping[str, str]] = {}
        """Path of a localization that was made since -> where its headings went; the last of them."""

    def on(  # noqa: PLR0913, PLR0917  a localization is all of that
        self,
        document: Document,
        content: bytes,
        target: str,
        language: str,
        there: Callable[[str], bool],
        theirs: bytes | None = None,
        *,
        worded: str | None = None,
    ) -> bytes:
        """The file of a localization.

        `content`: built like `document`, its source, or as a person has built it. `there`: whether there is a
        file at a path. `theirs`: the person's file, which gets no keys and no notice that it doesn't have.
        `worded`: the notice as a person has written it, empty where they have taken it out; None: it is ours.
        """
        bearings = self._bearings(document.path, target, language, document.content)
        stand = self._layouts.of(document.path)
        fragments = _Fragments(document, content)

        def localized(post: str) -> str | None:
            found = self._layouts.target(post, language)
            return found if there(found) else None

        def to(destination: str, at: int, how: str) -> str:
            new = bearings.out(destination, localized, how=how)
            path, sign, fragment = new.partition("#")
            post = bearings.post(destination) if fragment else None
            found = localized(post) if post else None
            if post is None or found is None:
                return new
            anchors = self._fresh.get(found)
            if anchors is None:
                anchors = self._anchors(post, found, language)
            return path + sign + fragments.led(at, fragment, anchors)

        dressed = led(document, content, to)
        names = [key.name for key in stand.row.keys if key.how in {"prefix", "root"}]
        roots = {key.name for key in stand.row.keys if key.how == "root"}
        dressed = changed(
            dressed, names, lambda name, value: _prefixed(value, bearings.prefix, name in roots)
        )
        dressed = _canonical(stand, document.path, dressed, document.content, "", f"/{bearings.prefix}")
        keys = self._keys(stand, document.path, language, dressed)
        if theirs is not None:
            keys = {name: value for name in keys if isinstance(value := said(theirs, name), str)}
        dressed = set_keys(dressed, keys, head=stand.row.head)
        if worded is None and (self._notice if theirs is None else without_notice(theirs) != theirs):
            worded = self._block(document.path, target, language)
        return with_notice(dressed, worded) if worded else dressed

    def notice(self, source: str, target: str, language: str) -> str:
        """The notice that a localization gets; empty where it gets none."""
        return self._block(source, target, language) if self._notice else ""

    def _block(self, source: str, target: str, language: str) -> str:
        stand = self._layouts.of(source)
        mdx = DIALECTS[choose(source, self._rules(source).dialect)].mdx
        original = self._bearings(source, target, language).original()
        return notice(language, original, stand.row.notice, mdx=mdx)

    def expect(self, links: Iterable[str]) -> None:
        """Take note of what posts link to, see `records.Localization.links`."""
        for link in links:
            post, _, heading = link.partition("#")
            if heading:
                self._headings.setdefault(post, set()).add(heading)

    def headings(self, post: str) -> Collection[str]:
        """The headings of a post that others are known to link to."""
        return self._headings.get(post, ())

    def made(self, document: Document, localized: Document, target: str) -> None:
        """Take note of where the headings of `document` went in what was just made of it."""
        if follows(document.rules, document.path):
            self._fresh[target] = followed(document, localized)
            while len(self._fresh) > _FRESH:
                del self._fresh[next(iter(self._fresh))]

    def off(self, content: bytes, source: str, target: str, language: str) -> Document:
        """The document of a localized file: without what `on` does. Raises PostError for what is no post."""
        layouts, former = self._layouts.of_target(source, target)
        stand = layouts.of(source)
        plain = without_notice(content)
        names = [key.name for key in stand.row.keys if key.how in {"prefix", "root"}]
        bearings = Bearings(layouts, source, target, language or former, self._addresses)
        plain = changed(plain, names, lambda _, value: _unprefixed(value, bearings.prefix))
        plain = _canonical(stand, source, plain, plain, f"/{bearings.prefix}", "")
        plain = _bare(stand, source, plain)
        bearings = replace(bearings, address=_said_address(stand, plain))
        document = parse(plain, path=source, rules=self._rules(source))
        back = led(document, plain, lambda there, _, how: bearings.back(there, how=how))
        if back != plain:
            document = parse(back, path=source, rules=self._rules(source))
        return document if document.content == content else replace(document, file=content)

    def differences(
        self, source: bytes, localized: bytes, path: str, target: str, language: str
    ) -> tuple[Difference, ...]:
        """Where a localized file is built otherwise than its source, whatever `on` has done to it.

        `path`: the source's. Raises PostError for what is no post.
        """
        document = self._comparable(parse(source, path=path, rules=self._rules(path)))
        there = self._comparable(self.off(localized, path, target, language)).content
        more = localized.count(b"\n") - there.count(b"\n")  # taken off at the top
        found = compare(document, there, expected(document, there))
        return tuple(replace(each, line=each.line + more) for each in found)

    def led_elsewhere(self, source: bytes, localized: bytes, path: str, target: str, language: str) -> bool:
        """Whether all that `differences` finds is where links lead and which pictures are shown."""
        post = self._comparable(parse(source, path=path, rules=self._rules(path)), _anywhere)
        document = again(post, _unaddressed(post))
        there = _unaddressed(self._comparable(self.off(localized, path, target, language), _anywhere))
        return not compare(document, there, expected(document, there))

    def _comparable(self, document: Document, alike: Callable[[str], str] | None = None) -> Document:
        """A source, or what `off` gives, without what `on` changes in it and without ways of spelling.

        `alike`: see the method; that one unless another is given.
        """
        stand = self._layouts.of(document.path)
        plain = _bare(stand, document.path, document.content)
        common = alike or self.alike(document)
        same = led(document, plain, lambda there, *_: common(there))
        if same == document.content:
            return document
        return parse(same, path=document.path, rules=document.rules, source=document.source)

    def alike(self, document: Document) -> Callable[[str], str]:
        """A destination in a source, or in what `off` gives of it -> the same for all that lead there."""
        bearings = self._bearings(document.path, document.path, "", document.content)

        def common(there: str) -> str:
            post = bearings.post(there)
            return normal(there) if post is None else f"post:{post}"

        return common

    def links(self, document: Document, language: str, files: Callable[[str], str | None]) -> dict[str, str]:
        """Where a localization's links to other posts lead; see `records.Localization.links`.

        `document`: its source. `files`: path -> content id of the file there, None where there is none.
        """
        bearings = self._bearings(document.path, document.path, "", document.content)
        found: dict[str, str] = {}
        for _, _, there, how in destinations(document, document.content):
            post = bearings.wanted(there, how=how)
            if post and post != document.path:
                heading = unquote(there.partition("#")[2]).rstrip('"')
                found[f"{post}#{heading}" if heading else post] = ""
        return {link: self.state(link, language, files) for link in sorted(found)}

    def target(self, link: str, language: str) -> str:
        """The path of the localization that such a link leads to; empty where it can have none."""
        try:
            return self._layouts.target(link.partition("#")[0], language)
        except UsageError:
            return ""

    def state(self, link: str, language: str, files: Callable[[str], str | None]) -> str:
        """Where such a link leads as things are; `links`' value for it."""
        post, heading, _ = link.partition("#")
        content_id = files(self.target(link, language))
        if content_id is None:
            return ""
        return content_id[:_ID] if heading and follows(self._rules(post), post) else "+"

    def _keys(self, stand: Stand, source: str, language: str, content: bytes) -> dict[str, str]:
        found: dict[str, str] = {}
        for key in stand.row.keys:
            if key.how == "language":
                found[key.name] = language
            elif key.how in {"address", "apart"}:
                behind = language if key.how == "apart" else ""
                given = changed(content, [key.name], _marked) != content
                if not given and (address := _own_address(stand, source, behind)):
                    found[key.name] = address
        return found

    def _bearings(self, source: str, target: str, language: str, content: bytes = b"") -> Bearings:
        """`content`: the source, where what is relative to its page counts."""
        address = _said_address(self._layouts.of(source), content)
        return Bearings(self._layouts, source, target, language, self._addresses, address)

    def _addresses(self) -> Mapping[str, str]:
        if self._routes is None:
            self._routes = {}
            for path in self._layouts.files:
                markdown = path.casefold().endswith((".md", ".mdx", ".markdown"))
                if markdown and self._layouts.origin(path) is None:
                    route = route_of(self._layouts.of(path), path)
                    if route is not None:
                        self._routes.setdefault(route, path)
                        self._routes.setdefault(f"*/{posixpath.basename(route)}", path)
        return self._routes


class _Fragments:
    """The headings that links name: those of the source tell where one of an earlier run led."""

    def __init__(self, document: Document, content: bytes) -> None:
        self._source = self._by_path(document, document.content)
        self._here = self._by_path(document, content)

    @staticmethod
    def _by_path(document: Document, content: bytes) -> dict[str, list[tuple[int, str]]]:
        found: dict[str, list[tuple[int, str]]] = {}
        for at, _, there, _ in destinations(document, content):
            if "#" in there:
                found.setdefault(normal(there), []).append((at, there.partition("#")[2]))
        return found

    def led(self, at: int, fragment: str, anchors: Mapping[str, str]) -> str:
        """`fragment`, of the link at byte `at`, as the page that it leads to has it."""
        if (plain := unquote(fragment)) in anchors:
            return in_url(anchors[plain])
        if plain in anchors.values():
            return fragment
        for path, links in self._here.items():
            ours = self._source.get(path, [])
            number = next((n for n, (place, _) in enumerate(links) if place == at), None)
            if number is not None and len(ours) == len(links):
                after = anchors.get(unquote(ours[number][1]))
                return fragment if after is None else in_url(after)
        return fragment


def _anywhere(there: str) -> str:
    """All destinations are alike, but one in the page isn't one out of it."""
    return there if there.startswith("#") else _SOMEWHERE


def _unaddressed(document: Document) -> bytes:
    """A post with all addresses that stand in its text alike, but for those in code."""
    texts = {at: _ADDRESS.sub(_but_code, raw(document, at)) for at in range(len(document.segments))}
    return splice(document.content, document.ranges, texts)


def _but_code(found: re.Match[bytes]) -> bytes:
    return found[0] if found["code"] else _SOMEWHERE.encode()


def _prefixed(value: str, language: str, rooted: bool) -> str:
    if value.startswith("/"):
        return f"/{language}{value}"
    return value if rooted or "://" in value or not value else f"{language}/{value}"


def _unprefixed(value: str, language: str) -> str:
    for head in (f"/{language}/", f"{language}/"):
        if value.startswith(head):
            return ("/" if head[0] == "/" else "") + value[len(head) :]
    return value


def _said_address(stand: Stand, content: bytes) -> str:
    """The address that a post says of its page; empty where it says none, or a pattern of one (`:title`)."""
    names = [key.name for key in stand.row.keys if key.page]
    values = (said(content, name) for name in names)
    found = (value for value in values if isinstance(value, str) and not _PATTERN.search(value))
    return next(found, "")


def _canonical(  # noqa: PLR0913, PLR0917  from where, and to where
    stand: Stand, path: str, content: bytes, source: bytes, before: str, after: str
) -> bytes:
    """`content` with the keys that say its own address (with `before`) saying it with `after`.

    `path`, `source`: the post's, which may say its address itself.
    """
    names = [key.name for key in stand.row.keys if key.how == "canonical"]
    if not names or not stand.host:
        return content
    site = stand.host + stand.base
    said_by = (said(source, key.name) for key in stand.row.keys if key.how in {"prefix", "root"})
    own = {address.strip("/") for address in (route_of(stand, path), *said_by) if isinstance(address, str)}

    def to(_: str, value: str) -> str:
        route = value.removeprefix(f"{site}{before}/")
        known = {route, route.strip("/"), route.removesuffix(".html"), route.removesuffix("index.html")}
        return f"{site}{after}/{route}" if route != value and not own.isdisjoint(known) else value

    return changed(content, names, to)


def _own_address(stand: Stand, source: str, language: str) -> str:
    """What the site makes of the source's path, where its localization has to say an address.

    `language`: for a post whose localization would get the same; empty for a page whose localization is to.
    """
    place = next((place for place in stand.places if place.parts(source) is not None), None)
    route = route_of(stand, source)
    if place is None or route is None:
        return ""
    post = "_posts/" in place.source
    told_apart = stand.addresses in {"date", "pretty", "ordinal", "none"} or ":categories" in stand.addresses
    if post == (not language) or (language and told_apart):
        return ""
    folder = stand.addresses == "pretty" or stand.addresses.endswith("/") or not route
    own = f"/{route}/".replace("//", "/") if folder else f"/{route}.html"
    return f"/{language}{own}" if language else own


def _bare(stand: Stand, source: str, content: bytes) -> bytes:
    """A post without the keys that its localization has by itself."""
    own = _own_address(stand, source, "-").removeprefix("/-")

    def by_itself(key: Key) -> bool:
        return key.how in _OWN or (key.how == "apart" and said(content, key.name) == own)

    return without_keys(content, [key.name for key in stand.row.keys if by_itself(key)])


def _marked(name: str, value: str) -> str:
    return f"{name}{value}"
