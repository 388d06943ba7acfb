"""The price of an hour: by the Pricing API where it answers, else by the table, which says so."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

import pytest

from polypost.sagemaker import clients, prices
from polypost.sagemaker.prices import Use
from standins.aws.http import Drop, Response, Server, json_error

TYPE = "ml.g5.xlarge"


def product(usage, *dollars, currency="USD"):
    dimensions = {
        f"rate-{place}": {"unit": "Hrs", "pricePerUnit": {currency: each}}
        for place, each in enumerate(dollars)
    }
    return json.dumps(
        {
            "product": {"attributes": {"usagetype": usage, "instanceName": TYPE}},
            "terms": {"OnDemand": {"sku.term": {"priceDimensions": dimensions}}},
        }
    )


@dataclass
class Pricing:
    """The Pricing API on loopback: what was asked, and what it is to answer."""

    asked: list = field(default_factory=list)
    products: list = field(default_factory=list)
    instead: Response | None = None
    late: float = 0.0

    def answer(self, request):
        self.asked.append((request.headers["authorization"], json.loads(request.body)))
        time.sleep(self.late)
        if self.instead == "drop":
            raise Drop
        if self.instead:
            return self.instead
        return Response(200, json.dumps({"FormatVersion": "aws_v1", "PriceList": self.products}).encode())


@pytest.fixture
def pricing(monkeypatch):
    found = Pricing()
    for name, value in {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with Server(found.answer) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_PRICING", server.url)
        yield found


def hourly(use=Use.ENDPOINT, *, region="eu-west-1", instance_type=TYPE):
    return prices.hourly(clients.open_session(region), instance_type, use)


def test_the_price_is_that_of_the_region_and_of_what_the_instance_is_for(pricing):
    pricing.products = [
        product("EU-Host:ml.g5.xlarge", "1.5700000000"),
        product("EU-Tsform:ml.g5.xlarge", "1.5800000000"),
        product("EU-Train:ml.g5.xlarge", "9.0000000000"),
        product("EU-AsyncInf:ml.g5.xlarge", "9.0000000000"),
        product("EU-Host:ml.g5.xlarge.more", "9.0000000000"),
    ]
    assert hourly(Use.ENDPOINT) == prices.Price(1.57, "list price eu-west-1, by the Pricing API")
    assert hourly(Use.BATCH).usd_per_hour == 1.58
    _, asked = pricing.asked[0]
    assert asked["ServiceCode"] == "AmazonSageMaker"
    assert {each["Field"]: each["Value"] for each in asked["Filters"]} == {
        "regionCode": "eu-west-1",
        "instanceName": TYPE,
    }


def test_against_a_whole_price_list(aws):
    aws.prices = {"ml.g5.xlarge": 1.5, "ml.g5.2xlarge": 9.0}
    found = hourly(Use.BATCH, region="us-east-1")
    assert found == prices.Price(1.5, "list price us-east-1, by the Pricing API")
    aws.denied_actions = {"pricing:GetProducts"}
    assert hourly(Use.BATCH, region="us-east-1").usd_per_hour == 1.408


def test_a_usage_without_a_region_and_a_free_tier_are_understood(pricing):
    pricing.products = [product("Host:ml.g5.xlarge", "0.0000000000", "1.4080000000")]
    assert hourly(region="us-east-1").usd_per_hour == 1.408


@pytest.mark.parametrize(
    ("region", "place"),
    [
        ("eu-west-1", "eu-central-1"),
        ("ap-southeast-2", "ap-south-1"),
        ("us-west-2", "us-east-1"),
        ("sa-east-1", "us-east-1"),
    ],
)
def test_the_nearest_pricing_api_is_asked(pricing, region, place):
    hourly(region=region)
    authorization, _ = pricing.asked[0]
    assert f"/{place}/pricing/" in authorization


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
def test_other_partitions_have_no_prices_in_dollars_to_ask_for(pricing, region):
    assert hourly(region=region).usd_per_hour == 1.408
    assert pricing.asked == []


@pytest.mark.parametrize(
    "instead",
    [
        json_error(400, "AccessDeniedException", "not authorized to perform: pricing:GetProducts"),
        json_error(500, "InternalErrorException", "sorry"),
        Response(200, b"{}"),
        Response(200, b"<html>"),
        Response(200, b'{"PriceList": ["[]", "{}"]}'),
        Response(200, b'{"PriceList": ["{"]}'),
        Response(
            200, json.dumps({"PriceList": [product("EU-Host:ml.g5.xlarge", "1", currency="CNY")]}).encode()
        ),
        Response(200, b'{"PriceList": []}'),
        "drop",
    ],
)
def test_without_an_answer_the_table_is_good_enough_and_says_whose_price_it_is(pricing, instead):
    pricing.instead = instead
    assert hourly() == prices.Price(1.408, "list price us-east-1, 2025-10; eu-west-1 may differ")
    assert len(pricing.asked) == 1, "asked once"


def test_a_slow_answer_is_not_waited_for(pricing, monkeypatch):
    monkeypatch.setattr(prices, "_SECONDS", 0.2)
    pricing.products = [product("EU-Host:ml.g5.xlarge", "1.57")]
    assert hourly().usd_per_hour == 1.57
    pricing.late = 1.0
    assert hourly().usd_per_hour == 1.408


def test_what_is_in_no_table_has_no_price(pricing):
    assert hourly(instance_type="ml.x9.large").usd_per_hour is None
    assert prices.listed("ml.x9.large", "us-east-1").cost("ml.x9.large", 60) == (
        None,
        "the price of ml.x9.large is not in polypost's table",
    )


def test_a_cost_says_how_it_came_about():
    cost, basis = prices.listed("ml.g4dn.xlarge", "us-east-1").cost("ml.g4dn.xlarge", 1800, 2)
    assert cost == pytest.approx(0.7364)
    assert basis == "30.0 min of 2 x ml.g4dn.xlarge at 0.7364 USD/h (list price us-east-1, 2025-10)"
