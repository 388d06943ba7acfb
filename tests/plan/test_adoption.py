"""A localization that a person has built in their own way is kept up to date without being made anew."""

from __future__ import annotations

import pytest

from plan.test_run import Blog, Shouting, codes, statuses
from polypost.records.record import record_path

POST = """---
title: A title here
---

# Head of it

First one stands. And more of it.

```sh
make all
```

Second one stands.

- An item
- Another item

Last one stands.
"""
THEIRS = """---
title: Un título
lang: es
---

# La cabeza

La primera. Y algo más.

```sh
make todo
```

La segunda.

- Un punto
- Otro punto

La última.
"""


@pytest.fixture
def blog(tmp_path):
    made = Blog(tmp_path)
    made.write("a.md", POST)
    made.write("a.es.md", THEIRS)
    return made


def go(blog, **how):
    translator = Shouting()
    report = blog.run(translator, ("es",), **how)
    return [text for _, text in translator.asked], report


def settled(blog, **how):
    """Two more runs change nothing."""
    files = blog.files()
    for _ in range(2):
        asked, report = go(blog, **how)
        assert (asked, report.changed, blog.files()) == ([], (), files)


def put(blog, path, *pairs):
    text = blog.read(path)
    for before, after in pairs:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    blog.write(path, text)


def messages(report):
    return " ".join(f.message for o in report.outcomes for f in o.findings)


def test_what_was_there_before_is_adopted_as_it_is(blog):
    asked, report = go(blog, dry_run=True)
    assert (asked, codes(report), record_path("a.md") in blog.files()) == ([], {"adopted"}, False)
    asked, report = go(blog)
    assert (asked, statuses(report), codes(report)) == ([], {("a.md", "es"): "kept"}, {"adopted"})
    assert blog.read("a.es.md") == THEIRS
    assert report.changed == (".polypost/.gitattributes", record_path("a.md"))
    assert statuses(go(blog)[1]) == {("a.md", "es"): "kept"}
    settled(blog)
    settled(blog, refresh=True)


def test_a_changed_paragraph_is_put_into_its_place_and_nothing_else_changes(blog):
    go(blog)
    put(blog, "a.md", ("Second one", "Second two"))
    asked, report = go(blog)
    assert asked == ["Second two stands."]
    assert blog.read("a.es.md") == THEIRS.replace("La segunda.", "SECOND TWO STANDS.")
    assert codes(report) == {"human-text-superseded"}
    assert "La segunda." in messages(report)
    assert "SECOND TWO STANDS." in messages(report)
    settled(blog)
    # From now on that paragraph is a translator's, known sentence by sentence.
    put(blog, "a.md", ("Second two stands.", "Second two stands. One more."))
    assert go(blog)[0] == ["One more."]
    assert blog.read("a.es.md") == THEIRS.replace("La segunda.", "SECOND TWO STANDS. ONE MORE.")
    settled(blog)


def test_with_human_edits_kept_theirs_stays_and_is_behind(blog):
    go(blog, keep_edits=True)
    put(blog, "a.md", ("Second one", "Second two"))
    asked, report = go(blog, keep_edits=True)
    assert (asked, blog.read("a.es.md")) == ([], THEIRS)
    assert codes(report) == {"human-text-behind"}
    assert statuses(go(blog, keep_edits=True)[1]) == {("a.md", "es"): "behind"}
    settled(blog, keep_edits=True)
    put(blog, "a.es.md", ("La segunda.", "La segunda, nueva."))
    assert statuses(go(blog, keep_edits=True)[1]) == {("a.md", "es"): "kept"}


def test_blocks_that_come_and_go_are_put_in_between(blog):
    go(blog)
    put(
        blog,
        "a.md",
        ("- Another item\n", "- Another item\n- New item\n"),
        ("Last one stands.", "New end.\n\nLast one stands."),
    )
    asked, _ = go(blog)
    assert asked == ["New item", "New end."]
    expected = THEIRS.replace("- Otro punto\n", "- Otro punto\n- NEW ITEM\n").replace(
        "La última.", "NEW END.\n\nLa última."
    )
    assert blog.read("a.es.md") == expected
    settled(blog)
    put(blog, "a.md", ("- New item\n", ""), ("- An item\n", ""), ("\nLast one stands.\n", ""))
    asked, report = go(blog)
    assert asked == []
    assert {"Un punto", "La última."} <= {m.split(": ", 1)[1] for m in told(report)}
    assert "Un punto" not in blog.read("a.es.md")
    assert "make todo" in blog.read("a.es.md")
    settled(blog)


