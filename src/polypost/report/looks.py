"""How the states, findings and sums of a run look to a person: one table, and words for counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from polypost.counts import counted
from polypost.errors import UsageError
from polypost.report.safe import one_line
from polypost.values import Finding, Outcome, Report, Status, Usage


@dataclass(frozen=True, slots=True)
class Look:
    """How one status looks; the order of LOOKS is the order of attention."""

    word: str
    mark: str
    """In Markdown."""
    sign: str
    """On a terminal: one column wide in every font."""
    style: str
    """On a terminal with colours."""
    meaning: str
    """Said below the table where the word alone doesn't say it."""


LOOKS: Mapping[Status, Look] = {
    Status.FAILED: Look("failed", "❌", "x", "bold red", ""),
    Status.BEHIND: Look("behind", "⏳", "!", "yellow", "the post changed, this localization did not follow"),
    Status.NEW: Look("new", "🆕", "+", "green", ""),
    Status.UPDATED: Look("updated", "🔄", "~", "green", ""),
    Status.WAITING: Look("waiting", "⏸️", ".", "yellow", "this run did not come to it, the next one does"),
    Status.KEPT: Look("kept", "✋", "*", "cyan", "a person's text, left as it is"),
    Status.UNCHANGED: Look("unchanged", "✅", "=", "dim", "current since an earlier run"),
    Status.SKIPPED: Look("skipped", "⏭️", "-", "dim", "left out on purpose"),
}
CHECKED: Mapping[Status, Look] = {
    **LOOKS,
    Status.NEW: Look("missing", "❓", "?", "yellow", ""),
    Status.UPDATED: LOOKS[Status.BEHIND],
    Status.UNCHANGED: replace(LOOKS[Status.UNCHANGED], word="current"),
}
"""The same for a check: what a run would do, told as what is wrong now."""
RANK: Mapping[Status, int] = {status: rank for rank, status in enumerate(LOOKS)}
PROBLEM = 2_000
"""Characters of the reason why a run ended early."""
TOLD = 4_000
"""Characters of what a finding tells: room for a person's text that gave way, and for what stands now."""
WORDS = 300
"""Characters of a source, and of a translation, that are shown with a finding about them."""
_QUIET = frozenset({Status.UNCHANGED, Status.SKIPPED})


class Level(IntEnum):
    """How much a finding matters; the names are those of GitHub's annotations."""

    ERROR = 0
    WARNING = 1
    NOTICE = 2


_LEVELS: Mapping[str, Level] = {
    "output-refused": Level.ERROR,
    "output-collides": Level.ERROR,
    "record-newer": Level.ERROR,
    "site-configuration": Level.NOTICE,
    "skipped": Level.NOTICE,
    "edited": Level.NOTICE,
    "not-ours": Level.NOTICE,
    "led-elsewhere": Level.NOTICE,
    "pseudo-text": Level.NOTICE,
    "moved": Level.NOTICE,
    "outdated": Level.NOTICE,
    "pruned": Level.NOTICE,
    "adopted": Level.NOTICE,
    "more": Level.NOTICE,
    "theirs": Level.NOTICE,
}


_FIRST = ("human-text-superseded", "untranslated", "kept-source")
"""Codes of findings about words, worst first."""
_LAST = "mark-placed-by-proportion"


def level(finding: Finding, status: Status | None = None) -> Level:
    """How much `finding` matters; `status` is its localization's, where it has one."""
    return Level.ERROR if status is Status.FAILED else _LEVELS.get(finding.code, Level.WARNING)


@dataclass(frozen=True, slots=True)
class Item:
    """One finding with all languages in which it was made."""

    finding: Finding
    level: Level
    languages: tuple[str, ...]


def items(outcomes: Iterable[Outcome], notes: Iterable[Finding]) -> tuple[Item, ...]:
    """Every finding once, what matters most first, then by file and line.

    A note on a post all of whose localizations failed tells why they did.
    """
    outcomes = tuple(outcomes)
    failed = {outcome.source for outcome in outcomes if outcome.status is Status.FAILED}
    merged: dict[Finding, tuple[Level, set[str]]] = {
        note: (Level.ERROR if note.path in failed else level(note), set()) for note in notes
    }
    for outcome in outcomes:
        for finding in outcome.findings:
            before, languages = merged.get(finding, (Level.NOTICE, set()))
            merged[finding] = (min(before, level(finding, outcome.status)), languages | {outcome.language})
    found = [Item(finding, rank, tuple(sorted(tags))) for finding, (rank, tags) in merged.items()]
    return tuple(sorted(found, key=_urgency))


