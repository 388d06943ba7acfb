"""What counts as a person's text, and what doesn't."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plan.test_run import Blog, Shouting, Silent, refuse
from polypost.files import FolderRepository
from polypost.job import Job
from polypost.markdown.rules import Rules
from polypost.records.record import record_path
from polypost.references import once, references
from polypost.run.library import Library

POST = """---
title: A title here
---

# Head of it

First one stands with `code()` and [a **link**](https://x.org/y). And more of it.

```sh
make all
```

Second one stands.

![What it shows](a.png)
"""
THEIRS = """---
title: Un título
---

# La cabeza

La primera sigue con `code()` y [un **enlace**](https://x.org/y). Y algo más.

```sh
make all
```

La segunda.

![Lo que muestra](a.png)
"""


@pytest.fixture
def blog(tmp_path):
    made = Blog(tmp_path)
    made.write("a.md", POST)
    return made


def library(blog, **more):
    output = "{dir}/{name}.{lang}{ext}"
    job = Job(("es",), refuse, ("*.md",), (), output, Rules(), "en", Shouting.info, **more)
    return Library(job, FolderRepository(blog.root), Silent())


def found(blog, post="a.md", **more):
    there = library(blog, **more)
    assert post in there.paths
    return list(references(post, "es", there.blog))


def texts(*given, **more):
    return [each.text for each in found(*given, **more)]


def put(blog, path, before, after):
    text = blog.read(path)
    assert text.count(before) == 1
    blog.write(path, text.replace(before, after))


def test_a_localization_that_was_there_before_is_a_persons_text_by_text(blog):
    blog.write("a.es.md", THEIRS)
    every = found(blog)
    assert [each.text for each in every] == [
        "Un título",
        "La cabeza",
        "La primera sigue con y un enlace. Y algo más.",
        "La segunda.",
        "Lo que muestra",
    ]
    assert every[2].source == "First one stands with and a link. And more of it."
    assert [each.sentences for each in every] == [1, 1, 2, 1, 1]
    assert {each.corrected for each in every} == {""}


def test_what_nobody_has_translated_in_it_is_none(blog):
    blog.write("a.es.md", THEIRS.replace("La segunda.", "Second one stands."))
    assert "La cabeza" in texts(blog)
    assert len(texts(blog)) == 4


def test_of_one_that_is_built_in_another_way_only_what_is_sure_counts(blog):
    blog.write("a.es.md", THEIRS + "\nUn párrafo más.\n\n- Y una lista\n")
    assert "La primera sigue con y un enlace. Y algo más." in texts(blog)
    assert not {"Un párrafo más.", "Y una lista"} & set(texts(blog))
    blog.write("a.es.md", "- Otra cosa\n- Y otra\n\n> Nada de eso\n")
    assert texts(blog) == []


def test_a_machines_text_is_none_until_a_person_corrects_it(blog):
    blog.run(Shouting(), ("es",))
    assert texts(blog) == []
    put(blog, "a.es.md", "SECOND ONE STANDS.", "La segunda.")
    (one,) = found(blog)
    assert (one.source, one.text, one.corrected) == ("Second one stands.", "La segunda.", "shouting")
    blog.run(Shouting(), ("es",))  # written down as theirs by now
    assert found(blog) == [one]


def test_a_localization_that_nobody_touched_is_not_even_read(blog):
    blog.run(Shouting(), ("es",))

    def looked_at(path):
        raise AssertionError(path)

    there = replace(library(blog).blog, document=looked_at)
    assert list(references("a.md", "es", there)) == []
    put(blog, "a.es.md", "SECOND ONE STANDS.", "La segunda.")
    there = replace(library(blog).blog, document=looked_at)
    with pytest.raises(AssertionError, match=r"a\.md"):
        list(references("a.md", "es", there))


def test_a_text_whose_source_has_changed_since_is_none(blog):
    blog.run(Shouting(), ("es",))
    put(blog, "a.es.md", "SECOND ONE STANDS.", "La segunda.")
    put(blog, "a.md", "Second one stands.", "Second one stands no more.")
    assert texts(blog) == []


def test_a_text_that_was_kept_behind_its_source_is_none_until_it_follows(blog):
    blog.run(Shouting(), ("es",))
    put(blog, "a.es.md", "SECOND ONE STANDS.", "La segunda.")
    put(blog, "a.md", "Second one stands.", "Second one stands no more.")
    blog.run(Shouting(), ("es",), keep_edits=True)
    assert texts(blog, keep_edits=True) == []
    put(blog, "a.es.md", "La segunda.", "La segunda, ya no.")
    assert texts(blog, keep_edits=True) == ["La segunda, ya no."]


def test_where_the_record_is_damaged_nobody_knows_whose_text_it_is(blog):
    blog.run(Shouting(), ("es",))
    put(blog, "a.es.md", "SECOND ONE STANDS.", "La segunda.")
    blog.write(record_path("a.md"), "{")
    assert texts(blog) == []


def test_one_that_was_adopted_stays_a_persons(blog):
    blog.write("a.es.md", THEIRS)
    before = found(blog)
    blog.run(Shouting(), ("es",))
    assert (blog.root / record_path("a.md")).exists()
    assert found(blog) == before
    put(blog, "a.md", "Second one stands.", "Second one stands no more.")
    blog.run(Shouting(), ("es",))
    assert "SECOND ONE STANDS NO MORE." in blog.read("a.es.md")
    assert found(blog) == [one for one in before if one.text != "La segunda."]


def test_a_post_that_can_not_be_read_has_none(blog):
    blog.write("a.es.md", THEIRS)
    blog.write("a.md", b"\xff\xfe\x00")
    assert texts(blog) == []


def test_each_pair_counts_once_and_a_limit_takes_them_from_all_over_the_blog(blog):
    for name in "abcdefgh":
        blog.write(f"{name}.md", POST.replace("Second", f"Second {name}"))
        blog.write(f"{name}.es.md", THEIRS.replace("segunda", f"segunda {name}"))
    every = [one for name in "abcdefgh" for one in found(blog, f"{name}.md")]
    assert len(every) == 40
    assert len(once(every, 500)) == 12
    few = once(every, 4)
    assert few == once(every, 4)
    assert [each.text for each in few] == [
        "Un título", "La segunda a.", "La segunda c.", "La segunda f."
    ]  # fmt: skip
