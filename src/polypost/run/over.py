"""What gave way to someone's change while the run went on is made once more, on what is there by then.

What its sentences were answered waits in the record (`Outbox`), so nothing is sent for it. Where something
would be, since the post has changed, too, it is left to the run that this change starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from polypost.errors import PolypostError, Stopped
from polypost.job import Job
from polypost.plan.plan import make_plan
from polypost.plan.task import Wanted
from polypost.ports import Clock, Console, Publisher, Repository
from polypost.run.finish import GAVE_WAY
from polypost.run.library import Library
from polypost.run.make import Workshop
from polypost.run.outbox import Outbox
from polypost.values import Outcome, Report

TIMES = 3
"""How often a localization is made once more: who changes it each time is quicker than we are."""
Anew = Callable[[], tuple[Repository, Publisher]]
"""What gives both ends of the run as they are by now."""


def made_over(  # noqa: PLR0913  the job, its world, and what became of it
    job: Job,
    before: Mapping[str, str],
    outbox: Outbox,
    report: Report,
    *,
    anew: Anew,
    console: Console,
    clock: Clock,
) -> Report:
    """Give the report with what became of it; as it is, where nothing gave way or GitHub fails.

    `before`: the base as the run has read it, path -> content id.
    """
    for _ in range(TIMES):
        lost = {
            (each.source, each.language)
            for each in report.outcomes
            if any(finding.code == GAVE_WAY for finding in each.findings)
        }
        if not lost:
            break
        console.step("Once more, for what someone else has changed")
        try:
            repository, publisher = anew()
            library = Library(job, repository, console)
            posts = {source for source, _ in lost if repository.sources().get(source) == before.get(source)}
            made = make_plan(tuple(_wanted(library, posts, lost)), library.blog)
            plan = replace(made, tasks=tuple(task for task in made.tasks if not task.texts))
            if not (plan.tasks or plan.settled):
                break
            outbox = outbox.over(plan, library.blog, publisher, (*report.notes, *library.notes))
            ended = Workshop(plan, library.blog, outbox, job, clock).rest(None)
            report = _counted(outbox.close(ended), report)
        except (PolypostError, Stopped) as error:
            console.warn(f"It waits for the next run: {error}")
            break
    return report


def _counted(now: Report, before: Report) -> Report:
    """`now` with what was sent before for what was made once more."""
    first = {(each.source, each.language): each for each in before.outcomes}
    return replace(
        now, outcomes=tuple(_both(each, first[each.source, each.language]) for each in now.outcomes)
    )


def _both(now: Outcome, first: Outcome) -> Outcome:
    sent, probing = (
        now.characters_sent or first.characters_sent,
        now.characters_probing or first.characters_probing,
    )
    return replace(now, characters_sent=sent, characters_probing=probing)


def _wanted(library: Library, posts: set[str], lost: set[tuple[str, str]]) -> Iterator[Wanted]:
    for path in sorted(posts):
        post = library.post(path)
        yield replace(post, languages=tuple(tag for tag in post.languages if (path, tag) in lost), skipped={})
