"""Anchors over several runs: a second run changes nothing, and a link that follows is no person's edit."""

from __future__ import annotations

import pytest

from plan.test_run import Blog, Shouting, statuses
from polypost.markdown.dialects import DIALECTS
from polypost.markdown.document import parse
from polypost.markdown.rules import Rules
from polypost.values import Untranslated

POST = """\
See [the part below](#second-part) and [the other](#other-part), [again][ref].

## Second part

Words of it.

## Other part

[ref]: #second-part
"""


class Accents(Shouting):
    """Changes every slug; `word` tells one translator from another."""

    def __init__(self, word="Ñu", fail=lambda sentence: None):
        super().__init__(fail)
        self.word = word

    def answer(self, sentence, language):
        return f"{self.word} {sentence}"


@pytest.fixture
def blog(tmp_path):
    return Blog(tmp_path)


def go(blog, translator, dialect):
    return blog.run(translator, languages=("es",), rules=Rules(dialect))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_second_run_changes_nothing(blog, dialect):
    blog.write("a.md", POST)
    assert go(blog, Accents(), dialect).exit_code == 0
    before = blog.files()
    again = Accents()
    assert go(blog, again, dialect).changed == ()
    assert (again.asked, blog.files()) == ([], before)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_changed_heading_takes_its_links_along_and_sends_only_itself(blog, dialect):
    blog.write("a.md", POST)
    go(blog, Accents(), dialect)
    source = POST.replace("## Second part", "## Third part").replace("#second-part", "#third-part")
    blog.write("a.md", source)
    translator = Accents("Ña")
    report = go(blog, translator, dialect)
    assert statuses(report) == {("a.md", "es"): "updated"}
    asked = {text for _, text in translator.asked}
    text = blog.read("a.es.md")
    if dialect in ("gfm", "astro", "astro-md", "next", "nuxt"):
        assert asked == {"Third part"}, "where a link leads is no text"
        assert "[the part below](#ña-third-part) and [the other](#ñu-other-part)" in text
        assert "[ref]: #ña-third-part\n" in text
    else:
        assert "(#third-part)" in text
    target = parse(text.encode(), path="a.md", rules=Rules(dialect))
    assert len(target.segments) == len(parse(source.encode(), path="a.md", rules=Rules(dialect)).segments)
    assert go(blog, Accents(), dialect).changed == ()


@pytest.mark.parametrize("dialect", ["gfm", "hugo", "", "docusaurus"])
def test_a_persons_words_around_a_link_stay_theirs_and_the_link_follows(blog, dialect):
    blog.write("a.md", POST)
    go(blog, Accents(), dialect)
    blog.write("a.es.md", blog.read("a.es.md").replace("Ñu See", "Vean"))
    blog.write("a.md", POST.replace("## Other part", "## Last part"))
    report = go(blog, Accents(), dialect)
    assert statuses(report) == {("a.md", "es"): "updated"}
    assert "Vean [the part below](#" in blog.read("a.es.md")
    blog.write("a.md", POST.replace("## Other part", "## Very last part"))
    go(blog, Accents(), dialect)
    assert "Vean [the part below](#" in blog.read("a.es.md")


@pytest.mark.parametrize("dialect", ["gfm", ""])
def test_what_kept_its_source_text_is_no_persons_although_its_link_follows(blog, dialect):
    blog.write("a.md", POST)
    failing = Accents(fail=lambda text: Untranslated("no") if text.startswith("See") else None)
    go(blog, failing, dialect)
    assert blog.read("a.es.md").startswith("See [the part below](#")
    blog.write("b.md", "Another post.\n")
    second = Accents()
    go(blog, second, dialect)
    assert any(text.startswith("See") for _, text in second.asked), "it is tried again"
    assert blog.read("a.es.md").startswith("Ñu See [the part below](#")
