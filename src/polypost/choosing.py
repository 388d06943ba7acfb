"""From the options to the models of a run: which one for which language, and what has to be known of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from polypost import estimate, languages, models
from polypost.errors import UsageError
from polypost.machines import fits
from polypost.models.routes import able
from polypost.models.routing import AUTO, CANDIDATES, SMALLER, Routing, Wishes, route
from polypost.models.scores import Score, shipped
from polypost.options import Options
from polypost.values import Choice, TranslatorInfo


def routing_of(options: Options, scores: tuple[Score, ...]) -> Routing | None:
    """Which model for which language; None where the pseudo translator takes them all.

    `scores`: the repository's own, which count before those that polypost brings. Raises UsageError.
    """
    if options.translator == "pseudo":
        return None
    routing = route(wishes_of(options, (*scores, *shipped())), options.languages)
    if wrong := _single(options, routing.needed):
        raise UsageError(wrong)
    return routing


def wishes_of(options: Options, scores: tuple[Score, ...] = ()) -> Wishes:
    """What the choice follows from; `auto` proposes what has room on each machine. Raises UsageError."""
    auto = AUTO in options.model
    if auto and len(options.model) > 1:
        raise UsageError("model: `auto` chooses among the models itself: give it alone, or a list of ids.")
    instead: dict[str, str] = {}
    for language, model in (re.split(r" *[:=] *", each, maxsplit=1) for each in options.model_for):
        try:
            languages.resolve(language)
        except UsageError as error:
            raise UsageError(f"model-for: {error}") from None
        if instead.setdefault(language, model) != model:
            raise UsageError(f"`model-for` names two models for {language}: {instead[language]} and {model}.")
    proposed = (each if _has_room(options, each) else SMALLER.get(each, each) for each in CANDIDATES)
    return Wishes(
        tuple(proposed) if auto else options.model,
        options.source_language,
        instead,
        options.commercial,
        scores,
        auto=auto,
    )


def _has_room(options: Options, model: str) -> bool:
    weights = estimate.weights(models.family_of(model), model)
    return all(fits(machine, weights).ok is not False for machine in options.instance_type)


def resolved(
    options: Options, routing: Routing
) -> tuple[tuple[str, ...], TranslatorInfo, Callable[[str], str]]:
    """The languages, what is told of their models, and why a language can't be had: empty where it can."""
    languages, source = tuple(routing.choices), options.source_language
    routes = [models.choose(model, source, tags) for model, tags in routing.groups(languages).items()]

    def refuse(tag: str) -> str:
        try:
            return _single(options, (*routing.needed, routing.of(tag).model))
        except UsageError as error:
            return str(error)

    return languages, models.infos(routes), refuse


def chooser(routing: Routing) -> Callable[[str], Choice]:
    """Language -> its model; without a name where none has it."""

    @cache
    def choose(tag: str) -> Choice:
        try:
            return routing.of(tag)
        except UsageError:
            return Choice(tag, "")

    return choose


def seconds(routing: Routing) -> Callable[[str], str]:
    """Language -> the model that is asked where its own fails; empty where the run has no other for it."""
    choose = chooser(routing)

    @cache
    def second(tag: str) -> str:
        own, source = choose(tag).model, routing.wishes.source
        others = (model for model in routing.needed if own and model != own)
        return next((model for model in others if able(model, source, (tag,))), "")

    return second


def _single(options: Options, needed: Sequence[str]) -> str:
    """What is wrong where an option is of one model, and the run needs several; else nothing."""
    given = {
        "endpoint-name": options.endpoint_name,
        "model-revision": options.model_revision,
        "model-data": options.model_data,
    }
    named = [f"`{name}`" for name, value in given.items() if value]
    if len(set(needed)) < 2 or not named:
        return ""
    return (
        f"{' and '.join(named)} can only be of one model, and these languages need {len(set(needed))}: "
        f"{', '.join(dict.fromkeys(needed))}. Name one `model`, or do without {' and '.join(named)}."
    )
