"""Hugo's `ref` and `relref`: where the page they name is not in the language, the site isn't built at all.

So where a post has no localization, they get the language that it is in
(https://gohugo.io/shortcodes/relref/): in front of the path, where hardly anybody writes it.
"""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(?P<named>path=)?(?P<quoted>\"(?P<path>[^\"#\n]+)(?:#[^\"\n]*)?\")")
_OURS = re.compile(r"lang=\"[^\"\n]*\"(?P<gap>  ?)path=(?P<quoted>\"[^\"\n]*\")")
"""Two spaces stand where the path had its name before, too."""


def named(there: str) -> str:
    """What the arguments of a `ref` name, without a heading; empty for all else, and with a language."""
    match = _WRITTEN.fullmatch(there)
    return match["path"].strip() if match else ""


def with_language(there: str, language: str) -> str:
    """Such arguments with the language."""
    match = _WRITTEN.fullmatch(there)
    gap = "  " if match and match["named"] else " "
    return f'lang="{language}"{gap}path={match["quoted"]}' if match else there


def without_language(there: str) -> str:
    """What `with_language` was given; all else as it is."""
    match = _OURS.fullmatch(there)
    return ("path=" if match["gap"] == "  " else "") + match["quoted"] if match else there
