"""Negative controls: is damage to each class of token found?

    python bench/damage.py CORPUS [--each N] [--only NAME] [--seed N]

One token of a real post is damaged, as a translator or a bad edit would do it. The judge (remark) and
polypost's own `same_structure` are asked whether the post is still the same. Printed per class: how often
each says no, and at the end every damage that either took for none. Exit code 1 when the judge misses any.

Damage is put in by expressions over the text, not by a parser, so that neither of the two is asked about its
own opinion. Signs that are rare in real posts stand in SAMPLES too.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus import Post, posts
from remark import Judge

from polypost import same_structure
from polypost.errors import PostError

HEAD = re.compile(r"\A(---|\+\+\+)[ \t]*\n.*?^\1[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
VERBATIM = re.compile(
    r"^[ \t>]*(?P<rail>```+|~~~+)[^\n]*\n(?:(?![ \t>]*(?P=rail))[^\n]*\n)*[^\n]*"
    r"|(?<!`)(?P<ticks>`+)(?!`)[^`]{1,999}(?<!`)(?P=ticks)(?!`)|<!--(?:(?!-->)[^\0])*-->"
    r"|^(?:    |\t)[^\n]*$|<(?P<tag>script|style|pre|code)\b(?:(?!</(?P=tag))[^\0])*"
    r"|^\$\$\n[^$]*\$\$|\{/\*(?:(?!\*/)[^\0])*\*/\}",
    re.MULTILINE,
)


@lru_cache(maxsize=4000)
def verbatim(text: str) -> tuple[tuple[int, int], ...]:
    """Where code, comments and the like stand."""
    return tuple(m.span() for m in VERBATIM.finditer(text))


@dataclass(frozen=True, slots=True)
class Damage:
    """What is done to the token that `token` finds."""

    name: str
    token: re.Pattern[str]
    broken: Callable[[re.Match[str]], str]
    where: str = "prose"
    """`prose`: outside of code and the head; `head`; `anywhere` in the body."""
    dialects: frozenset[str] = frozenset()
    """Only in these; empty: in any."""


def replaced(group: str | int, by: str | Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    """The match with one of its groups replaced."""

    def change(match: re.Match[str]) -> str:
        start, end = match.start(group) - match.start(), match.end(group) - match.start()
        new = by(match[group]) if callable(by) else by
        return match[0][:start] + new + match[0][end:]

    return change


def edited(text: str) -> str:
    """A letter or digit of it is another."""
    letters = [m.start() for m in re.finditer(r"[A-Za-z0-9]", text)]
    if not letters:
        return text + "x"
    at = letters[len(letters) // 2]
    return text[:at] + ("q" if text[at] != "q" else "z") + text[at + 1 :]


def row(
    name: str,
    token: str,
    group: str | int,
    by: str | Callable[[str], str],
    where: str = "prose",
    dialects: str = "",
) -> Damage:
    return Damage(
        name, re.compile(token, re.MULTILINE), replaced(group, by), where, frozenset(dialects.split())
    )


MDX = "mdx astro docusaurus"
PLAIN = "markdown gfm jekyll hugo zola vitepress nuxt"
_LINK = r"(?<![!\\\]])(\[)([^\[\]\n`<>]*[a-z]{2}[^\[\]\n`<>]*)(\]\()([^()\s]+)(\))"
_IMAGE = r"(?<!\\)(!\[[^\[\]\n]*\]\()([^()\s]+)((?: \"[^\"\n]*\")?\))"
_KEY = r"(?<=\n)(?P<key>[A-Za-z_]\w*)"
_TABLE_ROW = r"(?<=\n)(?:\|[^|\n`\\]+){2,}\|[ \t]*\n"
DAMAGES: tuple[Damage, ...] = (
    row(
        "fence: opening removed",
        r"^(?P<x>```[\w-]*[^`\n]*\n)(?:(?!```)[^\n]*\n)+```[ \t]*$",
        "x",
        "",
        "anywhere",
    ),
    row(
        "fence: closing removed",
        r"^```[\w-]*[^`\n]*\n(?:(?!```)[^\n]*\n)+(?P<x>```)[ \t]*$",
        "x",
        "",
        "anywhere",
    ),
    row(
        "fence: edited inside",
        r"^```[\w-]*[^`\n]*\n(?P<x>(?:(?!```)[^\n]*\n)+)```[ \t]*$",
        "x",
        edited,
        "anywhere",
    ),
    row(
        "fence: language edited",
        r"^```(?P<x>[a-z]+)[^`\n]*\n(?:(?!```)[^\n]*\n)+```[ \t]*$",
        "x",
        edited,
        "anywhere",
    ),
    row("code span: edited", r"(?<![`\\])`(?P<x>[A-Za-z][^`\n]*)`(?!`)", "x", edited, "spans"),
    row("code span: dropped", r"(?<![`\\])(?P<x>`[A-Za-z][^`\n]*`)(?!`)", "x", "", "spans"),
    row(
        "code span: ticks dropped",
        r"(?<![`\\])`(?P<x>[A-Za-z][^`\n]*)`(?!`)",
        0,
        lambda t: t.strip("`"),
        "spans",
    ),
    row("link: URL edited", _LINK, 4, edited),
    row("link: dropped, words kept", _LINK, 0, lambda t: t[1 : t.index("](")]),
    row("link: dropped, words too", _LINK, 0, ""),
    row("link: words dropped", _LINK, 2, ""),
    row(
        "bare URL: edited",
        r"(?<=[\s])https?://(?P<x>[a-z][\w./-]+\w)(?=[\s])",
        "x",
        edited,
        "prose",
        "markdown gfm jekyll hugo zola vitepress",
    ),
    row("image: source edited", _IMAGE, 2, edited),
    row("image: dropped", _IMAGE, 0, ""),
    row("image: text dropped", r"!\[(?P<x>[^\[\]\n]+)\]\([^()\s]+\)", "x", ""),
    row("image or link: title dropped", r"\]\([^()\s]+(?P<x> [\"'][^\"'\n]+[\"'])\)", "x", ""),
    row("heading: level", r"^(?P<x>#{1,5}) \w", "x", lambda t: t + "#"),
    row("heading: marker dropped", r"^(?P<x>#{1,6} )\w", "x", ""),
    row(
        "heading: id edited",
        r"^#{1,6} [^\n]*\{#(?P<x>[\w-]+)\}",
        "x",
        edited,
        "prose",
        "vitepress docusaurus hugo",
    ),
    row("list: marker dropped", r"(?<=\n\n)(?P<x>[-*] )\w", "x", ""),
    row("list: nesting", r"^[-*] [^\n]+\n(?P<x>  |    |\t)[-*] ", "x", ""),
    row("list: number of the first", r"(?<=\n\n)(?P<x>1)\. \w", "x", "3"),
    row("list: item dropped", r"^[-*] [^\n]+\n(?P<x>[-*] [^\n]+\n)(?=[-*] )", "x", ""),
    row("table: row dropped", rf"{_TABLE_ROW}(?P<x>{_TABLE_ROW})", "x", ""),
    row("table: cell dropped", rf"{_TABLE_ROW}(?P<x>\|[^|\n`\\]+)(?:\|[^|\n`\\]+)+\|[ \t]*\n", "x", ""),
    row("table: alignment", r"(?<=\n)\|(?P<x> ?-{3,}) ?\|[ \t:|-]+\n", "x", ":---"),
    row(
        "HTML: attribute edited",
        r"<[a-z]+[1-6]? [^<>\n]*\b(?:src|href|class|id|width)=\"(?P<x>[\w./:#-]+)\"[^<>\n]*>",
        "x",
        edited,
        "prose",
        PLAIN,
    ),
    row(
        "HTML: tag dropped",
        r"(?P<x></?(?:div|p|span|img|a|b|em|sup|kbd|details|summary|ul|li)\b[^<>\n]*>)",
        "x",
        "",
        "prose",
        PLAIN,
    ),
    row(
        "HTML: closing tag dropped",
        r"(?P<x></(?:div|p|span|a|b|em|sup|details|summary|ul|li)>)",
        "x",
        "",
        "prose",
        PLAIN,
    ),
    row("HTML: comment edited", r"<!--(?P<x>[^>]*[a-z][^>]*)-->", "x", edited, "comments", PLAIN),
    row(
        "HTML: text attribute dropped",
        r"<img [^<>\n]*\balt=\"(?P<x>[^\"\n]*[a-z][^\"\n]*)\"",
        "x",
        "",
        "prose",
        PLAIN,
    ),
    row(
        "JSX: attribute edited",
        r"<[A-Z]\w* [^<>{}\n]*\b(?!title|alt|label|placeholder)[a-z]\w*=\"(?P<x>[\w./ -]+)\"",
        "x",
        edited,
        "prose",
        MDX,
    ),
    row("JSX: attribute expression edited", r"<[A-Z]\w* [^<>\n]*=\{(?P<x>\w+)\}", "x", edited, "prose", MDX),
    row("JSX: closing tag dropped", r"(?P<x></[A-Z]\w*>)", "x", "", "prose", MDX),
    row("JSX: name edited", r"<(?P<x>[A-Z]\w+)[^<>\n]*/>", "x", edited, "prose", MDX),
    row("MDX: expression edited", r"(?<![=\w{$])\{(?P<x>[a-z]\w+[^{}\n]*)\}", "x", edited, "prose", MDX),
    row("MDX: import edited", r"^import [^\n]+from ['\"](?P<x>[^'\"\n]+)['\"]", "x", edited, "prose", MDX),
    row("MDX: import dropped", r"^(?P<x>import [^\n]+from ['\"][^'\"\n]+['\"];?\n)", "x", "", "prose", MDX),
    row("MDX: export edited", r"^export (?P<x>[^\n]+)\n", "x", edited, "prose", MDX),
    row("shortcode: edited", r"\{\{[<%] (?P<x>[\w-]+)[^{}\n]*[%>]\}\}", "x", edited, "prose", "hugo"),
    row("shortcode: dropped", r"(?P<x>\{\{[<%] [^{}\n]*[%>]\}\})", "x", "", "prose", "hugo"),
    row(
        "shortcode: argument edited",
        r"\{\{[<%] [\w-]+ (?!title|alt|caption)(?P<x>\S+)[^{}\n]*[%>]\}\}",
        "x",
        edited,
        "prose",
        "hugo",
    ),
    row("Liquid: edited", r"\{[{%]-? ?(?P<x>[\w.]+)[^{}\n]*[%}]\}", "x", edited, "prose", "jekyll"),
    row("Liquid: dropped", r"(?P<x>\{[{%][^{}\n]*[%}]\})", "x", "", "prose", "jekyll"),
    row("kramdown list: edited", r"\{:(?P<x>[^{}\n]+)\}", "x", edited, "prose", "jekyll"),
    row(
        "directive: name edited",
        r"^:::? ?(?P<x>[a-z]+)",
        "x",
        edited,
        "prose",
        "vitepress nuxt astro docusaurus",
    ),
    row(
        "directive: closing dropped",
        r"^(?P<x>:::?)[ \t]*$",
        "x",
        "",
        "prose",
        "vitepress nuxt astro docusaurus",
    ),
    row(
        "directive: dropped",
        r"^(?P<x>:::? ?[a-z][^\n]*)$",
        "x",
        "",
        "prose",
        "vitepress nuxt astro docusaurus",
    ),
    row("interpolation: edited", r"\{\{(?P<x>[^{}\n]+)\}\}", "x", edited, "prose", "vitepress nuxt"),
    row("callout: edited", r"^> \[!(?P<x>[A-Za-z]+)\]", "x", edited),
    row("emoji code: dropped", r"(?<=\s)(?P<x>:[a-z_]+:)(?=\s)", "x", "", "prose", "nuxt vitepress slidev"),
    row("math: edited", r"^\$\$\n(?P<x>[^$]+)\$\$", "x", edited, "anywhere"),
    row("inline math: edited", r"(?<![\w$\\])\$(?P<x>\\?[a-zA-Z][^$\s]*)\$(?![\w$])", "x", edited),
    row("footnote: reference dropped", r"(?<=[a-z.,])(?P<x>\[\^\w+\])(?!:)", "x", ""),
    row("footnote: definition dropped", r"^(?P<x>\[\^\w+\]:)", "x", ""),
    row("footnote: number edited", r"(?<=[a-z.,])\[\^(?P<x>\w+)\](?!:)", "x", edited),
    row("hard break: dropped", r"(?<=\n\n)[A-Z][^\n|]*[\w.,](?P<x>  +|\\)\n(?=[A-Z*\[])", "x", ""),
    row("thematic break: dropped", r"(?<=\n\n)(?P<x>-{3,}|\*{3,})\n(?=\n)", "x", "", "prose", PLAIN),
    row("definition: URL edited", r"^\[[^\[\]^\n]+\]: (?P<x>\S+)$", "x", edited),
    row("definition: label edited", r"^\[(?P<x>[^\[\]^\n]+)\]: \S+$", "x", edited),
    row("definition: dropped", r"^(?P<x>\[[^\[\]^\n]+\]: \S+\n)", "x", ""),
    row(
        "emphasis: dropped",
        r"(?<![\w*\\_])(\*|_)(\w[^*_\n\[\]<>`]*\w)\1(?![\w*_])",
        0,
        lambda t: t.strip("*_"),
    ),
    row("emphasis: unclosed", r"(?<![\w*\\_])\*\w[^*_\n\[\]<>`]*\w(?P<x>\*)(?![\w*_])", "x", ""),
    row("strong: dropped", r"(?<![\w*\\])\*\*(\w[^*\n\[\]<>`]*\w)\*\*(?![\w*])", 0, lambda t: t.strip("*")),
    row("strong: unclosed", r"(?<![\w*\\])\*\*\w[^*\n\[\]<>`]*\w(?P<x>\*\*)(?![\w*])", "x", ""),
    row("strong: weaker", r"(?<![\w*\\])\*\*(\w[^*\n\[\]<>`]*\w)\*\*(?![\w*])", 0, lambda t: t[1:-1]),
    row("quote: marker removed", r"(?<=\n\n)(?P<x>> )\w", "x", ""),
    row("task: flipped", r"^[-*] \[(?P<x>[ xX])\] ", "x", lambda t: "x" if t == " " else " "),
    row("paragraph: emptied", r"(?<=\n\n)(?P<x>[A-Z][a-z ,]+\.)\n(?=\n)", "x", ""),
    row("paragraph: split", r"(?<=\n\n)[A-Z][\w ,]+\.(?P<x> )[A-Z][\w ,]+\.", "x", "\n\n"),
    row("paragraphs: joined", r"(?<=\n\n)[A-Z][\w ,]+\.(?P<x>\n\n)(?=[A-Z][\w ,]+\.)", "x", "\n"),
    row("head: key renamed", rf"{_KEY}(?=[ \t]*[:=])", "key", edited, "head"),
    row("head: key dropped", rf"{_KEY}: [^\n|>]+\n(?=\w|---)", 0, "", "head"),
    row(
        "head: other value edited",
        r"(?<=\n)(?:date|slug|layout|weight|permalink|author|path|tags)(?::| =) (?P<x>[\w\"'/][^\n]*)",
        "x",
        edited,
        "head",
    ),
    row("head: title emptied", r"(?<=\n)title: (?P<x>[A-Za-z][^\n\"':]*)(?=\n)", "x", "''", "head"),
    row(
        "head: title turned into a date",
        r"(?<=\n)title: (?P<x>[A-Za-z][^\n\"':]*)(?=\n)",
        "x",
        "2024-01-01",
        "head",
    ),
    row(
        "head: date quoted",
        r"(?<=\n)\w*[dD]ate: (?P<x>\d{4}-\d\d-\d\d)[ \t]*(?=\n)",
        "x",
        lambda t: f'"{t}"',
        "head",
    ),
    row(
        "head: date unquoted",
        r"(?<=\n)\w*[dD]ate: (?P<x>[\"']\d{4}-\d\d-\d\d[\"'])[ \t]*(?=\n)",
        "x",
        lambda t: t[1:-1],
        "head",
    ),
    row(
        "head: number quoted",
        r"(?<=\n)(?:weight|order|id|part)(?::| =) (?P<x>\d+)[ \t]*(?=\n)",
        "x",
        lambda t: f'"{t}"',
        "head",
    ),
    row(
        "head: boolean quoted",
        r"(?<=\n)\w+(?::| =) (?P<x>true|false)[ \t]*(?=\n)",
        "x",
        lambda t: f'"{t}"',
        "head",
    ),
    row("head: opening dropped", r"\A(?P<x>---|\+\+\+)", "x", "", "head"),
    row("head: closing dropped", r"^(?P<x>---|\+\+\+)[ \t]*\n?\Z", "x", "", "head"),
    row(
        "head: made invalid",
        r"(?<=\n)title: (?P<x>[A-Za-z][^\n\"':]*)(?=\n)",
        "x",
        lambda t: f"{t}: [{t}",
        "head",
    ),
)
RARE = """\
A line that ends  \nAnd a second one.

