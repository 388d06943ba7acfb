"""Sentences as the JSON lines of objects, and lines back into answers; pure.

A line is one request to the container, and carries all that its answer needs to be understood, whoever
asked: `id` and `sentences` stand beside the `request`. SageMaker sends the request alone
(`InputFilter`), adds the answer to the line (`JoinSource`) and drops the request (`OutputFilter`):

    {"id": "...", "sentences": ["..."], "limit": 96, "request": {"inputs": ["..."], "parameters": {...}}}
    {"id": "...", "sentences": ["..."], "limit": 96, "SageMakerOutput": [{"translation_text": "..."}]}

So a result is matched by what it says, never by where it stands, and serves every later plan.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from polypost import batching
from polypost.counts import counted
from polypost.models import Route, answers
from polypost.sagemaker.asking.answers import checked
from polypost.sagemaker.redact import Redact, unchanged
from polypost.values import Answer, Untranslated


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is sent together. Nobody learns a pace here, so it has to do for the slowest machine."""

    record: batching.Limits
    job_bytes: int
    """What a job holds for each of its machines: AWS keeps nothing of a job that is stopped, so this much
    is lost then; and a job takes minutes to start, so it should work for an hour or two."""


CPU = Pace(batching.Limits(sentences=32, padded_tokens=1024), 2_000_000)
"""At 10 tokens a second a record is answered within two minutes; the model server kills a worker that is
silent for five."""

GPU = Pace(batching.Limits(sentences=64, padded_tokens=4096), 20_000_000)
"""Where all machines have an accelerator; larger records would not fit beside the weights in 16 GB."""

OBJECT_BYTES = 1_000_000
"""An object is done or not: this much is lost when one fails, and one machine works on it."""

_LEAST_BYTES = 20_000
_SHARES = 8
"""A plan too small for objects of the full size is dealt out so often to each machine, so that none waits
long for the last."""

INPUT, OUTPUT = ".jsonl", ".jsonl.out"


@dataclass(frozen=True, slots=True)
class Record:
    """One request to the container."""

    language: str
    sentences: tuple[str, ...]

    @property
    def id(self) -> str:
        """A digest of what is asked."""
        return _digest(self.language, *self.sentences)


@dataclass(frozen=True, slots=True)
class Bundle:
    """One object: records of one language."""

    language: str
    records: tuple[Record, ...]
    tries: int = 0
    """How often it was sent as it is without a result, though AWS found no fault with it."""

    @property
    def name(self) -> str:
        """The object's name without folder and ending; the same for the same content."""
        return f"{self.language}.{_digest(*(record.id for record in self.records))}"


@dataclass(frozen=True, slots=True)
class Result:
    """One line of an output object."""

    sentences: tuple[str, ...]
    answers: tuple[Answer, ...]
    """As many as sentences; none when the container's answer makes no sense."""
    reason: str = ""
    """Why there are none."""


def _digest(*texts: str) -> str:
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]


def line(record: Record, route: Route, *, careful: bool = False) -> str:
    """The record as a line; ASCII, so that nothing in it can be taken for the line's end.

    `careful`: how it is decoded, see `ports.Translator`.
    """
    tokens = [batching.tokens(sentence) for sentence in record.sentences]
    how = route.family.limits.generation(tokens, careful=careful)
    request = route.family.request(record.sentences, route.source, route.targets[record.language], how)
    told = {"id": record.id, "sentences": record.sentences, "limit": how.max_new_tokens}
    return json.dumps({**told, "request": request})


def refusal(record: Record, reason: str) -> str:
    """The line that keeps for later runs that the model refuses this record."""
    told = {"id": record.id, "sentences": record.sentences, "limit": 0}
    return json.dumps({**told, "refused": reason})