def told(report):
    return [f.message for o in report.outcomes for f in o.findings if f.code == "human-text-superseded"]


def test_beside_code_that_they_changed_new_text_goes_to_its_side_of_it(blog):
    go(blog)
    put(blog, "a.md", ("Second one stands.", "Inserted here.\n\nSecond one stands."))
    assert go(blog)[0] == ["Inserted here."]
    behind = THEIRS.replace("La segunda.", "INSERTED HERE.\n\nLa segunda.")
    assert blog.read("a.es.md") == behind
    settled(blog)
    put(blog, "a.md", ("```sh\nmake all", "Before it.\n\n```sh\nmake all"))
    assert go(blog)[0] == ["Before it."]
    assert blog.read("a.es.md") == behind.replace("```sh\nmake todo", "BEFORE IT.\n\n```sh\nmake todo")
    settled(blog)


def test_beside_other_code_of_theirs_nothing_is_put(blog):
    go(blog)
    put(blog, "a.es.md", ("```sh\nmake todo", "```bat\nnmake todo"))
    theirs = blog.read("a.es.md")
    put(blog, "a.md", ("Second one stands.", "Inserted here.\n\nSecond one stands."))
    asked, report = go(blog)
    assert (asked, blog.read("a.es.md")) == ([], theirs)
    assert statuses(report) == {("a.md", "es"): "behind"}
    assert "line 13" in messages(report)
    # With the code as it is in the post there is no doubt.
    put(blog, "a.es.md", ("```bat\nnmake todo", "```sh\nmake all"))
    assert go(blog)[0] == ["Inserted here."]
    assert "make all\n```\n\nINSERTED HERE.\n\nLa segunda." in blog.read("a.es.md")
    settled(blog)


FIGURE = """<figure>
  <img src="/a.png" />
  <figcaption>An item of art</figcaption>
</figure>

<hr class="wide">
"""


@pytest.mark.parametrize("theirs", ["", '<img src="/mine.png">\n\n'], ids=["same", "picture"])
def test_in_the_middle_of_markup_that_is_as_in_the_post_new_text_is_put(tmp_path, theirs):
    blog = made(tmp_path)
    put(blog, "a.md", ("- An item\n", f"{FIGURE}\n- An item\n"))
    go(blog)
    line = '<hr class="wide">\n'
    put(blog, "a.es.md", (line, f"{theirs}{line}"), ("LAST ONE", "Nota de una persona.\n\nLAST ONE"))
    before = blog.read("a.es.md")
    put(blog, "a.md", ("</figure>\n", "</figure>\n\n> Thanks to Ann.\n"))
    asked, report = go(blog)
    if theirs:
        assert (asked, blog.read("a.es.md")) == ([], before)
        assert statuses(report) == {("a.md", "es"): "behind"}
    else:
        assert asked == ["Thanks to Ann."]
        assert blog.read("a.es.md") == before.replace("</figure>\n", "</figure>\n\n> THANKS TO ANN.\n")
    settled(blog)


def test_what_has_no_sure_place_waits_for_a_person_and_all_else_follows(blog):
    go(blog)
    put(blog, "a.es.md", ("```sh\nmake todo", "```bat\nnmake todo"))
    put(
        blog,
        "a.md",
        ("Second one stands.", "Inserted here.\n\nInserted there.\n\nSecond one stands."),
        ("Last one", "Last two"),
    )
    theirs = blog.read("a.es.md")
    asked, report = go(blog)
    assert asked == ["Last two stands."]
    assert blog.read("a.es.md") == theirs.replace("La última.", "LAST TWO STANDS.")
    waits = [f.line for o in report.outcomes for f in o.findings if f.code == "behind"]
    assert waits == [13], "one finding for both, which follow each other"
    settled(blog)
    assert statuses(go(blog)[1]) == {("a.md", "es"): "behind"}
    put(blog, "a.md", ("An item", "Any item"))
    asked, report = go(blog)
    assert asked == ["Any item"]
    assert [f.line for o in report.outcomes for f in o.findings if f.code == "behind"] == [13]
    # Once a person has put them in, they are theirs as any other text, and followed.
    put(blog, "a.es.md", ("La segunda.", "Insertado aquí.\n\nInsertado allí.\n\nLa segunda."))
    asked, report = go(blog)
    assert (asked, statuses(report)) == ([], {("a.md", "es"): "kept"})
    settled(blog)
    put(blog, "a.md", ("Inserted there.", "Inserted where it belongs."))
    asked, report = go(blog)
    assert asked == ["Inserted where it belongs."]
    assert "Insertado aquí.\n\nINSERTED WHERE IT BELONGS.\n\nLa segunda." in blog.read("a.es.md")
    assert "Insertado allí." in told(report)[0]
    settled(blog)


