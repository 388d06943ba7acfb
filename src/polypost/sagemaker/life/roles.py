"""Which IAM role the model's container runs under."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from polypost.errors import UsageError
from polypost.sagemaker import clients

METADATA = Path("/opt/ml/metadata/resource-metadata.json")
"""Only notebooks and Studio have it: it tells that we run inside SageMaker, and as which role."""

NAMES = ("SageMakerRole", "SageMakerExecutionRole")
"""The names that are looked up in IAM when nothing else tells the role."""


def execution_role(session: Any, role_arn: str | None, metadata: Path | None = None) -> str:
    """The ARN of the role: `role_arn`, else the one that we run as inside SageMaker, else by name.

    The caller's own identity is never taken: under GitHub's OIDC it is a role that SageMaker can't
    assume. Raises UsageError when there is no role, ServiceError when AWS can't be asked.
    """
    return role_arn or _inside_sagemaker(session, metadata or METADATA) or _by_name(session)


def _inside_sagemaker(session: Any, metadata: Path) -> str | None:
    try:
        told = json.loads(metadata.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if role := told.get("ExecutionRoleArn"):
        return str(role)
    if told.get("DomainId") or not told.get("ResourceName"):
        return None
    name = told["ResourceName"]
    try:
        notebook = clients.control(session).describe_notebook_instance(NotebookInstanceName=name)
    except (ClientError, BotoCoreError):
        return None  # a role by name may still do
    return str(notebook["RoleArn"])


def _by_name(session: Any) -> str:
    client = clients.iam(session)
    why = "no such role exists"
    for name in NAMES:
        try:
            return str(client.get_role(RoleName=name)["Role"]["Arn"])
        except ClientError as error:
            if clients.code(error).startswith("AccessDenied"):
                why = "the role that runs polypost may not look (iam:GetRole)"
            elif clients.code(error) != "NoSuchEntity":
                raise clients.explain(error, f"look up the IAM role {name}") from error
        except BotoCoreError as error:
            raise clients.explain(error, f"look up the IAM role {name}") from error
    raise UsageError(
        "No execution role for the model is known. Set role-arn to the ARN of a role that SageMaker may "
        f"assume, or create one named {' or '.join(NAMES)} ({why}). "
        "The template in aws/ creates it."
    )
