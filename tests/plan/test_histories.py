"""Any history of a blog: nothing is translated twice, no person's text is lost, a rerun changes nothing."""

import tempfile
from contextlib import redirect_stdout, suppress
from io import StringIO
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plan.test_run import Blog, Shouting
from polypost.errors import UsageError
from polypost.fronts.forget import forget
from polypost.markdown.rules import Rules
from polypost.records.record import record_path
from polypost.values import TranslatorInfo, Untranslated

WORDS = [
    "Alpha one stands.",
    "Beta two stands. And more.",
    "Gamma *three* stands.",
    "Delta `four` stands.",
    "Bad five.",
    "Epsilon {six} stands.",
    "{Zeta seven stands.}",
]
DIALECTS = ["", "docusaurus"]
"""In the second braces are code: the same post has other segments."""
PATTERNS = ["{dir}/{name}.{lang}{ext}", "{lang}/{path}"]
POSTS = ["a.md", "b.md"]
number = st.integers(0, 9)
STEP = st.one_of(
    st.tuples(
        st.just("write"), st.sampled_from(POSTS), st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)
    ),
    st.tuples(st.just("add"), st.sampled_from(POSTS), st.sampled_from(WORDS), number),
    st.tuples(st.just("drop"), st.sampled_from(POSTS), number),
    st.tuples(st.just("change"), st.sampled_from(POSTS), number),
    st.tuples(st.just("reverse"), st.sampled_from(POSTS)),
    st.tuples(st.just("rename"), st.sampled_from(POSTS)),
    st.tuples(st.just("copy"), st.sampled_from(POSTS)),
    st.tuples(st.just("delete"), st.sampled_from(POSTS)),
    st.tuples(st.just("edit"), st.sampled_from(POSTS), number),
    st.tuples(st.just("insert"), st.sampled_from(POSTS), number),
    st.tuples(st.just("switch")),
    st.tuples(st.just("speak")),
    st.tuples(st.just("mend")),
    st.tuples(st.just("remodel")),
    st.tuples(st.just("refresh")),
    st.tuples(st.just("keep")),
    st.tuples(st.just("prune")),
    st.tuples(st.just("forget")),
    st.tuples(st.just("unrecord"), st.sampled_from(POSTS)),
    st.tuples(st.just("run")),
)


