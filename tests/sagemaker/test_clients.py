"""What errors of AWS mean to the user."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from polypost.sagemaker import clients

CONSTRAINT = "Member must satisfy enum value set: ["


def told(items):
    message = f"Value 'ml.x9.huge' failed to satisfy constraint: {CONSTRAINT}{', '.join(items)}]"
    error = ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "CreateModel")
    return str(clients.explain(error, "deploy it"))


def test_a_list_of_all_instance_types_is_cut_short():
    types = [f"ml.m{number}.xlarge" for number in range(250)]
    assert f"{CONSTRAINT}ml.m0.xlarge, ml.m1.xlarge, ml.m2.xlarge and 247 more]" in told(types)


@pytest.mark.parametrize("items", [["ml.a.b"], ["Enabled", "Disabled"]])
def test_a_short_list_stays(items):
    assert f"{CONSTRAINT}{', '.join(items)}]" in told(items)
