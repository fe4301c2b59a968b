"""CloudFormation resources that moto lacks.

moto finds a type by asking CloudFormationModel for its direct subclasses, the last one winning: each
class here names it as a base once more.
"""

from __future__ import annotations

from typing import Any, ClassVar

from moto.awslambda.models import lambda_backends
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel
from moto.glue.models import glue_backends
from moto.sagemaker.models import sagemaker_backends
from moto.sns.models import sns_backends

Properties = dict[str, Any]


class Resource:
    """What the types below share: a physical id, attributes, and properties known by name.

    Subclasses override `created`, `updated` and `deleted` where moto has a service to tell.
    """

    type_name: ClassVar[str]
    name_property: ClassVar[str] = ""

    def __init__(self, name: str, properties: Properties, account: str, region: str) -> None:
        self.physical_resource_id = name
        self.properties = properties
        self.account = account
        self.region = region
        self.attributes: dict[str, str] = {}

    def created(self) -> None:
        """Tell the service."""

    def updated(self) -> None:
        """Tell the service that `properties` have changed."""

    def deleted(self) -> None:
        """Tell the service."""

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.type_name

    @classmethod
    def cloudformation_name_type(cls) -> str:
        return cls.name_property

    @classmethod
    def has_cfn_attr(cls, _attr: str) -> bool:
        return True

    def get_cfn_attribute(self, attribute_name: str) -> str:
        return self.attributes[attribute_name]

    def is_created(self) -> bool:
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Resource:
        resource = cls(resource_name, cloudformation_json["Properties"], account_id, region_name)
        resource.created()
        return resource

    @classmethod
    def update_from_cloudformation_json(cls, *_: Any, **named: Any) -> Resource:
        resource: Resource = named["original_resource"]
        resource.properties = named["cloudformation_json"]["Properties"]
        resource.updated()
        return resource

    def delete(self, *_: str) -> None:
        self.deleted()


class Parameter(Resource, CloudFormationModel):
    """moto's has no attributes; nobody reads it but the template itself."""

    type_name = "AWS::SSM::Parameter"

    def created(self) -> None:
        self.attributes["Value"] = self.properties["Value"]

    updated = created


class Alarm(Resource, CloudFormationModel):
    """Nothing to do: moto has no metrics of its own services to alarm about."""

    type_name = "AWS::CloudWatch::Alarm"
    name_property = "AlarmName"


class BucketPolicy(Resource, CloudFormationModel):
    """Nothing to do: moto enforces statements and not their conditions, so TLS-only would mean never."""

    type_name = "AWS::S3::BucketPolicy"


class QueuePolicy(Resource, CloudFormationModel):
    """Nothing to do: moto enforces no queue policies."""

    type_name = "AWS::SQS::QueuePolicy"


class GlueDatabase(Resource, CloudFormationModel):
    type_name = "AWS::Glue::Database"

    def created(self) -> None:
        described = self.properties["DatabaseInput"]
        # As in AWS, where a name that CloudFormation makes up is in lower case.
        self.physical_resource_id = described.get("Name") or self.physical_resource_id.lower()
        glue_backends[self.account][self.region].create_database(self.physical_resource_id, described)

    def deleted(self) -> None:
        glue_backends[self.account][self.region].delete_database(self.physical_resource_id)


class GlueTable(Resource, CloudFormationModel):
    type_name = "AWS::Glue::Table"

    def created(self) -> None:
        described = self.properties["TableInput"]
        self.physical_resource_id = described["Name"]
        glue_backends[self.account][self.region].create_table(
            self.properties["DatabaseName"], self.physical_resource_id, described
        )

    def deleted(self) -> None:
        glue_backends[self.account][self.region].delete_table(
            self.properties["DatabaseName"], self.physical_resource_id
        )


class EventInvokeConfig(Resource, CloudFormationModel):
    type_name = "AWS::Lambda::EventInvokeConfig"

    def created(self) -> None:
        wanted = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
        lambda_backends[self.account][self.region].put_function_event_invoke_config(
            self.properties["FunctionName"], {name: self.properties[name] for name in wanted if name in self.properties}
        )

    updated = created


class TopicSubscription(Resource, CloudFormationModel):
    type_name = "AWS::SNS::Subscription"

    def created(self) -> None:
        backend = sns_backends[self.account][self.region]
        subscription = backend.subscribe(
            self.properties["TopicArn"], self.properties["Endpoint"], self.properties["Protocol"]
        )
        self.physical_resource_id = subscription.arn

    def deleted(self) -> None:
        sns_backends[self.account][self.region].unsubscribe(self.physical_resource_id)


class ModelPackageGroup(Resource, CloudFormationModel):
    type_name = "AWS::SageMaker::ModelPackageGroup"
    name_property = "ModelPackageGroupName"

    def created(self) -> None:
        sagemaker_backends[self.account][self.region].create_model_package_group(
            self.physical_resource_id, self.properties.get("ModelPackageGroupDescription", "")
        )
        self.attributes["ModelPackageGroupName"] = self.physical_resource_id

    def deleted(self) -> None:
        backend = sagemaker_backends[self.account][self.region]
        packages = [
            package
            for package in backend.model_packages.values()
            if package.model_package_group_name == self.physical_resource_id
        ]
        if packages:
            raise ValidationError(
                message=f"Model package group {self.physical_resource_id} still has {len(packages)} model package(s): "
                "delete them before the group."
            )
        del backend.model_package_groups[self.physical_resource_id]
