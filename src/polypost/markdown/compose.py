"""Markup back into a translated block: the second half of the pair that inline.py begins."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from types import MappingProxyType

from polypost.markdown.escape import escape
from polypost.markdown.locate import Place
from polypost.markdown.prose import ATOM, ATOM_BASE, Atom, Hole, Mark, Markup, Prose, atom_index
from polypost.sentences import dense_script
from polypost.values import frozen

REPAIRS = 4
"""A star for an underscore, punctuation moved out, a space: each mark may need them all."""
_URL_ENDS = re.compile(r"[?!.,:;'\")]*(?:[^\S\xa0\u202f]|\Z)")
"""Behind a bare URL: what GFM leaves out of the link. It takes in all else to the next space, `\\<` too, and
on GitHub a no-break space."""
_LETTER_AFTER = re.compile(r"\w")
_COMPONENT_AFTER = re.compile(r"(?:\A|\s|(?<!\\)[*_(\[])\Z")
"""What one of Nuxt's components in a line may stand behind."""
_COMPONENT_BEFORE = re.compile(r"[\s.,;:!?)\"']|\Z")
_ATTRIBUTED = frozenset("])*_`")
"""Behind these, `{` begins attributes."""
_OPENERS = frozenset(("{{", "{%"))
"""What begins an expression, when a word and what stands behind it meet."""
_SYMBOLS = frozenset("$+<=>^`|~")
"""Punctuation to CommonMark, symbols to Unicode."""
_DELIMITED = frozenset({"emphasis", "strong", "strikethrough"})


NOWHERE: Mapping[int, Place] = MappingProxyType({})
"""Of a sentence without marks."""


@frozen
class Reading:
    """What became of one sentence."""

    text: str
    """Its translation, with the characters of its atoms in place."""
    places: Mapping[int, Place]
    """Index of a mark -> where it stands in `text`."""


@dataclass(slots=True)
class Span:
    """A mark in the whole translated text; `star` and `pad` are repairs of its delimiters."""

    mark: Mark
    start: int
    end: int
    star: bool = False
    trimmed: bool = False
    pad: bool = False


@frozen
class Style:
    """How a block's text is written."""

    context: str
    """`paragraph`, `heading`, `cell`, `alt`, or `value` (front matter: nothing is escaped)."""
    mdx: bool = False
    strict: bool = False


def write(prose: Prose, readings: Sequence[Reading], texts: Mapping[Hole, bytes], style: Style) -> bytes:
    """The block's new bytes.

    `readings`: one per sentence of `prose`; `texts`: what is written into the holes of its markup. Raises
    ValueError when a mark is left without any words.
    """
    found = parts(prose, readings)
    whole = "".join(found)
    text = whole.strip()
    if not prose.marked:
        return _escaped(text, style, first=True).encode()
    spans = _spans(prose, readings, found)
    lead = len(whole) - len(whole.lstrip())
    for span in spans:
        span.start, span.end = max(0, span.start - lead), min(len(text), span.end - lead)
    writer = _Writer(text, prose, texts, style)
    _shrink(spans, text, prose.atoms)
    chunks = writer.chunks(spans)
    for _ in range(REPAIRS):
        broken = {id(span): span for span in _broken(chunks)}
        if not broken or not sum(_repair(span, spans, text) for span in broken.values()):
            break
        chunks = writer.chunks(spans)
    return "".join(chunk.text for chunk in chunks).encode()


def parts(prose: Prose, readings: Sequence[Reading]) -> list[str]:
    """The text: what stands before a sentence, the sentence, and so on; and what stands behind the last."""
    found: list[str] = []
    position = 0
    for (start, end), reading in zip(prose.sentences, readings, strict=True):
        gap = prose.plain[position:start]
        found.append(_joint(found, reading.text) if gap == " " else gap)
        found.append(reading.text)
        position = end
    found.append(prose.plain[position:])
    return found


def _spans(prose: Prose, readings: Sequence[Reading], parts: Sequence[str]) -> list[Span]:
    """Each mark's place in the text of `parts`."""
    if not prose.marks:
        return []
    places = [0, *accumulate(map(len, parts))]
    bases = places[1::2]
    ends = [end for _, end in prose.sentences]
    gaps = list(zip(places[0::2], [0, *ends], strict=True))
    spans: list[Span] = []
    for index, mark in enumerate(prose.marks):
        number = bisect_right(ends, mark.start)
        inside = number < len(ends) and prose.sentences[number][0] <= mark.start
        base, origin = gaps[number]
        opened = (
            bases[number] + readings[number].places[index].start if inside else base + mark.start - origin
        )
        number = bisect_left(ends, mark.end)
        inside = number < len(ends) and prose.sentences[number][0] < mark.end
        base, origin = gaps[number]
        closed = bases[number] + readings[number].places[index].end if inside else base + mark.end - origin
        spans.append(Span(mark, opened, closed))
    return spans


