"""`polypost endpoint`: what polypost has in an account, for people to see, start and end."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from polypost import models
from polypost.counts import counted
from polypost.errors import DONE, INCOMPLETE, UsageError
from polypost.fronts import engines
from polypost.fronts.front import Front
from polypost.fronts.inventory import as_plain, per_day, shown
from polypost.models.routing import AUTO
from polypost.options import Options
from polypost.sagemaker.life.standing import start, stop
from polypost.sagemaker.life.survey import survey
from polypost.sagemaker.life.sweep import sweep
from polypost.sagemaker.life.switch import Switch

_SWEEP_SECONDS = 600.0
"""How long a sweep tries to delete one thing, which may still be Creating."""


def up(options: Options, front: Front, json_file: Path | None) -> int:
    """Start an endpoint that stays; give the exit code. Raises what errors.py names."""
    if len(options.model) > 1 or options.model == (AUTO,):
        raise UsageError("`model` names several, and an endpoint serves one: name one for each endpoint.")
    account = engines.account_of(options, front)
    settings = engines.settings_of(options, options.model[0], (models.ALL,), engines.run_name(front.env))
    held = start(account, settings)
    price = per_day(held.instance_type, settings.instance_count)
    costs = f"about ${price:,.2f} a day" if price else "money"
    front.console.say(
        f"{held.name} is ready on {settings.instance_count} x {held.instance_type}, and costs {costs} until "
        f"`polypost endpoint down {held.name}`. Runs with the same model and settings find it by themselves; "
        f"any other uses it with endpoint-name {held.name} and model {settings.route.model}."
    )
    _write(json_file, {"name": held.name, "instance_type": held.instance_type, "region": account.region})
    return DONE


def status(options: Options, front: Front, json_file: Path | None) -> int:
    """Show everything that bears polypost's name; give the exit code."""
    account = engines.account_of(options, front)
    things, switch = survey(account), Switch(account, None)
    ends = {name: switch.due(name) for name in dict.fromkeys(thing.name for thing in things)}
    for name, end in ends.items():
        sys.stdout.write(shown([thing for thing in things if thing.name == name], end))
    if not things:
        front.console.say(f"There is nothing of polypost's in {account.region}.")
    _write(json_file, [as_plain(thing, ends[thing.name]) for thing in things])
    return DONE


def down(options: Options, front: Front, names: Sequence[str], *, force: bool) -> int:
    """Delete endpoints of polypost's by name; give the exit code."""
    switch = _switch(options, front)
    for name in names:
        stop(switch, name, force=force)
    return DONE


def tidy(options: Options, front: Front, json_file: Path | None) -> int:
    """Delete what has expired, and tell what can't be judged; 1 when something expired is still there."""
    console = front.console
    switch = _switch(options, front)
    swept = sweep(switch, seconds=_SWEEP_SECONDS, jobs=True)
    if count := engines.clear_folder(options, switch.account):
        console.say(f"Deleted: {counted(count, 'object')} of batch jobs of long ago.")
    for name in swept.deleted:
        console.say(f"Deleted: {name}, which had expired.")
    for failure in swept.failed:
        console.warn(failure)
    for thing in swept.unclear:
        console.warn(f"The {thing.kind} {thing.name} is left alone: {thing.verdict}. Look at its tags.")
    if not (swept.deleted or swept.failed or swept.unclear):
        console.say("Nothing has expired.")
    told = {
        "deleted": list(swept.deleted),
        "failed": list(swept.failed),
        "unclear": [as_plain(thing) for thing in swept.unclear],
    }
    _write(json_file, told)
    return INCOMPLETE if swept.failed else DONE


def _switch(options: Options, front: Front) -> Switch:
    return Switch(engines.account_of(options, front), options.scheduler_role_arn or None)


def _write(file: Path | None, value: object) -> None:
    if file is not None:
        file.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
