"""The run over a real folder, with translators of a few lines; the edges have tests of their own."""

import signal
from contextlib import contextmanager
from types import MappingProxyType

import pytest

from polypost.clock import SystemClock
from polypost.errors import ServiceError, Stopped, TranslatorError, UsageError
from polypost.files import FolderPublisher, FolderRepository
from polypost.job import Job
from polypost.languages import resolve
from polypost.markdown.rules import Rules
from polypost.markdown.standins import FORMS
from polypost.records.record import ATTRIBUTES, record_path
from polypost.run.finish import Finish
from polypost.run.pipeline import run
from polypost.values import Estimate, Reply, Status, TranslatorInfo, Untranslated, Usage

HELLO = """---
title: Hello there
date: 2026-01-02
---

# A first heading

The first paragraph has two sentences. This is the second one.

- One item of the list
- Another item

```python
print("stays")
```

The last paragraph stands here.
"""


class Silent:
    def step(self, text): ...
    def say(self, text): ...
    def warn(self, text): ...
    def progress(self, text, done, total): ...


class Shouting:
    """Upper case, with everything it was asked; `fail` may raise or answer for a sentence."""

    info = TranslatorInfo("shouting")
    standins = FORMS
    wave_characters = 20_000
    second = None
    out = MappingProxyType({})

    def __init__(self, fail=lambda sentence: None):
        self.asked, self.opened, self.closed, self.fail = [], 0, 0, fail

    def translate(self, asked, *, careful=False):
        for language, sentences in asked.items():
            for sentence in sentences:
                self.asked.append((language, sentence))
                yield Reply(language, sentence, self.fail(sentence) or self.answer(sentence, language))

    def answer(self, sentence, language):
        return sentence.upper()

    def usage(self):
        return Usage(sum(len(text) for _, text in self.asked), 1, 1.0)

    def estimate(self, load):
        return Estimate("shouting", load.characters, 1.0, None, "a guess")

    def turns(self, load):
        return (load,)

    @contextmanager
    def open(self, load):
        self.opened += 1
        try:
            yield self
        finally:
            self.closed += 1


def refuse(tag):
    try:
        resolve(tag)
    except UsageError as error:
        return str(error)
    return ""


@pytest.fixture
def blog(tmp_path):
    return Blog(tmp_path)


class Blog:
    def __init__(self, root):
        self.root = root

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, path):
        return (self.root / path).read_text()

    def files(self):
        return {str(p.relative_to(self.root)): p.read_bytes() for p in self.root.rglob("*") if p.is_file()}

    def run(
        self, translator, languages=("es", "ja"), output="{dir}/{name}.{lang}{ext}", paths=("*.md",), **kwargs
    ):
        kwargs.setdefault("checks", False)
        rules, clock = kwargs.pop("rules", Rules()), kwargs.pop("clock", SystemClock())
        publisher = kwargs.pop("publisher", FolderPublisher(self.root))
        console, anew = kwargs.pop("console", Silent()), kwargs.pop("anew", None)
        job = Job(languages, refuse, paths, (), output, rules, "en", translator.info, **kwargs)
        return run(job, FolderRepository(self.root), translator, publisher, console, clock, anew)


def statuses(report):
    return {(o.source, o.language): o.status for o in report.outcomes}


def codes(report):
    return {f.code for o in report.outcomes for f in o.findings} | {f.code for f in report.notes}


