"""CloudFormation resources of which moto forgets a part.

moto finds a type by asking CloudFormationModel for its direct subclasses, the last one winning: each
class here names it as a base once more.
"""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction, LayerVersion
from moto.core.common_models import CloudFormationModel
from moto.s3.models import FakeBucket, s3_backends
from moto.sqs.models import Queue as SQSQueue


class Bucket(FakeBucket, CloudFormationModel):
    """moto's bucket, with the versioning and the notifications that its template asks for."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **keywords: Any
    ) -> FakeBucket:
        bucket = FakeBucket.create_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name, **keywords
        )
        properties = cloudformation_json.get("Properties", {})
        backend = s3_backends[account_id]["aws"]
        if status := properties.get("VersioningConfiguration", {}).get("Status"):
            backend.put_bucket_versioning(resource_name, status)
        bridge = properties.get("NotificationConfiguration", {}).get("EventBridgeConfiguration", {})
        if str(bridge.get("EventBridgeEnabled", False)).lower() == "true":
            backend.put_bucket_notification_configuration(resource_name, {"EventBridgeConfiguration": {}})
        return bucket


class Queue(SQSQueue, CloudFormationModel):
    """moto's queue; a FIFO queue whose name CloudFormation makes up ends as it must."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **keywords: Any
    ) -> SQSQueue:
        if str(cloudformation_json["Properties"].get("FifoQueue", False)).lower() == "true":
            resource_name = f"{resource_name.removesuffix('.fifo')[:75]}.fifo"
        return SQSQueue.create_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name, **keywords
        )


class Layer(LayerVersion, CloudFormationModel):
    """moto's layer version, with the id that a function's `Layers` refer to."""

    @property
    def physical_resource_id(self) -> str:
        return str(self.arn)

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **keywords: Any
    ) -> LayerVersion:
        layer = LayerVersion.create_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name, **keywords
        )
        # moto has made one of its own class, without the id.
        layer.__class__ = cls
        return layer


class Function(LambdaFunction, CloudFormationModel):
    """moto's function, with the layers that its template gives it."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **keywords: Any
    ) -> LambdaFunction:
        function = LambdaFunction.create_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name, **keywords
        )
        function.update_configuration({"Layers": cloudformation_json["Properties"].get("Layers", [])})
        return function
