"""A glossary in the run: what is sent, what becomes outdated, what is never sent twice."""

import re

import pytest

from plan.test_run import Blog, Shouting, codes, statuses
from polypost import choosing
from polypost.errors import UsageError
from polypost.fronts import wiring
from polypost.glossary import read
from polypost.options import Options
from polypost.values import Status

POST = """# On Acme Board

The Acme Board is a board. We *like the Acme Board* and `Acme Board`.

No name here.
"""
SHOUTED = """# ON Acme Board

THE Acme Board IS A BOARD. WE *LIKE THE Acme Board* AND `Acme Board`.

NO NAME HERE.
"""
TABLE = "source,kind,es\nAcme Board,do-not-translate,\n"


@pytest.fixture
def blog(tmp_path):
    return Blog(tmp_path)


def held(text):
    """What a run is told of a glossary."""
    return {"glossary": read(text, "g.csv")}


class Loads(Shouting):
    """Remembers what it was asked to estimate."""

    def __init__(self):
        super().__init__()
        self.loads = []

    def estimate(self, load):
        self.loads.append(load)
        return super().estimate(load)


def test_names_stay_and_a_second_run_sends_nothing(blog):
    blog.write("a.md", POST)
    translator = Shouting()
    report = blog.run(translator, ("es",), **held(TABLE))
    assert blog.read("a.es.md") == SHOUTED
    assert not codes(report) - {"outdated"}
    again = Shouting()
    assert statuses(blog.run(again, ("es",), **held(TABLE))) == {("a.md", "es"): Status.UNCHANGED}
    assert again.opened == 0


def test_a_dry_run_counts_what_is_sent(blog):
    blog.write("a.md", POST.replace("*", ""))
    console = Loads()
    blog.run(console, ("es", "ja"), dry_run=True, **held(TABLE))
    translator = Shouting()
    blog.run(translator, ("es", "ja"), **held(TABLE))
    sent = sum(len(text) for _, text in translator.asked)
    assert [load.characters for load in console.loads] == [sent]


def test_another_glossary_is_told_of_and_asked_only_with_refresh(blog):
    blog.write("a.md", POST)
    blog.run(Shouting(), ("es",), **held(TABLE))
    other = held(TABLE + "board,fixed,tablero\n")
    translator = Shouting()
    report = blog.run(translator, ("es",), **other)
    assert (translator.asked, "outdated" in codes(report)) == ([], True)
    assert blog.read("a.es.md") == SHOUTED
    blog.run(translator, ("es",), refresh=True, **other)
    assert "THE Acme Board IS A tablero." in blog.read("a.es.md")
    assert "outdated" not in codes(blog.run(Shouting(), ("es",), **other))


def test_the_same_rows_in_another_order_are_the_same_glossary(blog):
    blog.write("a.md", POST)
    blog.run(Shouting(), ("es",), **held(TABLE + "board,fixed,tablero\n"))
    other = "# ours\nsource,notes,es,kind\n\nboard, seen often ,tablero , fixed\nAcme Board,,,dnt\n"
    assert "outdated" not in codes(blog.run(Shouting(), ("es",), **held(other)))


def test_a_changed_sentence_alone_is_sent_again(blog):
    blog.write("a.md", POST)
    blog.run(Shouting(), ("es",), **held(TABLE))
    blog.write("a.md", POST.replace("is a board", "is the board"))
    translator = Shouting()
    blog.run(translator, ("es",), **held(TABLE))
    assert [text for _, text in translator.asked] == ["The XENT1X is the board."]
    assert blog.read("a.es.md") == SHOUTED.replace("IS A BOARD", "IS THE BOARD")


def test_a_mark_that_comes_onto_a_term_costs_nothing(blog):
    blog.write("a.md", "The Acme Board is here.\n")
    blog.run(Shouting(), ("es",), **held(TABLE))
    blog.write("a.md", "The *Acme Board* is here.\n")
    translator = Shouting()
    blog.run(translator, ("es",), **held(TABLE))
    assert (translator.asked, blog.read("a.es.md")) == ([], "THE *Acme Board* IS HERE.\n")


