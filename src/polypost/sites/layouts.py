"""Where the localizations of posts go: by `output`, by `layout`, or by what builds the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from polypost import languages as tags
from polypost.errors import UsageError
from polypost.sites import paths as patterns
from polypost.sites.auto import addresses, base_of, host_of, places_of, row_of, told_of
from polypost.sites.generators import Site, built, nearest
from polypost.sites.paths import safe
from polypost.sites.places import Place
from polypost.sites.rows import HERE, PLAIN, ROWS, Row

AUTO = "auto"
_DEFAULT = re.compile(r"(?im)^[\"']?defaultcontentlanguage[\"']?[ \t]*[:=][ \t]*[\"']?([\w-]+)")
_NOWHERE = Site("", "", "", "")


@dataclass(frozen=True, slots=True)
class Stand:
    """A site, its layout, and its folders."""

    row: Row = PLAIN
    site: Site = _NOWHERE
    places: tuple[Place, ...] = (HERE,)
    addresses: str = ""
    """The site's own pattern of addresses."""
    base: str = ""
    """Where the site stands on its host, without a slash at its end."""
    told: str = ""
    """All of its configuration, as far as it is read; names of files included."""
    source: str = ""
    """The language of its posts."""
    host: str = ""
    """What the addresses of its pages begin with, where its configuration says so."""

    def knows(self, tag: str) -> bool:
        """Whether the configuration names a language: as a value, a key, in a file's name; not as a word."""
        name = rf"(?:^|[\"'`\[({{.]|[:=,-])[ \t]*{re.escape(tag)}[ \t]*(?:$|[\"'`\]).:=,#}}]|\r)"
        return re.search(name, self.told, re.IGNORECASE | re.MULTILINE) is not None

    @property
    def default(self) -> str:
        """What Hugo calls the language of the posts: the default one, unless it has this one by its tag."""
        tag = re.escape(self.source)
        own = rf"languages\.{tag}(?![\w-])|^\[{tag}\]|^[ \t]+[\"']?{tag}[\"']?[ \t]*:[ \t]*(?:\{{|$)"
        if re.search(own, self.told, re.IGNORECASE | re.MULTILINE):
            return self.source
        said = _DEFAULT.search(self.told)
        return said[1] if said else "en"

    @property
    def folder(self) -> bool:
        """Whether a page's address ends with a slash."""
        return self.row.folder and (self.addresses.endswith("/") or self.addresses in {"", "pretty"})


