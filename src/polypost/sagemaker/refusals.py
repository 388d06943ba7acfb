"""What is told of instance types that could not be had, one after the other, and of none that is left."""

from __future__ import annotations

from polypost.errors import BudgetError, QuotaError, TooDearError
from polypost.ports import Console

REFUSED = (QuotaError, TooDearError)
"""After these another instance type may do."""


class Refusals:
    """Of one search for machines."""

    def __init__(self, console: Console, usage: str) -> None:
        """`usage`: how AWS calls the quota that counts: "endpoint", "transform job"."""
        self._console, self._usage = console, usage
        self._told: list[str] = []
        self._too_dear = False

    def add(self, instance_type: str, error: QuotaError | TooDearError) -> None:
        """Tell of one type, at once and again in the end."""
        self._too_dear |= isinstance(error, TooDearError)
        self._told.append(f"{instance_type}: {error}")
        self._console.warn(f"{instance_type} can't be had: {error}")

    def error(self) -> QuotaError | BudgetError:
        """The error when there is no other type; of the budget, if money would have got one."""
        if len(self._told) > 1 or not self._too_dear:
            asked = (
                "Ask for a higher quota (Service Quotas, SageMaker, "
                f'"for {self._usage} usage"), or name other types in instance-type.'
            )
            told = f"None of the instance types can be had. {asked} {' '.join(self._told)}"
        else:
            told = self._told[0]
        return BudgetError(told) if self._too_dear else QuotaError(told)
