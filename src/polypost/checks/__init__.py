"""Whether a sentence's translation reads like one: offline, without a reference, a few microseconds each."""

from polypost.checks.pair import Pair
from polypost.checks.table import CHECKS, look
from polypost.values import Complaint, Severity

__all__ = ["CHECKS", "Complaint", "Pair", "Severity", "look"]