def test_where_what_is_gone_has_no_sure_place_the_whole_file_stays(blog):
    go(blog)
    put(blog, "a.es.md", ("La segunda.\n\n", "La segunda.\n\n![](mine.png)\n\n"))
    put(blog, "a.md", ("Second one stands.\n\n", ""), ("Last one", "Last two"))
    theirs = blog.read("a.es.md")
    asked, report = go(blog)
    assert (asked, blog.read("a.es.md")) == ([], theirs)
    assert statuses(report) == {("a.md", "es"): "behind"}


def test_what_a_person_has_brought_up_to_date_by_hand_is_theirs(blog):
    go(blog)
    put(blog, "a.es.md", ("```sh\nmake todo", "```bat\nnmake todo"))
    put(blog, "a.md", ("Second one stands.", "Inserted here.\n\nSecond one stands."))
    assert statuses(go(blog)[1]) == {("a.md", "es"): "behind"}
    put(blog, "a.es.md", ("La segunda.", "Puesto aquí.\n\nLa segunda."))
    theirs = blog.read("a.es.md")
    asked, report = go(blog)
    assert (asked, set(statuses(report).values()) & {"behind"}) == ([], set())
    assert blog.read("a.es.md") == theirs
    settled(blog)
    put(blog, "a.md", ("Inserted here.", "Inserted there."))
    go(blog)
    assert blog.read("a.es.md") == theirs.replace("Puesto aquí.", "INSERTED THERE.")
    settled(blog)


def test_changed_code_is_told_and_left_to_them(blog):
    go(blog)
    put(blog, "a.md", ("make all", "make some"))
    asked, report = go(blog)
    assert (asked, blog.read("a.es.md"), codes(report)) == ([], THEIRS, {"see-to-it"})
    settled(blog)


@pytest.mark.parametrize(
    "theirs",
    ["Solo un párrafo.\n", POST, POST.replace("Last one", "The last one"), "---\n: [\n---\n"],
    ids=["another", "a copy", "a copy of what it was", "broken"],
)
def test_what_is_not_built_like_its_post_is_left_alone_and_listed(blog, theirs):
    blog.write("a.es.md", theirs)
    asked, report = go(blog)
    assert (asked, codes(report), report.changed) == ([], {"not-ours"}, ())
    assert blog.read("a.es.md") == theirs


def made(tmp_path):
    blog = Blog(tmp_path)
    blog.write("a.md", POST)
    go(blog)
    return blog


def test_a_paragraph_that_a_person_added_stays_when_the_post_changes(tmp_path):
    blog = made(tmp_path)
    put(
        blog,
        "a.es.md",
        ("SECOND ONE STANDS.", "Nota de una persona.\n\nSECOND ONE STANDS."),
        ("HEAD OF IT", "La cabeza"),
    )
    put(blog, "a.md", ("Second one", "Second two"), ("And more of it", "And less of it"))
    asked, report = go(blog)
    assert asked == ["And less of it.", "Second two stands."]
    text = blog.read("a.es.md")
    assert "Nota de una persona.\n\nSECOND TWO STANDS." in text
    assert "# La cabeza\n\nFIRST ONE STANDS. AND LESS OF IT." in text
    assert statuses(report) == {("a.md", "es"): "updated"}
    settled(blog)
    put(blog, "a.md", ("An item", "Any item"))
    assert go(blog)[0] == ["Any item"]
    assert "Nota de una persona." in blog.read("a.es.md")
    settled(blog)