def test_a_new_post_is_written_in_each_language_and_a_rerun_changes_nothing(blog):
    blog.write("posts/hello.md", HELLO)
    first = Shouting()
    report = blog.run(first)
    assert statuses(report) == {("posts/hello.md", "es"): "new", ("posts/hello.md", "ja"): "new"}
    assert (report.exit_code, report.problem, first.opened, first.closed) == (0, "", 1, 1)
    spanish = blog.read("posts/hello.es.md")
    assert "title: HELLO THERE\ndate: 2026-01-02\n" in spanish
    assert "THE FIRST PARAGRAPH HAS TWO SENTENCES. THIS IS THE SECOND ONE." in spanish
    assert 'print("stays")' in spanish
    assert set(report.changed) == {
        "posts/hello.es.md", "posts/hello.ja.md", record_path("posts/hello.md"), ATTRIBUTES[0]
    }  # fmt: skip
    before = blog.files()
    second = Shouting()
    again = blog.run(second)
    assert set(statuses(again).values()) == {Status.UNCHANGED}
    assert (again.changed, second.opened, second.asked, blog.files()) == ((), 0, [], before)


def test_a_changed_sentence_sends_its_segment_only(blog):
    blog.write("hello.md", HELLO)
    blog.run(Shouting())
    blog.write("hello.md", HELLO.replace("The last paragraph stands here.", "The last one is new."))
    translator = Shouting()
    report = blog.run(translator)
    assert translator.asked == [("es", "The last one is new."), ("ja", "The last one is new.")]
    assert set(statuses(report).values()) == {Status.UPDATED}
    assert all(o.characters_sent == len("The last one is new.") for o in report.outcomes)
    assert "THE LAST ONE IS NEW." in blog.read("hello.es.md")
    assert blog.run(Shouting()).changed == ()


def test_changed_code_sends_nothing(blog):
    blog.write("hello.md", HELLO)
    blog.run(Shouting())
    blog.write("hello.md", HELLO.replace('"stays"', '"changed"').replace("2026-01-02", "2026-01-03"))
    translator = Shouting()
    report = blog.run(translator)
    assert (translator.opened, set(statuses(report).values())) == (0, {Status.UPDATED})
    assert 'print("changed")' in blog.read("hello.ja.md")
    assert "date: 2026-01-03" in blog.read("hello.ja.md")


def test_a_renamed_post_takes_its_localizations_along_and_sends_nothing(blog):
    blog.write("old.md", HELLO)
    blog.run(Shouting())
    blog.write("posts/new.md", HELLO)
    (blog.root / "old.md").unlink()
    translator = Shouting()
    report = blog.run(translator)
    assert translator.asked == []
    assert set(blog.files()) == {
        "posts/new.md", "posts/new.es.md", "posts/new.ja.md", record_path("posts/new.md"), ATTRIBUTES[0]
    }  # fmt: skip
    assert report.notes == ()
    assert blog.run(Shouting()).changed == ()


def test_a_copied_post_reuses_the_text_and_leaves_the_first_alone(blog):
    blog.write("one.md", HELLO)
    blog.run(Shouting())
    blog.write("two.md", HELLO)
    translator = Shouting()
    report = blog.run(translator)
    assert translator.asked == []
    assert statuses(report)[("one.md", "es")] == "unchanged"
    assert blog.read("two.es.md") == blog.read("one.es.md")


def test_a_deleted_post_is_told_and_its_localizations_stay(blog):
    blog.write("hello.md", HELLO)
    blog.run(Shouting())
    (blog.root / "hello.md").unlink()
    report = blog.run(Shouting())
    assert [note.code for note in report.notes] == ["source-gone"]
    assert "hello.es.md" in blog.files()


def test_a_renamed_post_leaves_what_is_in_a_language_no_longer_asked_for_and_tells_at_once(blog):
    blog.write("hello.md", HELLO)
    blog.run(Shouting(), ("es", "ja"))
    (blog.root / "hello.md").rename(blog.root / "renamed.md")
    report = blog.run(Shouting(), ("es",))
    assert [note.code for note in report.notes] == ["source-gone"]
    assert "hello.ja.md" in report.notes[0].message
    assert "hello.es.md" not in report.notes[0].message


