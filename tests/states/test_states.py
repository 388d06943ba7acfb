"""Whatever people and runs do in whatever order: no human edit is lost, one pull request, and then rest.

POLYPOST_STATES=2000 looks at so many lives, every time others; without it the same fifty are looked at.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from faults.world import OURS
from polypost.fronts import branches
from polypost.git import GitRepository
from polypost.github.api import Api
from polypost.github.publish import PullRequests
from polypost.memory.memory import Memory
from polypost.run import pipeline
from polypost.run.outbox import Outbox
from states.machine import Life
from states.world import World

LIVES = int(os.environ.get("POLYPOST_STATES", "0"))
pytestmark = pytest.mark.timeout(36_000 if LIVES else 1800)
SEARCH = settings(
    max_examples=LIVES or 50,
    stateful_step_count=12,
    derandomize=not LIVES,
    database=None,
    deadline=None,
    print_blob=not LIVES,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("world"))
    yield world
    world.end()


def search(world, how=SEARCH):
    run_state_machine_as_test(type("Lived", (Life,), {"world": world}), settings=how)


def test_nothing_is_lost_and_everything_comes_to_rest(world):
    search(world)


@pytest.mark.parametrize("at", [0, 1])
def test_edits_of_one_localization_in_the_base_and_on_our_branch_both_stay(world, at):
    life = type("Lived", (Life,), {"world": world})()
    try:
        life.earlier(merged=True, opened=True)
        life.people(("edit", OURS, 0, 2))
        life.people(("edit", "main", 0, at))
        life.run(everything=True)
    finally:
        world.close()


def retranslated(monkeypatch, world):
    """A memory for which a person's words are no translation."""
    match = Memory._match

    def matched(*given):
        return [replace(item, valid=item.valid and not item.human) for item in match(*given)]

    monkeypatch.setattr(Memory, "_match", matched)


def untold(monkeypatch, world):
    """A run that keeps to itself what it supersedes."""
    tell = Outbox.tell

    def told(self, outcome):
        left = tuple(each for each in outcome.findings if each.code != "human-text-superseded")
        tell(self, replace(outcome, findings=left))

    monkeypatch.setattr(Outbox, "tell", told)


def another_branch(monkeypatch, world):
    """A publisher that opens a pull request each time."""
    monkeypatch.setattr(branches, "_branch", lambda *_: f"{OURS}{world.jobs if world.open_pulls else ''}")


def rewritten(monkeypatch, world):
    """A publisher that writes although all is so already."""
    write = PullRequests._write

    def written(self, changes):
        gave = write(self, changes)
        for number, part in self._parts.every.items():
            if part.head and part.carried and not part.written:
                self._move(number, {})
        return gave

    monkeypatch.setattr(PullRequests, "_write", written)


def unchecked(monkeypatch, world):
    """A branch that is moved from wherever it is."""
    move = Api.move
    monkeypatch.setattr(Api, "move", lambda api, name, new, _: move(api, name, new, api.head(name)))


def base_alone(monkeypatch, world):
    """A run that does not look at what is on its branch."""

    def alone(git, base, laid, *more, **how):
        del laid
        return GitRepository(git, base, (), *more, **how)

    monkeypatch.setattr(branches, "GitRepository", alone)


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        (another_branch, "a second pull request"),
        (rewritten, "no rest"),
        (unchecked, "lost|nobody was told"),
        (base_alone, "lost|nobody was told|sent again"),
    ],
)
def test_what_is_broken_is_found(world, monkeypatch, broken, found):
    broken(monkeypatch, world)
    with pytest.raises(AssertionError, match=found):
        search(world, settings(SEARCH, max_examples=150, phases=[Phase.generate], derandomize=True))


@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize(
    ("breaks", "at", "found"), [(retranslated, 1, "lost"), (untold, 0, "nobody was told")]
)
def test_what_is_lost_or_superseded_in_silence_is_found(world, monkeypatch, breaks, at, found, broken):
    """One life that comes to it at once: at random, few do."""
    if broken:
        breaks(monkeypatch, world)
    life = type("Lived", (Life,), {"world": world})()
    try:
        life.earlier(merged=True, opened=False)
        life.people(("edit", "main", 0, 0))
        life.people(("write", 0, at, "new"))
        with pytest.raises(AssertionError, match=found) if broken else nullcontext():
            life.run(everything=True)
    finally:
        world.close()


def given_up(monkeypatch):
    """A run that leaves what gave way to the next."""
    monkeypatch.setattr(pipeline, "made_over", lambda *given, **_: given[3])


@pytest.mark.parametrize(("at", "broken"), [(3, False), (9, False), (13, False), (9, True)])
def test_a_correction_on_our_branch_while_a_run_is_at_work_costs_nothing(world, monkeypatch, at, broken):
    """Whenever it comes: while the run looks, translates, or just before the branch is moved."""
    if broken:
        given_up(monkeypatch)
    life = type("Lived", (Life,), {"world": world})()
    try:
        life.earlier(merged=True, opened=True)
        with pytest.raises(AssertionError, match="ends it with 1") if broken else nullcontext():
            life.people_while_it_runs(("write", 0, 1, "sentence"), ("edit", OURS, 0, 0), at)
    finally:
        world.close()


@pytest.mark.parametrize("silent", [False, True])
def test_words_of_the_base_that_a_correction_meanwhile_takes_the_place_of_are_told(
    world, monkeypatch, silent
):
    life = type("Lived", (Life,), {"world": world})()
    try:
        life.earlier(merged=True, opened=True)
        life.people(("edit", "main", 0, 0))
        if silent:
            monkeypatch.setattr(GitRepository, "superseded", lambda _: ())
        with pytest.raises(AssertionError, match="nobody was told") if silent else nullcontext():
            life.people_while_it_runs(("write", 1, 0, "add"), ("edit", OURS, 0, 1), 9)
    finally:
        world.close()
