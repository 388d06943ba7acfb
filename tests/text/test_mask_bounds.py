"""What GitHub's, the generators' and Obsidian's dialects look for is found in bounded time."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from polypost.errors import PostError
from polypost.markdown.dialects import masks
from polypost.markdown.rules import Rules

LENGTH = 100_000
SECONDS = 10.0
"""Each takes from 0.01 to 2 seconds; one search to the end of the post per sign would take minutes."""
UNITS = {
    "gfm": ["> [!", ">[!a] ", "$`a", ":a", "> > > "],
    "jekyll": [
        *("{% raw %}", "{% raw %}{% highlight a %}", "{::comment}", "{: ", "{:a='", "`a`{: .b}", "{{ a"),
        *("*[a", "*[a]: b\n", "* a\n{:toc", "<a markdown ", '<a markdown="1"\n', '{: title="'),
    ],
    "hugo": [
        *(
            "{{< highlight a >}}",
            "{{< highlight a >}}{{% code %}}",
            '{{< figure alt="',
            "{{< figure alt='a' ",
        ),
        *("\\(a", "\n\\[a", "{.a ", "{.a b='", "![a](b){", "{{</* a"),
    ],
    "hexo": ["{% code %}", '{% post_link a "b', "{% quote", "{% quote %}{% endquote"],
    "zola": ["{% math() %}", '{{ a(b="', "{{/* a", "{% end"],
    "mkdocs": [
        *(
            "!!! a\n",
            "!!! a\n    ",
            '??? a "',
            '=== "a"\n',
            "- !!! a\n",
            "!!! a a a a a a ",
            "\n        ",
            "```\n",
        ),
        *("{++a", "{--a ", "{~~a", "{~~a~>", "{>>a", "==a ", "==`a` ", "^^a ", "++a", "++a+", "--8<--\n"),
        *("-8<- a\n", "///", "/// a | ", ":a:{ .b }"),
    ],
    "obsidian": [
        "%%a",
        "[[a",
        "[[a|b",
        "![[a|",
        "^[a",
        "^[a[b](c)",
        "#a",
        "#a ",
        " ^a\n",
        "==*a*== ",
        "[[a|\\",
    ],
}


@pytest.mark.parametrize(
    ("dialect", "unit"), [(name, unit) for name, units in UNITS.items() for unit in units]
)
def test_long_runs(dialect: str, unit: str) -> None:
    began = time.perf_counter()
    with suppress(PostError):
        masks(unit * (LENGTH // len(unit)), Rules(dialect))
    assert time.perf_counter() - began < SECONDS
