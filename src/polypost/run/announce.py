"""What is told of a run before anything is started: what there is to do, and what it is expected to take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from polypost.counts import counted
from polypost.job import Job
from polypost.plan.plan import Plan
from polypost.ports import Console
from polypost.values import Choice, Estimate, Finding, Report

OVER_BUDGET = "over-budget"
"""Code of the finding that a run would not start."""


def announce(plan: Plan, report: Report, console: Console) -> None:
    """Tell it; here, and nowhere else but in `--json`, also why so much is expected."""
    console.step("Plan")
    sending = sum(1 for task in plan.tasks if task.texts)
    told = [f"posts looked at: {len(report.posts)}", f"localizations to translate: {sending}"]
    if sending:
        placing = f", about {plan.placing:,} of them to place links and emphasis" if plan.placing else ""
        load = f"{counted(plan.load.sentences, 'sentence')}, {counted(plan.load.characters, 'character')}"
        told[-1] += f" ({load}{placing}; languages: {', '.join(plan.load.languages)})"
    if writing := len(plan.tasks) - sending:
        told.append(f"to write without translating: {writing}")
    if plan.settled:
        told.append(f"with nothing to do: {len(plan.settled)}")
    console.say("; ".join(told))
    for model in by_model(report.choices):
        console.say(f"{model}.")
    if report.estimate and report.estimate.tokens:
        console.say(f"Expected: {expected(report.estimate, planned=True)}.")
        console.say(f"That is: {report.estimate.basis}.")
        if report.estimate.doubt:
            console.warn(report.estimate.doubt)


def expected(estimate: Estimate, *, planned: bool) -> str:
    """`about 9 minutes, $0.21`; of what is only planned also `12,000 tokens` and `(endpoint)`."""
    cost = "a price that isn't known" if estimate.cost_usd is None else f"${estimate.cost_usd:,.2f}"
    whole = round(estimate.minutes)
    minutes = counted(whole, "minute") if whole else "less than a minute"
    if not planned:
        return f"{'about ' if whole else ''}{minutes}, {cost}"
    return f"about {counted(estimate.tokens, 'token')}, {minutes}, {cost} ({estimate.engine})"


def chosen(job: Job, languages: Sequence[str]) -> tuple[Choice, ...]:
    """The models for these languages, where there was something to choose."""
    choices = tuple(job.choose(language) for language in languages) if job.choose else ()
    return choices if any(choice.why for choice in choices) else ()


def by_model(choices: Sequence[Choice]) -> Iterator[str]:
    """`MODEL for es, ja: why`, for each model and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for choice in choices:
        found.setdefault((choice.model, choice.why), []).append(choice.language)
    for (model, why), languages in found.items():
        yield f"{model} for {', '.join(languages)}: {why}"


def too_much(over: str) -> Finding:
    """What a dry run finds when a run would be over a limit. `over`: by how much, and what to do."""
    return Finding(OVER_BUDGET, f"A run would not start. {over}")
