"""What a person wrote is theirs: it stays while its source stands, and is never lost without a word."""

from __future__ import annotations

import re

import pytest

from plan.test_run import Blog, Shouting, codes, statuses

TEXT = "# A title\n\nFirst one stands. And more of it.\n\nSecond one stands.\n\nThird one stands.\n"
EDITED = (
    "# A TITLE\n\nFIRST ONE STANDS. AND MORE OF IT.\n\nLa segunda, de una persona.\n\nTHIRD ONE STANDS.\n"
)


@pytest.fixture
def blog(tmp_path):
    made = Blog(tmp_path)
    made.write("a.md", TEXT)
    made.run(Shouting(), ("es",))
    made.write("a.es.md", EDITED)
    return made


def told(report):
    return [f.message for o in report.outcomes for f in o.findings]


class Other(Shouting):
    """Another model."""

    info = type(Shouting.info)("other")

    def answer(self, sentence, language):
        return f"{sentence.upper()}!"


class Pretending(Shouting):
    """The pseudo translator."""

    info = type(Shouting.info)("pseudo")


@pytest.mark.parametrize("how", [{}, {"refresh": True}, {"keep_edits": True}])
@pytest.mark.parametrize("translator", [Shouting, Other])
def test_it_stays_while_its_source_stands(blog, how, translator):
    blog.run(translator(), ("es",), **how)
    blog.write("a.md", TEXT.replace("Third one", "Third two"))
    blog.run(translator(), ("es",), **how)
    assert "La segunda, de una persona." in blog.read("a.es.md")


WRAPPED = TEXT.replace("Second one ", "Second one\n").replace("stands. And", "stands.\nAnd")


def test_it_stays_when_only_the_lines_of_its_source_are_wrapped_anew(blog):
    blog.write("a.md", WRAPPED)
    translator = Shouting()
    report = blog.run(translator, ("es",))
    assert (translator.asked, codes(report), blog.read("a.es.md")) == ([], set(), EDITED)
    blog.write("a.md", TEXT)
    assert codes(blog.run(translator, ("es",))) == set()
    assert (translator.asked, blog.read("a.es.md")) == ([], EDITED)


def test_in_records_that_know_the_lines_as_they_are_wrapped_it_stays_as_well(tmp_path, monkeypatch):
    blog = Blog(tmp_path)
    blog.write("a.md", WRAPPED)
    with monkeypatch.context() as earlier:
        earlier.setattr("polypost.records.record._WRAP", re.compile("(?!)"))
        blog.run(Shouting(), ("es",))
        blog.write("a.es.md", EDITED.replace("segunda, ", "segunda,\n"))
        blog.write("a.md", f"{WRAPPED}\nFourth one.\n")
        blog.run(Shouting(), ("es",))
    blog.write("a.md", f"{WRAPPED.replace('Third one', 'Third two')}\nFourth one.\n")
    translator = Shouting()
    assert codes(blog.run(translator, ("es",))) == set()
    assert translator.asked == [("es", "Third two stands.")]
    assert "La segunda,\nde una persona." in blog.read("a.es.md")


def test_who_breaks_a_line_in_the_front_matter_is_a_person(tmp_path):
    blog = Blog(tmp_path)
    text = "---\ndescription: |\n  First one stands. And more.\n---\n\nText.\n"
    blog.write("a.md", text)
    blog.run(Shouting(), ("es",))
    blog.write("a.es.md", blog.read("a.es.md").replace("STANDS. AND", "STANDS.\n  AND"))
    blog.write("a.md", text.replace("more", "less"))
    assert "FIRST ONE STANDS. AND MORE." in " ".join(told(blog.run(Shouting(), ("es",))))


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [
        (TEXT, lambda text: text.replace("STANDS. AND", "STANDS.\nAND")),
        (f"> {TEXT[11:]}", lambda text: text.replace("STANDS. AND", "STANDS.\n> AND")),
        ("一个人写了这个。还有更多。\n", lambda text: text.replace("还有", "还\n有")),
    ],
    ids=["paragraph", "quote", "Chinese"],
)
def test_a_formatter_that_wraps_lines_is_no_person(tmp_path, text, wrapped):
    blog = Blog(tmp_path)
    blog.write("a.md", text)
    blog.run(Shouting(), ("es",))
    before = blog.read("a.es.md")
    blog.write("a.es.md", wrapped(before))
    assert blog.read("a.es.md") != before
    more = {"And more": "And less", "还有更多": "没有更多"}
    for old, new in more.items():
        text = text.replace(old, new)
    blog.write("a.md", text)
    translator = Shouting()
    assert codes(blog.run(translator, ("es",))) == set()
    assert len(translator.asked) == 1