def _joint(parts: Sequence[str], text: str) -> str:
    """The space between two sentences, unless both sides are of scripts that have none."""
    if not text or not dense_script(text[0]):
        return " "
    before = next((p[-1] for p in reversed(parts) if p), "")
    return "" if before and dense_script(before) else " "


def _shrink(spans: Sequence[Span], text: str, atoms: Sequence[Atom]) -> None:
    """No white space or hard break at the inner edges of a mark: emphasis wouldn't close there."""

    def blank(character: str) -> bool:
        index = atom_index(character)
        return character.isspace() or (index >= 0 and atoms[index].kind == "break")

    for span in spans:
        while span.start < span.end and blank(text[span.start]):
            span.start += 1
        while span.end > span.start and blank(text[span.end - 1]):
            span.end -= 1
        if span.start >= span.end:
            raise ValueError("a mark has no words left")


@dataclass(slots=True)
class _Chunk:
    text: str
    span: Span | None = None
    """Set for a delimiter."""
    opening: bool = False


class _Writer:
    """Text, atoms and delimiters in order."""

    def __init__(self, text: str, prose: Prose, texts: Mapping[Hole, bytes], style: Style) -> None:
        self.text = text
        self.source = prose.plain
        self.atoms = prose.atoms
        self.texts = texts
        self.style = style

    def chunks(self, spans: Sequence[Span]) -> list[_Chunk]:
        """Everything that is written; delimiters close innermost first and open outermost first."""
        out: list[_Chunk] = []
        starting: dict[int, list[Span]] = {}
        ending: dict[int, list[Span]] = {}
        for span in spans:
            starting.setdefault(span.start, []).append(span)
            ending.setdefault(span.end, []).insert(0, span)
        position = 0
        for edge in sorted({0, len(self.text), *starting, *ending}):
            if edge > position:
                self._run(out, position, edge)
                position = edge
            closing = _first(ending.get(edge), lambda s: -s.start)
            out.extend(_Chunk(self._delimiter(span, opening=False), span) for span in closing)
            for span in _first(starting.get(edge), lambda s: -s.end):
                self._opening(out, span)
        return out

    def _opening(self, out: list[_Chunk], span: Span) -> None:
        delimiter = self._delimiter(span, opening=True)
        last = out[-1] if out else None
        if last and last.span and not last.opening and delimiter[:1] == last.text[:1] != "<":
            out.append(_Chunk(" "))
        _no_image(out, delimiter)
        if delimiter[:1] == ":" and not _COMPONENT_AFTER.search("".join(c.text for c in out[-2:])):
            out.append(_Chunk(" "))
        out.append(_Chunk(delimiter, span, opening=True))

    def _run(self, out: list[_Chunk], start: int, end: int) -> None:
        position = start
        for match in ATOM.finditer(self.text, start, end) if self.atoms else ():
            self._plain(out, position, match.start())
            self._atom(out, atom_index(match[0]), self.text[match.end() : match.end() + 8])
            position = match.end()
        self._plain(out, position, end)

    def _plain(self, out: list[_Chunk], start: int, end: int) -> None:
        if start == end:
            return
        text = self.text[start:end]
        written = _written(out)
        first = (
            not written
            or written[-1] in "\r\n"
            or ("\n" in written and not written.rpartition("\n")[2].strip(" \t>"))
        )
        if self.style.context != "value" and (
            (text[0] == "{" and written[-1:] in _ATTRIBUTED) or f"{written[-1:]}{text[0]}" in _OPENERS
        ):
            out.append(_Chunk(" "))
        out.append(_Chunk(_escaped(text, self.style, first=first)))

    def _atom(self, out: list[_Chunk], index: int, following: str) -> None:
        """An atom, parted by a space from text that would change what it is."""
        atom = self.atoms[index]
        text = self._filled(atom.markup)
        before = _written(out)[-1:]
        bare = atom.kind == "url" and not text.startswith("<")
        wordy = bare or (atom.kind == "mask" and text[0] in ":[")
        component = wordy and text[0] == ":" != text[-1]
        if (
            (wordy and before.isalnum())
            or (component and not _COMPONENT_AFTER.search("".join(c.text for c in out[-2:])))
            or (before == text[0] == "`")
            or f"{before}{text[0]}" in _OPENERS
        ):
            out.append(_Chunk(" "))
        _no_image(out, text)
        out.append(_Chunk(text))
        touching = not _URL_ENDS.match(following) if bare else bool(_LETTER_AFTER.match(following))
        touching = touching or (component and text[-1] not in "]}" and not _COMPONENT_BEFORE.match(following))
        together = ATOM.match(following) and f"{chr(ATOM_BASE + index)}{following[0]}" in self.source
        if wordy and touching and not together:
            out.append(_Chunk(" "))

    def _delimiter(self, span: Span, *, opening: bool) -> str:
        mark = span.mark
        text = mark.closing_moved.decode()
        if opening or not text:
            text = self._filled(mark.opening if opening else mark.closing)
        if span.star and mark.kind in _DELIMITED:
            text = text.replace("_", "*")
        if span.pad:
            return f" {text}" if opening else f"{text} "
        return text

    def _filled(self, markup: Markup) -> str:
        """Markup with what is written into its holes."""
        if not markup.holes:
            return markup.raw.decode()
        parts: list[bytes] = []
        position = 0
        for hole in markup.holes:
            parts += [
                markup.raw[position : hole.start],
                self.texts.get(hole, markup.raw[hole.start : hole.end]),
            ]
            position = hole.end
        parts.append(markup.raw[position:])
        return b"".join(parts).decode()


