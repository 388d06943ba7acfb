"""Translators that answer badly, each in one way, always the same for the same string.

The tame ones (TAME) stand for models that do what they are for in other scripts; the others for everything
that has come back from a real one, and worse. What a stand-in looks like is read from polypost itself.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from known import STANDIN

Change = Callable[[str], str]
ACCENTS = str.maketrans("aeioucnsyAEIOUCNSY", "áéíóúçñšýÁÉÍÓÚÇÑŠÝ")
FILLER = [
    "lórem",
    "ipsúm",
    "dólor",
    "amét",
    "élit",
    "sédo",
    "témpor",
    "magná",
    "aliquá",
    "vénia",
    "quís",
    "nostrúd",
]
FULL_WIDTH = str.maketrans(",.!?:;()", "，。！？：；（）")
METACHARACTERS = (
    *"\\`*_{}[]()#+-.!<>|~$&:;=\"'/@^%\n\t",
    *(
        "```",
        "---",
        "1. ",
        "- ",
        "> ",
        "# ",
        "{{",
        "}}",
        "{%",
        "](",
        "![",
        "$$",
        "**",
        "__",
        "~~",
        "||",
        "::",
    ),
    *("&lt;", "&nbsp;", "import x", "export const a = 1", "http://a.b/c", "[^1]", "\\\n", "  \n", "\r\n\r\n"),
)
MDX = (
    *(
        "<div>",
        "</div>",
        "</",
        "<A b={1}>",
        "<br/>",
        "<!--",
        "-->",
        "{a}",
        "{",
        "}",
        "{/*",
        "<",
        ">",
        "{`",
        "<>",
    ),
    *(
        "import a from 'b'",
        "export default 1",
        "{...a}",
        "<A.B c='d'/>",
        "</A>",
        "{'",
        "<https://a.b>",
        "${x}",
    ),
)
OPENINGS = (
    *("# ", "- ", "1. ", "1) ", "> ", "+ ", "* ", "=== ", "--- ", "| ", "    ", "\t", "``` ", "~~~ ", "::: "),
    *(
        "import x ",
        "export default ",
        "<div> ",
        "</div>",
        "{",
        "}",
        "[^1]: ",
        "[a]: ",
        "<!-- ",
        "$$ ",
        "!!! ",
    ),
    *("{% ", "{{ ", "\\", "&nbsp;", "title: ", '"', "'", "@", "%", "`", "?", "[ ] ", "[!NOTE] ", "[[toc]]"),
    *(": ", "::a ", "{: "),
)
CLOSINGS = (
    *(
        "",
        " #",
        " {#x}",
        "\\",
        "  ",
        "|",
        " ---",
        ":",
        "`",
        "*",
        "_",
        "~",
        "<",
        "[",
        "](x)",
        "!",
        "$",
        " `",
        "&",
    ),
    *("-->", '"', "'", "}", "{", "{#", "::", "\n===", "\n---", "\n\nx", "\n- x", "\n> x", "\n    x"),
)
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff"


def around_standins(text: str, words: Change) -> str:
    """`words` over everything but the stand-ins."""
    parts = STANDIN.split(text)
    names = [*STANDIN.findall(text), ""]
    return "".join(words(part) + name for part, name in zip(parts, names, strict=True))


def accents(text: str) -> str:
    """Longer by about 30 %, with accents."""
    more = (FILLER[(len(text) + n) % len(FILLER)] for n in range(max(1, len(text) // 20)))
    return " ".join((around_standins(text, lambda t: t.translate(ACCENTS)), *more))


def chinese(text: str) -> str:
    """Without spaces, with full-width punctuation."""

    def words(part: str) -> str:
        letters = (chr(0x4E00 + ord(c) % 0x2000) if c.isalpha() else c for c in part)
        return "".join("".join(letters).translate(FULL_WIDTH).split())

    return around_standins(text, words)


def right_to_left(text: str) -> str:
    return around_standins(text, lambda t: "".join(chr(0x5D0 + ord(c) % 27) if c.isalpha() else c for c in t))


def strewn(signs: tuple[str, ...]) -> Change:
    """`signs` before and behind words, anywhere."""

    def change(text: str) -> str:
        rng = random.Random(text)
        words = text.split(" ")
        return " ".join(
            (rng.choice(signs) if rng.random() < 0.3 else "")
            + word
            + (rng.choice(signs) if rng.random() < 0.2 else "")
            for word in words
        )

    return change


def edges(text: str) -> str:
    """What begins or ends a block, at the beginning and the end."""
    rng = random.Random(text)
    return rng.choice(OPENINGS) + text + rng.choice(CLOSINGS)


def dropped(text: str) -> str:
    """Stand-ins gone."""
    return " ".join(STANDIN.sub("", text.upper()).split())


def doubled(text: str) -> str:
    """Stand-ins twice."""
    return STANDIN.sub(lambda m: f"{m[0]} {m[0]}", text.upper())


def reordered(text: str) -> str:
    """Words backwards, and so the stand-ins."""
    return " ".join(reversed(text.upper().split()))


def swapped(text: str) -> str:
    """Stand-ins in reversed order, the words where they were."""
    names = STANDIN.findall(text)
    return STANDIN.sub(lambda _: names.pop(), text).upper()


def control(text: str) -> str:
    rng = random.Random(text)
    strange = [*BIDI, *map(chr, range(0x20)), *"\x7f\x85\u2028\u2029\u200b\u00ad\ufffd\U000f0000"]
    return "".join(c + (rng.choice(strange) if rng.random() < 0.15 else "") for c in text.upper()) + "\r\n\0"


def glued(text: str) -> str:
    """Latin without spaces."""
    return "".join(text.upper().split())


def quoted(text: str) -> str:
    return f'«{text.replace(" ", " “x” ", 2)}»: "y\'s"'


TAME: dict[str, Change] = {
    "upper case": str.upper,
    "+30 % accents": accents,
    "CJK": chinese,
    "right-to-left": right_to_left,
}
HOSTILE: dict[str, Change] = {
    "Markdown signs": strewn(METACHARACTERS),
    "MDX signs": strewn(MDX),
    "block signs": edges,
    "stand-ins dropped": dropped,
    "stand-ins doubled": doubled,
    "words reversed": reordered,
    "stand-ins swapped": swapped,
    "empty": lambda _: "",
    "ten times as long": lambda t: " ".join([STANDIN.sub("", t.lower())] * 9 + [t]),
    "control and bidi": control,
    "glued": glued,
    "quoted": quoted,
    "brackets": lambda t: f"[{t} one two]",
}
TRANSLATORS = {**TAME, **HOSTILE}