def test_a_persons_words_stay_while_their_source_stands(blog):
    blog.write("hello.md", HELLO)
    blog.run(Shouting())
    theirs = blog.read("hello.es.md").replace("THE LAST PARAGRAPH STANDS HERE.", "Aquí está el último.")
    blog.write("hello.es.md", theirs)
    untouched = blog.run(Shouting())
    assert statuses(untouched)[("hello.md", "es")] == "kept"
    blog.write("hello.md", HELLO.replace("Another item", "A different item"))
    report = blog.run(Shouting())
    assert statuses(report)[("hello.md", "es")] == "updated"
    text = blog.read("hello.es.md")
    assert "Aquí está el último." in text
    assert "A DIFFERENT ITEM" in text
    # Two runs later it is still known to be a person's: only a change of its own source replaces it.
    blog.write("hello.md", HELLO.replace("The last paragraph stands here.", "Something else."))
    report = blog.run(Shouting())
    found = [f for o in report.outcomes for f in o.findings if f.code == "human-text-superseded"]
    assert len(found) == 1
    assert "Aquí está el último." in found[0].message
    assert found[0].line == HELLO[: HELLO.index("The last")].count("\n") + 1
    assert "SOMETHING ELSE." in blog.read("hello.es.md")


def test_what_a_person_added_to_a_localization_stays_when_the_post_changes(blog):
    blog.write("hello.md", HELLO)
    blog.run(Shouting())
    theirs = blog.read("hello.es.md") + "\nUn párrafo más.\n"
    blog.write("hello.es.md", theirs)
    blog.write("hello.md", HELLO.replace("Another item", "A different item"))
    report = blog.run(Shouting())
    assert statuses(report) == {("hello.md", "es"): "updated", ("hello.md", "ja"): "updated"}
    assert blog.read("hello.es.md") == theirs.replace("ANOTHER ITEM", "A DIFFERENT ITEM")


def test_a_file_that_is_not_ours_is_left_alone(blog):
    blog.write("hello.md", HELLO)
    blog.write("hello.es.md", "# Hola\n")
    report = blog.run(Shouting())
    assert statuses(report) == {("hello.md", "es"): "kept", ("hello.md", "ja"): "new"}
    assert blog.read("hello.es.md") == "# Hola\n"


def test_the_posts_own_switch_stands_in_place_of_the_input(blog):
    blog.write("no.md", "---\ntranslate: false\n---\n\nNot this one.\n")
    blog.write("some.md", "---\ntranslate: [fr, xx-nonsense]\n---\n\nThis one in French.\n")
    report = blog.run(Shouting())
    found = statuses(report)
    assert found[("no.md", "es")] == found[("no.md", "ja")] == "skipped"
    assert found[("some.md", "fr")] == "new"
    assert found[("some.md", "xx-nonsense")] == "skipped"
    assert ("some.md", "es") not in found
    assert report.exit_code == 0


def test_one_bad_post_costs_itself_only(blog):
    blog.write("bad.md", b"\xff\xfe\x00broken")
    blog.write("good.md", HELLO)
    report = blog.run(Shouting(), languages=("es",))
    assert statuses(report) == {("bad.md", "es"): "failed", ("good.md", "es"): "new"}
    assert report.exit_code == 1
    assert report.notes[0].path == "bad.md"
    assert "good.es.md" in blog.files()