def test_a_paragraph_that_a_person_took_out_stays_out(tmp_path):
    blog = made(tmp_path)
    put(blog, "a.es.md", ("SECOND ONE STANDS.\n\n", ""))
    put(blog, "a.md", ("Second one", "Second two"), ("Last one", "Last two"))
    go(blog)
    assert "SECOND" not in blog.read("a.es.md")
    assert "LAST TWO STANDS." in blog.read("a.es.md")
    settled(blog)


def test_what_a_person_moved_stays_where_they_put_it(tmp_path):
    blog = made(tmp_path)
    put(
        blog,
        "a.es.md",
        ("SECOND ONE STANDS.\n\n", ""),
        ("# HEAD OF IT", "SECOND ONE STANDS.\n\n# HEAD OF IT"),
    )
    put(blog, "a.md", ("Last one", "Last two"))
    go(blog)
    text = blog.read("a.es.md")
    assert text.count("SECOND ONE STANDS.") == 1
    assert text.index("SECOND") < text.index("HEAD")
    assert "LAST TWO STANDS." in text
    settled(blog)


SWAPPED = (("Second one stands.", "?"), ("Last one stands.", "Second one stands."), ("?", "Last one stands."))


def test_what_a_person_wrote_moves_along_with_its_source_and_is_not_told_as_gone(tmp_path):
    blog = made(tmp_path)
    put(blog, "a.es.md", ("SECOND ONE STANDS.", "La segunda."), ("LAST ONE STANDS.", "La última."))
    put(blog, "a.es.md", ("# HEAD OF IT", "Nota.\n\n# HEAD OF IT"))
    put(blog, "a.md", *SWAPPED)
    asked, report = go(blog)
    assert (asked, codes(report)) == ([], set())
    text = blog.read("a.es.md")
    assert "Nota." in text
    assert text.index("La última.") < text.index("- AN ITEM") < text.index("La segunda.")
    settled(blog)


def test_it_does_not_give_way_where_its_source_stands_but_its_new_place_is_in_doubt(tmp_path):
    blog = made(tmp_path)
    put(blog, "a.es.md", ("SECOND ONE STANDS.", "La segunda."), ("LAST ONE STANDS.", "Dos.\n\nDe ellos."))
    theirs = blog.read("a.es.md")
    put(blog, "a.md", *SWAPPED)
    asked, report = go(blog)
    assert (asked, statuses(report)) == ([], {("a.md", "es"): "behind"})
    assert blog.read("a.es.md") == theirs
    settled(blog)


def test_an_adopted_localization_moves_along_with_its_post(blog):
    go(blog)
    (blog.root / "a.md").rename(blog.root / "b.md")
    asked, report = go(blog)
    assert (asked, "moved" in codes(report)) == ([], True)
    assert blog.read("b.es.md") == THEIRS
    assert "a.es.md" not in blog.files()
    settled(blog)


def test_another_post_borrows_what_was_adopted(blog):
    go(blog)
    blog.write("b.md", POST.replace("Last one", "Very last one"))
    assert go(blog)[0] == ["Very last one stands."]
    assert blog.read("a.es.md") == THEIRS
    assert "make all\n```\n\nLa segunda." in blog.read("b.es.md")


SPLIT = ("FIRST ONE STANDS. AND MORE OF IT.", "La primera.\n\nY algo más.")
JOINED = ("- AN ITEM\n- ANOTHER ITEM", "- Dos puntos en uno")


@pytest.mark.parametrize(
    ("theirs", "source"),
    [(SPLIT, ("First one stands. And more of it.", "Bananas grow here.")), (JOINED, ("An item", "Any item"))],
    ids=["split", "joined"],
)
def test_what_a_person_split_or_joined_is_behind_until_they_have_been_there(tmp_path, theirs, source):
    blog = made(tmp_path)
    put(blog, "a.es.md", theirs)
    settled(blog)
    put(blog, "a.md", source, ("Last one", "Last two"))
    asked, report = go(blog)
    assert asked == ["Last two stands."], "all else follows"
    text = blog.read("a.es.md")
    assert theirs[1] in text
    assert "behind" in codes(report)
    for _ in range(2):
        asked, report = go(blog)
        assert (asked, statuses(report), codes(report)) == ([], {("a.md", "es"): "behind"}, {"behind"})
        assert blog.read("a.es.md") == text
    assert statuses(go(blog, dry_run=True)[1]) == {("a.md", "es"): "behind"}
    put(blog, "a.es.md", (theirs[1], theirs[1] + ", al día"))
    assert statuses(go(blog)[1]) == {("a.md", "es"): "kept"}
    assert statuses(go(blog)[1]) == {("a.md", "es"): "kept"}
    settled(blog)


