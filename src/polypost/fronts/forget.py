"""`polypost forget`: what was translated is not known any more, so that the next run translates it again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import click
from pathspec import GitIgnoreSpec

from polypost.counts import counted
from polypost.errors import PostError, UsageError
from polypost.files import FolderPublisher, FolderRepository
from polypost.plan.discover import records_in
from polypost.records.file import dump, load
from polypost.records.record import FORGOTTEN, Record
from polypost.values import Report


def forget(paths: Sequence[str], languages: Collection[str], *, root: Path) -> int:
    """Forget the localizations of the posts that match `paths` in `languages`; of all, where none is named.

    The files stay until they are written anew, and what people wrote stays then, too. Gives the exit code.
    Raises UsageError when there is nothing of what was named.
    """
    repository = FolderRepository(root)
    changes: dict[str, bytes | None] = {}
    asked = GitIgnoreSpec.from_lines(paths or ["*"])
    count = 0
    for path in records_in(repository.sources()):
        try:
            record = load(repository.read(repository.sources()[path]), path)
        except PostError as error:
            click.echo(f"warning: {error}", err=True)
            continue
        known = record.localizations.keys() | record.pending.keys()
        tags = {tag for tag in known if not languages or tag in languages}
        if asked.match_file(record.source) and tags:
            changes[path] = dump(_without(record, tags))
            count += len(tags)
    if not changes:
        what = ", ".join(paths) or "this folder"
        what += f" in {', '.join(sorted(languages))}" if languages else ""
        raise UsageError(f"There is no record of {what}: nothing was translated, or not under this name.")
    FolderPublisher(root).publish(changes, Report())
    click.echo(
        f"Forgot {counted(count, 'localization')} of {counted(len(changes), 'post')}: to be translated again "
        "by the next run. What people wrote there stays."
    )
    return 0


def _without(record: Record, tags: Collection[str]) -> Record:
    return replace(
        record,
        localizations={
            tag: replace(
                item, made_with=FORGOTTEN, entries=[replace(entry, made_with="") for entry in item.entries]
            )
            if tag in tags
            else item
            for tag, item in record.localizations.items()
        },
        pending={tag: item for tag, item in record.pending.items() if tag not in tags},
    )