@pytest.mark.parametrize(
    ("fail_on", "bad_post", "lost_sentence"), [("never", 0, 0), ("failed", 1, 0), ("suspicious", 1, 1)]
)
def test_the_user_says_what_ends_a_run_with_1(blog, fail_on, bad_post, lost_sentence):
    blog.write("good.md", HELLO)
    assert blog.run(Shouting(), languages=("es",), fail_on=fail_on).exit_code == 0
    blog.write("lost.md", "One.\n\nTwo sentences stand here.\n")
    losing = Shouting(lambda text: Untranslated("No answer.") if "Two" in text else None)
    assert blog.run(losing, languages=("es",), fail_on=fail_on).exit_code == lost_sentence
    blog.write("bad.md", b"\xff\xfe\x00broken")
    assert blog.run(Shouting(), languages=("es",), fail_on=fail_on).exit_code == bad_post


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [(ServiceError("the endpoint is gone"), 3), (TranslatorError("no"), 3), (Stopped(signal.SIGTERM), 143)],
)
def test_what_was_finished_before_the_end_is_written(blog, error, exit_code):
    blog.write("a.md", "The first post.\n")
    blog.write("b.md", "The second post.\n")

    def fail(sentence):
        if "second" in sentence:
            raise error

    translator = Shouting(fail)
    translator.wave_characters = 1
    report = blog.run(translator, languages=("es",))
    assert statuses(report) == {("a.md", "es"): "new", ("b.md", "es"): "waiting"}
    assert not codes(report), "why is told once, as the run's problem"
    assert (report.exit_code, translator.closed) == (exit_code, 1)
    assert str(error) in report.problem
    assert blog.read("a.es.md") == "THE FIRST POST.\n"
    rest = Shouting()
    assert blog.run(rest, languages=("es",)).exit_code == 0
    assert rest.asked == [("es", "The second post.")]


def test_a_translator_that_miscounts_is_an_error_that_writes_nothing(blog):
    blog.write("a.md", "The first post. It has two sentences.\n")
    translator = Shouting()
    translator.translate = lambda asked, careful=False: [Reply("es", "The first post.", "one")]
    report = blog.run(translator, languages=("es",))
    assert report.exit_code == 3
    assert "no answer for 1 of 2 sentences" in report.problem
    assert "a.es.md" not in blog.files()


def test_usage_errors_of_the_start_are_raised(blog):
    blog.write("a.md", "The first post.\n")

    class NoRole(Shouting):
        def open(self, load):
            raise UsageError("no role")

    with pytest.raises(UsageError, match="no role"):
        blog.run(NoRole())


def test_a_segment_that_failed_waits_until_a_translator_is_there_anyway(blog):
    blog.write("a.md", "The first paragraph.\n\nA stubborn sentence.\n")

    def fail(sentence):
        return Untranslated("too long") if "stubborn" in sentence else None

    report = blog.run(Shouting(fail), languages=("es",))
    assert report.exit_code == 0
    assert "untranslated" in codes(report)
    assert blog.read("a.es.md") == "THE FIRST PARAGRAPH.\n\nA stubborn sentence.\n"
    alone = Shouting()
    assert blog.run(alone, languages=("es",)).changed == ()
    assert alone.opened == 0
    blog.write("b.md", "Another post.\n")
    company = Shouting()
    blog.run(company, languages=("es",))
    assert ("es", "A stubborn sentence.") in company.asked
    assert blog.read("a.es.md") == "THE FIRST PARAGRAPH.\n\nA STUBBORN SENTENCE.\n"


def test_a_post_of_which_nothing_came_back_is_not_written(blog):
    blog.write("a.md", "The first paragraph.\n")
    report = blog.run(Shouting(lambda sentence: Untranslated("no")), languages=("es",))
    assert statuses(report) == {("a.md", "es"): "failed"}
    assert report.changed == ()
    assert report.exit_code == 1


def test_two_posts_never_write_one_file(blog):
    blog.write("a.md", "The first post.\n")
    blog.write("A.md", "The second post.\n")
    report = blog.run(Shouting(), languages=("es",))
    assert sorted(statuses(report).values()) == ["failed", "new"]
    assert "output-collides" in codes(report)


def test_a_dry_run_tells_and_does_nothing(blog):
    blog.write("hello.md", HELLO)
    translator = Shouting()
    before = blog.files()
    report = blog.run(translator, dry_run=True)
    assert (translator.opened, blog.files(), report.changed) == (0, before, ())
    assert set(statuses(report).values()) == {Status.NEW}
    sent = blog.run(translator).usage.characters
    assert report.usage.characters == sent > 100


