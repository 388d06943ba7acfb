"""What an instance costs in an hour: by the Pricing API where that answers, else from a dated table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from polypost.estimate import Price

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
        "ml.g5.4xlarge": 2.03,
        "ml.g5.12xlarge": 7.09,
        "ml.g6.xlarge": 1.1267,
        "ml.g6.2xlarge": 1.222,
        "ml.g6.4xlarge": 1.654,
        "ml.g6.12xlarge": 5.752,
        "ml.p3.2xlarge": 3.825,
    }
)
"""On-demand list prices of real-time inference in us-east-1, as published in October 2025.

g5.4xlarge, g5.12xlarge and g6 as AWS's own FMBench (aws-samples/foundation-model-benchmarking-tool) and price
lists copied by others have them. Batch transform costs the same for each type that was compared.
"""

_SECONDS = 3
"""A price is worth no longer wait: there is the table."""


class Use(StrEnum):
    """What the instance is for, as usage types name it: `USE1-Host:ml.g5.xlarge`."""

    ENDPOINT = "Host"
    BATCH = "Tsform"


def hourly(session: Any, instance_type: str, use: Use) -> Price:
    """The price in the session's region. The Pricing API is asked once; whatever it refuses is no error."""
    region = session.region_name
    try:
        found = _asked(session, instance_type, use)
    except (ClientError, BotoCoreError, LookupError, TypeError, ValueError, AttributeError):
        found = None
    if found is None:
        return listed(instance_type, region)
    return Price(found, f"list price {region}, by the Pricing API")


def listed(instance_type: str, region: str) -> Price:
    """The price in polypost's table; it is that of us-east-1, and says so."""
    price = USD_PER_HOUR.get(instance_type)
    if price is None:
        return Price(None, f"the price of {instance_type} is not in polypost's table")
    elsewhere = "" if region == REGION else f"; {region} may differ"
    return Price(price, f"list price {REGION}, {DATE}{elsewhere}")


def _asked(session: Any, instance_type: str, use: Use) -> float | None:
    place = _place(session)
    if place is None:
        return None
    config = Config(
        connect_timeout=_SECONDS, read_timeout=_SECONDS, retries={"total_max_attempts": 1, "mode": "standard"}
    )
    wanted = {"regionCode": session.region_name, "instanceName": instance_type}
    answer = session.client("pricing", region_name=place, config=config).get_products(
        ServiceCode="AmazonSageMaker",
        FormatVersion="aws_v1",
        MaxResults=100,
        Filters=[{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()],
    )
    usage = re.compile(rf"(.*-)?{use}:{re.escape(instance_type)}")
    products = [json.loads(product) for product in answer["PriceList"]]
    prices = {
        price
        for product in products
        if usage.fullmatch(product["product"]["attributes"].get("usagetype", ""))
        for price in _prices(product)
    }
    return max(prices, default=None)


def _prices(product: Mapping[str, Any]) -> Iterator[float]:
    for term in product["terms"]["OnDemand"].values():
        for dimension in term["priceDimensions"].values():
            price = float(dimension["pricePerUnit"]["USD"])
            if price > 0:
                yield price


def _place(session: Any) -> str | None:
    """The nearest region with a Pricing API; None for China and GovCloud, whose prices it hasn't in USD."""
    if session.get_partition_for_region(session.region_name) != "aws":
        return None
    places: list[str] = session.get_available_regions("pricing")
    continent = session.region_name.partition("-")[0]
    return next((place for place in places if place.startswith(f"{continent}-")), REGION)
