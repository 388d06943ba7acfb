"""What a record's word is worth: it is a file like any other, and whoever proposed it may have forged it.

Records lie in a folder that diffs fold away, and what they name is overwritten or, once its post has
moved, removed. So a record is believed for its own post only, the one that its path tells, and only where it
names a file that is a localization of that post by the look of its path.

What a record says is pending (answers of a run that ended early) names no file. Whoever forges an answer
there gets a sentence of plain text into a localization, as they would by editing that; like any answer of
a model it can't become markup, and it is seen where the localization is reviewed.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from polypost.errors import UsageError
from polypost.gitnames import check_path
from polypost.records.record import Record, Sketch, Told
from polypost.sites import RECORDS, Layouts, record_for
from polypost.values import Finding


def believed(record: Told, path: str, layouts: Layouts) -> tuple[Told, tuple[Finding, ...]]:
    """Give the record that was found at `path` without what it may not say, and what that was.

    `layouts` are those of today; earlier ones may have been others.
    """
    own = record_for(path)[1]
    kept = {
        language: item
        for language, item in record.localizations.items()
        if own in {"", language} and _is_localization(item.target, record.source, language, layouts)
    }
    refused = record.localizations.keys() - kept.keys()
    return replace(record, localizations=kept), tuple(
        _foreign(record, language, path) for language in sorted(refused)
    )


def _foreign(record: Record | Sketch, language: str, path: str) -> Finding:
    message = (
        f"{path} names {record.localizations[language].target} as the localization of {record.source} in "
        f"{language}, and it does not look like one: polypost leaves that file alone."
    )
    return Finding("record-foreign", message, path)


def _is_localization(target: str, source: str, language: str, layouts: Layouts) -> bool:
    """Whether the path has the post's name and suffix and the language in it, as any output pattern gives."""
    try:
        check_path(target)
        if target == layouts.target(source, language):
            return True
    except UsageError:
        return False
    stem, suffix = posixpath.splitext(posixpath.basename(source))
    own = RECORDS in target.casefold().split("/")
    rest = target.removesuffix(suffix)
    return target not in {source, rest} and not own and _has(rest, stem) and _has(rest, language)


def _has(path: str, word: str) -> bool:
    return re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", path) is not None
