"""`polypost evaluate`: how models do on what people have written or corrected in this very repository."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from polypost import choosing, chrf, models, pseudo
from polypost.counts import counted
from polypost.errors import DONE, BudgetError, UsageError
from polypost.evaluation import load, translations
from polypost.fronts import scorefile, wiring
from polypost.fronts.front import Front
from polypost.measures import Evaluation, Measure, basis, saved
from polypost.models.routing import Routing, candidates
from polypost.models.scores import Score
from polypost.options import Options
from polypost.plan.task import Blog
from polypost.ports import Console
from polypost.references import Reference, once, references
from polypost.report import bars, ranking
from polypost.report.looks import listed
from polypost.run.announce import expected
from polypost.run.budget import Budget
from polypost.run.library import Library
from polypost.values import Estimate, Load, Usage

_NOTHING = (
    "There is nothing to measure a model by: no text in {languages} is known to be a person's. Correct "
    "translations in the localized files, or put localizations of your own where polypost would write them "
    "(`post.es.md` beside `post.md`, say), built like their posts; then evaluate again."
)
_ONE = ("endpoint_name", "model_revision", "model_data")
"""Options that suit one model only."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One model, and what it is to translate."""

    model: str
    routing: Routing | None
    """To it alone; None: the pseudo translator."""
    asked: tuple[Reference, ...]
    load: Load
    estimate: Estimate


class _Once:
    """A console that tells a warning once, whatever the number of models that it is of."""

    def __init__(self, inner: Console) -> None:
        """`inner` shows it."""
        self.step, self.say, self.progress = inner.step, inner.say, inner.progress
        self.warn = cache(inner.warn)


def evaluate(options: Options, front: Front, *, root: Path) -> int:
    """Measure the models that the options name, and tell what came of it; give the exit code.

    Raises UsageError before anything is started. What ends it later is raised once that is told and written
    which is known by then.
    """
    names = _checked(options)
    front = replace(front, console=_Once(front.console))
    before = scorefile.own(root) if options.save else ()
    # Only what is a person's counts, whatever would be valid of the rest.
    job = wiring.job(replace(options, translator="pseudo", glossary=""), None, root, dry_run=True)
    library = Library(job, wiring.folder(options, root), front.console)
    front.console.step("Look for what people have written")
    texts = dict(_texts(library, job.languages, int(options.limit)))
    if not texts:
        raise UsageError(_NOTHING.format(languages=listed(job.languages)))
    found = Evaluation(
        options.source_language,
        {language: basis(every) for language, every in texts.items()},
        without=tuple(language for language in job.languages if language not in texts),
    )
    turns, lacking = _turns(options, names, texts, library.blog, front)
    found = replace(found, lacking=lacking)
    total = _together(turns)
    _tell(turns, total, options, front.console)
    _budget(options, front).allow(total)
    try:
        for turn in () if options.dry_run else turns:
            found = _measured(turn, options, found, library.blog, front)
    finally:
        _give(found, before, options, root)
    return front.signals.exit_code(DONE)


def _checked(options: Options) -> tuple[str, ...]:
    """The models. Raises UsageError for what can't be done, before anything is looked at."""
    chrf.require_installed()
    for flag, path in (("--json", options.json), ("--plot", options.plot)):
        wiring.require_writable(flag, Path(path) if path else None)
    if options.plot and not options.plot.endswith(".svg"):
        raise UsageError(f"--plot: {options.plot} is no .svg: that is what is drawn. Name such a file.")
    if options.translator == "pseudo":
        if options.save:
            raise UsageError("--save: the pseudo translator is no model to choose by. Leave one of both out.")
        return (pseudo.INFO.name,)
    names = candidates(choosing.wishes_of(options))
    given = [name.replace("_", "-") for name in _ONE if getattr(options, name)]
    if len(names) > 1 and given:
        raise UsageError(f"`{given[0]}` suits one model: name one `--model`, and the others in a run each.")
    return names


def _texts(
    library: Library, languages: Sequence[str], limit: int
) -> Iterator[tuple[str, tuple[Reference, ...]]]:
    """The references of each language that has any."""
    for language in languages:
        every = [one for post in library.paths for one in references(post, language, library.blog)]
        if every:
            yield language, once(every, limit)


