"""Which model for which language, and why: pure.

For each language: what the user says of it; else the only model that knows it; else the one that is ahead of
the first by a margin in scores of one evaluation; else the first. Then languages for which nothing speaks
against it are moved to models that are needed anyway, so that as few as possible are started. All of it
follows from the options and the scores, not from what a run happens to translate: a language keeps its model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from polypost import languages as table
from polypost.errors import UsageError
from polypost.languages import Language
from polypost.models import routes
from polypost.models.scores import CHRF, Score, lead
from polypost.values import Choice

AUTO = "auto"
"""In place of models: those of `CANDIDATES`, or of `SMALLER` where the machines have no room for one."""
CANDIDATES = ("facebook/seamless-m4t-v2-large", "facebook/nllb-200-3.3B", "google/madlad400-3b-mt")
"""What `auto` chooses from, in this order: the default; the one that published scores compare with it, which
knows twice as many languages; and one for everything else, which may be used commercially."""
SMALLER = MappingProxyType({"facebook/nllb-200-3.3B": "facebook/nllb-200-distilled-1.3B"})
MARGIN = 1.0
"""Points of chrF++ by which a model has to be ahead. Less is no difference that a reader sees, and the same
model differs by more than that between two evaluations."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the choice follows from."""

    models: tuple[str, ...]
    """Ids, the preferred one first."""
    source: str
    """The language that the posts are written in."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Language -> the model that the user names for it."""
    commercial: bool = False
    """Whether only models count whose translations may be used commercially."""
    scores: tuple[Score, ...] = ()
    """Where two evaluations have scores of the same models, the earlier one counts."""
    margin: float = MARGIN
    auto: bool = False
    """Whether polypost proposed the models: what may not be used is left out then, not refused."""


