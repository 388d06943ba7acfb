"""What a transform job is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from polypost.sagemaker.batch.settings import BatchSettings


@dataclass(frozen=True, slots=True)
class Order:
    """What a job is to do, and on what."""

    digest: str
    """Of what it is to do; its names are made of it."""
    model: str
    """The name of the SageMaker model."""
    input_uri: str
    output_uri: str
    instance_type: str
    careful: bool = False
    """How it decodes, see `ports.Translator`."""


def request(name: str, order: Order, settings: BatchSettings, tags: Mapping[str, str]) -> dict[str, object]:
    """What CreateTransformJob is asked.

    The stock container reads `application/json` and nothing like JSON lines, so each line is a request of
    its own: `SplitType` Line with `BatchStrategy` SingleRecord. For joining, AWS wants `ContentType` and
    `Accept` alike, and allows `application/json`. It writes an object's result only when all its records
    were answered, goes on with the other objects when one fails, and calls the job Failed in the end.
    """
    key = settings.kms_key
    return {
        "TransformJobName": name,
        "ModelName": order.model,
        "BatchStrategy": "SingleRecord",
        "MaxConcurrentTransforms": 1,  # the container has one worker
        "MaxPayloadInMB": 6,
        "ModelClientConfig": {
            # The model server gives up after five minutes; a second try meets the same sentences.
            "InvocationsTimeoutInSeconds": 600,
            "InvocationsMaxRetries": 1,
        },
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": order.input_uri}},
            "ContentType": "application/json",
            "SplitType": "Line",
        },
        "TransformOutput": {
            "S3OutputPath": order.output_uri,
            "Accept": "application/json",
            "AssembleWith": "Line",
            **({"KmsKeyId": key} if key else {}),
        },
        "DataProcessing": {
            "InputFilter": "$.request",
            "JoinSource": "Input",
            "OutputFilter": "$['id','sentences','limit','SageMakerOutput']",
        },
        "TransformResources": {
            "InstanceType": order.instance_type,
            "InstanceCount": settings.instance_count,
            **({"VolumeKmsKeyId": key} if key else {}),
        },
        "Tags": [{"Key": tag, "Value": value} for tag, value in tags.items()],
    }
