"""An HTTP API in CloudFormation, which moto lacks; `local.services.gateway` answers on its routes.

As in `resources`, each class names CloudFormationModel as a base once more, for moto to find it.
"""

from __future__ import annotations

import json
from typing import Any

from moto.apigatewayv2.models import apigatewayv2_backends
from moto.core.common_models import CloudFormationModel

from local.cloudformation.resources import Resource


class _OfAnApi(Resource):
    """What belongs to the API whose id is its property `ApiId`."""

    @property
    def api(self) -> Any:
        return apigatewayv2_backends[self.account][self.region].get_api(self.properties["ApiId"])


class HttpApi(Resource, CloudFormationModel):
    """With routes of its own in an OpenAPI `Body`, or of the resources below."""

    type_name = "AWS::ApiGatewayV2::Api"

    def created(self) -> None:
        backend = apigatewayv2_backends[self.account][self.region]
        api = backend.create_api("", "", "", "", "", self.properties.get("Name", ""), "HTTP", "", {}, "")
        self.physical_resource_id = api.api_id
        self.attributes["ApiEndpoint"] = api.api_endpoint
        self.updated()

    def updated(self) -> None:
        api = apigatewayv2_backends[self.account][self.region].get_api(self.physical_resource_id)
        if "Body" in self.properties:
            api.import_api(json.dumps(self.properties["Body"]), fail_on_warnings=False)
        api.cors_configuration = self.properties.get("CorsConfiguration")

    def deleted(self) -> None:
        apigatewayv2_backends[self.account][self.region].delete_api(self.physical_resource_id)


class Stage(Resource, CloudFormationModel):
    """Nothing to do: the gateway has the stage `$default` alone, and does not throttle."""

    type_name = "AWS::ApiGatewayV2::Stage"


class Integration(_OfAnApi, CloudFormationModel):
    """A function behind routes."""

    type_name = "AWS::ApiGatewayV2::Integration"

    def created(self) -> None:
        made = self.api.create_integration(
            connection_type=None,
            description=None,
            integration_type=self.properties["IntegrationType"],
            integration_method=None,
            integration_uri=self.properties["IntegrationUri"],
            payload_format_version=self.properties["PayloadFormatVersion"],
        )
        self.physical_resource_id = made.id

    def updated(self) -> None:
        self.api.get_integration(self.physical_resource_id).integration_uri = self.properties["IntegrationUri"]

    def deleted(self) -> None:
        self.api.delete_integration(self.physical_resource_id)


class Route(_OfAnApi, CloudFormationModel):
    """Which requests go to an integration, and what is asked of who sends them."""

    type_name = "AWS::ApiGatewayV2::Route"

    def created(self) -> None:
        made = self.api.create_route(
            api_key_required=False,
            authorization_scopes=[],
            route_key=self.properties["RouteKey"],
            target=self.properties["Target"],
        )
        self.physical_resource_id = made.route_id
        self.updated()

    def updated(self) -> None:
        route = self.api.get_route(self.physical_resource_id)
        route.target = self.properties["Target"]
        route.authorization_type = self.properties.get("AuthorizationType", "NONE")
        route.authorizer_id = self.properties.get("AuthorizerId")
        route.authorization_scopes = self.properties.get("AuthorizationScopes", [])

    def deleted(self) -> None:
        self.api.delete_route(self.physical_resource_id)


class Authorizer(_OfAnApi, CloudFormationModel):
    """Whose tokens routes take; moto keeps the JWT configuration as CloudFormation writes it."""

    type_name = "AWS::ApiGatewayV2::Authorizer"

    def created(self) -> None:
        made = self.api.create_authorizer(
            "",
            "",
            "",
            self.properties["AuthorizerType"],
            "",
            "",
            self.properties["IdentitySource"],
            "",
            self.properties["JwtConfiguration"],
            self.properties["Name"],
        )
        self.physical_resource_id = made.id

    def updated(self) -> None:
        self.api.get_authorizer(self.physical_resource_id).jwt_config = self.properties["JwtConfiguration"]

    def deleted(self) -> None:
        self.api.delete_authorizer(self.physical_resource_id)
