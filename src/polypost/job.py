"""What the run needs to know of the options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from polypost.glossary import EMPTY, Glossary
from polypost.markdown.rules import Rules
from polypost.values import Choice, TranslatorInfo


@dataclass(frozen=True, slots=True)
class Job:
    """The user's wishes, resolved."""

    languages: tuple[str, ...]
    """As the user wrote them, `all` resolved."""
    refuse: Callable[[str], str]
    """Language -> why the translator can't do it; empty when it can."""
    paths: tuple[str, ...]
    """Posts to look at, as patterns of .gitignore."""
    exclude: tuple[str, ...]
    output: str
    """The output pattern, when the user gave one; empty: the layout says it."""
    rules: Rules
    """What of a post is read, and how."""
    source: str
    """The language that the posts are written in."""
    translator: TranslatorInfo
    catch_up: bool = True
    """Whether posts whose localizations fell behind earlier are looked at beside those of the event."""
    dry_run: bool = False
    """Plan only: start nothing, write nothing."""
    max_cost: float | None = None
    """US dollars that the run may cost; None: no limit."""
    max_minutes: float | None = None
    """Minutes that it may take, from its start to the last request; None: no limit."""
    keep_edits: bool = False
    """Whether a person's text stays although its source has changed."""
    refresh: bool = False
    """Whether text that another model made is translated again."""
    prune: bool = False
    """Whether localizations of posts that are gone are removed."""
    layout: str = "auto"
    """A name of sites.ROWS, or `auto`: told by what builds each post's site."""
    notice: bool = False
    """Whether each localization says that a machine translated it."""
    apart: bool = False
    """Whether each language gets records of its own, so that it can be merged without the others."""
    fail_on: str = "failed"
    """See `Report.fail_on`."""
    settings: str = ""
    """What decides about the translations beside the translator's name: its revision, say."""
    glossary: Glossary = EMPTY
    """Names and terms that the translations have to keep to."""
    choose: Callable[[str], Choice] | None = None
    """Language -> the model that translates it, its name empty where none can; None: `translator` does."""
    second: Callable[[str], str] | None = None
    """Language -> the model that is asked where that one fails, empty where there is none."""
    checks: bool = True
    """Whether what the translator says is looked at, and asked again where it is bad: see ladder.py."""

    version: str = ""
    """Of polypost: another one may do better where this one failed."""

    def made_with(self, language: str) -> str:
        """What decides about translations into a language, as the records tell it; empty: none are made."""
        name = self.choose(language).model if self.choose else self.translator.name
        words = self.glossary.fingerprint(language) if name != "pseudo" else ""
        told = (name, self.settings, f"glossary:{words}" if words else "")
        return " ".join(filter(None, told)) if name else ""

    def tried_with(self, language: str) -> str:
        """All that decides whether an attempt would end as it did."""
        second = self.second(language) if self.second else ""
        beside = f" or {second}" if second else ""
        looked = "" if self.checks else ", unchecked"
        return f"{self.made_with(language)}{beside} polypost {self.version}{looked}"