class Reversing(Shouting):
    """Nothing of a translation looks like its source, so that each mark's words have to be asked for."""

    def answer(self, sentence, language):
        return sentence.upper()[::-1]


def test_what_only_serves_to_place_marks_is_counted_apart(blog):
    """Probes are among the characters sent, and told beside them: planned, in all, and per localization."""
    blog.write("one.md", "Here stands *a stressed word* in a sentence.\n")
    blog.write("two.md", "Here stands nothing of the kind, [but a link around it](b).\n")
    blog.write("three.md", "*Here all of it is stressed.*\n")
    planned = blog.run(Reversing(), dry_run=True)
    translator = Reversing()
    report = blog.run(translator)
    probing = {o.source: o.characters_probing for o in report.outcomes}
    assert probing["one.md"] >= len("a stressed word")
    assert probing["two.md"] >= len("but a link around it")
    assert probing["three.md"] == 0
    whole = {text for _, text in translator.asked if text.endswith(".")}
    others = [text for _, text in translator.asked if text not in whole]
    assert report.usage.characters_probing == 2 * sum(probing.values()) == sum(map(len, others))
    assert report.usage.characters == sum(o.characters_sent for o in report.outcomes)
    estimate = 2 * len("a stressed wordbut a link around it")
    assert planned.usage.characters_probing == estimate
    assert planned.usage.characters == 2 * sum(map(len, whole)) + estimate


def test_a_new_output_pattern_moves_the_localizations(blog):
    blog.write("hello.md", HELLO)
    blog.run(Shouting())
    translator = Shouting()
    blog.run(translator, output="i18n/{lang}/{path}")
    assert translator.asked == []
    assert "hello.es.md" not in blog.files()
    assert "i18n/es/hello.md" in blog.files()


def test_a_heading_does_not_take_over_a_titles_quotes(blog):
    quoting = Shouting()
    quoting.answer = lambda sentence, language: f"{sentence}: twice"
    blog.write("a.md", "---\ntitle: Some words\n---\n")
    blog.run(quoting, languages=("es",))
    assert blog.read("a.es.md") in {f"---\ntitle: {q}Some words: twice{q}\n---\n" for q in ("'", '"')}
    blog.write("b.md", "# Some words\n")
    blog.run(quoting, languages=("es",))
    assert blog.read("b.es.md") == "# Some words: twice\n"


def test_pseudo_text_is_replaced_by_a_real_translator_and_never_the_other_way(blog):
    blog.write("a.md", "The first post.\n\nIts second paragraph.\n")
    stand_in, real = Shouting(), Shouting()
    stand_in.info = TranslatorInfo("pseudo")
    blog.run(stand_in, languages=("es",))
    blog.write("a.es.md", blog.read("a.es.md").replace("ITS SECOND PARAGRAPH.", "El segundo."))
    real.answer = lambda sentence, language: f"{language} {sentence}"
    report = blog.run(real, languages=("es",))
    assert statuses(report) == {("a.md", "es"): "updated"}
    assert blog.read("a.es.md") == "es The first post.\n\nEl segundo.\n"
    assert blog.run(stand_in, languages=("es",)).changed == ()


def test_a_signal_while_the_files_are_made_loses_nothing(blog, monkeypatch):
    blog.write("a.md", "The first post.\n")
    signals = [Stopped(signal.SIGINT)]
    render = Finish.__call__

    def interrupted(*args):
        if signals:
            raise signals.pop()
        return render(*args)

    monkeypatch.setattr(Finish, "__call__", interrupted)
    report = blog.run(Shouting(), languages=("es",))
    assert report.exit_code == 130
    assert blog.read("a.es.md") == "THE FIRST POST.\n"


