"""`polypost scores`: what is known of the models, in a file of the repository that later runs read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from polypost.counts import counted
from polypost.errors import UsageError
from polypost.files import configuration, write
from polypost.models import routes
from polypost.models.scores import FILE, Score, dump, merged, read


def own(root: Path) -> tuple[Score, ...]:
    """The repository's own scores. Raises UsageError when their file can't be read."""
    content = configuration(root, FILE)
    if content is None:
        return ()
    try:
        return read(content.decode("utf-8"), FILE)
    except UnicodeDecodeError:
        raise UsageError(f"{FILE} is no text in UTF-8. Correct or remove it.") from None


def add(scores: Sequence[Score], root: Path) -> None:
    """Put scores into the repository's file, in place of earlier ones of the same model, pair and source."""
    put(merged(own(root), scores), root)


def put(scores: Sequence[Score], root: Path) -> None:
    """Make them the repository's own. Raises UsageError when their file can't be written."""
    try:
        write(root, FILE, dump(scores).encode("utf-8"))
    except OSError as error:
        raise UsageError(f"{FILE} can't be written: {error.strerror}.") from None


def bring_in(files: Sequence[str], *, root: Path) -> int:
    """Read published metrics, each `FILE` or `MODEL=FILE`, into the repository's file; give the exit code.

    Raises UsageError for what can't be read; then nothing is written.
    """
    from polypost.models import published  # no run needs it

    found: list[Score] = []
    for given in files:
        named, _, path = given.rpartition("=")
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            raise UsageError(f"{path} can't be read: {error.strerror}.") from None
        model = named or published.model_of(str(Path(path).absolute()))
        if not model:
            raise UsageError(
                f"{path} does not tell whose metrics it holds. Write the model before it, for example "
                f"facebook/nllb-200-3.3B={path}."
            )
        routes.family_of(model)
        found += published.scores(content, path, model)
    add(found, root)
    for model, count in Counter(score.model for score in found).items():
        click.echo(f"{model}: chrF++ of {counted(count, 'direction')}.")
    click.echo(f"Runs with several models read them from {FILE}: commit it.")
    return 0
