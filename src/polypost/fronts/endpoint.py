"""The commands of `polypost endpoint`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from polypost.fronts.flags import Group, flags, named_as_flags, options_of, root_here
from polypost.fronts.front import at_prompt
from polypost.options import ENDPOINT, UP
from polypost.signals import Signals

_JSON = click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the result as JSON."
)
_REGION = {"aws-region": "Where to look. Without it: the region of your AWS configuration."}
"""What `endpoint status` and `endpoint down` make of the options that all of `polypost endpoint` take."""
_SWEEPING = {
    "aws-region": "Where to sweep. Without it: the region of your AWS configuration.",
    "scheduler-role-arn": "The role that runs were given for their schedules: those that have nothing left "
    "to end are removed too.",
    "batch-s3-uri": "Where batch jobs read and wrote: what they left there long ago is deleted too.",
}


@click.group("endpoint", cls=Group)
def group() -> None:
    """See, start and end what polypost has in your AWS account."""


@group.command()
@flags(UP)
@_JSON
@click.pass_obj
def up(signals: Signals, /, json_file: Path | None, **given: Any) -> int:
    """Start an endpoint that stays, for runs to come; it costs money until `polypost endpoint down`."""
    from polypost.fronts import holdings

    with named_as_flags(), at_prompt(signals) as front:
        return holdings.up(options_of(UP, given, root_here()), front, json_file)


@group.command()
@flags(ENDPOINT, _REGION)
@_JSON
@click.pass_obj
def status(signals: Signals, /, json_file: Path | None, **given: Any) -> int:
    """Show everything that bears polypost's name, who uses it, and what it costs."""
    from polypost.fronts import holdings

    with named_as_flags(), at_prompt(signals) as front:
        return holdings.status(options_of(ENDPOINT, given, root_here()), front, json_file)


@group.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--force", is_flag=True, help="Delete it although runs still use it.")
@flags(ENDPOINT, _REGION)
@click.pass_obj
def down(signals: Signals, /, names: tuple[str, ...], *, force: bool, **given: Any) -> int:
    """Delete endpoints of polypost's, with their configurations, models and schedules, kept or not.

    NAME: as `polypost endpoint status` shows it. While a run uses one, it stays, unless you say --force.
    """
    from polypost.fronts import holdings

    with named_as_flags(), at_prompt(signals) as front:
        return holdings.down(options_of(ENDPOINT, given, root_here()), front, names, force=force)


@group.command("sweep")
@flags(ENDPOINT, _SWEEPING)
@_JSON
@click.pass_obj
def tidy(signals: Signals, /, json_file: Path | None, **given: Any) -> int:
    """Delete what has expired because its run was killed; 1 when something is still there.

    What runs use or their owner keeps stays. Batch jobs that have expired are stopped.
    """
    from polypost.fronts import holdings

    with named_as_flags(), at_prompt(signals) as front:
        return holdings.tidy(options_of(ENDPOINT, given, root_here()), front, json_file)