@dataclass(frozen=True, eq=False)
class Layouts:
    """The layouts of a repository: one for each site in it."""

    output: str = ""
    """The output pattern, when the user gave one: it wins over where a layout would put a localization."""
    stands: Mapping[str, Stand] = field(default_factory=dict)
    """Folder -> the site there."""
    source: str = ""
    """The language of the posts."""
    files: Collection[str] = field(default=(), repr=False)
    """All paths of the repository."""
    others: Callable[[str], Layouts] | None = field(default=None, repr=False)
    """Name of a layout -> what these would be with that."""

    def of(self, source: str) -> Stand:
        """The site that a post belongs to."""
        folder = nearest(self.stands, source)
        return _PLAIN if folder is None else self.stands[folder]

    def target(self, source: str, language: str) -> str:
        """Give the path of `source` in `language`. Raises UsageError when it can't be written there."""
        if self.output:
            return patterns.target_path(self.output, source, language)
        stand, ways = _ways(self, source)
        written = language.lower() if stand.row.lower else language
        for place, parts in ways:
            if place.goes(written):
                return safe(place.filled(parts, written))
        raise UsageError(f"`{source}` has no place in the layout {stand.row.name}")

    def origin(self, path: str) -> tuple[str, str] | None:
        """Give the post and the language of which `path` would be the localization; None when of none."""
        if self.output:
            return patterns.origin(self.output, path)
        found = [each for each in self._origins(path) if self._leads(*each, path)]
        return next((each for each in found if each[0] in self.files), found[0] if found else None)

    def language_of(self, path: str, sources: Collection[str], languages: Collection[str]) -> str | None:
        """Tell the language when `path` is a localization, else None.

        It is one when its language is among `languages` (the user's), or when the post that it would come
        from is among `sources`: `release.no.md` beside `release.md`, but not `guide.to.md` alone.
        """
        source, language = self.origin(path) or (path, "")
        if source == path:
            return None
        wanted = {tag.casefold() for tag in languages}
        return language if language.casefold() in wanted or source in sources else None

    def together(self, path: str) -> str:
        """Give the key of the files that stand or fall as one: a post's localizations and their record.

        Any other path, the post itself included, is its own key.
        """
        source, _ = patterns.record_for(path) if patterns.is_record(path) else self.origin(path) or (path, "")
        return path if source == path else f"localizations of {source}"

    def of_target(self, source: str, target: str) -> tuple[Layouts, str]:
        """The layouts by which `target` is a localization of `source`, and its language.

        These, or other ones of an earlier run; these and an empty language where none are.
        """
        # One by one: each of the others looks at every path of the blog.
        for layouts in chain((self,), (_other(self, name) for name in ROWS if self.others)):
            found = layouts.origin(target)
            if found and found[0] == source:
                return layouts, found[1]
        return self, ""

    def _origins(self, path: str) -> Iterator[tuple[str, str]]:
        """What `path` may be a localization of, and in which language: of the nearest site first."""
        own = [folder for folder in self.stands if _inside(path, folder)]
        homes = [f for f, stand in self.stands.items() if f not in own and _inside(path, stand.site.home)]
        beside = [f for f in self.stands if f not in own and f not in homes]
        for folder in (*sorted(own, key=len, reverse=True), *homes, *beside):
            for place in self.stands[folder].places:
                found = place.backward(path)
                if found and found[1].casefold() != self.source.casefold() and _is_language(found[1]):
                    yield found
        if found := HERE.backward(path):
            yield found

    def _leads(self, source: str, language: str, path: str) -> bool:
        """Whether a post's localization really is there: the first place that fits counts."""
        try:
            return source != path and self.target(source, language) == path
        except UsageError:
            return False


_PLAIN = Stand()


@lru_cache(maxsize=64)
def _other(layouts: Layouts, name: str) -> Layouts:
    return layouts.others(name) if layouts.others else layouts


@lru_cache(maxsize=1024)
def _ways(layouts: Layouts, source: str) -> tuple[Stand, tuple[tuple[Place, Mapping[str, str]], ...]]:
    """The site of a post, and the places that it stands in; a post comes in many languages."""
    stand = layouts.of(source)
    ways = ((place, place.parts(source)) for place in (*stand.places, HERE))
    return stand, tuple((place, parts) for place, parts in ways if parts is not None)


def _inside(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


@lru_cache(maxsize=1024)
def _is_language(tag: str) -> bool:
    """Whether it is a language of the table: `api/` is a folder, although ISO 639-3 has a language `api`."""
    try:
        tags.resolve(tag)
    except UsageError:
        return False
    return True


def layouts_of(
    layout: str, output: str, source: str, paths: Collection[str], read: Callable[[str], str]
) -> Layouts:
    """The layouts of a repository.

    `layout`: a name of ROWS, or `auto`; `output`: the output pattern, or nothing; `source`: the language of
    the posts; `paths`: all files, `read`: path -> text, empty for what can't be read.
    """
    sites = built(paths, read)
    if layout != AUTO and not any(site.generator == ROWS[layout].generator for site in sites.values()):
        sites = {"": Site(ROWS[layout].generator, "", "", "")} if layout != PLAIN.name else {}
    stands: dict[str, Stand] = {}
    for folder, site in sites.items():
        if layout == PLAIN.name:
            continue
        row = row_of(site, paths, source)
        if layout != AUTO:
            row = ROWS[layout] if ROWS[layout].generator == site.generator else row
        if row is not PLAIN:
            places = tuple(places_of(row, site, source, paths, read))
            stands[folder] = Stand(
                row,
                site,
                places,
                addresses(site),
                base_of(site),
                told_of(site, paths, read),
                source,
                host_of(site),
            )

    def others(name: str) -> Layouts:
        return layouts_of(name, "", source, paths, read)

    return Layouts(output, stands, source, paths, others)