def test_a_file_without_any_text_of_the_post_is_behind(tmp_path):
    blog = made(tmp_path)
    blog.write("a.es.md", "")
    put(blog, "a.md", ("Last one", "Last two"))
    asked, report = go(blog)
    assert (asked, statuses(report)) == ([], {("a.md", "es"): "behind"})
    assert not blog.read("a.es.md")


@pytest.mark.parametrize("changed", ["", "a.es.md", "b.md"], ids=["as it was", "edited", "its post changed"])
def test_a_post_that_was_moved_together_with_its_localization(tmp_path, changed):
    blog = made(tmp_path)
    put(blog, "a.es.md", ("HEAD OF IT", "La cabeza"))
    if changed != "a.es.md":
        go(blog)
        put(blog, "a.md", ("Last one", "Very last one"))
        go(blog)
    (blog.root / "a.md").rename(blog.root / "b.md")
    (blog.root / "a.es.md").rename(blog.root / "b.es.md")
    if changed == "b.md":
        put(blog, "b.md", ("Second one", "Second two"))
    asked, report = go(blog)
    assert asked == (["Second two stands."] if changed == "b.md" else [])
    assert "moved" in codes(report)
    assert {"adopted", "not-ours"}.isdisjoint(codes(report))
    assert "# La cabeza" in blog.read("b.es.md")
    assert {record_path("a.md"), "a.es.md"}.isdisjoint(blog.files())
    settled(blog)
    put(blog, "b.md", ("make all", "make most"))
    go(blog)
    assert "make most" in blog.read("b.es.md"), "it isn't built in their own way"
    assert "# La cabeza" in blog.read("b.es.md")


def test_what_is_written_for_another_post_is_not_adopted(tmp_path):
    blog = Blog(tmp_path)
    blog.write("content/a.md", POST)
    files = {"content/en/a.md": POST.replace("Last", "Very last")}
    how = {"output": "content/{lang}/{name}{ext}"}
    go(blog, **how)
    written = blog.files()["content/es/a.md"]
    for path, text in files.items():
        blog.write(path, text)
    for _ in range(2):
        asked, report = go(blog, **how)
        assert (asked, "output-collides" in codes(report)) == ([], True)
        assert blog.files()["content/es/a.md"] == written


@pytest.mark.parametrize(
    "formatted",
    [
        lambda text: text.replace("\n- ", "\n* "),
        lambda text: text.replace("\n\n", "\n\n\n"),
        lambda text: text.replace("STANDS.\n", "STANDS.   \n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: f"\ufeff{text}",
    ],
    ids=["bullets", "blank lines", "trailing spaces", "ends of lines", "BOM"],
)
def test_a_formatter_builds_nothing_in_its_own_way(tmp_path, formatted):
    blog = made(tmp_path)
    put(blog, "a.es.md", ("HEAD OF IT", "La cabeza"))
    text = blog.read("a.es.md")
    (blog.root / "a.es.md").write_bytes(formatted(text).encode())
    put(blog, "a.md", ("make all", "make most"), ("title: A title", "draft: true\ntitle: A title"))
    assert go(blog)[0] == []
    now = blog.read("a.es.md")
    assert {"make most", "draft: true", "# La cabeza"} == {
        part for part in ("make most", "draft: true", "# La cabeza") if part in now
    }
    settled(blog)


@pytest.mark.parametrize(
    "change", [("make all", "make  all"), ("- AN ITEM\n", "- AN ITEM\n\n  ![](a.png)\n")]
)
def test_what_is_more_than_a_way_of_writing_is_theirs(tmp_path, change):
    blog = made(tmp_path)
    put(blog, "a.es.md", change)
    put(blog, "a.md", ("Last one", "Last two"))
    go(blog)
    assert change[1] in blog.read("a.es.md")
    settled(blog)
