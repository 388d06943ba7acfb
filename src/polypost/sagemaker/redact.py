"""Secrets out of what AWS and containers say: an error may repeat the environment that it met."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Redact = Callable[[str], str]
"""Text as somebody else wrote it -> the same without our secrets."""

_HIDDEN = "***"

_SAID = ("Message", "OriginalMessage", "FailureReason")
"""Where AWS's answers hold words for people."""


def unchanged(text: str) -> str:
    """The `Redact` of whoever has no secret."""
    return text


def redacting(secrets: Iterable[str]) -> Redact:
    """Hides each secret, as it is and as it stands in JSON or in what Python prints, once or twice over."""
    plain = {line for secret in secrets for line in (secret, *secret.splitlines()) if len(line.strip()) > 3}
    forms = {twice for each in plain for once in _quoted(each) for twice in _quoted(once)}
    longest_first = sorted(forms, key=len, reverse=True)

    def redact(text: str) -> str:
        for form in longest_first:
            text = text.replace(form, _HIDDEN)
        return text

    return redact


def _quoted(text: str) -> Iterator[str]:
    yield text
    yield json.dumps(text)[1:-1]
    yield repr(text)[1:-1]


def listen(session: Any, redact: Redact) -> None:
    """Redact whatever AWS says to clients made of this session from now on, before anybody cuts it short."""

    def heard(parsed: Any, **_: Any) -> None:
        for part in (parsed, parsed.get("Error", {})):
            for name in _SAID:
                if isinstance(part.get(name), str):
                    part[name] = redact(part[name])

    session.events.register("after-call", heard)