def test_once_its_source_changes_the_report_shows_both_texts(blog):
    blog.write("a.md", TEXT.replace("Second one", "Second two"))
    report = blog.run(Shouting(), ("es",))
    assert "human-text-superseded" in codes(report)
    (message,) = told(report)
    assert "La segunda, de una persona." in message
    assert "SECOND TWO STANDS." in message
    assert "La segunda" not in blog.read("a.es.md")
    preview = blog.run(Shouting(), ("es",), dry_run=True)
    assert preview.outcomes[0].status == "unchanged"


def test_when_its_source_is_joined_with_what_stands_before_the_report_shows_both_texts(blog):
    blog.write("a.md", TEXT.replace("\n\nSecond one", " Second one"))
    (message,) = told(blog.run(Shouting(), ("es",)))
    assert "La segunda, de una persona." in message
    assert "Now it is: FIRST ONE STANDS. AND MORE OF IT. SECOND ONE STANDS." in message


def test_a_dry_run_tells_what_would_be_superseded(blog):
    blog.write("a.md", TEXT.replace("Second one", "Second two"))
    report = blog.run(Shouting(), ("es",), dry_run=True)
    assert "human-text-superseded" in codes(report)
    assert blog.read("a.es.md") == EDITED


def test_kept_although_its_source_changed_it_is_behind_until_a_person_has_looked(blog):
    blog.write("a.md", TEXT.replace("Second one", "Second two").replace("Third one", "Third two"))
    report = blog.run(Shouting(), ("es",), keep_edits=True)
    assert "human-text-behind" in codes(report)
    assert blog.read("a.es.md") == EDITED.replace("THIRD ONE", "THIRD TWO")
    for _ in range(2):
        report = blog.run(Shouting(), ("es",), keep_edits=True)
        assert (statuses(report), report.changed) == ({("a.md", "es"): "behind"}, ())
        assert "La segunda, de una persona." in told(report)[0]
    # It stays behind when its source changes once more.
    blog.write("a.md", TEXT.replace("Second one", "Second three"))
    blog.run(Shouting(), ("es",), keep_edits=True)
    assert statuses(blog.run(Shouting(), ("es",), keep_edits=True)) == {("a.md", "es"): "behind"}
    # A person brings it up to date.
    blog.write("a.es.md", blog.read("a.es.md").replace("La segunda", "La segunda nueva"))
    assert statuses(blog.run(Shouting(), ("es",), keep_edits=True)) == {("a.md", "es"): "kept"}
    assert statuses(blog.run(Shouting(), ("es",))) == {("a.md", "es"): "unchanged"}
    blog.write("a.md", blog.read("a.md").replace("First one", "First two"))
    blog.run(Shouting(), ("es",))
    assert "La segunda nueva, de una persona." in blog.read("a.es.md")
    assert statuses(blog.run(Shouting(), ("es",), keep_edits=True)) == {("a.md", "es"): "unchanged"}


def test_what_was_kept_goes_when_the_option_does(blog):
    blog.write("a.md", TEXT.replace("Second one", "Second two"))
    blog.run(Shouting(), ("es",), keep_edits=True)
    report = blog.run(Shouting(), ("es",))
    assert "human-text-superseded" in codes(report)
    assert "SECOND TWO STANDS." in told(report)[0]
    assert "La segunda" not in blog.read("a.es.md")
    assert blog.run(Shouting(), ("es",)).changed == ()


def test_a_paragraph_that_is_gone_takes_its_translation_along_and_tells(blog):
    blog.write("a.md", TEXT.replace("Second one stands.\n\n", ""))
    report = blog.run(Shouting(), ("es",), keep_edits=True)
    assert "La segunda, de una persona." in told(report)[0]
    assert "segunda" not in blog.read("a.es.md")