def test_paths_that_match_nothing_are_told(blog):
    blog.write("a.md", "The first post.\n")
    with pytest.raises(UsageError, match=r"nope\.md"):
        blog.run(Shouting(), paths=("nope.md",))
    report = blog.run(Shouting(), paths=("nope.md", "a.md"), languages=("es",))
    assert statuses(report) == {("a.md", "es"): "new"}


def test_a_post_is_read_in_the_dialect_of_its_site(blog):
    """In MDX a brace begins code wherever it stands; in Hugo's Markdown it is a sign like any other."""
    text = "Take {value} here.\n"
    for root, sign in (("a", "docusaurus.config.js"), ("b", "hugo.toml")):
        blog.write(f"{root}/{sign}", "")
        blog.write(f"{root}/docs/one.md", text)
    translator = Shouting()
    report = blog.run(translator, languages=("es",))
    assert set(statuses(report).values()) == {Status.NEW}
    assert blog.read("a/docs/one.es.md") == "TAKE {value} HERE.\n"
    assert blog.read("b/docs/one.es.md") == "TAKE {VALUE} HERE.\n"
    second = Shouting()
    assert blog.run(second, languages=("es",)).changed == ()
    assert second.asked == []


def test_the_dialect_of_the_job_goes_before_the_sites(blog):
    blog.write("hugo.toml", "")
    blog.write("one.md", "Take {value} here.\n")
    blog.run(Shouting(), languages=("es",), rules=Rules("docusaurus"))
    assert blog.read("one.es.md") == "TAKE {value} HERE.\n"


TWICE = "---\ntitle: A title\nnote: A note\n---\n\nTake {a value} here.\n\nThis one stays.\n\nThe last one.\n"
OTHERWISE = [
    (Rules(keys=("title", "note")), ["A note"]),
    (Rules(keys=("note",)), ["A note"]),
    (Rules("docusaurus"), ["Take XENT1X here."]),
]


@pytest.mark.parametrize(("rules", "new"), OTHERWISE, ids=["more keys", "other keys", "dialect"])
def test_a_post_that_is_read_in_another_way_since_sends_only_what_is_new(blog, rules, new):
    """Nothing changes by the rules alone; with the next change of the post, what is known is still known."""
    blog.write("one.md", TWICE)
    blog.run(Shouting(), languages=("es",))
    before = blog.read("one.es.md")
    assert blog.run(Shouting(), languages=("es",), rules=rules).changed == ()
    blog.write("one.md", TWICE.replace("The last one.", "The last is another."))
    translator = Shouting()
    report = blog.run(translator, languages=("es",), rules=rules)
    assert sorted(text for _, text in translator.asked) == sorted([*new, "The last is another."])
    assert (codes(report), blog.read("one.es.md").count("THIS ONE STAYS.")) == (set(), 1)
    assert blog.read("one.es.md") != before


@pytest.mark.parametrize("rules", [rules for rules, _ in OTHERWISE[:2]], ids=["more keys", "other keys"])
def test_a_persons_text_is_not_lost_to_another_way_of_reading(blog, rules):
    blog.write("one.md", TWICE)
    blog.run(Shouting(), languages=("es",))
    blog.write("one.es.md", blog.read("one.es.md").replace("THIS ONE STAYS.", "Esta queda."))
    blog.write("one.md", TWICE.replace("The last one.", "The last is another."))
    report = blog.run(Shouting(), languages=("es",), rules=rules)
    assert statuses(report)["one.md", "es"] in {Status.BEHIND, Status.UPDATED}
    assert "Esta queda." in blog.read("one.es.md")


def test_a_renamed_post_that_is_read_in_another_way_since_keeps_its_text(blog):
    blog.write("one.md", TWICE)
    blog.run(Shouting(), languages=("es",))
    (blog.root / "one.md").unlink()
    blog.write("two.md", TWICE)
    translator = Shouting()
    blog.run(translator, languages=("es",), rules=Rules(keys=("title", "note")))
    assert [text for _, text in translator.asked] == ["A note"]
    assert "one.es.md" not in blog.files()


