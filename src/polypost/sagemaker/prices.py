"""What an endpoint's instance costs, from a small dated table; the Pricing API isn't asked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DATE = "2025-10"
REGION = "us-east-1"

USD_PER_HOUR: Mapping[str, float] = MappingProxyType(
    {
        "ml.m5.large": 0.115,
        "ml.m5.xlarge": 0.23,
        "ml.m5.2xlarge": 0.461,
        "ml.m5.4xlarge": 0.922,
        "ml.c5.xlarge": 0.204,
        "ml.c5.2xlarge": 0.408,
        "ml.c5.4xlarge": 0.816,
        "ml.c5.9xlarge": 1.836,
        "ml.r5.2xlarge": 0.605,
        "ml.r5.4xlarge": 1.21,
        "ml.g4dn.xlarge": 0.7364,
        "ml.g4dn.2xlarge": 0.94,
        "ml.g4dn.4xlarge": 1.505,
        "ml.g5.xlarge": 1.408,
        "ml.g5.2xlarge": 1.515,
        "ml.p3.2xlarge": 3.825,
    }
)
"""On-demand list prices of real-time inference in us-east-1, as published in October 2025."""


def cost(instance_type: str, seconds: float) -> tuple[float | None, str]:
    """US dollars for so many seconds of an instance, and how they came about; None where unknown."""
    price = USD_PER_HOUR.get(instance_type)
    if price is None:
        return None, f"the price of {instance_type} is not in polypost's table"
    minutes = seconds / 60
    basis = f"{minutes:.1f} min of {instance_type} at {price} USD/h (list price {REGION}, {DATE})"
    return price * seconds / 3600, basis
