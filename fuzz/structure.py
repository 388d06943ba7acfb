"""What the fuzzer tries, with the predicate as its oracle; it needs no fuzzer itself, so that tests hold it.

The first two bytes of an input choose a dialect (and whether its extras and arguments are asked for) and what
the translator does; a NUL parts the post from what
a hostile translator answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from polypost.errors import PostError
from polypost.markdown.anchors import expected
from polypost.markdown.dialects import DIALECTS
from polypost.markdown.document import parse
from polypost.markdown.rules import EXTRAS, Rules
from polypost.markdown.verify import compare
from polypost.text.text import localize

TESTS = Path(__file__).parent.parent / "tests" / "text"
NAMES = (*DIALECTS,)
MODES: tuple[Callable[[str, str], str], ...] = (
    lambda text, _: text,
    lambda _, answer: answer,
    lambda text, answer: answer + text,
    lambda text, answer: text + answer,
    lambda text, answer: " ".join(f"{word}{answer}" for word in text.upper().split()),
    lambda text, answer: f"{answer} {' '.join(reversed(text.split()))}",
    lambda text, answer: f" {answer} ".join(text.split()),
    lambda text, answer: text + answer if len(text) % 2 else text.upper(),
)
"""(what is sent, the hostile answer) -> what comes back.

The first is an identity; the last but one keeps the stand-ins."""
ARGUMENTS = ("figure.caption", "include.caption", "note.0")
Localize = Callable[..., object]


def check(data: bytes) -> None:
    """Raise AssertionError when an input breaks a promise; anything but a PostError is a crash."""
    if len(data) < 2:
        return
    asked, number = divmod(data[0], len(NAMES))
    dialect = NAMES[number]
    mode = MODES[data[1] % len(MODES)]
    post, _, said = data[2:].partition(b"\0")
    answer = said.decode(errors="replace")
    path = "post.mdx" if DIALECTS[dialect].mdx else "post.md"
    extras = frozenset(EXTRAS) if asked % 2 else frozenset()
    rules = Rules(dialect, arguments=ARGUMENTS if asked // 2 % 2 else (), extras=extras)

    def translate(texts: Sequence[str]) -> list[str]:
        return [mode(text, answer) for text in texts]

    try:
        source = parse(post, path=path, rules=rules)
        result = localize(
            post,
            translate,
            path=path,
            dialect=dialect,
            arguments=rules.arguments,
            extras=rules.extras,
            check=mode is not MODES[0],  # what comes back as it was sent is no translation
        )
    except PostError:
        return
    if mode is MODES[0]:
        assert result.content == post, "an identity translator changed the post"
        assert result.findings == source.notes, "an identity translator led to findings"
    found = compare(source, result.content, result.declared)
    assert not found, f"the structure changed: {found[0].what}"
    found = compare(source, result.content, expected(source, result.content))
    assert not found, f"a later check would say: {found[0].what}"
    target = parse(result.content, path=path, rules=rules)
    assert len(target.segments) == len(source.segments), "a segment came or went"


def seeds() -> Iterator[bytes]:
    """The posts that the tests have, once with each kind of translator."""
    posts = [path.read_bytes() for path in sorted((TESTS / "samples").iterdir())]
    for file in sorted((TESTS / "golden").glob("*.md")):
        parts = file.read_text(encoding="utf-8").split("\n~~~~~ before\n")[1:]
        posts += [part.split("\n~~~~~\n")[0].encode() for part in parts]
    for number, post in enumerate(posts):
        for mode in range(len(MODES)):
            yield (
                bytes((number % (4 * len(NAMES)), mode))
                + post.replace(b"\0", b"")
                + b"\0"
                + "*_`[](<{。字\n".encode()
            )
