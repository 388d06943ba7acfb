import pytest

from polypost.errors import PostError
from polypost.overlay import Entry, Merges, carry, differing, regular


def tree(**files):
    return {path: Entry("100644", text) for path, text in files.items()}


FORK = tree(post="1", es="1", ja="1")
CASES = {
    "nothing happened": (FORK, FORK, {}),
    "the branch changed a file": (FORK, FORK | tree(es="2"), {"es": "2"}),
    "the branch added one": (FORK, FORK | tree(fr="1"), {"fr": "1"}),
    "the branch removed one": (FORK, {k: v for k, v in FORK.items() if k != "ja"}, {"ja": None}),
    "the base changed another": (FORK | tree(post="2"), FORK | tree(es="2"), {"es": "2"}),
    "the base changed the same": (FORK | tree(es="3"), FORK | tree(es="2"), {}),
    "the base removed the same": (tree(post="1", ja="1"), FORK | tree(es="2"), {}),
    "the branch was merged": (FORK | tree(es="2"), FORK | tree(es="2"), {}),
}


def merge(path, theirs, ours, held):
    """A record as a set of words, one a file: of those that are held theirs counts."""
    if "broken" in {each and each.oid for each in (ours, theirs)}:
        raise PostError("broken", code="record-damaged")
    mine, yours = ({word[:2]: word for word in each.oid.split()} if each else {} for each in (ours, theirs))
    both = {name: (yours if name in held else mine).get(name) for name in mine.keys() | yours.keys()}
    text = " ".join(sorted(filter(None, both.values())))
    return Entry("100644", text) if text else None


def in_one(path):
    return "post's" if path in {"es", "ja", "fr", RECORD} else path


def carried(base, branch, fork=FORK):
    found, stale = carry(base, branch, fork, in_one, Merges(lambda *_: None, merge))
    return {path: entry and entry.oid for path, entry in found.items()}, stale


@pytest.mark.parametrize(("base", "branch", "expected"), CASES.values(), ids=CASES)
def test_carry(base, branch, expected):
    both_changed = base != FORK and branch != base and not expected
    assert carried(base, branch) == (expected, both_changed)


RECORD = ".polypost/post.json"
TOLD = FORK | {RECORD: Entry("100644", "es1 ja1")}


def told(files, record):
    return TOLD | files | {RECORD: Entry("100644", record)}


RECORDS = {
    "a person's edit in the base takes its own language only": (
        TOLD | tree(es="3"),
        told(tree(es="2", ja="2"), "es2 ja2"),
        ({"ja": "2", RECORD: "es1 ja2"}, True),
    ),
    "each brought a language": (
        told(tree(fr="1"), "es1 fr1 ja1"),
        told(tree(ja="2"), "es1 ja2"),
        ({"ja": "2", RECORD: "es1 fr1 ja2"}, True),
    ),
    "all is the base's": (
        told(tree(es="3"), "es3 ja1"),
        told(tree(es="2"), "es2 ja1"),
        ({}, True),
    ),
    "an edit on the branch and another language in the base": (
        told(tree(es="3"), "es3 ja1"),
        TOLD | tree(ja="a person's"),
        ({"ja": "a person's"}, False),
    ),
    "what can't be read is the base's, with its files": (
        told(tree(es="3"), "broken"),
        told(tree(ja="2"), "es1 ja2"),
        ({}, True),
    ),
    "the base changed another post": (
        TOLD | tree(other="2"),
        told(tree(ja="2"), "es1 ja2"),
        ({"ja": "2", RECORD: "es1 ja2"}, False),
    ),
}


@pytest.mark.parametrize(("base", "branch", "expected"), RECORDS.values(), ids=RECORDS)
def test_a_record_is_carried_language_by_language(base, branch, expected):
    assert carried(base, branch, TOLD) == expected


def both(path, base, fork, branch):
    del path
    return Entry("100644", f"{base.oid}+{branch.oid}") if base and fork and branch else None


def test_what_both_changed_is_merged_where_that_can_be():
    base, branch = FORK | tree(es="3"), FORK | tree(es="2", ja="2")
    found, stale = carry(base, branch, FORK, in_one, Merges(both, merge))
    assert ({path: entry.oid for path, entry in found.items()}, stale) == ({"es": "3+2", "ja": "2"}, True)
    gone, _ = carry(tree(post="1", ja="1"), branch, FORK, in_one, Merges(both, merge))
    assert gone == tree(ja="2"), "es is gone"
    found, stale = carry(base, FORK | tree(ja="2"), FORK, in_one, Merges(both, merge))
    assert ("es" in found, stale) == (False, False), "nothing of ours to merge"


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        (told(tree(es="2"), "es2 ja1"), {"es": "3+1+2", RECORD: "es2 ja1"}),
        (TOLD | tree(es="2"), {"es": "3+1+2"}),
    ],
)
def test_a_record_that_the_base_has_only_formatted_anew_says_what_it_said(branch, expected):
    def mixed(path, *sides):
        return Entry("100644", "+".join(side.oid for side in sides))

    base = told(tree(es="3"), "ja1  es1")
    found, stale = carry(base, branch, TOLD, in_one, Merges(mixed, merge))
    assert ({path: entry.oid for path, entry in found.items()}, stale) == (expected, True)
    other, _ = carry(told(tree(es="3"), "es3 ja1"), branch, TOLD, in_one, Merges(mixed, merge))
    assert "es" not in other


def test_text_that_the_base_s_record_tells_of_is_not_mixed_with_ours():
    base, branch = told(tree(es="3"), "es3 ja1"), told(tree(es="2", ja="2"), "es2 ja2")
    found, _ = carry(base, branch, TOLD, in_one, Merges(both, merge))
    assert {path: entry.oid for path, entry in found.items()} == {"ja": "2", RECORD: "es3 ja2"}


def test_differing_sees_additions_removals_and_modes():
    other = FORK | tree(new="1") | {"es": Entry("100755", "1")}
    del other["ja"]
    assert differing(FORK, other) == {"new", "es", "ja"}


def test_regular_leaves_out_links_submodules_and_names_that_cannot_be_told():
    odd = {"link": Entry("120000", "1"), "module": Entry("160000", "1"), "caf\udce9": Entry("100644", "1")}
    assert regular(FORK | odd) == {"post": "1", "es": "1", "ja": "1"}
    assert regular(FORK, {"ja": None, "es": Entry("120000", "9"), "fr": Entry("100755", "2")}) == {
        "post": "1",
        "fr": "2",
    }
