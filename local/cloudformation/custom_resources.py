"""Custom resources: their function is called as CloudFormation calls it, and its answer counts."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any, ClassVar

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel

from local.context import CloudContext
from local.lambda_runtime.functions import Functions

# As in AWS, the function answers by writing to a presigned URL of a bucket.
BUCKET = "local-custom-resource-responses"
DEFAULT_TIMEOUT = 3600


class CustomResource(CloudFormationModel):
    """A `Custom::…` resource of the stack `stack_id`."""

    cloud: ClassVar[CloudContext]
    functions: ClassVar[Functions]

    def __init__(self, logical_id: str, stack_id: str, resource_type: str, properties: dict[str, Any]) -> None:
        self.logical_id = logical_id
        self.stack_id = stack_id
        self.resource_type = resource_type
        self.properties = properties
        self.physical_resource_id = ""
        self.data: dict[str, Any] = {}

    @staticmethod
    def cloudformation_type() -> str:
        return "Custom::*"

    @classmethod
    def has_cfn_attr(cls, _attr: str) -> bool:
        return True

    def is_created(self) -> bool:
        return True

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        return self.data.get(attribute_name)

    @classmethod
    def create_from_cloudformation_json(cls, *given: Any, **named: Any) -> CustomResource:
        _name, described, *_ = given
        resource = cls(named["LogicalId"], named["StackId"], named["ResourceType"], described["Properties"])
        resource._request("Create", resource.properties)
        return resource

    @classmethod
    def update_from_cloudformation_json(cls, *_: Any, **named: Any) -> CustomResource:
        resource: CustomResource = named["original_resource"]
        old, new = resource.properties, named["cloudformation_json"]["Properties"]
        if new != old:
            # moto tries again what fails: until it succeeds, the old properties are the resource's.
            resource._request("Update", new, OldResourceProperties=old)
            resource.properties = new
        return resource

    def delete(self, *_: str) -> None:
        """Ask the function to clean up."""
        self._request("Delete", self.properties)

    def _request(self, kind: str, properties: dict[str, Any], **more: Any) -> None:
        request_id = str(uuid.uuid4())
        s3 = self.cloud.client("s3")
        if BUCKET not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
            s3.create_bucket(Bucket=BUCKET)
        url = s3.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": request_id}, ExpiresIn=7200)
        event = {
            "RequestType": kind,
            "ServiceToken": self.properties["ServiceToken"],
            "ResponseURL": url,
            "StackId": self.stack_id,
            "RequestId": request_id,
            "LogicalResourceId": self.logical_id,
            "ResourceType": self.resource_type,
            "ResourceProperties": properties,
            **({"PhysicalResourceId": self.physical_resource_id} if self.physical_resource_id else {}),
            **more,
        }
        self._apply(kind, self._await_answer(kind, event))

    def _await_answer(self, kind: str, event: dict[str, Any]) -> dict[str, Any]:
        until = time.monotonic() + float(self.properties.get("ServiceTimeout", DEFAULT_TIMEOUT))
        returned = self.functions.invoke(self.properties["ServiceToken"], event)
        s3 = self.cloud.client("s3")
        # The function may also have handed the work on: the answer comes when that is done.
        while True:
            try:
                answer: dict[str, Any] = json.loads(s3.get_object(Bucket=BUCKET, Key=event["RequestId"])["Body"].read())
                return answer
            except s3.exceptions.NoSuchKey:
                if returned.error:
                    raise self._failed(kind, returned.fault) from None
                if time.monotonic() > until:
                    raise self._failed(kind, "the function did not answer in time") from None
                self.cloud.stopping.wait(0.2)
            if self.cloud.stopping.is_set():
                raise self._failed(kind, "the cloud was stopped")

    def _apply(self, kind: str, answer: dict[str, Any]) -> None:
        if answer.get("Status") != "SUCCESS":
            raise self._failed(kind, answer.get("Reason") or f"the function answered {answer}")
        if kind != "Delete":
            self.physical_resource_id = str(answer["PhysicalResourceId"])
            self.data = answer.get("Data") or {}

    def _failed(self, kind: str, why: str) -> ValidationError:
        return ValidationError(message=f"{kind} of {self.logical_id} ({self.resource_type}) failed: {why}")


def install(cloud: CloudContext, functions: Functions) -> None:
    """Have moto's CloudFormation use the class above; moto's own waits for nothing and never deletes."""
    CustomResource.cloud, CustomResource.functions = cloud, functions
    cloud.replace(parsing, "CustomModel", CustomResource)
