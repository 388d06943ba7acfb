"""What is forgotten is translated again; what belongs to posts that are gone goes with `prune`."""

from __future__ import annotations

import re

import pytest

from plan.test_run import Blog, Shouting, statuses
from plan.test_waves import Told
from polypost.errors import UsageError
from polypost.fronts.forget import forget

LANGUAGES = ("es", "ja")


@pytest.fixture
def blog(tmp_path):
    made = Blog(tmp_path)
    made.write("a.md", "One stands. Two stands.\n\nThree stands.\n")
    made.write("b/c.md", "Four stands.\n")
    made.run(Shouting(), LANGUAGES)
    return made


@pytest.mark.parametrize(
    ("paths", "languages", "asked"),
    [
        ((), (), {("es", "One"), ("ja", "One"), ("es", "Four"), ("ja", "Four")}),
        (("a.md",), (), {("es", "One"), ("ja", "One")}),
        (("b",), ("ja",), {("ja", "Four")}),
        ((), ("es",), {("es", "One"), ("es", "Four")}),
    ],
)
def test_what_is_forgotten_is_asked_again_and_nothing_else(blog, paths, languages, asked, capsys):
    before = blog.files()
    assert forget(paths, languages, root=blog.root) == 0
    told = capsys.readouterr().out
    assert re.match(r"Forgot (1 localization|\d localizations) of (1 post|\d posts): to be translated", told)
    assert not re.search(r"\b1 (localizations|posts)", told)
    assert {path for path, data in blog.files().items() if before[path] != data} < before.keys()
    translator = Shouting()
    blog.run(translator, LANGUAGES)
    assert {(tag, text.split()[0]) for tag, text in translator.asked} & {
        (tag, word) for tag in LANGUAGES for word in ("One", "Four")
    } == asked
    assert blog.files() == before


def test_what_a_person_wrote_is_not_forgotten(blog):
    blog.write("a.es.md", blog.read("a.es.md").replace("THREE STANDS.", "La tercera."))
    forget((), (), root=blog.root)
    translator = Shouting()
    blog.run(translator, ("es",))
    assert "Three stands." not in {text for _, text in translator.asked}
    assert blog.read("a.es.md") == "ONE STANDS. TWO STANDS.\n\nLa tercera.\n"
    assert set(statuses(blog.run(Shouting(), ("es",), dry_run=True)).values()) == {"unchanged"}


@pytest.mark.parametrize(("paths", "languages"), [(("z.md",), ()), ((), ("fr",))])
def test_nothing_to_forget_is_told(blog, paths, languages):
    before = blog.files()
    what = "z.md" if paths else "this folder in fr"
    with pytest.raises(UsageError, match=f"no record of {what}:"):
        forget(paths, languages, root=blog.root)
    assert blog.files() == before


def test_localizations_of_a_post_that_is_gone_are_removed_when_asked_for(blog):
    (blog.root / "a.md").unlink()
    report = blog.run(Shouting(), LANGUAGES, dry_run=True, prune=True)
    assert [note.code for note in report.notes] == ["pruned"]
    assert "People's words" not in report.notes[0].message
    assert "a.es.md" in blog.files()
    console = Told()
    report = blog.run(Shouting(), LANGUAGES, prune=True, console=console)
    assert report.removed == (".polypost/a.md.json", "a.es.md", "a.ja.md")
    assert console.lines[-1] == "Published: 3 files, 0.0 minutes so far."
    assert set(blog.files()) == {
        *("b/c.md", "b/c.es.md", "b/c.ja.md"),
        *(".polypost/b/c.md.json", ".polypost/.gitattributes"),
    }
    report = blog.run(Shouting(), LANGUAGES, prune=True)
    assert (report.changed, report.notes) == ((), ())


@pytest.mark.parametrize("followed", [False, True])
def test_what_people_wrote_in_a_localization_that_goes_is_told(blog, followed):
    blog.write("a.es.md", blog.read("a.es.md").replace("ONE STANDS.", "Una persona."))
    if followed:
        blog.write("a.md", f"{blog.read('a.md')}\nOne more.\n")
        blog.run(Shouting(), LANGUAGES)
    (blog.root / "a.md").unlink()
    (note,) = blog.run(Shouting(), LANGUAGES, prune=True).notes
    assert "a.es.md, a.ja.md. People's words go with a.es.md;" in note.message


def test_a_renamed_post_is_none_that_is_gone(blog):
    (blog.root / "a.md").rename(blog.root / "z.md")
    translator = Shouting()
    report = blog.run(translator, LANGUAGES, prune=True)
    assert translator.asked == []
    assert report.notes == ()
    assert statuses(report)["z.md", "es"] == "new"
    assert blog.read("z.es.md").startswith("ONE STANDS.")


def test_what_another_post_borrows_from_one_that_is_gone_is_read_before_it_goes(blog):
    (blog.root / "a.md").unlink()
    blog.write("d.md", "Long new text of its own. And more. One stands. Yes.\n\nOther.\n\nLast.\n")
    translator = Shouting()
    blog.run(translator, ("es",), prune=True)
    assert "One stands." not in {text for _, text in translator.asked}
    assert "ONE STANDS." in blog.read("d.es.md")
    assert "a.es.md" not in blog.files()