def test_another_model_is_told_of_and_asked_only_with_refresh(blog):
    translator = Other()
    report = blog.run(translator, ("es",))
    assert (translator.asked, report.changed) == ([], ())
    assert "outdated" in {note.code for note in report.notes}
    blog.write("a.md", TEXT.replace("First one", "First two"))
    blog.run(translator, ("es",))
    assert [text for _, text in translator.asked] == ["First two stands."]
    assert "outdated" in {note.code for note in blog.run(Other(), ("es",)).notes}
    translator = Other()
    blog.run(translator, ("es",), refresh=True)
    # The second paragraph is a person's; the first holds a sentence of each model.
    assert {text for _, text in translator.asked} >= {"A title", "And more of it.", "Third one stands."}
    assert "Second one stands." not in {text for _, text in translator.asked}
    assert "La segunda, de una persona." in blog.read("a.es.md")
    again = Other()
    report = blog.run(again, ("es",), refresh=True)
    assert (again.asked, report.changed, report.notes) == ([], (), ())
    assert blog.run(again, ("es",)).notes == ()


def test_pseudo_text_that_a_person_has_written_anew_is_theirs_and_no_pseudo_text(tmp_path):
    blog = Blog(tmp_path)
    blog.write("a.md", TEXT)
    blog.run(Pretending(), ("es",))
    blog.write("a.es.md", EDITED)
    assert "pseudo-text" in codes(blog.run(Shouting(), ("es",)))
    report = blog.run(Shouting(), ("es",), dry_run=True)
    assert (statuses(report), codes(report)) == ({("a.md", "es"): "unchanged"}, set())


def test_another_revision_of_the_model_counts_as_another_model(blog):
    assert blog.run(Shouting(), ("es",)).notes == ()
    (note,) = blog.run(Shouting(), ("es",), settings="abc").notes
    assert (note.code, "(shouting)" in note.message) == ("outdated", True)
    translator = Shouting()
    blog.run(translator, ("es",), settings="abc", refresh=True)
    assert translator.asked
    assert blog.run(Shouting(), ("es",), settings="abc", refresh=True).notes == ()


def test_the_pseudo_translator_calls_nothing_outdated(blog):
    pseudo = Shouting()
    pseudo.info = type(Shouting.info)("pseudo")
    report = blog.run(pseudo, ("es",), refresh=True)
    assert (pseudo.asked, report.notes, report.changed) == ([], (), ())


def test_it_stays_when_its_text_only_moves_into_another_kind_of_block(blog):
    blog.write("a.md", TEXT.replace("Second one", "> Second one").replace("# A title", "A title"))
    blog.write("a.es.md", EDITED.replace("# A TITLE", "# El título"))
    report = blog.run(Shouting(), ("es",))
    assert codes(report) == set()
    assert blog.read("a.es.md").startswith("El título\n\nFIRST")
    assert "> La segunda, de una persona." in blog.read("a.es.md")
    assert blog.run(Shouting(), ("es",)).changed == ()


CELLS = (
    "# Plans\n\n| Plan | Free | Paid |\n| --- | --- | --- |\n"
    "| Sync | Yes | Yes |\n| Export | No | Yes |\n\nEnd.\n"
)
LOG = "# Log\n\n## 1.2\n\n### Fixed\n\n- A crash.\n\n## 1.1\n\n### Fixed\n\n- A typo.\n"


