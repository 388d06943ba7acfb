"""Which files are posts: by glob, by what the event says, and never a localization."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping

from pathspec import GitIgnoreSpec

from polypost.job import Job
from polypost.sites import RECORDS, SUFFIXES, Layouts, is_record, record_for

EVERY_POST = tuple(f"*{suffix}" for suffix in SUFFIXES)
"""The default of `paths`."""


def discover(
    job: Job,
    layouts: Layouts,
    sources: Iterable[str],
    *,
    written: Collection[str],
    changed: Collection[str] | None,
) -> tuple[str, ...]:
    """Give the posts to look at, sorted.

    A path named in full in the job's `paths` is never excluded. `written` are the localized files
    that the records name; `changed`, unless None, narrows the choice to what the event touched.
    """
    markdown = {path for path in sources if posixpath.splitext(path)[1].casefold() in SUFFIXES}
    included, excluded = GitIgnoreSpec.from_lines(job.paths), GitIgnoreSpec.from_lines(job.exclude)
    named = {posixpath.normpath(path) for path in job.paths}
    return tuple(
        path
        for path in sorted(markdown)
        # Most files of a large blog are localizations: what tells them is asked before the patterns.
        if path not in written
        and (changed is None or path in changed)
        and not path.startswith(RECORDS + "/")
        and included.match_file(path)
        and (path in named or not excluded.match_file(path))
        and layouts.language_of(path, markdown, job.languages) is None
    )


def unmatched(job: Job, sources: Iterable[str]) -> tuple[str, ...]:
    """Give the patterns of the job's `paths` that match no Markdown file at all: a typo, most likely.

    Those of EVERY_POST are none.
    """
    markdown = [path for path in sources if posixpath.splitext(path)[1].casefold() in SUFFIXES]
    return tuple(
        pattern
        for pattern in job.paths
        if not pattern.startswith("!")
        and pattern not in EVERY_POST
        and not any(map(GitIgnoreSpec.from_lines([pattern]).match_file, markdown))
    )


def records_of(files: Iterable[str]) -> dict[str, dict[str, str]]:
    """Post -> language (empty: of all) -> path of the record, sorted."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(filter(is_record, files)):
        source, language = record_for(path)
        found.setdefault(source, {})[language] = path
    return found


def records_in(files: Mapping[str, str]) -> tuple[str, ...]:
    """Give the paths of all records among `files`, sorted."""
    return tuple(sorted(filter(is_record, files)))
