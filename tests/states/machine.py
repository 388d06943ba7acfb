"""A blog's life: what authors, reviewers and runs do to it in any order, and what must hold all the while.

A paragraph tells whose translation it is: every one of a post is there for the first time, the models answer
with its sentences, a language's code before each, and people write what nobody else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from faults.world import OURS
from states.world import LANGUAGES, MODELS, Run, World

CODES = {"es": ("spa", "es"), "fr": ("fra", "fr")}
"""Language -> what the models put before a sentence."""
PATHS = ("a.md", "b.md", "posts/c.md")
FIRST = {
    "a.md": ["Sentence 1 stands here. Number 2 follows.", "Sentence 3 has `code`."],
    "posts/c.md": ["Sentence 4 stands here. Number 5 follows.", "Sentence 6 has `code`."],
}
SENTENCE = re.compile(r"(\w+) ((?:Sentence|Number) \d+ [^.]+\.)")
Tree = Mapping[str, str]
"""Path -> text."""
Deed = tuple[Any, ...]
"""What is done, and its arguments: a method of `Life` without its underscore."""
CORRECTIONS = frozenset({"edit", "restructure", "update_branch"})
"""What leaves the posts as they are: a run under way does what it came for all the same."""
ENDS = ("killed", "killed after", "cancelled")
HOW = ("change", "change", "sentence", "add", "drop", "swap")

number = st.integers(0, 3)
whole = st.booleans()
call = st.integers(1, 16)
"""A run that writes makes some fifteen."""
side = st.sampled_from(("main", OURS))
WRITE = st.tuples(st.just("write"), number, number, st.sampled_from(HOW))
AUTHORS = st.one_of(
    WRITE,
    WRITE,
    WRITE,
    st.tuples(st.just("begin"), number),
    st.tuples(st.just("rename"), number, number),
    st.tuples(st.just("move"), number, number, whole),
    st.tuples(st.just("delete"), number),
)
REVIEWERS = st.one_of(
    st.tuples(st.sampled_from(("edit", "edit", "restructure")), side, number, number),
    st.tuples(st.just("update_branch")),
)
OWNERS = st.one_of(
    st.tuples(st.just("merge"), whole, whole),
    st.tuples(st.sampled_from(("close", "delete_branch", "another_model"))),
)
"""What people do, and to what: numbers are taken modulo how many there are."""


@dataclass(frozen=True)
class Edit:
    """A paragraph that a person wrote into a localization."""

    path: str
    language: str
    source: str
    """The paragraph that it stands for; empty for one that stands for none."""


@dataclass(frozen=True)
class Seen:
    """What a run found."""

    base: Tree
    view: Tree
    """The base with our branch merged."""
    asked: int


def target(path: str, language: str) -> str:
    return f"{path.removesuffix('.md')}.{language}.md"


def blocks(text: str) -> list[str]:
    return text.rstrip("\n").split("\n\n")


def joined(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs) + "\n"


def posts(tree: Tree) -> dict[str, list[str]]:
    return {path: blocks(tree[path]) for path in PATHS if path in tree}


def localizations(tree: Tree) -> list[tuple[str, str, list[str]]]:
    """Path, language and paragraphs of each, those of posts that are gone included."""
    named = [(target(path, language), language) for path in PATHS for language in LANGUAGES]
    return [(path, language, blocks(tree[path])) for path, language in named if path in tree]


def source_of(block: str, language: str) -> str:
    """The paragraph of which a model made this; empty when none did."""
    found = SENTENCE.findall(block)
    ours = all(code in CODES[language] for code, _ in found)
    made = " ".join(f"{code} {sentence}" for code, sentence in found) == block
    return " ".join(sentence for _, sentence in found) if found and ours and made else ""


class Life(RuleBasedStateMachine):
    """See the module. A subclass names its world."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.fresh = count(7)
        self.edits: dict[str, Edit] = {}
        """What people wrote and no person took back, until a run tells that it is superseded."""
        self.told = ""
        """All that runs have told."""
        self.restructured: set[str] = set()
        """Localizations that have a paragraph of a person's own."""
        self.model = 0
        self.world.begin({path: joined(each) for path, each in FIRST.items()})

    @initialize(merged=whole, opened=whole)
    def earlier(self, merged: bool, opened: bool) -> None:
        """What there is already: localizations in the base, and others on our branch."""
        if merged:
            self.run(everything=True)
            self.people(("merge", True, False))
        if merged and opened:
            self.people(("write", 1, 0, "add"))
            self.people(("write", 0, 0, "add"))
        if opened:
            self.run(everything=True)

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self.world.close()

    # What happens

    @rule(deed=AUTHORS)
    def author(self, deed: Deed) -> None:
        self.people(deed)

    @rule(deed=REVIEWERS)
    def reviewer(self, deed: Deed) -> None:
        self.people(deed)

    @rule(deed=OWNERS)
    def owner(self, deed: Deed) -> None:
        self.people(deed)

    @rule(everything=whole)
    def run(self, everything: bool) -> None:
        with self.judged(run := Run(), everything=everything) as before:
            pass
        self.sent_nothing_twice(before)
        assert run.code == 0, f"ends with {run.code}:\n{run.log}"
        if everything:
            self.is_complete()

    @rule(change=AUTHORS, latencies=st.tuples(*[st.lists(st.integers(0, 3), min_size=1, max_size=4)] * 2))
    def two_runs_at_once(self, change: Deed, latencies: tuple[list[int], list[int]]) -> None:
        self.people(change)
        with self.judged(*map(Run, latencies), everything=True):
            pass

    @rule(change=AUTHORS, end=st.sampled_from(ENDS), at=call, everything=whole)
    def a_run_dies(self, change: Deed, end: str, at: int, everything: bool) -> None:
        self.people(change)
        with self.judged(Run(end=end, at=at), everything=everything):
            pass

    @rule(change=AUTHORS, deed=st.one_of(REVIEWERS, OWNERS, AUTHORS), at=call)
    def people_while_it_runs(self, change: Deed, deed: Deed, at: int) -> None:
        self.people(change)
        with self.judged(run := Run(meanwhile={at: lambda: self.people(deed)}), everything=True):
            pass
        if deed[0] in CORRECTIONS:
            assert run.code == 0, f"a correction meanwhile ends it with {run.code}:\n{run.log}"
            asked = len(self.world.asked)
            self.run(everything=True)
            assert len(self.world.asked) == asked, f"sent again: {self.world.asked[asked:]}"

    def settle(self) -> None:
        """A run, after which two more do nothing."""
        self.run(everything=True)
        writes, asked = len(self.world.hub.writes), len(self.world.asked)
        for _ in range(2):
            self.run(everything=True)
            more = [f"{each.method} {each.path}" for each in self.world.hub.writes[writes:]]
            assert not more, f"no rest: {more}"
            assert len(self.world.asked) == asked, f"no rest: sent {self.world.asked[asked:]}"

    # What must hold

    @invariant()
    def one_pull_request(self) -> None:
        assert len(self.world.open_pulls) <= 1, f"a second pull request: {self.world.open_pulls}"
        assert not self.world.hub.violations, self.world.hub.violations

    @contextmanager
    def judged(self, *runs: Run, everything: bool) -> Iterator[Seen]:
        """Let runs go, and look whether they lost what people wrote."""
        before = Seen(self.base(), self.world.merged(), len(self.world.asked))
        self.world.play(*runs, model=MODELS[self.model], everything=everything)
        self.one_pull_request()
        self.told += "".join(run.log for run in runs)
        self.told += "".join(pull.body for pull in self.world.hub.pulls.values())
        for run in runs:
            assert "this is a bug" not in run.log, run.log
            # Where somebody deletes the branch of a pull request that is being opened, that ends with 3.
            fine = {None, 0, 1, 143} | ({3} if run.meanwhile else set())
            assert run.code in fine, f"ends with {run.code}:\n{run.log}"
        base, view = self.base(), self.world.merged()
        shown = "\n".join(view.values())
        for words, edit in list(self.edits.items()):
            if words in shown:
                continue
            assert not self.must_stay(words, edit, before, Seen(base, view, 0)), f"lost: {words} ({edit})"
            if words in self.told:
                del self.edits[words]
            elif all(run.finished for run in runs):
                raise AssertionError(f"nobody was told of {words} ({edit})")
        yield before

    def must_stay(self, words: str, edit: Edit, before: Seen, after: Seen) -> bool:
        """Whether the source of what a person wrote stands, and nothing else that can be its translation."""
        both = [posts(before.base), posts(after.base)]
        held = [path for path, language, there in localizations(before.view) if words in there] or [edit.path]
        here = [path for path in PATHS if target(path, edit.language) in held]
        in_place = all(edit.source in each.get(path, ()) for each in both for path in here)
        if rival := [other for other, its in self.edits.items() if self.same(its, edit) and other != words]:
            return in_place and not any(each in text for each in rival for text in after.view.values())
        if in_place:
            return bool(edit.source)
        stands = all(edit.source in there for each in both for there in each.values())
        others = any(
            source_of(block, language) == edit.source
            for _, language, there in localizations(before.view)
            for block in there
            if language == edit.language
        )
        return bool(edit.source) and stands and not others

    @staticmethod
    def same(one: Edit, other: Edit) -> bool:
        return (one.language, one.source) == (other.language, other.source)

    def is_complete(self) -> None:
        """Every paragraph of every post stands in every language, as a model's or a person's."""
        base, view = self.base(), self.world.merged()
        for path, paragraphs in posts(base).items():
            for language in LANGUAGES:
                where = target(path, language)
                if where in self.restructured:
                    continue
                found = blocks(view.get(where, ""))
                sources = [
                    self.edits[each].source if each in self.edits else source_of(each, language)
                    for each in found
                ]
                assert sources == paragraphs, f"not current: {where} is {found} for {paragraphs}"

    def sent_nothing_twice(self, before: Seen) -> None:
        """No sentence was sent whose paragraph had its translation."""
        standing = {
            (language, source)
            for path, language, there in localizations(before.view)
            if path not in self.restructured
            for block in there
            if (source := source_of(block, language))
        }
        wanted = [paragraph for there in posts(before.base).values() for paragraph in there]
        for code, sentence in self.world.asked[before.asked :]:
            language = next((tag for tag, codes in CODES.items() if code.partition("_")[0] in codes), "")
            which = [paragraph for paragraph in wanted if sentence in paragraph]
            again = which and all((language, paragraph) in standing for paragraph in which)
            assert not again, f"sent again in {language}: {sentence}"

    # What people do

    def people(self, deed: Deed) -> None:
        name, *given = deed
        getattr(self, f"_{name}")(*given)

    def _another_model(self) -> None:
        self.model = 1 - self.model

    def base(self) -> Tree:
        return self.world.tree(self.world.hub.head())

    def _paragraph(self) -> str:
        """One that was never there."""
        first = next(self.fresh)
        two = f"Sentence {first} stands here. Number {next(self.fresh)} follows."
        return two if first % 3 else f"Sentence {first} has `code`."

    def _write(self, which: int, at: int, how: str) -> None:
        if not (there := posts(self.base())):
            return
        path, found = sorted(there.items())[which % len(there)]
        at %= len(found)
        if how == "add":
            found.insert(at, self._paragraph())
        elif how == "swap":
            found.reverse()
        elif how == "drop" and len(found) > 1:
            del found[at]
        elif how == "sentence":
            found[at] = f"{found[at].partition('. ')[0].rstrip('.')}. Number {next(self.fresh)} follows."
        else:
            found[at] = self._paragraph()
        self.world.hub.push({path: joined(found)})

    def _begin(self, which: int) -> None:
        if free := [path for path in PATHS if path not in self.base()]:
            self.world.hub.push({free[which % len(free)]: joined([self._paragraph(), self._paragraph()])})

    def _edit(self, where: str, which: int, at: int) -> None:
        """Somebody rewrites a paragraph of a localization, in the base or on our branch."""
        if there := localizations(self.world.tree(self.world.hub.head(where))):
            path, language, found = there[which % len(there)]
            at %= len(found)
            known = self.edits.pop(found[at], None)
            source = known.source if known else source_of(found[at], language)
            found[at] = self._words(path, language, source)
            self.world.hub.push({path: joined(found)}, branch=where)

    def _restructure(self, where: str, which: int, at: int) -> None:
        """Somebody adds a paragraph of their own."""
        if there := localizations(self.world.tree(self.world.hub.head(where))):
            path, language, found = there[which % len(there)]
            found.insert(at % (len(found) + 1), self._words(path, language, ""))
            self.restructured.add(path)
            self.world.hub.push({path: joined(found)}, branch=where)

    def _words(self, path: str, language: str, source: str) -> str:
        words = f"Persona {next(self.fresh)} escribió esto."
        self.edits[words] = Edit(path, language, source)
        return words

    def _rename(self, which: int, to: int) -> None:
        tree = self.base()
        there, free = sorted(posts(tree)), [path for path in PATHS if path not in tree]
        if there and free:
            old, new = there[which % len(there)], free[to % len(free)]
            self.world.hub.push({old: None, new: tree[old]})

    def _move(self, which: int, at: int, leave: bool) -> None:
        """A paragraph goes to another post; `leave`: the commit that takes it out comes later, or never."""
        names = sorted(there := posts(self.base()))
        old, new = (names[(which + step) % len(names)] for step in (0, 1)) if names else ("", "")
        if old == new:
            return
        paragraph = there[old][at % len(there[old])]
        if paragraph not in there[new] and (leave or len(there[old]) > 1):
            there[new].append(paragraph)
            if not leave:
                there[old].remove(paragraph)
            self.world.hub.push({name: joined(there[name]) for name in (old, new)})

    def _delete(self, which: int) -> None:
        if names := sorted(posts(self.base())):
            self.world.hub.push({names[which % len(names)]: None})

    def _merge(self, squash: bool, keep: bool) -> None:
        """As far as GitHub lets: not with conflicts. `keep`: our branch stays."""
        if self.world.open_pulls and self.world.merge(self.world.open_pulls[0], squash=squash) and not keep:
            self.world.delete_branch()

    def _close(self) -> None:
        for pull in self.world.open_pulls:
            self.world.close_pull(pull)

    def _delete_branch(self) -> None:
        """And with it what people wrote there."""
        if self.world.hub.head(OURS):
            self.world.delete_branch()
            left = "\n".join(self.base().values())
            self.edits = {words: edit for words, edit in self.edits.items() if words in left}

    def _update_branch(self) -> None:
        if self.world.open_pulls:
            self.world.update_branch()