def _turns(
    options: Options, names: Sequence[str], texts: Mapping[str, Sequence[Reference]], blog: Blog, front: Front
) -> tuple[list[_Turn], tuple[str, ...]]:
    """What each model is asked, and what that is expected to take; why some aren't in some languages."""
    turns: list[_Turn] = []
    lacking: list[str] = []
    for model in names:
        own = replace(options, model=(model,), model_for=())
        refused = tuple(language for language in texts if _refused(own, (language,)))
        if refused:
            lacking.append(_refused(own, refused))
        own = replace(own, languages=tuple(language for language in texts if language not in refused))
        asked = tuple(one for language in own.languages for one in texts[language])
        if asked:
            routing = choosing.routing_of(own, ())
            # The translators of a dry run start nothing.
            translators = wiring.translators(replace(own, dry_run=True), routing, front, lambda _: None)
            size = load(asked, blog)
            turns.append(_Turn(model, routing, asked, size, translators.estimate(size)))
    return turns, tuple(lacking)


def _refused(options: Options, languages: tuple[str, ...]) -> str:
    """Why the model can't translate into some languages; empty where it can."""
    try:
        choosing.routing_of(replace(options, languages=languages), ())
    except UsageError as error:
        return str(error)
    return ""


def _tell(turns: Sequence[_Turn], total: Estimate | None, options: Options, console: Console) -> None:
    for turn in turns:
        size = turn.load
        takes = f" Expected: {expected(turn.estimate, planned=True)}." if turn.estimate.tokens else ""
        asked = f"{counted(len(turn.asked), 'text')}, {counted(size.characters, 'character')}"
        console.say(f"{turn.model}: {asked}, into {listed(size.languages)}.{takes}")
    if total and len(turns) > 1:
        console.say(f"All of them, one after the other: {expected(total, planned=False)}.")
    source = options.source_language
    routes = [models.choose(turn.model, source, turn.load.languages) for turn in turns if turn.routing]
    if routes and (notice := models.infos(routes).notice):
        console.warn(notice)


def _together(turns: Sequence[_Turn]) -> Estimate | None:
    """What all of them take, one after the other."""
    every = [turn.estimate for turn in turns]
    costs = [each.cost_usd for each in every if each.cost_usd is not None]
    if not every:
        return None
    return replace(
        every[0],
        minutes=sum(each.minutes for each in every),
        cost_usd=sum(costs) if len(costs) == len(every) else None,
    )


def _measured(turn: _Turn, options: Options, found: Evaluation, blog: Blog, front: Front) -> Evaluation:
    """Have one model translate, and add how it did."""
    front.console.step(f"Translate with {turn.model}")
    options = _left(options, turn.model, found.usage.values())
    budget = _budget(options, front)
    translators = wiring.translators(options, turn.routing, front, lambda _: None)
    with translators.open(turn.load) as translator:
        said = translations(turn.asked, blog, translator, budget, front.console)
    pairs: dict[str, list[tuple[Reference, str]]] = {}
    for one, translation in zip(turn.asked, said, strict=True):
        pairs.setdefault(one.language, []).append((one, translation))
    measures = [_measure(turn.model, language, every) for language, every in pairs.items()]
    usage = {**found.usage, turn.model: translator.usage()}
    return replace(found, measures=(*found.measures, *measures), usage=usage)


def _left(options: Options, model: str, used: Iterable[Usage]) -> Options:
    """The options with what is left of their limits for a model. Raises BudgetError where nothing is."""
    spent = list(used)
    cost, minutes = sum(each.cost_usd or 0.0 for each in spent), sum(each.seconds for each in spent) / 60
    return replace(
        options,
        max_cost=_less(options.max_cost, cost, model, "max-cost"),
        max_minutes=_less(options.max_minutes, minutes, model, "max-minutes"),
    )


def _less(given: str, taken: float, model: str, name: str) -> str:
    limit = _limit(given)
    if limit is None:
        return ""
    if taken >= limit:
        raise BudgetError(f"{model} was not asked: {name} is used up. Raise it, or name fewer models.")
    return f"{limit - taken:.4f}"


def _budget(options: Options, front: Front) -> Budget:
    return Budget(_limit(options.max_cost), _limit(options.max_minutes), front.clock)


def _limit(given: str) -> float | None:
    return float(given) if given else None


def _measure(model: str, language: str, every: Sequence[tuple[Reference, str]]) -> Measure:
    score, signature = chrf.score([said for _, said in every], [one.text for one, _ in every])
    return Measure(model, language, score, signature, sum(said == one.source for one, said in every))


def _give(found: Evaluation, before: Sequence[Score], options: Options, root: Path) -> None:
    """Print it, and write what is asked for."""
    keep = options.save and bool(found.measures)
    if keep:
        scorefile.put(saved(before, found), root)
    ranking.show(found, sys.stdout, saved=keep, planned=options.dry_run)
    if options.json:
        text = json.dumps(ranking.as_json(found), indent=2, ensure_ascii=False) + "\n"
        Path(options.json).write_text(text, encoding="utf-8")
    if options.plot and found.measures:
        Path(options.plot).write_text(bars.picture(found), encoding="utf-8")
