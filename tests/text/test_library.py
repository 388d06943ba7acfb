"""What the public functions say to a caller who gives them something else than they take."""

from __future__ import annotations

import pytest

from polypost import localize, same_structure
from polypost.errors import UsageError

POST = b'---\nnote: A note\n---\n\nWords here. {{< box text="Some words" >}}\n'


def shout(sentences):
    return [sentence.upper() for sentence in sentences]


@pytest.mark.parametrize("post", ["A text.", bytearray(b"A text."), None])
def test_a_post_is_bytes(post):
    with pytest.raises(TypeError, match="content must be bytes, not "):
        localize(post, shout, path="p.md")
    with pytest.raises(TypeError, match="source must be bytes, not "):
        same_structure(post, b"A text.")
    with pytest.raises(TypeError, match="target must be bytes, not "):
        same_structure(b"A text.", post)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"extras": ("foo",)}, "`extras` can't have 'foo'. Write `speaker-notes` or `code-comments`."),
        ({"extras": "speaker-notes"}, "`extras` must be a list of strings"),
        ({"arguments": ("figure", "a.b")}, "`arguments` can't have 'figure'. Write "),
        ({"arguments": "figure.caption"}, "`arguments` must be a list of strings"),
        ({"keys": ("im age",)}, "`keys` can't have 'im age'. Write "),
        ({"dialect": "wordpress"}, "wordpress"),
    ],
)
def test_unknown_names_are_told(named, told):
    for call in (
        lambda: localize(POST, shout, path="p.md", **named),
        lambda: same_structure(POST, POST, path="p.md", **named),
    ):
        with pytest.raises(UsageError) as caught:
            call()
        assert told in str(caught.value)


def test_a_post_is_compared_as_it_was_read():
    named = {"dialect": "hugo", "keys": ("note",), "arguments": ("box.text",)}
    target = localize(POST, shout, path="p.md", check=False, **named).content
    assert b"A NOTE" in target
    assert b"SOME WORDS" in target
    assert same_structure(POST, target, **named) == ()
    for name in named:
        other = {key: value for key, value in named.items() if key != name}
        assert name == "dialect" or same_structure(POST, target, **other)
