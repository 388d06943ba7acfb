"""The translator behind transform jobs: a desk for the usual decoding, one for the careful."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from polypost.errors import PolypostError, TranslatorError
from polypost.estimate import WAVE_CHARACTERS
from polypost.models import info
from polypost.ports import Second
from polypost.sagemaker.batch.desk import Desk
from polypost.sagemaker.batch.machines import Machines
from polypost.sagemaker.batch.settings import BatchSettings, Caller, Consumed
from polypost.sagemaker.batch.shelf import Shelf
from polypost.sagemaker.surroundings import Surroundings
from polypost.text import tryout
from polypost.values import Reply, TranslatorInfo, Usage


class BatchTranslator:
    """See `ports.Translator`."""

    def __init__(
        self,
        settings: BatchSettings,
        caller: Caller,
        machines: Machines,
        around: Surroundings,
        shelf: Callable[[BatchSettings], Shelf],
    ) -> None:
        """`shelf`: called once for each way of decoding. Raises UsageError, ServiceError."""
        route = settings.route
        self.info: TranslatorInfo = info(route)
        self.standins = tryout.by_default(route.family.standins)
        self.wave_characters = WAVE_CHARACTERS
        self.out: Mapping[str, PolypostError] = {}
        self.second: Second | None = None
        self._settings, self._caller = settings, caller
        self._machines, self._around, self._shelf = machines, around, shelf
        self._desks = {False: self._desk(careful=False)}

    def _desk(self, *, careful: bool) -> Desk:
        settings = replace(self._settings, careful=careful)
        shelf = self._shelf(settings)
        shelf.check()
        return Desk(settings, shelf, self._machines, self._around)

    def usage(self) -> Usage:
        """What was consumed so far."""
        characters = sum(desk.characters for desk in self._desks.values())
        requests = sum(desk.requests for desk in self._desks.values())
        return self._caller.usage(Consumed(characters, requests, self._machines.seconds()))

    def translate(self, asked: Mapping[str, Sequence[str]], *, careful: bool = False) -> Iterator[Reply]:
        """Replies as objects come back; see `ports.Translator`.

        Raises TranslatorError for a language that is not in the route, QuotaError when no machine can be
        had, UsageError and ServiceError as AWS has it.
        """
        for language in asked:
            if language not in self._settings.route.targets:
                raise TranslatorError(f"The translator was not opened for {language}.")
        if careful not in self._desks:
            self._desks[careful] = self._desk(careful=careful)
        yield from self._desks[careful].translate(asked)