def test_a_missing_term_is_never_current(blog):
    blog.write("a.md", "One checkpoint is here.\n")
    words = held("source,es\ncheckpoint,punto de control\n")

    class Deaf(Shouting):
        def answer(self, sentence, language):
            return "ALGO ESTA AQUI."

    report = blog.run(Deaf(), ("es",), **words)
    assert "term-missing" in codes(report)
    translator = Shouting()
    blog.write("b.md", "Something else is new.\n")  # what was in doubt starts no translator by itself
    blog.run(translator, ("es",), **words)
    assert [text for _, text in translator.asked] == ["Something else is new."]  # nor is it tried in vain
    blog.write("b.md", "Something else is newer.\n")
    blog.run(translator, ("es",), **held("source,es\ncheckpoint,punto de control\nother,otro\n"))
    assert "One checkpoint is here." in [text for _, text in translator.asked]
    assert blog.read("a.es.md") == "ONE punto de control IS HERE.\n"
    (found,) = [f for o in report.outcomes for f in o.findings if f.code == "term-missing"]
    assert (found.path, found.line, found.pair) == ("a.md", 1, ("One checkpoint is here.", "ALGO ESTA AQUI."))


def test_rows_of_another_language_change_nothing(blog):
    blog.write("a.md", POST)
    blog.run(Shouting(), ("es", "ja"), **held(TABLE))
    report = blog.run(Shouting(), ("es", "ja"), **held("source,kind,es,ja\nAcme Board,dnt,,\nname,,,名前\n"))
    (note,) = [note for note in report.notes if note.code == "outdated"]
    assert ("a.ja.md" in note.message, "a.es.md" in note.message) == (True, False)


def test_what_made_a_text_tells_its_glossary(tmp_path):
    def made_with(text):
        (tmp_path / "g.csv").write_text(text)
        options = Options(languages=("es",), glossary="g.csv" if text else "")
        routing = choosing.routing_of(options, ())
        return wiring.job(options, routing, tmp_path, dry_run=True).made_with("es")

    assert made_with(TABLE) == made_with(f"# a note\n{TABLE}\n")
    assert made_with(TABLE) != made_with(TABLE + "board,fixed,tablero\n")
    assert made_with(TABLE).startswith(f"{made_with('')} glossary:")


def test_the_pseudo_translator_is_the_same_with_any_glossary(tmp_path):
    (tmp_path / "g.csv").write_text(TABLE)
    options = Options(languages=("es",), glossary="g.csv", translator="pseudo")
    assert wiring.job(options, None, tmp_path, dry_run=True).made_with("es") == "pseudo"


@pytest.mark.parametrize(
    ("path", "content", "told"),
    [
        ("no.csv", None, "there is no no.csv"),
        ("../g.csv", b"source\n", "../g.csv is no path inside the repository"),
        ("g.csv", b"source,es\nM\xf6we,gaviota\n", "g.csv, line 2: it is not in UTF-8"),
        ("g.csv", b"source,klingon\na,b\n", "line 1, column 2"),
    ],
)
def test_a_glossary_that_can_not_be_read_starts_nothing(tmp_path, path, content, told):
    root = tmp_path / "blog"
    root.mkdir()
    if content is not None:
        (root / path).write_bytes(content)
    with pytest.raises(UsageError, match=re.escape(told)):
        wiring.glossary(Options(languages=("es",), glossary=path), root)


def test_a_link_is_no_glossary(tmp_path):
    (tmp_path / "secret").write_text("source\nx\n")
    (tmp_path / "g.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(UsageError, match="symbolic links are not followed"):
        wiring.glossary(Options(languages=("es",), glossary="g.csv"), tmp_path)
