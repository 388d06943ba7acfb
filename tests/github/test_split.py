"""`split-by: language`: a branch and a pull request for each, that can be merged in any order."""

import pytest

from polypost.fronts.branches import asked
from polypost.github.split import ByLanguage
from polypost.gitnames import branch_of, language_name
from polypost.records.record import ATTRIBUTES, record_path
from polypost.sites import record_for
from polypost.values import Outcome, Publication, Report, Status
from publishing import in_one

NAMES = {
    "l10n": ("", 1),
    "l10n-part-2": ("", 2),
    "l10n-language-es": ("es", 1),
    "l10n-language-zh-Hant": ("zh-Hant", 1),
    "l10n-language-zh-Hant-part-12": ("zh-Hant", 12),
    "l10n-language-es-part-1": ("es", 0),
    "l10n-es": ("", 0),
    "l10n-language-": ("", 0),
    "l10n-language-e$": ("", 0),
    "l10n2": ("", 0),
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items())
def test_names_of_branches(name, expected):
    found = branch_of("l10n", name)
    assert (found[1] and found) == (expected[1] and expected)
    if expected[1] == 1:
        assert language_name("l10n", expected[0]) == name


def test_a_base_of_a_like_name_keeps_its_own():
    assert branch_of("polypost/main", "polypost/main-es")[1] == 0
    assert branch_of("polypost/main-es", "polypost/main-es") == ("", 1)


@pytest.mark.parametrize("source", ["a.md", "posts/a.es.md", "posts/a.md.md", "x/es.mdx", "a.MARKDOWN"])
@pytest.mark.parametrize("language", ["", "es", "zh-Hant", "pt-BR"])
def test_paths_of_records_lead_back(source, language):
    assert record_for(record_path(source, language)) == (source, language)


def test_the_records_of_a_post_belong_to_it():
    keys = {in_one(path) for path in (
        "posts/a.es.md", "posts/a.zh-Hant.md", record_path("posts/a.md"), record_path("posts/a.md", "es")
    )}  # fmt: skip
    assert len(keys) == 1
    assert in_one("posts/a.md") not in keys


def test_people_of_one_language_and_of_all():
    people = ("alice", "es: bob", "ja:carol", "pt-br: dan")
    assert asked(people, "es") == ("alice", "bob")
    assert asked(people, "pt-BR") == ("alice", "dan")
    assert asked(people, "fr") == ("alice",)
    assert asked((*people, "fr: bob"), "") == ("alice", "bob", "carol", "dan")


class Kept:
    """What a language's publisher was given; it says that it did nothing."""

    def __init__(self, language):
        self.language, self.given = language, []

    def publish(self, changes, report, *, final):
        self.given.append((changes, {outcome.language for outcome in report.outcomes}))
        return Publication("none", branch=self.language)


def test_each_gets_its_files_and_every_branch_says_how_records_are_shown():
    kept = {}
    split = ByLanguage(
        lambda tag: kept.setdefault(tag, Kept(tag)), ["fr"], lambda path: "pt-br" if "pt-br" in path else ""
    )
    outcomes = (
        Outcome("a.md", "pt-br/a.md", "pt-BR", Status.NEW),
        Outcome("a.md", "x/a.md", "es", Status.NEW),
    )
    changes = {
        "pt-br/a.md": b"um",
        "pt-br/old.md": None,
        "x/a.md": b"uno",
        record_path("a.md", "es"): b"{}",
        record_path("old.md", "es"): None,
        ATTRIBUTES[0]: ATTRIBUTES[1],
    }
    split.publish(changes, Report(outcomes=outcomes), final=False)
    assert {tag: each.given for tag, each in kept.items()} == {
        "fr": [],
        "pt-BR": [({"pt-br/a.md": b"um", "pt-br/old.md": None}, {"pt-BR"})],
        "es": [
            (
                {
                    "x/a.md": b"uno",
                    record_path("a.md", "es"): b"{}",
                    record_path("old.md", "es"): None,
                    ATTRIBUTES[0]: ATTRIBUTES[1],
                },
                {"es"},
            )
        ],
    }
    split.publish({"stray.md": None}, Report(), final=True)
    assert [each.given[-1][0] for _, each in sorted(kept.items())] == [{"stray.md": None}, {}, {}]