def _written(out: Sequence[_Chunk]) -> str:
    """The last that is written and not empty."""
    return next((chunk.text for chunk in reversed(out) if chunk.text), "") if out else ""


def _first(spans: list[Span] | None, key: Callable[[Span], int]) -> Sequence[Span]:
    """Those that begin or end in one place, in the order in which they are written."""
    return sorted(spans, key=key) if spans and len(spans) > 1 else spans or ()


def _escaped(text: str, style: Style, *, first: bool) -> str:
    if style.context == "value":
        return text
    return escape(text, style.context, first=first, mdx=style.mdx, strict=style.strict)


def _no_image(out: Sequence[_Chunk], following: str) -> None:
    """An exclamation mark right before a link would make an image of it."""
    if following.startswith("[") and out and out[-1].span is None and out[-1].text.endswith("!"):
        out[-1].text = f"{out[-1].text[:-1]}\\!"


def _broken(chunks: Sequence[_Chunk]) -> Iterator[Span]:
    """The emphasis whose delimiters CommonMark wouldn't take for such (its flanking rules)."""
    for index, chunk in enumerate(chunks):
        if chunk.span is None or chunk.span.mark.kind not in _DELIMITED:
            continue
        before = chunks[index - 1].text[-1:] if index else ""
        after = chunks[index + 1].text[:1] if index + 1 < len(chunks) else ""
        if chunk.span.pad:
            before, after = (" ", after) if chunk.opening else (before, " ")
        inner, outer = (after, before) if chunk.opening else (before, after)
        same = inner in ("*", "_", "~") and inner == chunk.text.strip()[:1]
        if not same and not _flanks(inner, outer, underscore=chunk.text.strip()[0] == "_"):
            yield chunk.span


def _flanks(inner: str, outer: str, *, underscore: bool) -> bool:
    if not inner or inner.isspace():
        return False
    # Symbols (emoji, currency) count as punctuation since CommonMark 0.31 only: they must not be relied upon.
    free = not outer or outer.isspace() or unicodedata.category(outer)[0] == "P" or outer in _SYMBOLS
    if underscore and not free:
        return False
    return free or not _punctuation(inner)


def _punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _repair(span: Span, spans: Sequence[Span], text: str) -> bool:
    """One more repair of a span's delimiters; False when there is none left."""
    if not span.star and span.mark.opening.raw.startswith(b"_"):
        span.star = True
        return True
    if not span.trimmed:
        span.trimmed = True
        start, end = span.start, span.end
        while start < end and _punctuation(text[start]):
            start += 1
        while end > start and _punctuation(text[end - 1]):
            end -= 1
        # What stands in it loses the same signs, or it would stand around it then.
        held = [s for s in spans[spans.index(span) :] if span.start <= s.start and s.end <= span.end]
        if start < end and all(max(s.start, start) < min(s.end, end) for s in held):
            for one in held:
                one.start, one.end = max(one.start, start), min(one.end, end)
        return True
    if not span.pad:
        span.pad = True
        return True
    return False
