"""Where one way of decoding is done: sentences in, replies out as the objects with them are done.

What is asked is looked for in what earlier jobs left behind, whatever plan they were made for; then in the
jobs that are under way; only the rest is sent. An object without a result is sent again: as it is when it
was lost, in parts when it failed, down to a sentence, which is then a value with a reason.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace

from polypost.counts import counted
from polypost.errors import ServiceError
from polypost.sagemaker.asking.answers import Pieces
from polypost.sagemaker.batch import records
from polypost.sagemaker.batch.jobs import State
from polypost.sagemaker.batch.machines import Machines
from polypost.sagemaker.batch.portions import Portions
from polypost.sagemaker.batch.records import Bundle, Record
from polypost.sagemaker.batch.settings import BatchSettings
from polypost.sagemaker.batch.shelf import Shelf, Wanted
from polypost.sagemaker.surroundings import Surroundings
from polypost.values import Reply

_DOOMED = 2
"""So many jobs in a row that failed on each of their objects end the run: what the first one failed on was
sent in parts to the next."""

_RESENDS = 2
"""How often an object is sent again as it is."""

_NO_FAULT_OF_OURS = "InternalServerError"
"""How SageMaker begins a reason that lies with itself, not with what was sent."""


class Desk:
    """Where sentences are decoded as `settings.careful` says; its objects and jobs are of no other way."""

    def __init__(
        self, settings: BatchSettings, shelf: Shelf, machines: Machines, around: Surroundings
    ) -> None:
        """Nothing is asked yet."""
        self.characters = 0
        """Sent so far."""
        self.requests = 0
        """Records sent so far."""
        self._settings = settings
        self._shelf = shelf
        self._machines = machines
        self._console, self._clock = around.console, around.clock
        self._pace = records.pace(settings.instance_types, careful=settings.careful)
        most = settings.instance_count * self._pace.job_bytes
        stopped = functools.partial(machines.stopped, careful=settings.careful)
        self._portions = Portions(most, around.left, functools.cache(stopped))
        self._in_vain = 0

    def translate(self, asked: Mapping[str, Sequence[str]]) -> Iterator[Reply]:
        """Replies as objects come back; see `ports.Translator`.

        Raises QuotaError when no machine can be had, UsageError and ServiceError as AWS has it.
        """
        limit = self._settings.route.family.limits.input_tokens
        wanted = {language: Pieces(language, given, limit) for language, given in asked.items()}
        for pieces in wanted.values():
            yield from pieces.settled
        yield from self._shelf.remembered(wanted)
        yield from self._shelf.arrived(wanted)
        yield from self._sent(wanted)

    def _sent(self, wanted: Wanted) -> Iterator[Reply]:
        """What comes of everything that is still missing, in as many jobs as it takes."""
        given = tuple(
            record
            for language, pieces in wanted.items()
            for record in records.records(language, pieces.missing, self._pace.record)
        )
        machines = self._settings.instance_count
        total = records.weight(records.bundles(given, 1))
        size = self._portions.objects(records.share(given, machines), total, machines)
        waiting = deque(records.bundles(given, size))
        while waiting:
            if (yield from self._joined(wanted)):
                waiting = deque(filter(None, (_unanswered(bundle, wanted) for bundle in waiting)))
                continue
            portion = self._portions.next(records.weight(waiting), records.weight([waiting[0]]))
            job = records.first_job(waiting, portion)
            digest = records.job_digest(job)
            sent = [record for bundle in job for record in bundle.records]
            sentences = [sentence for record in sent for sentence in record.sentences]
            missing = sum(len(pieces.missing) for pieces in wanted.values())
            self._console.step(
                f"Sending {len(sentences):,} of {counted(missing, 'sentence')} for a batch job"
            )
            where = self._shelf.send(digest, job)
            self.requests += len(sent)
            self.characters += sum(map(len, sentences))
            start = self._clock.monotonic()
            careful = self._settings.careful
            states = self._machines.run(digest, where, self._shelf.output_uri, careful=careful)
            last = yield from self._followed(states, wanted)
            if last.status == "Completed":
                self._portions.learn(records.weight(job), self._clock.monotonic() - start)
            left = yield from self._left(job, last, wanted)
            waiting.extendleft(reversed(left))  # first, so that a model that refuses everything is found out

    def _joined(self, wanted: Wanted) -> Generator[Reply, None, bool]:
        """What comes of a job under way that does some of this already, a killed run's or another's.

        Gives whether there was one.
        """
        for name, digest in self._machines.joinable(careful=self._settings.careful):
            if self._shelf.overlaps(digest, wanted):
                self._console.step(f"Waiting for the batch job {name}, which does some of this already")
                yield from self._followed(self._machines.join(name), wanted)
                return True
        return False

    def _followed(self, states: Iterator[State], wanted: Wanted) -> Generator[Reply, None, State]:
        """What comes back while a job goes on; gives its last state."""
        total = sum(len(pieces.missing) for pieces in wanted.values())
        state = None
        for state in states:
            yield from self._shelf.arrived(wanted)
            left = sum(len(pieces.missing) for pieces in wanted.values())
            self._console.progress(f"Batch job {state.name}: sentences", total - left, total)
        if state is None:
            raise AssertionError("a job has at least one state")
        return state

    def _left(
        self, sent: Sequence[Bundle], state: State, wanted: Wanted
    ) -> Generator[Reply, None, Sequence[Bundle]]:
        """What to send again after a job; single sentences that failed are given up here."""
        silent = [bundle for bundle in sent if not self._shelf.has(bundle)]
        failed = state.status == "Failed" and not state.reason.startswith(_NO_FAULT_OF_OURS)
        self._in_vain = self._in_vain + 1 if failed and len(silent) == len(sent) else 0
        if self._in_vain >= _DOOMED and len(sent) > 1:
            raise ServiceError(
                f"The last {self._in_vain} batch jobs translated nothing at all; AWS says of {state.name}: "
                f"{state.reason} Its log in CloudWatch (/aws/sagemaker/TransformJobs) may tell why."
            )
        again: list[Bundle] = []
        for bundle in silent:
            if failed:
                again += yield from self._in_parts(bundle, state.reason, wanted)
            else:
                again.append(_once_more(bundle, state))
        for bundle in sent:
            missing = wanted[bundle.language].missing
            for record in bundle.records if self._shelf.has(bundle) else ():
                if not missing.isdisjoint(record.sentences):
                    alone, wrong = Bundle(bundle.language, (record,)), self._shelf.wrong(record)
                    again += yield from self._in_parts(alone, wrong, wanted)
        return again

    def _in_parts(
        self, bundle: Bundle, reason: str, wanted: Wanted
    ) -> Generator[Reply, None, Sequence[Bundle]]:
        """A bundle that failed, in parts; a single sentence becomes a value with the reason."""
        parts = records.smaller(bundle)
        if not parts:
            yield from self._shelf.refuse(bundle, f"The model could not translate it: {reason}", wanted)
        return parts


def _unanswered(bundle: Bundle, wanted: Wanted) -> Bundle | None:
    """What is left of a bundle; None when all is answered."""
    missing = wanted[bundle.language].missing
    left = [tuple(filter(missing.__contains__, record.sentences)) for record in bundle.records]
    given = tuple(Record(bundle.language, sentences) for sentences in left if sentences)
    return replace(bundle, records=given) if given else None


def _once_more(bundle: Bundle, state: State) -> Bundle:
    """A bundle that has no result although nothing is wrong with it; not without end."""
    if state.status != "Stopped" and bundle.tries >= _RESENDS:
        told = state.reason or f"it is {state.status}."
        raise ServiceError(
            f"The batch job {state.name} has left no result for {bundle.name}, which was sent "
            f"{bundle.tries + 1} times; AWS says of the job: {told}"
        )
    return replace(bundle, tries=bundle.tries + 1)