def test_a_persons_text_in_a_file_that_was_written_since_is_not_lost_either(blog):
    """The run wrote the file again, with their words in it: it is as it was written, and yet not all ours."""
    blog.write("one.md", TWICE)
    blog.run(Shouting(), languages=("es",))
    blog.write("one.es.md", blog.read("one.es.md").replace("THIS ONE STAYS.", "Esta queda."))
    blog.write("one.md", TWICE.replace("The last one.", "The last is another."))
    blog.run(Shouting(), languages=("es",))
    blog.write("one.md", TWICE.replace("The last one.", "A third."))
    translator = Shouting()
    report = blog.run(translator, languages=("es",), rules=Rules(keys=("title", "note")))
    assert statuses(report) == {("one.md", "es"): Status.UPDATED}
    assert "Esta queda." in blog.read("one.es.md")
    assert [text for _, text in translator.asked] == ["A note", "A third."]
    again = blog.run(Shouting(), languages=("es",), rules=Rules(keys=("title", "note")))
    assert again.changed == ()


def test_where_a_persons_text_is_no_segment_any_more_the_file_is_left_alone(blog):
    blog.write("one.md", TWICE)
    blog.run(Shouting(), languages=("es",))
    blog.write("one.es.md", blog.read("one.es.md").replace("A TITLE", "Un t\u00edtulo"))
    blog.write("one.md", TWICE.replace("The last one.", "The last is another."))
    blog.run(Shouting(), languages=("es",))
    blog.write("one.md", TWICE.replace("The last one.", "A third."))
    report = blog.run(Shouting(), languages=("es",), rules=Rules(keys=("note",)))
    assert statuses(report) == {("one.md", "es"): Status.BEHIND}
    assert "Un t\u00edtulo" in blog.read("one.es.md")


class Forgetful(Shouting):
    """Loses every stand-in but those of one form."""

    def __init__(self, keeps, standins):
        super().__init__()
        self.keeps, self.standins = keeps, standins

    def answer(self, sentence, language):
        answer = sentence.upper()
        return answer if self.keeps in answer or "CODE" not in answer else "THE CODE IS GONE."


def test_the_form_that_the_translator_keeps_best_is_asked_in_first(blog):
    blog.write("one.md", "The code `a` stands here.\n")
    best, second = Forgetful("ZZCIT", ("zzcit", "xent")), Forgetful("ZZCIT", ("xent", "zzcit"))
    report = blog.run(best, languages=("es",))
    assert blog.read("one.es.md") == "THE CODE `a` STANDS HERE.\n"
    assert [text for _, text in best.asked] == ["The code ZZCIT1ZZ stands here."]
    assert report.outcomes[0].steps == {"whole": 1}
    other = blog.run(second, languages=("fr",))
    assert blog.read("one.fr.md") == "THE CODE `a` STANDS HERE.\n"
    assert len(second.asked) == 2
    assert other.outcomes[0].steps == {"another-form": 1}


def test_a_tag_in_another_case_is_the_same_language(blog):
    blog.write("post.md", HELLO)
    blog.run(Shouting(), languages=("zh-hans",))
    theirs = blog.read("post.zh-hans.md") + "\nA person's line.\n"
    blog.write("post.zh-hans.md", theirs)
    idle = Shouting()
    report = blog.run(idle, languages=("zh-Hans",))
    assert idle.asked == []
    assert "post.zh-hans.md" not in blog.files()
    assert blog.read("post.zh-Hans.md") == theirs
    assert blog.run(idle, languages=("zh-Hans",)).changed == ()
    assert report.exit_code == 0


def test_a_post_may_write_a_tag_in_another_case(blog):
    blog.write("post.md", "---\ntranslate: [ES, es]\n---\n\nOne sentence stands here.\n")
    report = blog.run(Shouting(), languages=("es",))
    assert [each.target for each in report.outcomes] == ["post.es.md"]
