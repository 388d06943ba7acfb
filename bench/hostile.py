"""What translators, tame and hostile, do to real posts; remark is the judge.

    python bench/hostile.py CORPUS [--only "CJK,empty"] [--limit N] [--most N] [--site PREFIX]

First identity: as the posts are, with CRLF, with a BOM: byte for byte the same, no finding. Then each of
the translators of translators.py over every post that polypost takes and remark parses. Per translator:

- files: how many were judged;
- same: the share that remark finds built alike (bar 99.9 %), and what polypost's own `same_structure` finds;
- kept: the share of segments left in the source language (bar 0.5 % for the tame ones);
- probing: characters of strings sent only to place marks, as a share of all sent (bar 15 %, over the corpus);
- dangling: in-page links that lead nowhere since their heading is translated;
- MB/s of source through `localize` alone.

Every failure follows with file, line and what remark saw. Exit code 1 when a bar is missed, or on a crash.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus import Post, posts
from remark import Judge
from translators import TAME, TRANSLATORS, Change

from polypost import localize, same_structure
from polypost.errors import PostError
from polypost.markdown.document import Document, parse
from polypost.markdown.rules import Rules
from polypost.text.text import needed, render
from polypost.values import Localized

SAME, KEPT, PROBING = 99.9, 0.5, 15.0
"""Per cent."""
BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Tally:
    """What one translator did."""

    files: int = 0
    same: int = 0
    own: int = 0
    """Files that `same_structure` passes."""
    segments: int = 0
    kept: int = 0
    sent: int = 0
    probing: int = 0
    dangling: int = 0
    size: int = 0
    seconds: float = 0
    crashes: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def percent(self, part: int, whole: int) -> float:
        return 100 * part / whole if whole else 100.0


def answered(document: Document, change: Change, tally: Tally) -> Localized:
    """`localize` in its parts, so that probes are counted apart."""
    answers: dict[str, str] = {}
    while needs := needed(document, answers, target="es"):
        tally.sent += sum(map(len, (*needs.sentences, *needs.probes)))
        tally.probing += sum(map(len, needs.probes))
        answers.update((text, change(text)) for text in (*needs.sentences, *needs.probes))
    return render(document, answers, target="es")


def judged(post: Post, source: str, name: str, change: Change, tally: Tally, judge: Judge) -> None:
    """One post through one translator."""
    began = time.process_time()
    try:
        document = parse(post.content, path=post.path, rules=Rules(post.spoken))
        result = answered(document, change, tally)
    except PostError:
        return
    except Exception as error:  # noqa: BLE001  a crash is a result here
        tally.crashes += 1
        tally.failures.append(f"{post.path}: CRASH {type(error).__name__}: {error}")
        return
    tally.seconds += time.process_time() - began
    tally.size += len(post.content)
    tally.segments += len(document.segments)
    tally.kept += len(result.kept)
    tally.findings.update(f.code for f in result.findings)
    try:
        target = result.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        tally.files += 1
        tally.failures.append(f"{post.path}: not UTF-8 any more: {error}")
        return
    verdict = judge.compare(source, target, post.dialect, name=f"{post.path} ({name})")
    if verdict.verdict == "unparsed":
        return
    tally.files += 1
    own = same_structure(post.content, result.content, result.declared, path=post.path, dialect=post.spoken)
    tally.own += not own
    tally.dangling += len(verdict.dangling)
    if verdict.verdict == "same":
        tally.same += 1
        return
    lines = target.splitlines()
    for one in verdict.differences[:1]:
        line = one["line"]
        shown = lines[line - 1][:160] if 0 < line <= len(lines) else ""
        tally.failures.append(
            f"{post.path}:{line} ({post.dialect}{', found by same_structure' if own else ''})\n"
            f"      was  {one['source'][:300]}\n      is   {one['target'][:300]}\n      line {shown}"
        )


def identity(found: Sequence[Post]) -> int:
    """How many posts an identity translator changes, or finds something in."""
    wrong = 0
    unix = [(p, p.content.replace(b"\r\n", b"\n")) for p in found]
    ways = {
        "as they are": [(p, p.content) for p in found],
        "with CRLF": [(p, c.replace(b"\n", b"\r\n")) for p, c in unix],
        "with a BOM": [(p, p.content if p.content.startswith(BOM) else BOM + p.content) for p in found],
    }
    for way, contents in ways.items():
        refused: Counter[str] = Counter()
        bad = 0
        for post, content in contents:
            try:
                result = localize(content, list, path=post.path, dialect=post.spoken, check=False)
            except PostError as error:
                refused[error.code] += 1
            except Exception as error:  # noqa: BLE001  a crash is a result here
                bad += 1
                print(f"  CRASH {post.path}: {type(error).__name__}: {error}")
            else:
                if result.content != content or result.findings:
                    bad += 1
                    print(f"  CHANGED {post.path} {result.findings[:2]}")
        wrong += bad
        print(f"identity, {way:<12} {len(contents)} files, {bad} changed, refused: {dict(refused) or 'none'}")
    return wrong


def missed(name: str, tally: Tally) -> list[str]:
    """The bars that this translator misses."""
    bars = []
    if tally.percent(tally.same, tally.files) < SAME:
        bars.append(f"same under {SAME} %")
    if name in TAME and tally.percent(tally.kept, tally.segments) >= KEPT:
        bars.append(f"kept over {KEPT} %")
    if name in TAME and tally.sent and tally.percent(tally.probing, tally.sent) >= PROBING:
        bars.append(f"probing over {PROBING} %")
    if tally.crashes:
        bars.append("crashes")
    return bars


def row(name: str, tally: Tally) -> str:
    same, own = tally.percent(tally.same, tally.files), tally.percent(tally.own, tally.files)
    kept = tally.percent(tally.kept, tally.segments)
    probing = tally.percent(tally.probing, tally.sent)
    speed = tally.size / 1e6 / tally.seconds if tally.seconds else 0
    bars = missed(name, tally)
    return (
        f"{name:<20}{tally.files:>6}{same:>9.2f} %{own:>9.2f} %{kept:>9.3f} %{probing:>8.2f} %"
        f"{tally.dangling:>9}{speed:>7.2f}  {'; '.join(bars) or 'ok'}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", default="", help="names, comma separated; `identity` among them")
    parser.add_argument(
        "--limit", type=int, default=0, help="every n-th post, so that about as many are left"
    )
    parser.add_argument("--most", type=int, default=0, help="print only so many failures per translator")
    parser.add_argument("--site", default="", help="only posts whose path begins so")
    options = parser.parse_args()
    only = {name.strip() for name in options.only.split(",") if name.strip()}
    if unknown := only - {*TRANSLATORS, "identity"}:
        parser.error(f"no translator {', '.join(unknown)}; there are {', '.join(TRANSLATORS)}, identity")
    found = [p for p in posts(options.corpus) if p.path.startswith(options.site)]
    if options.limit:
        found = found[:: max(1, len(found) // options.limit)]
    wrong = identity(found) if not only or "identity" in only else 0
    chosen = {name: change for name, change in TRANSLATORS.items() if not only or name in only}
    if chosen:
        wrong += hostile(found, chosen, options.most)
    return 1 if wrong else 0


def hostile(found: Sequence[Post], chosen: dict[str, Change], most: int) -> int:
    """How many bars are missed, over all translators."""
    tallies = {name: Tally() for name in chosen}
    with Judge() as judge:
        for post in found:
            source = post.text()
            if source is None:
                continue
            for name, change in chosen.items():
                judged(post, source, name, change, tallies[name], judge)
    heads = {"files": 6, "same": 11, "own": 11, "kept": 11, "probing": 10, "dangling": 9, "MB/s": 7}
    print(f"\n{'translator':<20}{''.join(f'{head:>{width}}' for head, width in heads.items())}")
    for name, tally in tallies.items():
        print(row(name, tally))
        print(f"{'':<20}{dict(tally.findings) or 'no findings'}")
    for name, tally in tallies.items():
        if tally.failures:
            print(f"\n{name}: {len(tally.failures)} failures")
            print("\n".join(f"  {one}" for one in tally.failures[: most or None]))
    return sum(len(missed(name, tally)) for name, tally in tallies.items())


if __name__ == "__main__":
    sys.exit(main())