![A boat](boat.png "On the lake") and [one](b.md 'Two').

$$
x^2 + y
$$

Let $alpha$ be small :tada: today.

- [ ] open
- [x] done
"""
SAMPLES = (
    ("markdown", RARE),
    ("hugo", '# A heading {#first}\n\nSee it {{< ref "a.md" >}} now.\n\n> [!NOTE]\n> Mind the gap.\n'),
    ("jekyll", "A line.\n{: .wide}\n\nSee {{ page.title }} and {% link a.md %}.\n"),
    ("vitepress", "Since {{ version }} it is :rocket: fast.\n\n::: tip Mind\nText.\n:::\n"),
    ("mdx", "import A from './a'\n\nexport const b = 1\n\n<A c={d} e=\"f\">\n\nText {b}.\n\n</A>\n"),
    ("docusaurus", "## Title {#first}\n\n:::note[Mind]\n\nText.\n\n:::\n"),
)
"""(dialect, post)"""


def spots(damage: Damage, text: str) -> list[re.Match[str]]:
    """Where in `text` it can be done."""
    head = HEAD.match(text)
    body = head.end() if head else 0
    if damage.where == "head":
        return list(damage.token.finditer(text, 0, body)) if head else []
    found = list(damage.token.finditer(text, body))
    if damage.where == "anywhere":
        return found
    if not found:
        return []
    code = verbatim(text)
    if damage.where == "spans":
        code = tuple((a, b) for a, b in code if "\n" in text[a:b] or text[a] != "`")
    elif damage.where == "comments":
        code = tuple((a, b) for a, b in code if not text.startswith("<!--", a))
    return [m for m in found if not any(a < m.end() and m.start() < b for a, b in code)]


def inflicted(damage: Damage, text: str, rng: random.Random) -> tuple[str, int] | None:
    """The damaged text, and the line."""
    found = spots(damage, text)
    if not found:
        return None
    match = rng.choice(found)
    broken = text[: match.start()] + damage.broken(match) + text[match.end() :]
    return None if broken == text else (broken, text.count("\n", 0, match.start()) + 1)


@dataclass(slots=True)
class Rate:
    done: int = 0
    judge: int = 0
    own: int = 0
    posts: int = 0
    """Of which polypost could read the source."""


def measured(
    damage: Damage, found: Sequence[tuple[Post, str]], each: int, seed: int, judge: Judge, misses: list[str]
) -> Rate:
    rate = Rate()
    order = list(found)
    random.Random(f"{seed} {damage.name}").shuffle(order)
    for post, text in order:
        if rate.done == each:
            break
        if damage.dialects and post.dialect not in damage.dialects:
            continue
        hit = inflicted(damage, text, random.Random(f"{seed} {post.path}"))
        if hit is None:
            continue
        broken, line = hit
        verdict = judge.compare(text, broken, post.dialect, name=post.path)
        if verdict.verdict == "unparsed":
            continue
        rate.done += 1
        rate.judge += verdict.verdict == "different"
        if verdict.verdict == "same":
            misses.append(f"{damage.name}: {post.path}:{line} ({post.dialect}) not seen by the judge")
        try:
            own = same_structure(text.encode(), broken.encode(), path=post.path, dialect=post.spoken)
        except PostError:
            continue
        rate.posts += 1
        rate.own += bool(own)
        if not own:
            misses.append(f"{damage.name}: {post.path}:{line} ({post.dialect}) not seen by same_structure")
    return rate


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--each", type=int, default=40, help="posts per class")
    parser.add_argument("--only", default="", help="classes whose name holds this")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = [(p, t) for p in posts(options.corpus) if (t := p.text()) is not None and "\r" not in t]
    found += [(Post(f"sample {name}", text.encode(), name), text) for name, text in SAMPLES]
    misses: list[str] = []
    missed = 0
    print(f"{'damage':<36}{'done':>6}{'judge':>10}{'same_structure':>17}")
    with Judge() as judge:
        for damage in DAMAGES:
            if options.only not in damage.name:
                continue
            rate = measured(damage, found, options.each, options.seed, judge, misses)
            if not rate.done:
                print(f"{damage.name:<36}  none in this corpus")
                continue
            missed += rate.judge < rate.done
            own = 100 * rate.own / rate.posts if rate.posts else 100
            print(f"{damage.name:<36}{rate.done:>6}{100 * rate.judge / rate.done:>8.1f} %{own:>15.1f} %")
    print("\n".join(["", *misses]))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