@dataclass(frozen=True, slots=True)
class Routing:
    """The choice for each language of a run."""

    wishes: Wishes
    models: tuple[str, ...]
    """What is chosen from, in order."""
    choices: Mapping[str, Choice]
    """By language as the user writes it, in the user's order."""

    @property
    def needed(self) -> tuple[str, ...]:
        """The models that were chosen, in the order in which they are needed."""
        return tuple(dict.fromkeys(choice.model for choice in self.choices.values()))

    def of(self, language: str) -> Choice:
        """The choice for a language, also for one that only a post asks for. Raises UsageError."""
        if found := self.choices.get(language):
            return found
        if self.models == self.needed[:1] and not self.wishes.instead:
            routes.choose(self.models[0], self.wishes.source, (language,))
            return Choice(language, self.models[0])
        return _taken(_asked(self, (language,))[0], self.needed)

    def groups(self, languages: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Model -> which of the languages it translates, both in order. Raises UsageError."""
        found: dict[str, list[str]] = {}
        for language in languages:
            found.setdefault(self.of(language).model, []).append(language)
        return {model: tuple(found[model]) for model in found}


def route(wishes: Wishes, languages: Sequence[str]) -> Routing:
    """Choose a model for each language (BCP 47), or for `all` that the models have.

    The source language itself is dropped. Raises UsageError for an unknown model or language, for what no
    model has, and for models that may not be used commercially where that is asked for.
    """
    models = candidates(wishes)
    if len(models) == 1 and not wishes.instead:
        only = routes.choose(models[0], wishes.source, languages)
        return Routing(wishes, models, {tag: Choice(tag, models[0]) for tag in only.targets})
    routing = Routing(wishes, models, {})
    asked = _asked(routing, _every(wishes, models) if routes.every(languages) else languages)
    if not asked:
        raise UsageError(routes.only_the_source(wishes.source))
    needed = _needed(asked, models)
    return Routing(wishes, models, {each.language: _taken(each, needed) for each in asked})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What may translate a language, the best first, and why."""

    language: str
    fit: tuple[str, ...]
    """None of them is behind another by the margin."""
    why: str
    """Why the first of them."""


def candidates(wishes: Wishes) -> tuple[str, ...]:
    """What is chosen from, in order.

    Raises UsageError for an unknown model, and for those that `commercial` refuses.
    """
    named = (*(() if wishes.auto else wishes.models), *wishes.instead.values())
    families = {model: routes.family_of(model) for model in named}
    if not wishes.commercial:
        return wishes.models
    if refused := [f"{model} ({has.licence})" for model, has in families.items() if has.non_commercial]:
        raise UsageError(
            f"`commercial` refuses {' and '.join(refused)}: translations made with it may not be used "
            f"commercially. Left are: {', '.join(routes.commercial())}. `model: auto` takes what fits."
        )
    return tuple(model for model in wishes.models if not routes.family_of(model).non_commercial)


def _every(wishes: Wishes, models: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for model in models:
        if table.resolve(wishes.source).row in routes.family_of(model).codes(model).sources:
            found.update(dict.fromkeys(routes.choose(model, wishes.source, (routes.ALL,)).targets))
    return tuple(found)


def _asked(routing: Routing, tags: Sequence[str]) -> list[_Asked]:
    wishes = routing.wishes
    origin, languages = routes.besides(wishes.source, tags)
    knows = {
        model: set(codes.targets) if origin.row in codes.sources else set[str]()
        for model in dict.fromkeys((*routing.models, *wishes.instead.values()))
        for codes in (routes.family_of(model).codes(model),)
    }
    instead = {table.resolve(tag).row: model for tag, model in wishes.instead.items()}
    found, missing = [], []
    for language in languages:
        own = instead.get(language.row)
        able = tuple(model for model in ((own,) if own else routing.models) if language.row in knows[model])
        if not able:
            who = routes.who_has(language, origin)
            missing.append(f"{language.tag} ({language.name}), {own or 'none of them'}: {who}")
        elif own:
            found.append(_Asked(language.tag, able, "`model-for` names it"))
        else:
            found.append(_best(language, origin, able, wishes))
    if missing:
        given = ", ".join(knows)
        raise UsageError(f"A language was asked for that the models ({given}) lack. {' '.join(missing)}")
    return found


def _best(language: Language, origin: Language, able: tuple[str, ...], wishes: Wishes) -> _Asked:
    """Who may translate a language, of those that know it."""
    if len(able) == 1:
        alone = "`model` names no other" if len(wishes.models) == 1 else "no other of the models has it"
        return _Asked(language.tag, able, alone)
    pairs = dict(_pairs(language, origin, able, wishes.scores))
    leads = {pair: lead(*both) for pair, both in pairs.items()}
    enough = {pair for pair, by in leads.items() if by >= wishes.margin and by > 0}
    fit = tuple(model for model in able if not any(pair[1] == model for pair in enough)) or able
    first = able[0]
    if first in fit:
        closest = max((by for (_, behind), by in leads.items() if behind == first), default=None)
        why = "no evaluation has scores of it and another"
        if closest is not None and closest > 0:
            why = f"no other is ahead of it by {wishes.margin:g} chrF++ (the best: {closest:+.2f})"
        elif closest is not None:
            why = f"no other scores higher (the best: {closest:+.2f} chrF++)"
        return _Asked(language.tag, fit, f"the first that has it; {why}")
    fit = tuple(sorted(fit, key=lambda model: -leads.get((model, first), 0.0)))
    mine, theirs = pairs.get((fit[0], first)) or next(pairs[pair] for pair in enough if pair[1] == first)
    why = f"{mine.value:g} chrF++, {theirs.model} {theirs.value:g} ({mine.source})"
    return _Asked(language.tag, fit, why)


def _pairs(
    language: Language, origin: Language, able: Sequence[str], scores: Sequence[Score]
) -> Iterator[tuple[tuple[str, str], tuple[Score, Score]]]:
    """Each two models with scores of one evaluation, the one named first; of several the earliest."""
    where: dict[tuple[str, str], dict[str, Score]] = {}
    for score in scores:
        if (score.origin, score.language, score.metric) == (origin.row, language.row, CHRF):
            where.setdefault((score.source, score.signature), {}).setdefault(score.model, score)
    for one in able:
        for other in able:
            both = (has for has in where.values() if one != other and one in has and other in has)
            if found := next(both, None):
                yield (one, other), (found[one], found[other])


def _needed(asked: Sequence[_Asked], models: Sequence[str]) -> tuple[str, ...]:
    """As few models as do: those without which it can't be, then whichever serves most of what is left."""
    needed = dict.fromkeys(each.fit[0] for each in asked if len(each.fit) == 1)
    left = [each for each in asked if not needed.keys() & set(each.fit)]
    while left:
        serves = Counter(model for each in left for model in each.fit)
        best_of = Counter(each.fit[0] for each in left)
        # Of equals the one named first.
        best = max(models, key=lambda model: (serves[model], best_of[model]))
        needed[best] = None
        left = [each for each in left if best not in each.fit]
    return tuple(needed)


def _taken(each: _Asked, needed: Sequence[str]) -> Choice:
    """The best of those that are needed."""
    model = next((model for model in each.fit if model in needed), each.fit[0])
    if model == each.fit[0]:
        return Choice(each.language, model, each.why)
    return Choice(each.language, model, "it is needed anyway, and no score puts another well ahead of it")
