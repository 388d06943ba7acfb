"""How much goes into the next job: AWS keeps nothing of one that is stopped, so it has to end before the run.

Without a limit a job is as large as the pace says. With one, the first job is small enough for the time that
is left even if its machines are slow; how fast they were tells how large the next may be.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from polypost.errors import BudgetError
from polypost.estimate import JOB_START_MINUTES

_START_SECONDS = 60 * JOB_START_MINUTES

_WORK_SECONDS = 7_200.0
"""How long a job of full size works, at most; see `records.Pace`."""

_DOUBT = 4
"""The machines may be so many times slower than that."""

_PARTS = 3
"""Where a limit is near, the first job is so small a part: its results stay, whatever becomes of the rest."""

_OBJECTS = 4
"""So many objects, at least, make a job for one machine: a job is made of whole ones."""


class Portions:
    """The sizes of a run's jobs, in bytes as `records.weight` counts them."""

    def __init__(self, most: int, left: Callable[[], float], stopped: Callable[[], int]) -> None:
        """`most`: of a job without a limit. `left`: seconds until the run's limit; infinite without one.

        `stopped`: how many jobs of earlier runs were stopped at work; asked once, where there is a limit.
        """
        self._most, self._left, self._stopped = most, left, stopped
        self._speed = 0.0
        """Bytes a second, starts included; 0 where nothing has been measured."""

    def objects(self, share: int, total: int, machines: int) -> int:
        """The size of objects for so many machines: `share`, or less where a job must be small."""
        if math.isinf(self._left()):
            return share
        return max(1, min(share, self.next(total) // (_OBJECTS * machines)))

    def next(self, total: int, least: int = 0) -> int:
        """The size of the next job, when `total` waits, and no job can be smaller than `least`.

        Raises BudgetError when no job would come to its end any more.
        """
        left = self._left()
        if math.isinf(left):
            return self._most
        if self._speed:
            fits = (left - _START_SECONDS) * self._speed
            if fits < least:
                raise BudgetError(
                    f"Another batch job would not end in the {max(left, 0.0) / 60:.0f} min that are left "
                    "of max-cost, of max-minutes or of the AWS credentials, so none is started. What is done "
                    "is kept: run again for the rest."
                )
            return max(1, min(self._most, int(fits)))
        fits = (left / _DOUBT - _START_SECONDS) * self._most / _WORK_SECONDS
        if fits >= total:
            return self._most
        # A run before this one met its limit with even less: it must not go on so for ever.
        return max(1, int(min(self._most, fits if fits > 0 else total, total / _PARTS)) >> self._stopped())

    def learn(self, size: int, seconds: float) -> None:
        """A job of this size took so long, from its order to its end."""
        self._speed = size / max(seconds, 1.0)
