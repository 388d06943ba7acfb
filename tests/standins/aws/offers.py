"""Pricing and Service Quotas of SageMaker; moto has none of the first and nothing of SageMaker in the second.

The shape of a price list's item is the real one of AmazonSageMaker: `product.attributes` with `instanceName`,
`component`, `regionCode` and a `usagetype` such as `USE1-Host:ml.m5.xlarge` (batch transform: `Tsform`),
`terms.OnDemand` with one term of one dimension per item.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from standins.aws.account import ACCOUNT, REGION
from standins.aws.description import service
from standins.aws.endpoints import allowance
from standins.aws.faults import Refused
from standins.aws.state import State
from standins.aws.tags import paged

USES = {"Host": "Hosting", "Tsform": "BatchTransform", "Train": "Training", "Notebk": "Notebook"}
PLACES = {"us-east-1": ("USE1", "US East (N. Virginia)"), "eu-west-1": ("EU", "EU (Ireland)")}
USAGES = {"endpoint usage": "ProductionVariants", "transform job usage": "TransformResources"}


class Pricing:
    """GetProducts, from `prices`."""

    def __init__(self, state: State) -> None:
        self._state = state

    def answer(self, operation: str, given: Mapping[str, Any]) -> Refused | dict[str, Any]:
        if operation != "GetProducts":
            return _unknown(operation)
        if given["ServiceCode"] != "AmazonSageMaker":
            return Refused("InvalidParameterException", f"Invalid service code: {given['ServiceCode']}")
        wanted = {one["Field"]: one["Value"] for one in given.get("Filters", ())}
        items = [
            item
            for item in self._items()
            if all(item["product"]["attributes"].get(name) == value for name, value in wanted.items())
        ]
        page = paged(items, given, 100)
        if isinstance(page, Refused):
            return Refused("InvalidNextTokenException", "The pagination token is invalid.")
        return {"FormatVersion": "aws_v1", "PriceList": [json.dumps(item) for item in page[0]], **page[1]}

    def _items(self) -> Iterator[dict[str, Any]]:
        for region, (mark, location) in PLACES.items():
            for instance, price in self._state.prices.items():
                for use, component in USES.items():
                    yield _item(region, mark, location, instance, use, component, price)


def _item(
    region: str, mark: str, location: str, instance: str, use: str, component: str, price: float
) -> dict[str, Any]:
    sku = hashlib.sha256(f"{region} {instance} {use}".encode()).hexdigest()[:16].upper()
    term, rate = f"{sku}.JRTCKXETXF", f"{sku}.JRTCKXETXF.6YS6EN2CT7"
    dimension = {
        "unit": "Hrs",
        "endRange": "Inf",
        "beginRange": "0",
        "description": f"${price} per {component} {instance} hour in {location}",
        "appliesTo": [],
        "rateCode": rate,
        "pricePerUnit": {"USD": f"{price:.10f}"},
    }
    attributes = {
        "instanceName": instance,
        "instanceType": f"{instance}-{component}",
        "component": component,
        "regionCode": region,
        "location": location,
        "locationType": "AWS Region",
        "platoinstancename": instance.split(".")[1],
        "platoinstancetype": component,
        "operation": "RunInstance",
        "servicecode": "AmazonSageMaker",
        "servicename": "Amazon SageMaker",
        "usagetype": f"{mark}-{use}:{instance}",
    }
    on_demand = {
        "sku": sku,
        "offerTermCode": "JRTCKXETXF",
        "effectiveDate": "2026-01-01T00:00:00Z",
        "termAttributes": {},
        "priceDimensions": {rate: dimension},
    }
    return {
        "product": {"productFamily": "ML Instance", "attributes": attributes, "sku": sku},
        "serviceCode": "AmazonSageMaker",
        "terms": {"OnDemand": {term: on_demand}},
        "version": "20260101000000",
        "publicationDate": "2026-01-01T00:00:00Z",
    }


class Quotas:
    """ListServiceQuotas and GetServiceQuota, from the same settings that CreateEndpoint obeys."""

    def __init__(self, state: State) -> None:
        self._state = state

    def answer(self, operation: str, given: Mapping[str, Any]) -> Refused | dict[str, Any]:
        if operation not in {"ListServiceQuotas", "GetServiceQuota"}:
            return _unknown(operation)
        if given["ServiceCode"] != "sagemaker":
            text = "The request failed because the specified service does not exist."
            return Refused("NoSuchResourceException", text)
        rows = list(self._rows())
        if operation == "GetServiceQuota":
            found = [row for row in rows if row["QuotaCode"] == given["QuotaCode"]]
            text = "The request failed because the specified quota does not exist."
            return {"Quota": found[0]} if found else Refused("NoSuchResourceException", text)
        page = paged(rows, given, 100)
        if isinstance(page, Refused):
            return Refused("InvalidPaginationTokenException", "Invalid input")
        return {"Quotas": page[0], **page[1]}

    def _rows(self) -> Iterator[dict[str, Any]]:
        for usage, shape in USAGES.items():
            for instance in _instances(shape):
                name = f"{instance} for {usage}"
                code = f"L-{hashlib.sha256(name.encode()).hexdigest()[:8].upper()}"
                yield {
                    "ServiceCode": "sagemaker",
                    "ServiceName": "Amazon SageMaker",
                    "QuotaArn": f"arn:aws:servicequotas:{REGION}:{ACCOUNT}:sagemaker/{code}",
                    "QuotaCode": code,
                    "QuotaName": name,
                    "Value": float(allowance(self._state, instance, usage)),
                    "Unit": "None",
                    "Adjustable": True,
                    "GlobalQuota": False,
                    "QuotaAppliedAtLevel": "ACCOUNT",
                }


def _instances(member: str) -> list[str]:
    described = service("sagemaker")
    if member == "TransformResources":
        shape = described.operation_model("CreateTransformJob").input_shape.members[member]
    else:
        shape = described.operation_model("CreateEndpointConfig").input_shape.members[member].member
    return list(shape.members["InstanceType"].enum)


def _unknown(operation: str) -> Refused:
    return Refused("UnknownOperationException", f"the stand-in has no {operation}", 404)
