"""The run, in one place: discover, read, plan, translate, check, write, publish.

It speaks to the world only through ports. Whatever goes wrong with one post or one sentence is a
value that reaches the report; a service that fails, a limit that is reached, or a signal, ends the
translating but never loses what came back by then.
"""

from __future__ import annotations

from dataclasses import replace

from polypost.errors import PolypostError, Stopped
from polypost.job import Job
from polypost.plan.plan import make_plan
from polypost.ports import Clock, Console, Publisher, Repository, Translators
from polypost.run.announce import announce, chosen, too_much
from polypost.run.budget import Budget
from polypost.run.carried import with_superseded
from polypost.run.finish import preview
from polypost.run.library import Library
from polypost.run.make import Workshop
from polypost.run.outbox import Outbox
from polypost.run.over import Anew, made_over
from polypost.values import Report


def run(  # noqa: PLR0913, PLR0917  the job, and the world that it is done in
    job: Job,
    repository: Repository,
    translators: Translators,
    publisher: Publisher,
    console: Console,
    clock: Clock,
    anew: Anew | None = None,
) -> Report:
    """Do the whole job and tell what became of it. Raises UsageError before anything is started.

    `anew`: where others may write what the run does: what gives way to them is made once more.
    """
    budget = Budget(job.max_cost, job.max_minutes, clock)
    library = Library(job, repository, console)
    blog, plan = library.blog, make_plan(tuple(library.posts()), library.blog)
    report = Report(
        library.paths,
        plan.settled,
        (*library.notes, *plan.notes),
        translator=job.translator,
        estimate=translators.estimate(plan.load) if plan.load.sentences else None,
        choices=chosen(job, plan.load.languages),
        dry_run=job.dry_run,
        fail_on=job.fail_on,
    )
    announce(plan, report, console)
    if job.dry_run:
        if over := budget.over(report.estimate):
            report = replace(report, notes=(*report.notes, too_much(over)))
        return preview(plan, report)
    budget.allow(report.estimate)
    outbox = Outbox(plan, blog, publisher, report, console, clock)
    workshop = Workshop(plan, blog, outbox, job, clock)
    try:
        ended = workshop.run(translators, budget, console)
        report = outbox.close(ended)
    except Stopped as stopped:
        # The first signal raises, further ones don't: what came back is still written.
        ended = workshop.rest(stopped)
        report = outbox.close(ended)
    if ended and not isinstance(ended, PolypostError | Stopped):
        raise ended  # a bug, but what was paid for is published
    report = with_superseded(report, repository)
    if anew and not ended:
        before = repository.sources()
        return made_over(job, before, outbox, report, anew=anew, console=console, clock=clock)
    return report
