"""Headings keep their anchors, and the predicate takes what was done for that, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from polypost import same_structure
from polypost.markdown.anchors import expected
from polypost.markdown.dialects import DIALECTS
from polypost.markdown.document import parse, raw
from polypost.markdown.rules import Rules
from polypost.markdown.ways import WAYS
from polypost.text.text import render
from polypost.values import Declared, Localized, Moved, Pin
from text.translators import localize, upper

POST = """\
# First part

See [below](#second-part "Down"), [again][ref], <a href="#first-part">up</a> and [out](https://e.org/#first-part).

## Second part

> ## Second part

- Setext part
  -----------

## The `code` in it ##

## Named {#own}

### 中

[ref]: #second-part

<p><a href="#second-part">html</a></p>

```md
[below](#second-part) stays
```
"""


def accents(texts: Sequence[str]) -> list[str]:
    return [f"Ñu {text}" for text in texts]


def made(post: str, dialect: str, path: str = "p.md", translate=accents) -> Localized:
    return localize(post.encode(), translate, path=path, dialect=dialect)


def lines(result: Localized) -> list[str]:
    return [line for line in result.content.decode().splitlines() if line]


def differences(post: str, result: Localized, declared: Sequence[Declared], dialect: str, path: str = "p.md"):
    return same_structure(post.encode(), result.content, declared, path=path, dialect=dialect)


BOTH = [(name, path) for name in DIALECTS for path in ("p.md", "p.mdx")]


@pytest.mark.parametrize(("dialect", "path"), BOTH)
def test_what_is_done_is_declared_and_the_rest_stands(dialect: str, path: str) -> None:
    result = made(POST, dialect, path)
    assert not result.findings
    assert differences(POST, result, result.declared, dialect, path) == ()
    source = parse(POST.encode(), path=path, rules=Rules(dialect))
    assert set(expected(source, result.content)) >= set(result.declared)
    target = parse(result.content, path=path, rules=Rules(dialect))
    assert len(source.segments) == len(target.segments)
    pinned = b"{#" in b"".join(raw(target, at) for at in range(len(target.segments)))
    assert not pinned, "an id stands outside of the segment"


@pytest.mark.parametrize(("dialect", "path"), BOTH)
def test_an_identity_pins_nothing(dialect: str, path: str) -> None:
    result = made(POST, dialect, path, list)
    assert (result.content.decode(), result.declared) == (POST, ())


@pytest.mark.parametrize(("dialect", "path"), BOTH)
def test_undeclared_it_is_a_difference(dialect: str, path: str) -> None:
    result = made(POST, dialect, path)
    used = "{#second-part}" in result.content.decode() or result.content.count(b"ana") or result.declared
    assert bool(differences(POST, result, (), dialect, path)) == bool(used)


@pytest.mark.parametrize("dialect", ["docusaurus", "hugo", "jekyll", "vitepress", "zola", "mkdocs"])
def test_where_a_dialect_has_ids_each_heading_keeps_its_own(dialect: str) -> None:
    found = lines(made(POST, dialect))
    second = "second-part_1" if dialect == "mkdocs" else "second-part-1"
    assert "# Ñu First part {#first-part}" in found
    assert "## Ñu Second part {#second-part}" in found
    if dialect == "docusaurus":  # it reads ids only where the line begins with `#`
        assert '> ## <a id="second-part-1"></a>Ñu Second part' in found
        assert '- <a id="setext-part"></a>Ñu Setext part' in found
    else:
        assert f"> ## Ñu Second part {{#{second}}}" in found
        assert "- Ñu Setext part {#setext-part}" in found
    assert "## Ñu Named {#own}" in found
    closing = {line for line in found if "`code`" in line}
    # Behind an id, these take the closing signs for text.
    if dialect in ("docusaurus", "vitepress", "mkdocs"):
        assert closing == {'## <a id="the-code-in-it"></a>Ñu The `code` in it ##'}
    else:
        assert closing == {"## Ñu The `code` in it ## {#the-code-in-it}"}


@pytest.mark.parametrize("dialect", ["gfm", "astro", "next", "nuxt"])
def test_where_it_has_none_the_posts_links_follow(dialect: str) -> None:
    text = made(POST, dialect).content.decode()
    assert '(#ñu-second-part "' in text
    assert "[ref]: #ñu-second-part\n" in text
    assert '<p><a href="#ñu-second-part">' in text
    assert '<a href="#ñu-first-part">' in text
    assert "](https://e.org/#first-part)" in text, "another page's anchors are not ours"
    assert "[below](#second-part) stays" in text, "code is no link"
    assert "{#first" not in text


@pytest.mark.parametrize(("dialect", "path"), [("", "p.md"), ("", "p.mdx"), ("hexo", "p.md")])
def test_where_neither_is_safe_an_anchor_stands_at_what_is_linked_to(dialect: str, path: str) -> None:
    text = made(POST, dialect, path).content.decode()
    assert '## <a id="second-part"></a>Ñu Second part\n' in text
    assert '# <a id="first-part"></a>Ñu First part\n' in text
    assert text.count("<a id=") == 2, "only what the post itself links to"


def test_dialects_that_have_none_and_what_they_say() -> None:
    assert {name for name, row in DIALECTS.items() if not row.anchors} == {"slidev"}
    assert {row.anchors for row in DIALECTS.values()} - {""} == set(WAYS)
    assert not made(POST, "slidev").declared


WIKI = """\
See [[#Some words]], [[#some **Words**|these]], ![[#Some words]], [[#^id]], [[Page#Some words]], \
[[#Top#Some words]] and [there](#Some%20words "Down").

| a                        |
| ------------------------ |
| [[#Top\\|up]] and `[[#Top]]` |

# Top

## Some **words**: one?
"""


def test_links_of_obsidian_name_the_translated_heading() -> None:
    post = WIKI.replace(": one?", "")
    result = made(post, "obsidian")
    text = result.content.decode()
    assert "[[#Ñu Some words]], [[#Ñu Some words|these]], ![[#Ñu Some words]], [[#^id]], " in text
    assert "[[Page#Some words]], [[#Ñu Top#Ñu Some words]]" in text, "another page's headings are not ours"
    assert '[there](#Ñu%20Some%20words "Ñu Down")' in text
    assert "[[#Ñu Top\\|Ñu up]] and `[[#Top]]`" in text, "code is no link"
    assert not differences(post, result, result.declared, "obsidian")
    assert differences(post, result, (), "obsidian")
    source = parse(post.encode(), path="p.md", rules=Rules("obsidian"))
    assert set(expected(source, result.content)) >= set(result.declared)
    assert "[[#Some words]]" in made(WIKI, "obsidian").content.decode(), "it led nowhere before"


def test_what_kramdown_takes_for_no_id_is_an_anchor() -> None:
    found = lines(made("## 1. Über uns\n\n## Über uns\n", "jekyll"))
    assert found == ['## <a id="1-über-uns"></a>1. Ñu Über uns', '## <a id="über-uns"></a>Ñu Über uns']


BESIDE = """\
## Some words
{: #own}

## More words
{: .wide id="its-own" }

{:#third}
## Other words

Underlined
----------
{: .wide #fourth .x}

## No words
{: .no_toc }

Some text
{: #text}
## Last words
"""


def test_what_a_list_on_a_line_beside_it_names_needs_no_id_in_kramdown() -> None:
    result = made(BESIDE, "jekyll")
    assert [pin.id for pin in result.declared if isinstance(pin, Pin)] == ["no-words", "last-words"]
    assert result.content.decode().count("{#") == 2
    again = parse(BESIDE.encode(), path="p.md", rules=Rules("jekyll"))
    assert set(expected(again, result.content)) == set(result.declared)
    assert made(BESIDE, "hugo").content.count(b"{#") == 6, "no other dialect reads it so"


def test_an_id_joins_the_attributes_that_are_there() -> None:
    assert lines(made("## Some words {.wide}\n", "hugo")) == ["## Ñu Some words {#some-words .wide}"]


def test_a_heading_without_any_letter_of_a_slug_still_has_an_anchor() -> None:
    post = "[There](#some-words)\n\n## Some words\n"
    answers = {"There": "Allí", "Some words": "¡日!"}
    text = made(post, "gfm", translate=lambda texts: [answers[t] for t in texts]).content.decode()
    assert text == "[Allí](#日)\n\n## ¡日!\n"
    answers["Some words"] = "𓀀…"
    odd = made(post, "mkdocs", translate=lambda texts: [answers[t] for t in texts]).content.decode()
    assert odd == "[Allí](#some-words)\n\n## 𓀀… {#some-words}\n"


def test_an_encoded_fragment_is_the_same_anchor() -> None:
    post = "[up](#caf%C3%A9-bar)\n\n## Café bar\n"
    result = made(post, "gfm", translate=upper)
    assert result.content.decode() == "[UP](#caf%C3%A9-bar)\n\n## CAFÉ BAR\n", "case makes no other slug"
    assert "(#ñu-café-bar)" in made(post, "gfm").content.decode()


def test_a_heading_that_only_the_site_can_read_is_left_alone() -> None:
    assert lines(made("## About {{ site.title }}\n", "jekyll")) == ["## Ñu About {{ site.title }}"]


CALLED = """\
See [one](#about-crab-woman), [two](#about-crab), [three](#about-it-crab) and [four](#id).

## About (🦀, 👩)

## About (🦀)

## Other 🦀

## <a id="id"></a>Id 🦀

### About it 🦀
"""


def test_a_heading_that_only_the_site_can_read_keeps_what_a_link_calls_it() -> None:
    found = lines(made(CALLED, "zola"))[1:]
    assert found[:2] == ["## Ñu About (🦀, 👩) {#about-crab-woman}", "## Ñu About (🦀) {#about-crab}"]
    assert found[2:] == [
        "## Ñu Other 🦀",
        '## <a id="id"></a>Ñu Id 🦀',
        "### Ñu About it 🦀 {#about-it-crab}",
    ]
    math = made(CALLED.replace("🦀", "$x$"), "gfm")
    assert '### <a id="about-it-crab"></a>Ñu About it $x$' in lines(math)
    for dialect, post, result in (("zola", CALLED, made(CALLED, "zola")), ("gfm", CALLED, math)):
        shown = post if dialect == "zola" else post.replace("🦀", "$x$")
        assert not differences(shown, result, result.declared, dialect)
        source = parse(shown.encode(), path="p.md", rules=Rules(dialect))
        assert set(expected(source, result.content)) == set(result.declared)


def test_a_heading_named_in_a_comment_is_called_nothing_else() -> None:
    post = "See [it](#some-words).\n\n## Some words {/*some-words*/}\n"
    assert lines(made(post, "", "p.mdx"))[1] == "## Ñu Some words {/*some-words*/}"


def test_an_anchor_of_the_posts_own_is_no_text_and_stays() -> None:
    post = '[a](#old)\n\n## <a id="old"></a>Some words\n'
    document = parse(post.encode(), path="p.md")
    assert raw(document, 1) == b"Some words"
    assert made(post, "").content.decode() == '[Ñu a](#old)\n\n## <a id="old"></a>Ñu Some words\n'


def test_an_anchor_that_is_needed_no_more_once_others_have_their_ids_is_expected() -> None:
    """An id takes its heading out of the count, so that the next equal slug has no number any more."""
    post = "## First\n\n## Title #\n"
    result = made(post, "vitepress", translate=lambda texts: ["Title" for _ in texts])
    assert lines(result) == ["## Title {#first}", '## <a id="title"></a>Title #']
    document = parse(post.encode(), path="p.md", rules=Rules("vitepress"))
    assert not differences(post, result, expected(document, result.content), "vitepress")


@pytest.mark.parametrize(
    ("dialect", "links", "before", "after"),
    [
        (
            "gfm",
            b"[one](#first-part) and [two](#other-part)",
            b"[dos](#otra) y [uno](#primera)",
            b"[dos](#otra) y [uno](#la-primera)",
        ),
        (
            "obsidian",
            b"[[#First part]] and [[#Other part|two]]",
            b"[[#Otra|dos]] y [[#Primera]]",
            b"[[#Otra|dos]] y [[#La primera]]",
        ),
    ],
)
def test_a_link_of_an_earlier_run_follows_its_heading_again(
    dialect: str, links: bytes, before: bytes, after: bytes
) -> None:
    post = b"See %s now.\n\n## First part\n\n## Other part\n" % links
    document = parse(post, path="p.md", rules=Rules(dialect))
    answers = {"First part": "La primera", "Other part": "Otra"}
    result = render(document, answers, target="es", reuse={0: b"Mira %s ya." % before})
    assert result.content.splitlines()[0] == b"Mira %s ya." % after
    again = parse(result.content, path="p.md", rules=Rules(dialect))
    reuse = {at: raw(again, at) for at in range(3)}
    assert render(document, {}, target="es", reuse=reuse).content == result.content


SOURCE = b"See [one](#a-b) and [c d](#c-d).\n\n## A b\n\n## C d\n"
EDITS = [
    ("a link moves", (Moved("a-b", "x"),), b"(#a-b)", b"(#x)", True),
    ("another link moves", (Moved("a-b", "x"),), b"(#c-d)", b"(#x)", False),
    ("a link moves elsewhere", (Moved("a-b", "x"),), b"(#a-b)", b"(#y)", False),
    ("a link becomes another that is there", (Moved("a-b", "x"),), b"(#a-b)", b"(#c-d)", False),
    ("a heading is pinned", (Pin(0, "a-b"),), b"## A b", b"## A b {#a-b}", True),
    ("a heading is pinned by an anchor", (Pin(0, "a-b"),), b"## A", b'## <a id="a-b"></a>A', True),
    ("pinned to another id", (Pin(0, "a-b"),), b"## A b", b"## A b {#b-a}", False),
    ("another heading is pinned", (Pin(0, "a-b"),), b"## C d", b"## C d {#a-b}", False),
    ("a class comes along", (Pin(0, "a-b"),), b"## A b", b"## A b {#a-b .x}", False),
    ("the level changes along", (Pin(0, "a-b"),), b"## A b", b"# A b {#a-b}", False),
    ("an anchor stands elsewhere", (Pin(0, "a-b"),), b"See", b'<a id="a-b"></a>See', False),
    ("an anchor is not closed", (Pin(0, "a-b"),), b"## A", b'## <a id="a-b">A', False),
    ("an anchor stands twice", (Pin(0, "a-b"),), b"## A", b'## <a id="a-b"></a><a id="a-b"></a>A', False),
    ("a tag comes along", (Pin(0, "a-b"),), b"## A", b'## <a id="a-b"></a><b>A</b>', False),
    ("code comes along", (Moved("a-b", "x"),), b"[one](#a-b)", b"[`one`](#x)", False),
    ("nothing changes", (Pin(0, "a-b"), Moved("a-b", "x")), b"See", b"See", True),
]


@pytest.mark.parametrize(
    ("declared", "old", "new", "fine"), [e[1:] for e in EDITS], ids=[e[0] for e in EDITS]
)
def test_only_what_is_declared_is_allowed(
    declared: Sequence[Declared], old: bytes, new: bytes, fine: bool
) -> None:
    target = SOURCE.replace(old, new, 1)
    assert old in SOURCE
    found = same_structure(SOURCE, target, declared, path="p.md", dialect="hugo")
    assert (not found) == fine
    assert (target == SOURCE) or same_structure(SOURCE, target, path="p.md", dialect="hugo")
