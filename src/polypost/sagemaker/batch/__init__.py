"""Batch transform: the plan as objects in S3, machines that work through them, and no endpoint at all.

Nothing here knows of the endpoint's life; what both engines share is handed in, or stands beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from polypost.sagemaker import clients
from polypost.sagemaker.batch.jobs import stop_job
from polypost.sagemaker.batch.machines import Machines
from polypost.sagemaker.batch.settings import BatchSettings, Caller, Consumed, Folder, folder
from polypost.sagemaker.batch.shelf import Shelf
from polypost.sagemaker.batch.store import KEEP_DAYS, Store, clean
from polypost.sagemaker.batch.translator import BatchTranslator
from polypost.sagemaker.surroundings import Surroundings

__all__ = [
    "KEEP_DAYS",
    "BatchSettings",
    "Caller",
    "Consumed",
    "Folder",
    "clean",
    "folder",
    "open_batch",
    "stop_job",
]


@contextmanager
def open_batch(
    session: Any, settings: BatchSettings, caller: Caller, around: Surroundings
) -> Iterator[BatchTranslator]:
    """A translator on batch transform; nothing is created before there is something to send.

    What still goes is stopped at the end. Raises UsageError, QuotaError or ServiceError (see errors.py).
    """
    with ExitStack() as stack:
        client = clients.s3(session)

        def shelf(settings: BatchSettings) -> Shelf:
            return stack.enter_context(closing(Shelf(Store(client, settings), settings, around.redact)))

        models = stack.enter_context(ExitStack())
        machines = Machines(clients.control(session), settings, caller, models, around)
        stack.enter_context(closing(machines))
        yield BatchTranslator(settings, caller, machines, around, shelf)