def _rank(finding: Finding) -> int:
    """Of findings that matter alike: a person's text, then what has no translation, then what is doubtful.

    Last come marks that may stand on other words: there are many of them, and the words are right.
    """
    if finding.code in _FIRST:
        return _FIRST.index(finding.code)
    return len(_FIRST) + (finding.pair is None) + (finding.code == _LAST)


def _urgency(item: Item) -> tuple[Level, int, str, int, str, str]:
    found = item.finding
    return item.level, _rank(found), found.path, found.line, found.code, found.message


def tally(outcomes: Iterable[Outcome], *, marks: bool = False, looks: Mapping[Status, Look] = LOOKS) -> str:
    """`1 failed, 3 new`: how many of each status, what needs eyes first."""
    counts = Counter(looks[outcome.status] for outcome in outcomes)
    parts = [
        f"{look.mark} {counts[look]:,} {look.word}" if marks else f"{counts[look]:,} {look.word}"
        for look in dict.fromkeys(looks.values())
        if counts[look]
    ]
    return ", ".join(parts)


def extent(outcomes: Iterable[Outcome], link: str) -> str:
    """`3 posts in 2 languages` with " in " as `link`; what is skipped asks for a language, but gets none."""
    outcomes = tuple(outcomes)
    posts = counted(len({outcome.source for outcome in outcomes}), "post")
    languages = {outcome.language for outcome in outcomes if outcome.status is not Status.SKIPPED}
    return f"{posts}{link}{counted(len(languages), 'language')}" if languages else posts


def by_post(outcomes: Iterable[Outcome]) -> tuple[tuple[str, tuple[Outcome, ...]], ...]:
    """Outcomes by source post: posts and, within them, localizations that need eyes first."""
    posts: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        posts.setdefault(outcome.source, []).append(outcome)
    ordered = {path: tuple(sorted(found, key=_attention)) for path, found in posts.items()}
    return tuple(sorted(ordered.items(), key=lambda post: (_attention(post[1][0])[0], post[0])))


def is_quiet(outcomes: Iterable[Outcome]) -> bool:
    """Whether nothing happened to any of them, and nothing has to."""
    return all(outcome.status in _QUIET for outcome in outcomes)


def _attention(outcome: Outcome) -> tuple[float, str]:
    """Failed and behind, then what has findings, then the others."""
    rank: float = RANK[outcome.status]
    if any(level(finding) < Level.NOTICE for finding in outcome.findings):
        rank = min(rank, RANK[Status.BEHIND] + 0.5)
    return rank, outcome.language


def listed(words: Iterable[str], most: int = 8) -> str:
    """`a, b, c and 12 more`."""
    every = list(words)
    if len(every) <= most + 1:
        return ", ".join(every)
    return f"{', '.join(every[:most])} and {len(every) - most} more"


def duration(seconds: float) -> str:
    """`under a second`, `42 seconds`, `6.5 minutes`."""
    if seconds < 1:
        return "under a second"
    if seconds < 99.5:
        return counted(round(seconds), "second")
    minutes = f"{seconds / 60:,.1f}".removesuffix(".0")
    return f"{minutes} minutes"


def money(dollars: float) -> str:
    """`about $0.42`, `under $0.01`, `nothing`."""
    if dollars <= 0:
        return "nothing"
    return "under $0.01" if dollars < 0.01 else f"about ${dollars:,.2f}"


def consumption(usage: Usage) -> str:
    """What the translator consumed: `12,345 characters in 24 requests, 6.5 minutes`; empty for nothing.

    Without any request it is an estimate: `12,345 characters`. What only served to place marks is told apart.
    """
    sent = counted(usage.characters, "character")
    if usage.characters_probing:
        about = "" if usage.requests else "about "
        sent += f" ({about}{usage.characters_probing:,} of them to place links and emphasis)"
    if not usage.requests:
        return sent if usage.characters else ""
    return f"{sent} in {counted(usage.requests, 'request')}, {duration(usage.seconds)}"


def ended_early(report: Report) -> str:
    """Why a run ended early, or didn't start, as sentences; nothing where it did neither."""
    if not report.problem:
        return ""
    told = _sentence(one_line(report.problem, PROBLEM))
    if report.exit_code != UsageError.exit_code or report.outcomes:
        return f"The run ended early. {told}"
    return told if "othing was started" in told else f"Nothing was started. {told}"


def _sentence(text: str) -> str:
    """`text` with a full stop, and a capital unless it begins with a name."""
    text = text.rstrip()
    if re.match(r"[a-z]+ (?!=)", text) and not text.startswith("polypost "):
        text = text[0].upper() + text[1:]
    return text if text.endswith(tuple(".!?…")) else f"{text}."


def place(finding: Finding) -> str:
    """`posts/a.md:12`, for logs and terminals."""
    if not finding.path:
        return ""
    return one_line(finding.path) + (f":{finding.line}" if finding.line else "")
