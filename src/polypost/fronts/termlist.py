"""`polypost terms`: a first glossary, from the blog itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from polypost import models
from polypost.counts import counted
from polypost.errors import PostError, UsageError
from polypost.fronts import wiring
from polypost.glossary import Kind
from polypost.markdown.document import Document
from polypost.options import Options
from polypost.ports import Console
from polypost.proposals import proposed
from polypost.run.library import Library


def propose(options: Options, console: Console, *, root: Path, file: Path | None) -> int:
    """Write the names that the posts hold, and the glossary has not yet, as CSV; give the exit code.

    `file`: where to; None: standard output. Raises UsageError, also for a file that is there already.
    """
    if file is not None and (file.exists() or not file.parent.is_dir()):
        what = "is there already" if file.exists() else "would stand in a folder that does not exist"
        raise UsageError(f"--write: {file} {what}. Name another file, and take from it what you like.")
    # Which languages there are tells posts from localizations; without any, those of all languages.
    wishes = replace(options, translator="pseudo", languages=options.languages or (models.ALL,))
    job = wiring.job(wishes, None, root, dry_run=True)
    library = Library(job, wiring.folder(options, root), console)
    found = proposed(_documents(library, console), job.source, job.glossary.terms(""))
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("source", "kind", "count"))
    table.writerows((each.source, Kind.DO_NOT_TRANSLATE.value, each.count) for each in found)
    if file is None:
        click.echo(out.getvalue(), nl=False)
        return 0
    file.write_text(out.getvalue(), encoding="utf-8")
    click.echo(
        f"{counted(len(found), 'name')} in {file}, those first that the posts use most. Remove what "
        "is to be translated, then name the file as `glossary`."
    )
    return 0


def _documents(library: Library, console: Console) -> Iterator[Document]:
    for path in library.paths:
        try:
            yield library.blog.document(path)
        except PostError as error:
            console.warn(f"{path}: {error}")
