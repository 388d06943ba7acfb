"""Which arguments of tags and shortcodes are text: the dialect's own, and those that are named."""

from __future__ import annotations

import pytest

from text.translators import localize, recording

CASES = [
    ("hugo", '{{< note "A word" title="Another" >}}', ("note.0",), ["A word"]),
    ("hugo", '{{< note "A word" title="Another" >}}', ("note.title",), ["Another"]),
    ("hugo", '{{% note plain "A word" %}}', ("note.1",), ["A word"]),
    ("hugo", '{{% theme/note\n  text="A long\n  word"\n%}}', ("theme/note.text",), ["A long word"]),
    ("hugo", "{{< note `A word` >}}", ("note.0",), ["A word"]),
    ("hugo", '{{< note "A word" >}}', ("other.0", "note.1"), []),
    ("hugo", '{{< figure title="A word" src="a b" >}}', (), ["A word"]),
    ("hugo", '{{</* figure title="A word" */>}}', (), []),
    ("jekyll", '{% include a.html text="A word" id="some id" %}', ("include.text",), ["A word"]),
    ("jekyll", "{%- include a.html text='A word' -%}", ("include.text",), ["A word"]),
    ("hexo", "{% note info 'A word' %}", ("note.1",), ["A word"]),
    ("hexo", '{% post_link a-post "A word" %}', (), ["A word"]),
    ("zola", '{{ figure(src="a b", caption="A word") }}', ("figure.caption",), ["A word"]),
    ("zola", '{% quote(author="A name") %}', ("quote.author",), ["A name"]),
    ("markdown", '{{< figure caption="A word" >}}', (), ["A word"]),
]


@pytest.mark.parametrize(("dialect", "post", "named", "sent"), CASES)
def test_which_arguments_are_text(dialect: str, post: str, named: tuple[str, ...], sent: list[str]) -> None:
    asked: list[str] = []
    localize(post.encode(), recording(asked), path="p.md", dialect=dialect, arguments=named)
    assert asked == sent


def test_an_argument_in_a_sentence_is_asked_apart_and_put_back() -> None:
    post = b'Hover {{< tip "a word" "its meaning" >}} to see.\n'
    result = localize(
        post,
        lambda texts: [text.upper() for text in texts],
        path="p.md",
        dialect="hugo",
        arguments=("tip.1",),
    )
    assert result.content == b'HOVER {{< tip "a word" "ITS MEANING" >}} TO SEE.\n'


def test_no_answer_ends_an_argument() -> None:
    post = b'{{< figure caption="A *bed* with `beans`" >}}\n'
    answer = """ "x" 'y' `z` \\ { } >}} %}} [a](b) * \n <b> """
    result = localize(post, lambda texts: [f"{answer}{text}" for text in texts], path="p.md", dialect="hugo")
    assert result.content.count(b'"') == 2
    assert result.content.count(b">}}") == 1
    assert result.content.count(b"\n") == 1
    assert b"`beans`" in result.content
    assert b"<b>" not in result.content
