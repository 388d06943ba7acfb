"""Which anchor a site makes of a heading: one row per generator.

Checked against the packages themselves, see tests/text/slugs.json. What a heading's text is differs as
much as the slug does: GitHub's rule leaves images out, Docusaurus counts their alt text, Hugo takes the
source line with its markup. A heading whose text only the site knows (a variable in it) has no slug here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from polypost.markdown.headings import Heading
from polypost.markdown.inline import Piece
from polypost.values import frozen

Text = Callable[[Sequence[Piece], bytes], str | None]
"""A heading's pieces and the body -> the text that counts; None when only the site knows it."""

_EMOJI = re.compile(r":[\w+-]+:")
_UNDERSCORED = re.compile(r"(.*)_([0-9]{1,999})", re.DOTALL)
_UNCOMPARED = re.compile(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\r\n]")
"""What Obsidian takes for a space where it compares a heading with a link to it: its `stripHeading`."""
_UNLINKED = re.compile(r"[#$*:=^`{|}~\[\]\\\r\n]|%%")
"""Those of them that would end or divide a link, or be markup in it or beside it."""
_CIRCLED = frozenset(
    [*range(0x24B6, 0x24EA), *range(0x1F130, 0x1F14A), *range(0x1F150, 0x1F16A), *range(0x1F170, 0x1F18A)]
)
"""Symbols that Unicode calls alphabetic."""


@frozen
class Slugs:
    """A site's rule."""

    text: Text
    slug: Callable[[str], str | None]
    number: Callable[[str, dict[str, int]], str]
    """A slug and those seen so far (each with a number of its own making) -> the one that is unique."""
    last: Callable[[str], str] = str


def names(headings: Sequence[Heading], body: bytes, rule: Slugs) -> list[str | None]:
    """The anchors of a post's headings, in order: the id that the post gives, or what `rule` makes."""
    return list(_names(headings, body, rule))


def _names(headings: Sequence[Heading], body: bytes, rule: Slugs) -> Iterator[str | None]:
    seen: dict[str, int] = {}
    for heading in headings:
        text = rule.text(heading.pieces, body)
        slug = None if heading.id or text is None else rule.slug(text)
        yield heading.id or (None if slug is None else rule.last(rule.number(slug, seen)))


def _text(
    pieces: Sequence[Piece],
    body: bytes,
    shown: Callable[[Piece, bytes], str] = lambda piece, _: piece.text,
    *,
    alt: bool = False,
    emoji: bool = True,
) -> str | None:
    """`shown`: what a text piece says. `alt`: whether an image's counts. `emoji`: whether `:name:` does."""
    parts: list[str] = []
    for piece in pieces:
        if piece.kind == "text":
            parts.append(shown(piece, body))
        elif piece.kind in ("code", "url", "name"):
            parts.append(piece.text)
        elif piece.kind == "image" and alt:
            parts.append("".join(inner.text for part in piece.inner for inner in part.pieces))
        elif piece.kind in ("soft", "break"):
            parts.append("" if body.startswith(b"<", piece.start) else "\n")
        elif piece.kind == "mask" and _EMOJI.fullmatch(piece.text):
            parts.append(piece.text if emoji else "")
        elif piece.kind in ("math", "note") or (piece.kind == "mask" and not piece.text.startswith("<")):
            return None
    return "".join(parts)


def _with_alt(pieces: Sequence[Piece], body: bytes) -> str | None:
    return _text(pieces, body, alt=True)


def _with_dashes(pieces: Sequence[Piece], body: bytes) -> str | None:
    """Astro makes a dash of two hyphens before it looks."""
    return _text(pieces, body, lambda piece, _: re.sub("(?<!-)--(?!-)", "—", piece.text))


def _with_smart_dashes(pieces: Sequence[Piece], body: bytes) -> str | None:
    """Kramdown makes dashes of two and of three."""
    return _text(pieces, body, lambda piece, _: piece.text.replace("---", "—").replace("--", "–"))


def _as_written(pieces: Sequence[Piece], body: bytes) -> str | None:
    """markdown-it's tokens: entities as they are written, emoji and images left out."""
    return _text(pieces, body, lambda piece, b: b[piece.start : piece.end].decode(), emoji=False)


def _last_line(pieces: Sequence[Piece], body: bytes) -> str | None:
    """goldmark's: the source itself."""
    if not pieces:
        return ""
    line = body[pieces[0].start : pieces[-1].end].decode().rpartition("\n")[2]
    return None if "{{" in line else line


def _github(text: str) -> str:
    kept = "".join(c for c in text.lower() if c in " -" or _counts(c))
    return kept.replace(" ", "-")