class History:
    """A blog, what its author and a translator's editor do to it, and what must hold after each run."""

    def __init__(self, root):
        self.blog = Blog(root)
        self.pattern, self.dialect, self.broken = 0, 0, True
        self.model, self.options = 0, {"refresh": False, "keep_edits": False, "prune": False}
        self.fresh = count()
        self.seen = {}
        """Localized file -> the source's paragraphs when it was written."""
        self.edited = {}
        """A person's text -> the post and the paragraph that it translates."""

    def target(self, post):
        return ["{}.es.md".format(post.removesuffix(".md")), f"es/{post}"][self.pattern]

    def paragraphs(self, path):
        file = self.blog.root / path
        return file.read_text().rstrip("\n").split("\n\n") if file.exists() else []

    def store(self, path, paragraphs):
        self.blog.write(path, "\n\n".join(paragraphs or ["Nothing is left."]) + "\n")

    def do(self, step):
        name, *rest = step
        getattr(self, name)(*rest)

    def write(self, post, paragraphs):
        self.store(post, paragraphs)

    def add(self, post, text, at):
        if found := self.paragraphs(post):
            found.insert(at % (len(found) + 1), text)
            self.store(post, found)

    def drop(self, post, at):
        if found := self.paragraphs(post):
            del found[at % len(found)]
            self.store(post, found)

    def change(self, post, at):
        if found := self.paragraphs(post):
            found[at % len(found)] = f"Fresh text {next(self.fresh)} stands."
            self.store(post, found)

    def reverse(self, post):
        if found := self.paragraphs(post):
            self.store(post, found[::-1])

    def rename(self, post):
        other = POSTS[1 - POSTS.index(post)]
        if self.paragraphs(post) and not (self.blog.root / other).exists():
            (self.blog.root / post).rename(self.blog.root / other)

    def copy(self, post):
        other = POSTS[1 - POSTS.index(post)]
        if found := self.paragraphs(post):
            self.store(other, found)

    def delete(self, post):
        (self.blog.root / post).unlink(missing_ok=True)

    def edit(self, post, at):
        """A person writes over a paragraph of the localization."""
        if found := self.paragraphs(self.target(post)):
            at %= len(found)
            found[at] = f"Una persona escribió {next(self.fresh)}."
            self.store(self.target(post), found)
            sources = self.seen.get(self.target(post), [])
            if len(sources) == len(found) and sources.count(sources[at]) == 1:
                self.edited[found[at]] = (post, sources[at])

    def insert(self, post, at):
        """A person adds a paragraph that the source doesn't have."""
        if found := self.paragraphs(self.target(post)):
            found.insert(at % (len(found) + 1), f"Una persona escribió {next(self.fresh)}.")
            self.store(self.target(post), found)

    def switch(self):
        self.pattern = 1 - self.pattern

    def speak(self):
        self.dialect = 1 - self.dialect

    def mend(self):
        self.broken = not self.broken

    def remodel(self):
        self.model = 1 - self.model

    def refresh(self):
        self.options["refresh"] = not self.options["refresh"]

    def keep(self):
        self.options["keep_edits"] = not self.options["keep_edits"]

    def prune(self):
        self.options["prune"] = not self.options["prune"]

    def forget(self):
        with suppress(UsageError), redirect_stdout(StringIO()):
            forget((), (), root=self.blog.root)

    def unrecord(self, post):
        """Its localization is there as if polypost had never been."""
        (self.blog.root / record_path(post)).unlink(missing_ok=True)

    def translator(self):
        made = Shouting(lambda s: Untranslated("no") if self.broken and s.startswith("Bad") else None)
        made.info = TranslatorInfo(["shouting", "other"][self.model])
        return made

    def human(self):
        """What people wrote, but for what may go: the localizations of posts that are gone, when pruned."""
        gone = [post for post in POSTS if self.options["prune"] and not (self.blog.root / post).exists()]
        leaving = {place.format(post[0]) for post in gone for place in ("{}.es.md", "es/{}.md")}
        return {
            text
            for file in self.blog.root.rglob("*.md")
            if str(file.relative_to(self.blog.root)) not in leaving
            for text in self.paragraphs(file.relative_to(self.blog.root))
            if text.startswith("Una persona")
        }

    def run(self):
        before = self.human()
        how = {"output": PATTERNS[self.pattern], "rules": Rules(DIALECTS[self.dialect]), **self.options}
        report = self.blog.run(self.translator(), languages=("es",), **how)
        told = " ".join(f.message for o in report.outcomes for f in o.findings)
        told += " ".join(f.message for f in report.notes)
        lost = {text for text in before - self.human() if text not in told}
        assert not lost, lost
        for text in before - self.human():
            post, source = self.edited.get(text, ("none.md", ""))
            assert self.paragraphs(post).count(source) != 1, f"{text} is lost, its source stands: {source}"
        for outcome in report.outcomes:
            if outcome.status in {"new", "updated"}:
                self.seen[outcome.target] = self.paragraphs(outcome.source)
        files = self.blog.files()
        again = self.translator()
        report = self.blog.run(again, languages=("es",), **how)
        # A localization of which nothing could be translated isn't written, and so is tried again.
        asked = [sentence for _, sentence in again.asked if not sentence.startswith("Bad")]
        assert (asked, report.changed, self.blog.files()) == ([], (), files)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, max_size=14))
@example(
    [
        ("write", "a.md", [WORDS[0], WORDS[6], WORDS[1]]),
        *[("run",), ("edit", "a.md", 0), ("change", "a.md", 2)],
        *[("run",), ("speak",), ("change", "a.md", 2)],
    ]
)
@example([("run",), ("drop", "a.md", 0), ("rename", "a.md"), ("edit", "a.md", 0)])
def test_any_history(steps):
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder))
        history.write("a.md", WORDS[:3])
        for step in [*steps, ("run",)]:
            history.do(step)


def test_a_paragraph_said_again_is_not_sent_again(tmp_path):
    blog = Blog(tmp_path)
    blog.write("a.md", "Alpha one stands.\n")
    blog.run(Shouting(), languages=("es",))
    blog.write("a.md", "Alpha one stands.\n\nBeta.\n\nAlpha one stands.\n")
    translator = Shouting()
    blog.run(translator, languages=("es",))
    assert translator.asked == [("es", "Beta.")]
    assert blog.read("a.es.md") == "ALPHA ONE STANDS.\n\nBETA.\n\nALPHA ONE STANDS.\n"
