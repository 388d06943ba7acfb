"""Prices and quotas, in the shapes that AWS gives them."""

import json

from .conftest import refusal, started


def products(sim, **filters):
    given = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in filters.items()]
    pages = sim.client("pricing").get_paginator("get_products")
    found = pages.paginate(ServiceCode="AmazonSageMaker", Filters=given, PaginationConfig={"PageSize": 3})
    return [json.loads(item) for page in found for item in page["PriceList"]]


def test_prices_are_found_by_what_they_are_for(sim):
    sim.prices = {"ml.m5.xlarge": 0.25, "ml.g5.xlarge": 1.5}
    (item,) = products(sim, instanceName="ml.g5.xlarge", regionCode="us-east-1", component="Hosting")
    assert item["product"]["attributes"]["usagetype"] == "USE1-Host:ml.g5.xlarge"
    (term,) = item["terms"]["OnDemand"].values()
    (dimension,) = term["priceDimensions"].values()
    assert float(dimension["pricePerUnit"]["USD"]) == 1.5
    assert dimension["unit"] == "Hrs"
    uses = [item["product"]["attributes"]["usagetype"] for item in products(sim, regionCode="eu-west-1")]
    assert "EU-Tsform:ml.m5.xlarge" in uses
    assert len(uses) == 8
    assert products(sim, instanceName="ml.none") == []
    assert (
        refusal(sim.client("pricing").get_products, ServiceCode="AmazonEC2")[0] == "InvalidParameterException"
    )


def test_quotas_say_what_creations_obey(sim):
    sim.quota, sim.quota_instances = {"ml.g5.xlarge for endpoint usage", "ml.p3.2xlarge"}, 4
    client = sim.client("service-quotas")
    pages = client.get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
    quotas = {row["QuotaName"]: row for page in pages for row in page["Quotas"]}
    assert {name: row["Value"] for name, row in quotas.items() if "ml.g5.xlarge " in name} == {
        "ml.g5.xlarge for endpoint usage": 0.0,
        "ml.g5.xlarge for transform job usage": 4.0,
    }
    assert quotas["ml.p3.2xlarge for transform job usage"]["Value"] == 0.0
    one = quotas["ml.g5.xlarge for endpoint usage"]
    assert client.get_service_quota(ServiceCode="sagemaker", QuotaCode=one["QuotaCode"])["Quota"] == one
    code, _ = refusal(client.get_service_quota, ServiceCode="sagemaker", QuotaCode="L-NONE")
    assert code == "NoSuchResourceException"
    assert refusal(client.list_service_quotas, ServiceCode="nothing")[0] == "NoSuchResourceException"
    sagemaker = sim.client("sagemaker")
    assert refusal(started, aws=sim, sagemaker=sagemaker, instance_type="ml.g5.xlarge")[0] == (
        "ResourceLimitExceeded"
    )
    for name in "abcd":
        started(sim, sagemaker, name)
    code, message = refusal(started, aws=sim, sagemaker=sagemaker, name="e")
    assert code == "ResourceLimitExceeded"
    assert "is 4 Instances, with current utilization of 4 Instances" in message
