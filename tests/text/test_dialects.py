"""Whatever signs of a dialect stand together, and whatever is answered, a post stays built as it is."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from polypost import same_structure
from polypost.errors import PostError
from polypost.markdown.rules import EXTRAS
from text.translators import localize

SIGNS = [
    *("word ", "two words ", "*em* ", "`c`", "[l](u)", '[s *t*]{title="T t"}', ':a[b c]{d="e"}', ":br "),
    *("\n", "\n\n", "::a\n", "::: tip Some title {open}\n", ":::\n", '::::b{title="T t"}\n', "#slot\n"),
    *(":::note[Some *title*]{.c}\n", "  :::c\n", "    text\n", "---\n", "---\ntitle: Some title\n---\n"),
    *("\n---\n\n", "```yaml\ntitle: A b\n```\n", "<!-- note here -->", "<!--\nnote\n\n- [click] item\n-->\n"),
    *(
        "<<< @/x\n",
        "$$\nx\n$$\n",
        "{{ a.b }}",
        "::right::\n",
        "```js\n// some words\nx /* and more */\n```\n",
    ),
    *("> ", "- ", "# ", "    ", '<div v-if="a">', "</div>", "<B t={1}>", "</B>", "{x}", "{/* c */}", "\r\n"),
]
ANSWERS = [
    *("::: x", "--- a", "-->", "[a]{.b}", ":::", "#slot", "*/ -->", "```", "{x}", "$$", "x: y", "a\nb"),
    *("|", "", "<B>", ":a[b]", "{{ x }}", "[click] x", "word"),
]
DIALECTS = ["nuxt", "slidev", "vitepress", "docusaurus", "markdown"]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(SIGNS), max_size=20).map("".join),
    st.sampled_from(DIALECTS),
    st.sampled_from(ANSWERS),
    st.booleans(),
    st.sampled_from([(), EXTRAS]),
)
def test_no_answer_breaks_any_dialect(
    text: str, dialect: str, answer: str, around: bool, extras: Sequence[str]
) -> None:
    def hostile(texts: Sequence[str]) -> list[str]:
        return [f"{t} {answer}" if around else answer for t in texts]

    source = text.encode()
    try:
        same = localize(source, list, path="p.md", dialect=dialect, extras=extras)
        result = localize(source, hostile, path="p.md", dialect=dialect, extras=extras)
    except PostError:
        return
    assert same.content == source
    found = same_structure(source, result.content, result.declared, dialect=dialect, extras=extras)
    assert found == ()
