"""The JSONPath that `DataProcessing` knows.

AWS documents six operators ("Supported JSONPath Operators" of batch transform): `$` (everything), `.name`,
`*` for a name or number, `['name', 'name']` (names only, no paths), `[number, number]` (from the end where
negative) and `[start:end]`; the last two also mixed, as in `$[0,5:]`. Several names select an object that has
just these; `*`, several numbers or a range select a list. The range is Python's, as the table says; the text
beside the table calls it inclusive. What isn't there is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

STEP = re.compile(
    r"\.(?P<name>\w+)"
    r"|(?P<all>\.\*|\[\*\])"
    r"|\.?\[(?P<names>\s*'[^']*'\s*(,\s*'[^']*'\s*)*)\]"
    r"|\[(?P<places>\s*-?\d*:?-?\d*\s*(,\s*-?\d*:?-?\d*\s*)*)\]"
)


def steps(path: str) -> list[re.Match[str]]:
    """The operators of a path. Raises ValueError when it is none."""
    found, at = [], 1
    while path[:1] == "$" and at < len(path):
        step = STEP.match(path, at)
        if not step:
            break
        found.append(step)
        at = step.end()
    if path[:1] != "$" or at < len(path):
        raise ValueError(f"{path!r} is no JSONPath that batch transform knows")
    return found


def select(path: str, value: Any) -> Any:
    """What `path` selects of `value`. Raises ValueError or LookupError when there is no such thing."""
    for step in steps(path):
        if step["name"] is not None:
            value = _member(value, step["name"])
        elif step["all"]:
            value = list(value.values()) if isinstance(value, dict) else list(value)
        elif step["names"] is not None:
            names = re.findall(r"'([^']*)'", step["names"])
            members = {name: _member(value, name) for name in names}
            value = members if len(names) > 1 else members[names[0]]
        else:
            places = [place.strip() for place in step["places"].split(",")]
            if not isinstance(value, list):
                raise LookupError(f"no list for [{step['places']}]")
            if len(places) == 1 and ":" not in places[0]:
                value = value[int(places[0])]
            else:
                value = [item for place in places for item in _items(value, place)]
    return value


def _items(value: list[Any], place: str) -> Iterator[Any]:
    if ":" not in place:
        yield value[int(place)]
        return
    start, end = (int(side) if side else None for side in place.split(":"))
    yield from value[start:end]


def _member(value: Any, name: str) -> Any:
    if not isinstance(value, dict) or name not in value:
        raise LookupError(f"no member {name!r}")
    return value[name]