def result(text: str, language: str, redact: Redact = unchanged) -> Result | None:
    """What a line of an output object says; None when it is damaged or none of ours."""
    try:
        told = json.loads(text)
        json.dumps(told, ensure_ascii=False).encode()  # half a character, as in "\\ud800", can't be kept
        record = Record(language, tuple(told["sentences"]))
        if told["id"] != record.id or not all(isinstance(each, str) for each in record.sentences):
            return None
        limit = int(told["limit"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):  # anybody may write there
        return None
    if isinstance(reason := told.get("refused"), str):
        return Result(record.sentences, (Untranslated(redact(reason)),) * len(record.sentences))
    texts = answers(told.get("SageMakerOutput"))
    if texts is None or len(texts) != len(record.sentences):
        said = redact(json.dumps(told.get("SageMakerOutput")))[:200]
        why = f"The container's answer is not {counted(len(record.sentences), 'translation')} but: {said}"
        return Result(record.sentences, (), why)
    return Result(record.sentences, tuple(checked(text, limit) for text in texts))


def pace(instance_types: Iterable[str], *, careful: bool = False) -> Pace:
    """The pace that does for any of these, e.g. `ml.g5.xlarge`; `careful`: see `ports.Translator`."""
    usual = GPU if all(kind.startswith(("ml.g", "ml.p")) for kind in instance_types) else CPU
    if not careful:
        return usual
    # More beams take more time, and more memory.
    record = replace(usual.record, padded_tokens=usual.record.padded_tokens // 2)
    return replace(usual, record=record, job_bytes=usual.job_bytes // 2)


def records(language: str, sentences: Iterable[str], limits: batching.Limits) -> Iterator[Record]:
    """The sentences in records of alike length, longest first."""
    waiting = deque(batching.longest_first(sentences))
    while waiting:
        front = [waiting[index] for index in range(min(len(waiting), limits.sentences))]
        yield Record(language, tuple(waiting.popleft() for _ in range(batching.batch(front, limits))))


def bundles(given: Iterable[Record], size: int) -> Iterator[Bundle]:
    """Records, those of a language behind one another, in objects of about `size` bytes."""
    held: list[Record] = []
    bytes_held = 0
    for record in given:
        if held and (bytes_held >= size or record.language != held[0].language):
            yield Bundle(held[0].language, tuple(held))
            held, bytes_held = [], 0
        held.append(record)
        bytes_held += _weight(record)
    if held:
        yield Bundle(held[0].language, tuple(held))


def weight(given: Iterable[Bundle]) -> int:
    """The bytes of bundles, about."""
    return sum(_weight(record) for bundle in given for record in bundle.records)


def _weight(record: Record) -> int:
    """The bytes of a line, about: each sentence stands in it twice."""
    return 250 + sum(2 * len(json.dumps(sentence)) for sentence in record.sentences)


def share(given: Iterable[Record], machines: int) -> int:
    """The size of objects, in bytes, at which so many machines are all busy until shortly before the end."""
    total = sum(map(_weight, given))
    return max(_LEAST_BYTES, min(OBJECT_BYTES, total // (_SHARES * machines)))


def smaller(bundle: Bundle) -> tuple[Bundle, ...]:
    """A failed bundle in parts, to find what it failed on; none when it is a single sentence."""
    if len(bundle.records) > 1:
        return tuple(Bundle(bundle.language, (record,)) for record in bundle.records)
    return singles(bundle.records[0])


def singles(record: Record) -> tuple[Bundle, ...]:
    """A record's sentences, each on its own; none when it has only one."""
    if len(record.sentences) == 1:
        return ()
    alone = (Record(record.language, (sentence,)) for sentence in record.sentences)
    return tuple(Bundle(record.language, (each,)) for each in alone)


def first_job(waiting: deque[Bundle], size: int) -> tuple[Bundle, ...]:
    """Take bundles of `size` bytes, about, from the front; at least one."""
    taken: list[Bundle] = []
    held = 0
    while waiting and (not taken or held < size):
        taken.append(waiting.popleft())
        held += weight(taken[-1:])
    return tuple(taken)


def job_digest(given: Iterable[Bundle]) -> str:
    """Of what a job is to do."""
    return _digest(*sorted(bundle.name for bundle in given))[:8]
