"""A Cognito user pool in CloudFormation, which moto lacks.

As in `resources`, each class names CloudFormationModel as a base once more, for moto to find it.
"""

from __future__ import annotations

from typing import Any

from moto.cognitoidp.models import cognitoidp_backends
from moto.core.common_models import CloudFormationModel

from local.cloudformation.resources import Resource


class _Cognito(Resource):
    @property
    def backend(self) -> Any:
        return cognitoidp_backends[self.account][self.region]

    @property
    def pool(self) -> str:
        """The id of the user pool that this belongs to."""
        return str(self.properties["UserPoolId"])


class UserPool(_Cognito, CloudFormationModel):
    """Users and their passwords."""

    type_name = "AWS::Cognito::UserPool"
    name_property = "UserPoolName"

    def created(self) -> None:
        pool = self.backend.create_user_pool(self.physical_resource_id, dict(self.properties))
        self.physical_resource_id = pool.id
        self.attributes |= {
            "Arn": pool.arn,
            "ProviderName": f"cognito-idp.{self.region}.amazonaws.com/{pool.id}",
            "ProviderURL": f"https://cognito-idp.{self.region}.amazonaws.com/{pool.id}",
        }

    def deleted(self) -> None:
        self.backend.delete_user_pool(self.physical_resource_id)


class UserPoolClient(_Cognito, CloudFormationModel):
    """Something that signs users in, or itself."""

    type_name = "AWS::Cognito::UserPoolClient"

    def created(self) -> None:
        client = self.backend.create_user_pool_client(
            self.pool, bool(self.properties.get("GenerateSecret")), dict(self.properties)
        )
        self.physical_resource_id = client.id

    def updated(self) -> None:
        self.backend.update_user_pool_client(self.pool, self.physical_resource_id, dict(self.properties))

    def deleted(self) -> None:
        self.backend.delete_user_pool_client(self.pool, self.physical_resource_id)


class UserPoolDomain(_Cognito, CloudFormationModel):
    """Where its users sign in; `local.services.hosted_sign_in` answers there."""

    type_name = "AWS::Cognito::UserPoolDomain"
    name_property = "Domain"

    def created(self) -> None:
        self.backend.create_user_pool_domain(self.pool, self.physical_resource_id)

    def deleted(self) -> None:
        self.backend.delete_user_pool_domain(self.physical_resource_id)


class UserPoolResourceServer(_Cognito, CloudFormationModel):
    """An API, with the scopes that tokens for it may have."""

    type_name = "AWS::Cognito::UserPoolResourceServer"

    def created(self) -> None:
        self.physical_resource_id = self.properties["Identifier"]
        self.backend.create_resource_server(
            self.pool, self.physical_resource_id, self.properties["Name"], self.properties.get("Scopes", [])
        )


class UserPoolGroup(_Cognito, CloudFormationModel):
    """Users who may do the same."""

    type_name = "AWS::Cognito::UserPoolGroup"
    name_property = "GroupName"

    def created(self) -> None:
        self.backend.create_group(
            self.pool, self.physical_resource_id, self.properties.get("Description", ""), None, None
        )

    def deleted(self) -> None:
        self.backend.delete_group(self.pool, self.physical_resource_id)
