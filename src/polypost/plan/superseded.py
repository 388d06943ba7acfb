"""What people wrote where base and pull request both changed a file, and the other's words stand; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from polypost.errors import PostError
from polypost.plan.task import short
from polypost.records.file import load
from polypost.records.record import brief
from polypost.values import Finding


def in_base(path: str, merged: bytes, other: bytes) -> Finding:
    """Where both changed the same lines. `merged`: with the branch's, which stand; `other`: the base's."""
    lost, stands = _only(other, merged), _only(merged, other)
    return _told(
        path,
        f"A person changed {path} in the base, and the pull request had changed the same lines: those of the "
        f"pull request stand. Theirs were: {_quoted(lost)} Now it is: {short(_quoted(stands))}",
    )


def on_branch(path: str, branch: bytes, base: bytes, before: bytes) -> Finding | None:
    """Where the base's file stands as a whole; None when the branch's said nothing that is not in it."""
    lost, stands = _only(branch, base, before), _only(base, branch)
    what = "has another translation of it by now, which stands" if base else "has removed it by now"
    now = f" Now it is: {short(_quoted(stands))}" if stands else ""
    message = (
        f"A person changed {path} in the pull request, and the base {what}. What only the pull request said: "
        f"{_quoted(lost)}{now}"
    )
    return _told(path, message) if lost else None


def by_machine(path: str, content_id: str, records: Mapping[str, bytes]) -> bool:
    """Whether a branch's records (path -> bytes) tell that no person wrote in one of its files."""
    for name, data in records.items():
        try:
            items = load(data, name).localizations.values()
        except PostError:
            continue
        for item in items:
            if item.target == path and item.target_id == brief(content_id):
                return not (item.theirs or any(entry.person for entry in item.entries))
    return False


def _told(path: str, message: str) -> Finding:
    return Finding("human-text-superseded", message, path)


def _only(text: bytes, *others: bytes) -> list[bytes]:
    """The lines of a text that none of the others has."""
    known = {line for other in others for line in other.splitlines()}
    return [line for line in text.splitlines() if line not in known]


def _quoted(lines: Sequence[bytes]) -> str:
    return " ".join(b" ".join(lines).decode(errors="replace").split())
