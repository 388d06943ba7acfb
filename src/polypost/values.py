"""The frozen values that travel through polypost; no behaviour beyond what the data itself says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TypeVar, dataclass_transform

MAX_BYTES = 5_000_000
"""A post over this size costs itself, not the run; the largest of 6,000 real posts had 0.4 MB."""

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[_Class]) -> type[_Class]:
    """A frozen value with slots, for the text side, which makes a dozen of them for each sentence.

    It is the type checker that holds it frozen: held at run time too, making one takes four times as long.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


class Status(StrEnum):
    """What became of one localization."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    BEHIND = "behind"
    WAITING = "waiting"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at."""

    code: str
    """Stable and kebab-case, e.g. `kept-source`."""
    message: str
    """One sentence: what, and what to do about it."""
    path: str = ""
    """The source post, relative to the repository's root."""
    line: int = 0
    """1-based line in that post; 0 means the file as a whole."""
    pair: tuple[str, str] | None = None
    """(source, translation) as a reader sees them, where it is about the words: shown side by side. A text
    that stayed in the source language has the answer that was no good, if there was one."""


class Severity(IntEnum):
    """How bad a complaint about a translation is; the worse, the higher."""

    DOUBT = 1
    """The text may stand, but a person should read it; it is never current in the memory."""
    FAULT = 2
    """It never stands: whoever reads it sees that it is no translation."""


@frozen
class Complaint:
    """What speaks against one sentence's translation."""

    code: str
    """Stable and kebab-case, e.g. `number-lost`."""
    severity: Severity
    reason: str
    """One sentence for whoever reviews it: what is wrong, in words that need no look into the code."""


@dataclass(frozen=True, slots=True)
class Untranslated:
    """The answer for a sentence that could not be translated: a value, not an exception."""

    reason: str
    """Why, in words for the pull request."""
    final: bool = False
    """Whether the model answered, and would answer the same again; else a service failed, say."""
    said: str = ""
    """The answer that was no good, if there was one."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The answer for a sentence, with what speaks against it."""

    text: str
    complaints: tuple[Complaint, ...]
    """Worst first, at least one."""


class Probed(str):
    """The answer to what was sent only to place a mark: nobody looked at it, and it stands in no post."""

    __slots__ = ()


Answer = str | Doubtful | Untranslated
"""What a translator gives for one sentence."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A heading that keeps the id its source has: `{#id}` behind it, or an empty `<a id>` before its text."""

    heading: int
    """Which of the post's headings, from 0."""
    id: str


@dataclass(frozen=True, slots=True)
class Moved:
    """An in-page link that follows its heading to the id that the site makes of the translation."""

    before: str
    """The fragment in the source, without `#`, as it is written there."""
    after: str


@dataclass(frozen=True, slots=True)
class Led:
    """A link to another file or page that leads there from where the localization stands."""

    before: str
    """Its destination, as it is written."""
    after: str


Declared = Pin | Moved | Led
"""A change of a post's structure that is made on purpose."""


@dataclass(frozen=True, slots=True)
class Localized:
    """A rendered localization."""

    content: bytes
    """The localized post."""
    findings: tuple[Finding, ...] = ()
    kept: frozenset[int] = frozenset()
    """Indices of the segments that kept their source text although they were to be translated."""
    steps: Mapping[str, int] = field(default_factory=dict)
    """How it came about: `whole`, `another-form`, `cut` and `kept` sentences (stand-ins kept at once, in
    another form, not at all; nothing usable came back); `wrapped`, `literal`, `located`, `fuzzy`, `quoted`
    and `proportion` marks, by what told where they go; `careful`, `second-model`, `sentence-case` and
    `clauses`, what was tried after bad answers. Answers equal to the question count for nothing."""
    declared: tuple[Declared, ...] = ()
    """What was changed on purpose; `same_structure` allows it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one localization, for the report."""

    source: str
    target: str
    language: str
    status: Status
    segments: int = 0
    segments_reused: int = 0
    characters_sent: int = 0
    findings: tuple[Finding, ...] = ()
    characters_probing: int = 0
    """How many of the characters were sent only to find where links and emphasis belong."""
    steps: Mapping[str, int] = field(default_factory=dict, hash=False)
    """See `Localized.steps`."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the translator consumed."""

    characters: int = 0
    """Characters (code points) of the sentences sent, each attempt of a sentence counted once."""
    requests: int = 0
    seconds: float = 0.0
    """Wall-clock seconds from the translator's start to its stop."""
    cost_usd: float | None = None
    """Estimated from the instance's list price; None where it isn't known or nothing was started."""
    cost_basis: str = ""
    """How `cost_usd` came about, in words."""
    characters_probing: int = 0
    """How many of the characters were sent only to find where links and emphasis belong."""
    left_running: str = ""
    """What goes on costing money after the run because its owner wants it, and how to end it; or nothing."""
    afterwards: str = ""
    """What became of the endpoint when the run was done with it, in a sentence; nothing while it isn't."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a plan asks a translator for, before anything is sent."""

    languages: tuple[str, ...]
    """BCP 47, those that need a translator, in order."""
    sentences: int
    """Different sentences, each counted once per language."""
    characters: int
    """Code points of them, those that only serve to place links and emphasis included."""
    parts: tuple[Load, ...] = ()
    """The same, language by language; empty for the load of one."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a load is expected to take; nothing is started for it."""

    engine: str
    """`endpoint`, `batch` or `pseudo`."""
    tokens: int
    minutes: float
    """From the start of the machines to their end."""
    cost_usd: float | None
    """US dollars; None where the price isn't known."""
    basis: str
    """How time and dollars came about, and why this engine, in words."""
    doubt: str = ""
    """Why it will hardly come to that, and what to do; empty where nothing is known against it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, as it comes in."""

    language: str
    sentence: str
    answer: Answer
    steps: tuple[str, ...] = ()
    """What was tried after a bad answer, see ladder.py."""
    again: int = 0
    """Characters (code points) that were sent for that."""


