"""One object of a transform job: its records, sent to the container, joined with the answers; bytes in, bytes
out.

What AWS documents (CreateTransformJob, "Associate Prediction Results with Input Records") and this follows: -
SplitType Line makes each line a record; None sends the whole object. BatchStrategy SingleRecord sends one
record a request, MultiRecord as many as fit into MaxPayloadInMB (6 unless given); a record over that is an
error. - InputFilter selects what of a record the container gets. JoinSource Input adds the answer to the
record as `SageMakerOutput`; a record that is no JSON object comes under `SageMakerInput` then. OutputFilter
selects what of that is kept. Both filters need JSON. - AssembleWith Line ends every record of the output with
a newline; None concatenates. - A failed invocation is tried again InvocationsMaxRetries times (3 unless
given). AWS doesn't say for which failures; here for those of the server's kind (5xx and silence), since a 4xx
comes again. - One record that fails fails its whole object: nothing of it is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from standins.aws.jsonpath import select

MB = 1024 * 1024
Post = Callable[[bytes], tuple[int, bytes]]
"""A request's body to status (0: none came in time) and body of the answer."""


class Failed(Exception):  # noqa: N818 - AWS's word for it
    """The object can't be transformed; the text is a FailureReason."""


def records(job: Mapping[str, Any], content: bytes) -> list[bytes]:
    """The records of an input object."""
    if job["TransformInput"].get("SplitType", "None") == "None":
        return [content]
    return [line for line in content.split(b"\n") if line]


def transformed(job: Mapping[str, Any], content: bytes, post: Post) -> bytes:
    """The output object. Raises Failed."""
    end = b"\n" if job["TransformOutput"].get("AssembleWith", "None") == "Line" else b""
    processing = job.get("DataProcessing", {})
    made = []
    for batch in _batches(job, records(job, content)):
        try:
            asked = [_filtered(processing.get("InputFilter", "$"), record) for record in batch]
        except (ValueError, LookupError) as failure:
            raise Failed(f"ClientError: the InputFilter does not fit a record: {failure}") from failure
        answer = _answered(job, b"\n".join(asked), post)
        made += _joined(processing, batch, answer)
    return b"".join(piece + end for piece in made)


def _batches(job: Mapping[str, Any], lines: list[bytes]) -> Iterator[list[bytes]]:
    most = job.get("MaxPayloadInMB", 6) * MB
    together = job.get("BatchStrategy", "MultiRecord") == "MultiRecord"
    batch: list[bytes] = []
    size = 0
    for line in lines:
        if len(line) > most:
            raise Failed(
                "ClientError: a record is larger than MaxPayloadInMB. See job logs for more information"
            )
        if batch and (not together or size + len(line) + 1 > most):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line) + 1
    if batch:
        yield batch


def _answered(job: Mapping[str, Any], body: bytes, post: Post) -> bytes:
    for _ in range(1 + job.get("ModelClientConfig", {}).get("InvocationsMaxRetries", 3)):
        status, answer = post(body)
        if status == 200:
            return answer
        if 400 <= status < 500:
            raise Failed("ClientError: See job logs for more information")
    raise Failed("AlgorithmError: See job logs for more information")


def _joined(processing: Mapping[str, Any], batch: list[bytes], answer: bytes) -> list[bytes]:
    joins = processing.get("JoinSource", "None") == "Input"
    kept = processing.get("OutputFilter", "$")
    if not joins and kept == "$":
        return [answer]
    answers = [answer] if len(batch) == 1 else [line for line in answer.split(b"\n") if line]
    if len(answers) != len(batch):
        raise Failed("ClientError: the number of answers is not that of the records")
    try:
        values = [json.loads(one) for one in answers]
        if joins:
            values = [_pair(json.loads(one), value) for one, value in zip(batch, values, strict=True)]
        return [_written(select(kept, value)) for value in values]
    except (ValueError, LookupError) as failure:
        raise Failed(f"ClientError: records and answers can't be joined: {failure}") from failure


def _pair(record: Any, answer: Any) -> dict[str, Any]:
    return {**(record if isinstance(record, dict) else {"SageMakerInput": record}), "SageMakerOutput": answer}


def _filtered(path: str, record: bytes) -> bytes:
    return record if path == "$" else _written(select(path, json.loads(record)))


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
