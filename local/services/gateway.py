"""API Gateway: answers on the deployed HTTP API's routes by asking its functions."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from typing import Any

from moto.apigatewayv2.models import apigatewayv2_backends

from local import callers
from local.context import CloudContext
from local.http_server import HttpServer, Request, Response
from local.lambda_runtime.functions import Functions
from local.services import iam_authorizer
from local.services.http_api import Route, match_route, to_event, to_response
from local.services.jwt_authorizer import Denied, JwtAuthorizer

# As in AWS.
MAX_BODY = 10_000_000
# What Lambda takes, of the event as a whole.
MAX_EVENT = 6 * 1024 * 1024
# Seconds for which a client may be silent, or take to send its body.
PATIENCE = 30.0


class Gateway:
    """A server for the deployed HTTP API."""

    def __init__(self, cloud: CloudContext, functions: Functions, port: int) -> None:
        self._cloud = cloud
        self._functions = functions
        self._tokens = JwtAuthorizer(self._address_of)
        self._server = HttpServer(self.answer, "gateway", port, max_body=MAX_BODY, patience=PATIENCE)
        self.origin = f"http://127.0.0.1:{self._server.port}"
        self.url = f"{self.origin}/{cloud.token}"

    def start(self) -> None:
        """Begin to serve."""
        self._server.start()
        self._cloud.on_stop(self._server.stop)

    def replace_api_urls(self, text: str) -> str:
        """`text` with the addresses that deployed APIs have in AWS replaced by the one here."""
        for api in self._apis():
            text = text.replace(api.api_endpoint, self.url)
        return text

    def answer(self, request: Request) -> Response:
        """Route the request to its function and translate the answer."""
        path = callers.without_token(request.path, self._cloud.token)
        if path is None:
            return Response.json(403, {"message": callers.missing_token(self.origin)})
        if not path:
            # The page's own addresses are relative to the folder that it is in.
            return Response(308, (("Location", f"/{self._cloud.token}/"),), b"")
        request = replace(request, target=path + request.target.removeprefix(request.path))
        began = time.monotonic()
        response = self._answer(request)
        milliseconds = (time.monotonic() - began) * 1000
        self._cloud.say("api", f"{request.method} {request.target} {response.status} {milliseconds:.0f} ms")
        return response

    def _answer(self, request: Request) -> Response:
        for api in self._apis():
            routes = [
                Route(
                    _cased(route.route_key),
                    _function_arn(api.get_integration(route.target.split("/")[-1])),
                    route.authorization_type or "NONE",
                    route.authorizer_id,
                    tuple(route.authorization_scopes or ()),
                )
                for route in api.routes.values()
            ]
            chosen = match_route(routes, request.method, request.path)
            if chosen:
                route, parameters = chosen
                event = to_event(request, route, parameters, self._cloud.account, api.api_id)
                try:
                    event["requestContext"] |= self._authorized(api, route, request)
                except Denied as denied:
                    return denied.response
                if len(request.body) > MAX_EVENT // 2 and len(json.dumps(event)) > MAX_EVENT:
                    return Response.json(413, {"message": "Request Too Long"})
                answer = self._functions.invoke(route.function_arn, event)
                if answer.error:
                    return Response.json(500, {"message": "Internal Server Error"})
                return to_response(answer.json())
        return Response.json(404, {"message": "Not Found"})

    def _authorized(self, api: Any, route: Route, request: Request) -> dict[str, Any]:
        """What the route's authorizer adds to the request's context; Denied for who may not call."""
        if route.authorization == "JWT":
            config = api.get_authorizer(route.authorizer_id).jwt_config
            header = {name.lower(): value for name, value in request.headers}.get("authorization", "")
            return {"authorizer": self._tokens.authorize(header, config["Issuer"], config["Audience"], route.scopes)}
        if route.authorization == "AWS_IAM":
            return {"authorizer": iam_authorizer.authorize(request, self.url, self._cloud.account)}
        return {}

    def _address_of(self, address: str) -> str:
        """Where an issuer's `address` is served: of Cognito's, and of what moto takes for its own, here."""
        origin = self._cloud.url.removesuffix(f"/{self._cloud.token}")
        for known in (f"https://cognito-idp.{self._cloud.region}.amazonaws.com", origin):
            if address.startswith(f"{known}/"):
                return self._cloud.url + address.removeprefix(known)
        return address

    def _apis(self) -> list[Any]:
        return list(apigatewayv2_backends[self._cloud.account][self._cloud.region].get_apis())


def _cased(route_key: str) -> str:
    """moto writes OpenAPI's catch-alls in its own way."""
    method, _, path = route_key.partition(" ")
    if path == "$default":
        return "$default"
    return f"ANY {path}" if method == "X-AMAZON-APIGATEWAY-ANY-METHOD" else route_key


def _function_arn(integration: Any) -> str:
    uri = integration.integration_uri
    if uri.startswith("arn:aws:lambda:"):
        return str(uri)
    found = re.search(r"functions/(?P<arn>[^/]+)/invocations", uri)
    if found is None:
        raise ValueError(f"The integration {uri!r} is not a Lambda function's.")
    return found["arn"]