@dataclass(frozen=True, slots=True)
class TranslatorInfo:
    """What the report says of the translator."""

    name: str
    """The model's id, or `pseudo`."""
    licence: str = ""
    """The model's licence, e.g. `CC-BY-NC-4.0`."""
    notice: str = ""
    """A sentence the user has to read once, e.g. that commercial use is not allowed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which model translates into a language."""

    language: str
    """BCP 47, as the user writes it."""
    model: str
    """Its Hugging Face id."""
    why: str = ""
    """Completes "because"; empty where there was nothing to choose."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What was done with the finished files."""

    operation: str
    """`none`, `created` or `updated`."""
    number: int = 0
    url: str = ""
    branch: str = ""
    more: tuple[Publication, ...] = ()
    """The further pull requests, where one can't hold all files; this is the first."""
    yielded: tuple[str, ...] = ()
    """Paths that this run has made and that are not there: someone else changed them meanwhile."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which of a run's pull requests a text is for."""

    part: int = 1
    others: tuple[int, ...] = ()
    """Numbers of the other parts' pull requests, as far as there are any yet."""
    going: bool = False
    """Whether the run still goes on, and more will come."""
    after: int = 0
    """Number of the pull request that a person closed before this one was opened; 0: there was none."""
    told: str = ""
    """What the pull request says so far; empty where it is new."""


@dataclass(frozen=True, slots=True)
class Report:
    """The run, told as data; every front prints from this and nothing else."""

    posts: tuple[str, ...] = ()
    """The source posts that were looked at."""
    outcomes: tuple[Outcome, ...] = ()
    notes: tuple[Finding, ...] = ()
    """Findings that belong to no single localization (a post that can't be read, an orphan)."""
    usage: Usage = field(default_factory=Usage)
    translator: TranslatorInfo = field(default_factory=lambda: TranslatorInfo(""))
    changed: tuple[str, ...] = ()
    """Paths that the run writes or removes, sorted: localizations, and their records."""
    removed: tuple[str, ...] = ()
    """Those of them that it removes."""
    estimate: Estimate | None = None
    """What the run was expected to take; None where nothing had to be translated."""
    choices: tuple[Choice, ...] = ()
    """Which model translates into which language; empty where nothing was to be chosen, or translated."""
    publication: Publication = field(default_factory=lambda: Publication("none"))
    idle: str = ""
    """Why there was nothing to do for this event, in words; empty where there was, or might have been."""
    left: int = 0
    """Localizations that the run, while it goes on, is still to come to."""
    dry_run: bool = False
    check: bool = False
    """A dry run that is read as a question: is everything present and current?"""
    fail_on: str = "failed"
    """`never`, `failed` or `suspicious`: what of the outcomes makes the exit code 1."""
    problem: str = ""
    """Why the run ended early although it was started: what happened, why, what to do. Empty: it didn't."""
    exit_code: int = 0
    """0 done, 1 some localizations failed, 3 a service or quota failed, 130/143 stopped by a signal."""


class Verdict(StrEnum):
    """What a check found."""

    OK = "ok"
    MISSING = "missing"
    UNKNOWN = "can't tell"
    UNREACHABLE = "can't be reached"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a run needs, looked at before there is one."""

    name: str
    needed_for: str
    """Completes "needed to"."""
    verdict: Verdict
    told: str
    """What was found."""
    advice: str = ""
    """What to do about it; empty when it is fine."""
    optional: bool = False
    """Whether a run does without."""