@pytest.mark.parametrize(
    ("text", "theirs", "change", "expected"),
    [
        (
            CELLS,
            ("| EXPORT | NO | YES |", "| EXPORT | NO | SÍ, con plugin |"),
            ("| Sync |", "| Backup | Yes | Yes |\n| Sync |"),
            "| BACKUP | YES | YES |\n| SYNC | YES | YES |\n| EXPORT | NO | SÍ, con plugin |",
        ),
        (
            CELLS,
            ("| EXPORT | NO | YES |", "| EXPORT | NO | SÍ, con plugin |"),
            ("| Sync | Yes | Yes |\n", ""),
            "| --- | --- | --- |\n| EXPORT | NO | SÍ, con plugin |",
        ),
        (
            CELLS,
            ("| SYNC | YES | YES |", "| SYNC | SÍ | YES |"),
            ("| Export |", "| Backup | Yes | Yes |\n| Export |"),
            "| SYNC | SÍ | YES |\n| BACKUP | YES | YES |\n| EXPORT | NO | YES |",
        ),
        (
            LOG,
            ("### FIXED\n\n- A CRASH.", "### ARREGLADO (1.2)\n\n- A CRASH."),
            ("## 1.2", "## 1.3\n\n### Fixed\n\n- A leak.\n\n## 1.2"),
            "### FIXED\n\n- A LEAK.\n\n## 1.2\n\n### ARREGLADO (1.2)\n\n- A CRASH.\n\n## 1.1\n\n### FIXED",
        ),
        (
            LOG,
            ("### FIXED\n\n- A TYPO.", "### ARREGLADO (1.1)\n\n- A TYPO."),
            ("## 1.2\n\n### Fixed\n\n- A crash.\n\n", ""),
            "# LOG\n\n## 1.1\n\n### ARREGLADO (1.1)\n\n- A TYPO.",
        ),
    ],
)
def test_of_several_that_say_the_same_in_the_post_it_stays_with_its_own(
    tmp_path, text, theirs, change, expected
):
    blog = Blog(tmp_path)
    blog.write("a.md", text)
    blog.run(Shouting(), ("es",))
    written = blog.read("a.es.md")
    assert written.count(theirs[0]) == 1
    blog.write("a.es.md", written.replace(*theirs))
    blog.write("a.md", text.replace(*change, 1))
    report = blog.run(Shouting(), ("es",))
    assert expected in blog.read("a.es.md")
    assert "human-text-superseded" not in codes(report)
    assert blog.run(Shouting(), ("es",)).changed == ()


WRITTEN = "# Things\n\nThe *first* one has `code`\nand [a link](b.md). It ends at 7.\n\nThe end of it.\n"


def under_a_person(tmp_path, own, change):
    """A blog in which the post changes, and their localization, with a paragraph of their `own` behind it."""
    blog = Blog(tmp_path)
    blog.write("a.md", WRITTEN)
    blog.run(Shouting(), ("es",))
    theirs = blog.read("a.es.md").replace("ONE HAS", "DE UNA PERSONA") + own
    blog.write("a.es.md", theirs)
    assert WRITTEN.replace(*change) != WRITTEN
    blog.write("a.md", WRITTEN.replace(*change))
    return blog, theirs


@pytest.mark.parametrize("own", ["", "\nUno suyo.\n"])
@pytest.mark.parametrize(
    "change", [("`code`\nand", "`code` and"), ("*first*", "_first_"), (" It ends", "\nIt ends")]
)
def test_it_stays_when_its_source_is_only_written_in_another_way(tmp_path, own, change):
    blog, theirs = under_a_person(tmp_path, own, change)
    again = Shouting()
    report = blog.run(again, ("es",))
    assert again.asked == []
    assert "human-text-superseded" not in codes(report)
    assert blog.read("a.es.md") == theirs
    assert blog.run(Shouting(), ("es",)).changed == ()
    blog.write("a.md", blog.read("a.md").replace("one has", "one had"))
    assert "human-text-superseded" in codes(blog.run(Shouting(), ("es",)))


@pytest.mark.parametrize("own", ["", "\nUno suyo.\n"])
@pytest.mark.parametrize(
    "change",
    [
        ("*first*", "first"),
        ("*first*", "**first**"),
        ("`code`", "`other`"),
        ("b.md", "c.md"),
        ("one has", "one had"),
        ("at 7.", "at 7. 8"),
    ],
)
def test_and_is_told_when_more_than_that_has_changed(tmp_path, own, change):
    blog, theirs = under_a_person(tmp_path, own, change)
    report = blog.run(Shouting(), ("es",))
    assert codes(report) & {"human-text-superseded", "behind"}
    assert (blog.read("a.es.md") == theirs) == ("behind" in codes(report))


def test_it_stays_in_a_paragraph_that_became_a_quote(tmp_path):
    quote = "The *first* one has `code`\nand", "> The *first* one has `code`\n> and"
    blog, theirs = under_a_person(tmp_path, "", quote)
    again = Shouting()
    assert "human-text-superseded" not in codes(blog.run(again, ("es",)))
    assert again.asked == []
    assert blog.read("a.es.md") == theirs.replace("THE *FIRST*", "> THE *FIRST*").replace("\nAND", "\n> AND")


