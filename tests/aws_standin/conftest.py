import json

import pytest
from botocore.exceptions import ClientError

from standins.aws import Aws
from standins.clock import SimClock

IMAGE = (
    "763104351884.dkr.ecr.us-east-1.amazonaws.com/"
    "huggingface-pytorch-inference:2.6.0-transformers4.51.3-cpu-py312-ubuntu22.04"
)


@pytest.fixture(scope="module")
def cloud():
    with Aws() as aws:
        yield aws


@pytest.fixture
def aws(cloud):
    cloud.reset()
    return cloud


@pytest.fixture(scope="module")
def simulated():
    with Aws(SimClock()) as aws:
        yield aws


@pytest.fixture
def sim(simulated):
    """The stand-in on simulated time and without a network: fast, and waits take nothing."""
    simulated.clock = SimClock()
    simulated.reset()
    with simulated.inside():
        yield simulated


@pytest.fixture
def sagemaker(aws):
    return aws.client("sagemaker")


@pytest.fixture
def deploy(aws, sagemaker):
    """Create a model, an endpoint configuration and an endpoint of one name."""

    def deploy(name="blog", instance_type="ml.m5.xlarge"):
        started(aws, sagemaker, name, instance_type)

    return deploy


@pytest.fixture
def invoke(aws):
    runtime = aws.client("sagemaker-runtime")

    def invoke(texts, *, endpoint="blog", target="spa"):
        body = json.dumps({"inputs": texts, "parameters": {"src_lang": "eng", "tgt_lang": target}})
        answer = runtime.invoke_endpoint(EndpointName=endpoint, ContentType="application/json", Body=body)
        return json.load(answer["Body"])

    return invoke


def model(aws, sagemaker, name):
    role = aws.role(f"Role-{name}")
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer={"Image": IMAGE})


def started(aws, sagemaker, name="blog", instance_type="ml.m5.xlarge", **more):
    model(aws, sagemaker, name)
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InstanceType": instance_type,
        "InitialInstanceCount": 1,
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    return sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name, **more)["EndpointArn"]


def refusal(call, /, **given):
    """Code and message of the refusal."""
    with pytest.raises(ClientError) as caught:
        call(**given)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]
