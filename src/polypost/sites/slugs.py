"""What a generator makes of a post's path: the page's address, as far as the path alone tells it."""

from __future__ import annotations

import posixpath
import re
import unicodedata

_DATED = re.compile(r"(?:(?P<folder>.*)/)?(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)-(?P<title>[^/]+)")
_NUMBER = re.compile(r"^\d+\s*[-_.]+\s*(?=[^-_.\s])")
_STYLES = {
    "": "/:categories/:year/:month/:day/:title:output_ext",
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
"""https://jekyllrb.com/docs/permalinks/#built-in-formats"""
_FIELD = re.compile(r":(\w+)")


def by_path(rest: str, pattern: str = "") -> str | None:
    """Without its suffix; `index` (also Hugo's and Zola's `_index`) is the folder itself."""
    del pattern
    stem = posixpath.splitext(rest)[0]
    folder, name = posixpath.split(stem)
    return folder if name.casefold() in {"index", "_index", "readme"} else stem


def numbered(rest: str, pattern: str = "") -> str | None:
    """The same, without the numbers that Docusaurus and Nuxt sort by: `01-intro`, `1.intro`."""
    return by_path("/".join(_NUMBER.sub("", part) for part in rest.split("/")), pattern)


def jekyll(rest: str, pattern: str = "") -> str | None:
    """A post's date and title by the site's `permalink`; a page by its path."""
    match = _DATED.fullmatch(posixpath.splitext(rest)[0])
    if match is None:
        return by_path(rest)
    style = _STYLES.get(pattern, pattern).removesuffix(".html")
    fields = {**match.groupdict(default=""), "categories": "", "slug": match["title"], "output_ext": ""}
    fields["month"], fields["day"] = match["month"].zfill(2), match["day"].zfill(2)
    fields["i_month"], fields["i_day"] = match["month"].lstrip("0"), match["day"].lstrip("0")
    fields["short_year"] = match["year"][2:]
    if any(name not in fields for name in _FIELD.findall(style.replace(":title:output_ext", ":title"))):
        return None
    filled = _FIELD.sub(lambda m: fields[m[1]], style.replace(":title:output_ext", ":title"))
    return re.sub("/+", "/", filled).strip("/")


def hugo(rest: str, pattern: str = "") -> str | None:
    """In lower case, with hyphens for spaces, without most signs: https://gohugo.io/functions/urls/urlize/."""
    path = by_path(rest, pattern) or ""
    kept = (c for c in path if c.isalnum() or c in "._/#+~-@ " or unicodedata.category(c).startswith("M"))
    return "".join(kept).replace(" ", "-").lower()


def hexo(rest: str, pattern: str = "") -> str | None:
    """A page by its path; what a post is called, only its date in the front matter tells."""
    return by_path(rest, pattern)