def test_where_nothing_else_is_known_a_persons_text_serves_the_same_text_elsewhere(blog):
    blog.run(Shouting(), ("es",))
    blog.write("a.md", f"{TEXT}\nSecond one stands.\n")
    again = Shouting()
    blog.run(again, ("es",))
    assert again.asked == []
    assert blog.read("a.es.md").count("La segunda, de una persona.") == 2


LIST = "# Things\n\n- First thing\n- Second thing\n- Third thing\n\nThe end of it.\n"


def sorted_by_a_person(tmp_path):
    blog = Blog(tmp_path)
    blog.write("a.md", LIST)
    blog.run(Shouting(), ("es",))
    written = blog.read("a.es.md").replace("FIRST", "?").replace("THIRD", "FIRST").replace("?", "THIRD")
    assert "- THIRD THING\n- SECOND THING\n- FIRST THING\n" in written
    blog.write("a.es.md", written)
    return blog, written


@pytest.mark.parametrize("which", ["First", "Second", "Third"])
def test_what_a_person_has_put_in_another_order_keeps_it_and_the_right_one_follows(tmp_path, which):
    blog, written = sorted_by_a_person(tmp_path)
    blog.write("a.md", LIST.replace(f"{which} thing", f"{which} thing, new"))
    report = blog.run(Shouting(), ("es",))
    assert blog.read("a.es.md") == written.replace(f"{which.upper()} THING", f"{which.upper()} THING, NEW")
    assert codes(report) <= {"theirs"}
    assert blog.run(Shouting(), ("es",)).changed == ()


@pytest.mark.parametrize(
    "change",
    [
        ("- First thing\n", ""),
        ("- First thing\n", "- First thing\n- Another thing\n"),
        ("- Third thing\n", "- Third thing\n- Fourth thing\n"),
    ],
)
def test_where_its_place_is_in_doubt_it_stays_and_is_listed(tmp_path, change):
    blog, written = sorted_by_a_person(tmp_path)
    blog.write("a.md", LIST.replace(*change))
    report = blog.run(Shouting(), ("es",))
    assert statuses(report) == {("a.md", "es"): "behind"}
    assert blog.read("a.es.md") == written


def test_one_that_was_moved_and_another_that_was_rewritten_are_told_apart(tmp_path):
    blog, written = sorted_by_a_person(tmp_path)
    blog.write("a.es.md", written.replace("- THIRD THING", "- LA TERCERA"))
    blog.write("a.md", LIST.replace("First thing", "First thing, new"))
    blog.run(Shouting(), ("es",))
    assert blog.read("a.es.md") == written.replace("- THIRD THING", "- LA TERCERA").replace(
        "FIRST THING", "FIRST THING, NEW"
    )


@pytest.mark.parametrize(
    ("along", "change"),
    [(along, part) for along in (True, False) for part in ("?", "A title", "And more of it")],
)
def test_of_posts_that_say_much_the_same_each_keeps_its_own_when_the_folder_is_renamed(
    tmp_path, along, change
):
    blog = Blog(tmp_path)
    posts = {name: TEXT.replace("Third", name) for name in ("one", "two")}
    for name, text in posts.items():
        blog.write(f"a/{name}.md", text)
    blog.run(Shouting(), ("es",))
    for name in posts:
        path = f"a/{name}.es.md"
        blog.write(path, blog.read(path).replace("SECOND ONE STANDS.", f"La segunda de {name}."))
    if along:
        (tmp_path / "a").rename(tmp_path / "b")
    for name, text in posts.items():
        (tmp_path / f"a/{name}.md").unlink(missing_ok=True)
        blog.write(f"b/{name}.md", text.replace(change, "Changed"))
    report = blog.run(Shouting(), ("es",))
    assert [f"La segunda de {name}." in blog.read(f"b/{name}.es.md") for name in posts] == [True, True]
    assert codes(report) == {"moved"}
    assert {path for path in blog.files() if path.endswith(".es.md")} == {"b/one.es.md", "b/two.es.md"}
    assert blog.run(Shouting(), ("es",)).changed == ()
