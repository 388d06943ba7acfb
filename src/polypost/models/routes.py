"""From the user's words (a model, a source language, languages) to the codes that the model takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from polypost import languages as table
from polypost.errors import UsageError
from polypost.languages import Language
from polypost.models.families import MODELS, Codes, Family
from polypost.values import TranslatorInfo

ALL = "all"
"""In place of languages: every one that the model has."""


@dataclass(frozen=True, slots=True)
class Route:
    """A model, and what it calls the languages of this run."""

    model: str
    """The Hugging Face id, e.g. `facebook/seamless-m4t-v2-large`."""
    family: Family
    source: str
    """The source language's code, e.g. `eng`."""
    targets: Mapping[str, str]
    """Language as the user writes it -> the model's code for it, in the user's order."""


def choose(model: str, source: str, languages: Sequence[str]) -> Route:
    """The route for a model from a source language into languages, or into `all` that it has.

    The source language itself is dropped from `languages`. Raises UsageError for an unknown model or
    language, and for what the model lacks, naming the models that have it: an unknown code makes the
    containers answer 200 with garbage, so nothing may be deployed before this passed.
    """
    family = family_of(model)
    codes = family.codes(model)
    origin = table.resolve(source)
    if origin.row not in codes.sources:
        raise UsageError(f"{model} does not translate from {source} ({origin.name}).")
    targets = _every(codes, origin) if every(languages) else _given(model, codes, origin, languages)
    if not targets:
        raise UsageError(only_the_source(source))
    return Route(model, family, codes.sources[origin.row], MappingProxyType(targets))


def able(model: str, source: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Those of the languages that a model can translate into. Raises UsageError for an unknown one."""
    codes = family_of(model).codes(model)
    if table.resolve(source).row not in codes.sources:
        return ()
    return tuple(tag for tag in languages if table.resolve(tag).row in codes.targets)


def every(languages: Sequence[str]) -> bool:
    """Whether `all` is asked for. Raises UsageError where that stands beside others."""
    if ALL in languages and len(languages) > 1:
        raise UsageError("`all` stands for every language of the model: give it alone, or a list of tags.")
    return ALL in languages


def only_the_source(source: str) -> str:
    """What is wrong when nobody asks for another language than the source language."""
    return (
        f"There is no language to translate into besides {source}, the source language: name another one in "
        "`languages`, or another `source-language`."
    )


def info(route: Route) -> TranslatorInfo:
    """What the report says of the model; the notice is empty where everyone may use it."""
    family = route.family
    if not family.non_commercial:
        return TranslatorInfo(route.model, family.licence)
    free = commercial()
    notice = (
        f"{route.model} is licensed {family.licence}: its translations may not be used commercially. "
        f"For commercial use choose another model, for example {' or '.join(free[:2])}."
    )
    return TranslatorInfo(route.model, family.licence, notice)


def infos(chosen: Sequence[Route]) -> TranslatorInfo:
    """The same of several models, as one."""
    if len(chosen) == 1:
        return info(chosen[0])
    licences = {each.family.licence for each in chosen}
    every = "; ".join(f"{each.model}: {each.family.licence}" for each in chosen)
    refused = [f"{each.model} ({each.family.licence})" for each in chosen if each.family.non_commercial]
    notice = (
        f"Translations by {' and '.join(refused)} may not be used commercially. `commercial: true` refuses "
        f"such models; left are, for example, {' and '.join(commercial()[:2])}."
    )
    names = ", ".join(each.model for each in chosen)
    return TranslatorInfo(names, licences.pop() if len(licences) == 1 else every, notice if refused else "")


def commercial() -> list[str]:
    """The models whose translations may be used commercially, of each family the one to recommend."""
    return [next(iter(family.sizes)) for family in MODELS.values() if not family.non_commercial]


def family_of(model: str) -> Family:
    """The row of the table for a Hugging Face id. Raises UsageError for a model of no known family."""
    for family in MODELS.values():
        if family.pattern.search(model):
            return family
    known = ", ".join(name for family in MODELS.values() for name in family.sizes)
    raise UsageError(f"polypost does not know the model {model!r}. It knows: {known} and their like.")


def _every(codes: Codes, origin: Language) -> dict[str, str]:
    """Each language once: where two rows share a code (`nb` and `no`), the first of them."""
    taken = {codes.sources[origin.row]}
    targets: dict[str, str] = {}
    for row, code in codes.targets.items():
        if row != origin.row and (code not in taken or not code):
            targets[row] = code
            taken.add(code)
    return targets


def _given(model: str, codes: Codes, origin: Language, tags: Sequence[str]) -> dict[str, str]:
    targets: dict[str, str] = {}
    missing: list[Language] = []
    for language in besides(origin.tag, tags)[1]:
        if language.row in codes.targets:
            targets[language.tag] = codes.targets[language.row]
        else:
            missing.append(language)
    if missing:
        told = " ".join(f"{each.tag} ({each.name}): {who_has(each, origin)}" for each in missing)
        raise UsageError(f"{model} lacks a language that was asked for. {told}")
    return targets


def besides(source: str, tags: Sequence[str]) -> tuple[Language, list[Language]]:
    """The source language, and the languages of `tags` but for it.

    Raises UsageError for an unknown one, and for another region of the source language.
    """
    origin = table.resolve(source)
    languages = [table.resolve(tag) for tag in tags]
    for language in languages:
        if language.row == origin.row:
            _refuse_another_region(language, origin)
    return origin, [language for language in languages if language.row != origin.row]


def _refuse_another_region(language: Language, origin: Language) -> None:
    if language.tag.casefold() not in {origin.tag.casefold(), origin.row.casefold()}:
        raise UsageError(
            f"{language.tag} and the source language {origin.tag} are one language to the models: "
            f"there is nothing to translate. Remove {language.tag} from the languages."
        )


def who_has(language: Language, origin: Language) -> str:
    """The models that translate from `origin` into a language, in a sentence; of each family one."""
    names = []
    for family in MODELS.values():
        name = next(iter(family.sizes))
        codes = family.codes(name)
        if origin.row in codes.sources and language.row in codes.targets:
            names.append(name)
    return f"models that have it: {', '.join(names)}." if names else "no model that polypost knows has it."
