import pytest

from polypost.overlay import Entry, carry, differing, regular


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


@pytest.mark.parametrize(("base", "branch", "expected"), CASES.values(), ids=CASES)
def test_carry(base, branch, expected):
    found = carry(base, branch, FORK)
    assert {path: entry and entry.oid for path, entry in found.items()} == expected


def test_files_that_stand_or_fall_together():
    base, branch = FORK | tree(es="3"), FORK | tree(es="2", ja="2")
    assert set(carry(base, branch, FORK)) == {"ja"}
    assert carry(base, branch, FORK, lambda path: "pair" if path in {"es", "ja"} else path) == {}


def both(path, base, fork, branch):
    del path
    return Entry("100644", f"{base.oid}+{branch.oid}") if base and fork and branch else None


def test_what_both_changed_is_merged_where_that_can_be():
    base, branch = FORK | tree(es="3"), FORK | tree(es="2", ja="2")
    merged = carry(base, branch, FORK, lambda path: "pair" if path in {"es", "ja"} else path, both)
    assert {path: entry.oid for path, entry in merged.items()} == {"es": "3+2", "ja": "2"}
    assert carry(tree(post="1", ja="1"), branch, FORK, lambda path: "all", both) == {}, "es is gone"
    assert "es" not in carry(base, FORK | tree(ja="2"), FORK, merge=both), "nothing of ours to merge"


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
