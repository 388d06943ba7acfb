"""Where JSX and JavaScript stand in MDX: a scanner for tags, expressions, import and export."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypost.errors import PostError
from polypost.markdown.dialects.mask import Mask, Text, alone
from polypost.markdown.dialects.outdent import outdented
from polypost.markdown.expressions import LONGEST, expression_end, statement_end
from polypost.markdown.rules import Rules
from polypost.markdown.tags import OPAQUE, attributes

CODE = (
    r"(?P<code>(?<![`\\])(?P<ticks>`++)"
    r"[^`\n]*+(?:(?:`++|\n(?![ \t]*\r?\n))[^`\n]*+){0,2000}?(?<!`)(?P=ticks)(?!`))"
)
"""A code span: never across a blank line."""
_SIGN = re.compile(r"[`~\\<{]")
_START = re.compile(
    rf"{CODE}"
    r"|(?P<fence>^[ \t>*+-]*(?:\d+[.)][ \t]+)?(?P<rail>`{3,}|~{3,})"
    r"[^\n]*\n.*?(?:^[ \t>]*(?P=rail)[`~]*[ \t]*\r?$|\Z))"
    r"|(?P<escaped>\\.)"
    r"|(?P<esm>^(?:import|export)\b(?=[\s{*'\"]).*?(?=\n[ \t]*\r?\n|\Z))"
    r"|(?P<led><(?:(?<=\]\(<)|(?<=\]:<)|(?<=\]:[ \t]<))[^<>\n]*+>(?=[)\s]|\Z))"  # a link's destination
    r"|(?P<tag><(?=[A-Za-z/>]))"
    r"|(?P<odd><(?=[^\s!]))"
    r"|(?P<brace>\{)"
    r"|(?P<open>(?<![`\\])`++)",
    re.DOTALL | re.MULTILINE,
)
_NAME = re.compile(r"<(/?)\s*([\w.:$-]*)")
_BLANK_LINE = re.compile(r"\n[ \t>]*+\r?\n")
_IN_TAG = re.compile(r"""["'{}>]""")
FENCE = 3
"""As many backticks begin a fence, which is taken for a code span where no blank line stands in it."""
MAX_OPEN = 100
"""Openers without an end in one post (MDX itself refuses the first)."""


def elements(text: str, _: Rules) -> Iterator[Mask]:
    """MDX: import and export, tags, expressions, and the indentation that means nothing."""
    fences: list[tuple[int, int]] = []
    taken = list(ranges(text, fences))
    done = 0
    for start, end in taken:
        if end - start == 1:
            if start >= done:
                blank = _BLANK_LINE.search(text, end)
                done = end + len(text[end : blank.start() if blank else len(text)].rstrip())
                yield Mask(start, done, block=False, unclosed=True)
            continue
        shown = attributes(text, start, end, mdx=True) if text[start] == "<" else ()
        yield Mask(start, end, alone(text, start, end), tuple(Text(*each) for each in shown))
    yield from outdented(text, taken, fences)


def ranges(text: str, fences: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The ranges of `text` that are JSX or JavaScript, in order; those of fenced code go into `fences`.

    Of what never closes it is the one sign that opens: MDX refuses it, so no translation may bring it.
    Raises PostError when so much never closes that looking for the ends would take forever.
    """
    position = opened = 0
    modules = _modules(text)
    while match := _following(text, position, modules):
        position = match.end()
        start = match.start()
        end: int | None = None
        if match["fence"] is not None or len(match["ticks"] or "") >= FENCE:
            fences.append(match.span())
        elif match["esm"] is not None:
            if _continues(text, start):
                position = start + 1
                continue
            end = statement_end(text, start)
        elif match["tag"]:
            end = _tag_end(text, start)
        elif match["brace"]:
            end = expression_end(text, start)
        if end is not None:
            yield start, end
            position = max(end, start + 1)
        elif match["tag"] or match["brace"] or match["odd"] or match["esm"]:
            yield start, start + 1
        if end is None and (match["tag"] or match["brace"] or match["open"] or match["esm"]):
            opened += 1
            bounded(text, start, opened, MAX_OPEN)


def _modules(text: str) -> list[int]:
    """Where lines begin with `import` or `export`, the last first."""
    found: list[int] = []
    for word in ("import", "export"):
        at = text.find(word)
        while at >= 0:
            if at == 0 or text[at - 1] == "\n":
                found.append(at)
            at = text.find(word, at + 1)
    return sorted(found, reverse=True)


def _following(text: str, position: int, modules: list[int]) -> re.Match[str] | None:
    """The next match of _START from `position` on; looked for where it can begin, it is found much sooner.

    `modules`: those of `_modules`; the ones before `position` are taken out.
    """
    while sign := _SIGN.search(text, position):
        at = sign.start()
        line = text.rfind("\n", position, at) + 1
        if not line and position and text[position - 1] != "\n":
            line = at  # the line began before
        elif not line:
            line = position
        if (found := _module(text, position, line, modules)) is not None:
            return found
        if line < at and sign[0] in "`~" and (fence := _START.match(text, line)) is not None:
            return fence
        if (match := _START.match(text, at)) is not None:
            return match
        position = at + 1
    return _module(text, position, len(text), modules)


def _module(text: str, position: int, end: int, modules: list[int]) -> re.Match[str] | None:
    """The first of `modules` from `position` up to `end`."""
    while modules and modules[-1] < position:
        modules.pop()
    while modules and modules[-1] <= end:
        if (match := _START.match(text, modules.pop())) is not None:
            return match
    return None


def _continues(text: str, start: int) -> bool:
    """Whether a line goes on with a paragraph: there `import` and `export` are words."""
    before = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : start].strip()
    return bool(before) and before[-1] not in ">}`;" and before[0] not in "#<:"


def bounded(text: str, start: int, opened: int, most: int) -> None:
    """Raise PostError when `opened`, the number of openers without an end up to `start`, is over `most`."""
    if opened > most:
        message = (
            f"more than {most} signs such as `{{{{`, `{{`, `<` or backticks open something that never ends; "
            "close them, escape them, or exclude the post"
        )
        raise PostError(message, code="unclosed", line=text.count("\n", 0, start) + 1)


def _tag_end(text: str, start: int) -> int | None:
    """The end of the tag at `start`; of its whole element where the content is code."""
    name = _NAME.match(text, start)
    if name is None:
        return None
    position = name.end()
    while match := _IN_TAG.search(text, position, start + LONGEST):
        sign = match[0]
        if sign == ">":
            end = match.end()
            if name[2] in OPAQUE and not name[1] and text[end - 2] != "/":
                closing = text.find(f"</{name[2]}>", end, end + 5 * LONGEST)
                return end if closing < 0 else closing + len(name[2]) + 3
            return end
        closed = expression_end(text, match.start()) if sign == "{" else None
        if sign in "\"'":
            found = text.find(sign, match.end(), start + LONGEST)
            closed = None if found < 0 else found + 1
        if closed is None:
            return None
        position = closed
    return None