def _astro(text: str) -> str | None:
    """The same; Astro 5 cuts a dash off its end, Astro 6 doesn't, so that only the site knows that one."""
    slug = _github(text)
    return None if slug.endswith("-") else slug


@lru_cache(maxsize=4096)
def _counts(character: str) -> bool:
    """What github-slugger keeps: letters, marks, digits, letter numbers, connectors."""
    category = unicodedata.category(character)
    return category[0] in "LM" or category in ("Nd", "Nl", "Pc") or ord(character) in _CIRCLED


def _kramdown(text: str) -> str:
    return re.sub("[ \t]", "-", "".join(c for c in text.lower() if c in " -\t" or _word(c)))


@lru_cache(maxsize=4096)
def _word(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category in ("Nd", "Pc")


def _goldmark(text: str) -> str:
    def kept(character: str) -> str:
        if character in " -":
            return "-"
        category = unicodedata.category(character)
        return character.lower() if category[0] == "L" or category == "Nd" or character == "_" else ""

    return "".join(map(kept, text.strip())) or "heading"


def _vitepress(text: str) -> str:
    plain = re.sub("[\u0300-\u036f\u0000-\u001f]", "", unicodedata.normalize("NFKD", text))
    dashed = re.sub(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'“”‘’<>,.?/]+", "-", plain)
    return re.sub(r"^(\d)", r"_\1", dashed.strip("-")).lower()


def _hexo(text: str) -> str:
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text.strip()))
    plain = unicodedata.normalize("NFC", re.sub("[\u0000-\u001f]", "", plain))
    return re.sub(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'<>,.?/]+", "-", plain).strip("-")


def _python_markdown(text: str) -> str:
    value = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", value).strip().lower())


def _zola(text: str) -> str | None:
    """What it makes of letters that have no Latin base is its own; such a heading has no slug here."""
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text)).lower()
    if any(not c.isascii() and unicodedata.category(c)[0] not in "PZ" for c in plain):
        return None
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")


def _obsidian(text: str) -> str | None:
    """The heading itself, as a link names it."""
    return " ".join(_UNLINKED.sub(" ", text).split()) or None


def obsidian_key(text: str) -> str:
    """What Obsidian compares of a heading and of a link to it."""
    return " ".join(_UNCOMPARED.sub(" ", text).split()).lower()


def _first(slug: str, _: dict[str, int]) -> str:
    """A link leads to the first heading of its name."""
    return slug


def _numbered_github(slug: str, seen: dict[str, int]) -> str:
    name = slug
    while name in seen:
        seen[slug] += 1
        name = f"{slug}-{seen[slug]}"
    seen[name] = 0
    return name


def _numbered_free(slug: str, seen: dict[str, int]) -> str:
    """The first number that is free."""
    name, number = slug, seen.get(slug, 0)
    while name in seen:
        number += 1
        name = f"{slug}-{number}"
    seen[slug] = number
    seen.setdefault(name, 0)
    return name


def _numbered_each(slug: str, seen: dict[str, int]) -> str:
    """By how often the slug was made, whatever else has the name."""
    seen[slug] = seen.get(slug, -1) + 1
    return f"{slug}-{seen[slug]}" if seen[slug] else slug


def _numbered_underscored(slug: str, seen: dict[str, int]) -> str:
    """The number that it ends with goes up until it is free; `seen`: where to go on from each name."""
    match = _UNDERSCORED.fullmatch(slug)
    stem = match[1] if match else slug
    passed: list[str] = []
    while slug in seen or not slug:
        passed.append(slug)
        slug = f"{stem}_{seen.get(slug, 1)}"
    match = _UNDERSCORED.fullmatch(slug)
    following = int(match[2]) + 1 if match else 1
    seen.update(dict.fromkeys([*passed, slug], following))
    return slug


def _nuxt(name: str) -> str:
    return re.sub(r"^(\d)", r"_\1", re.sub("^-|-$", "", re.sub("-+", "-", name)))


GITHUB = Slugs(_text, _github, _numbered_github)
DOCUSAURUS = Slugs(_with_alt, _github, _numbered_github)
ASTRO = Slugs(_with_dashes, _astro, _numbered_github)
NUXT = Slugs(_text, _github, _numbered_github, _nuxt)
KRAMDOWN = Slugs(_with_smart_dashes, _kramdown, _numbered_each)
HUGO = Slugs(_last_line, _goldmark, _numbered_free)
VITEPRESS = Slugs(_as_written, _vitepress, _numbered_free)
ZOLA = Slugs(_text, _zola, _numbered_free)
PYTHON_MARKDOWN = Slugs(_text, _python_markdown, _numbered_underscored)
OBSIDIAN = Slugs(_last_line, _obsidian, _first)
HEXO = Slugs(_text, _hexo, _numbered_each)
