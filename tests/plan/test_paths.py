import pytest

from polypost.errors import UsageError
from polypost.sites import Layouts, target_path, wrong_with

DEFAULT = "{dir}/{name}.{lang}{ext}"


@pytest.mark.parametrize(
    ("pattern", "source", "language", "expected"),
    [
        (DEFAULT, "posts/hello.md", "es", "posts/hello.es.md"),
        (DEFAULT, "hello.md", "pt-BR", "hello.pt-BR.md"),
        (DEFAULT, "a/v1.2/hello.world.mdx", "ja", "a/v1.2/hello.world.ja.mdx"),
        ("i18n/{lang}/{path}", "posts/hello.md", "es", "i18n/es/posts/hello.md"),
        ("{lang}/{dir}/{name}{ext}", "posts/hello.md", "es", "es/posts/hello.md"),
    ],
)
def test_target_path_and_back(pattern, source, language, expected):
    assert not wrong_with(pattern)
    assert target_path(pattern, source, language) == expected
    assert Layouts(pattern).language_of(expected, {source}, []) == language
    assert Layouts(pattern).language_of(expected, set(), [language.upper()]) == language
    assert Layouts(pattern).language_of(source, {source}, [language]) is None


@pytest.mark.parametrize(
    ("path", "sources", "languages"),
    [
        ("guide.to.md", {"guide.to.md"}, ["es"]),
        ("v1.2.md", {"v1.md"}, ["es"]),
        ("node.js.md", {"node.js.md"}, ["es", "ja"]),
    ],
)
def test_a_post_with_dots_in_its_name_is_no_localization(path, sources, languages):
    assert Layouts(DEFAULT).language_of(path, sources, languages) is None


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("{dir}/{name}{ext}", "several"),
        ("{lang}{ext}", "several"),
        ("i18n/{lang}/{name}{ext}", "several"),
        ("{dir}/{nam}.{lang}{ext}", "placeholder"),
        ("{dir}/{name}.{lang", "braces"),
        ("{dir!r}/{name}.{lang}{ext}", "placeholder"),
        ("../{lang}/{path}", ".."),
        ("./{lang}/{path}", "plain path"),
        ("/{lang}/{path}", "plain path"),
        (".github/{lang}/{path}", ".github"),
        (".git/{lang}/{path}", ".git"),
        ("{lang}/{lang}/{path}", "twice"),
        ("{dir}/{name}.{lang}", "{ext}"),
        ("{lang}/{dir}/{name}.html", "{ext}"),
    ],
)
def test_a_bad_pattern_says_why(pattern, word):
    assert word in wrong_with(pattern)


@pytest.mark.parametrize("source", ["../x.md", ".github/x.md", "a/\n.md"])
def test_a_target_never_leaves_the_repository(source):
    with pytest.raises(UsageError):
        target_path(DEFAULT, source, "es")
