"""API Gateway: answers on the deployed HTTP API's routes by asking its functions."""

from __future__ import annotations

import re
import threading
import time
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from moto.apigatewayv2.models import apigatewayv2_backends

from local.context import CloudContext
from local.lambda_runtime.functions import Functions
from local.services.http_api import Request, Response, Route, choose, event_of, response_of


class Gateway:
    """A server for the deployed HTTP API."""

    def __init__(self, cloud: CloudContext, functions: Functions, port: int) -> None:
        self._cloud = cloud
        self._functions = functions
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="gateway", daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()
        self._cloud.on_stop(self._stop)

    def localised(self, text: str) -> str:
        """`text` with the addresses that deployed APIs have in AWS replaced by the one here."""
        for api in self._apis():
            text = text.replace(api.api_endpoint, self.url)
        return text

    def answer(self, request: Request) -> Response:
        """Route the request to its function and translate the answer."""
        began = time.monotonic()
        response = self._answer(request)
        milliseconds = (time.monotonic() - began) * 1000
        self._cloud.say("api", f"{request.method} {request.target} {response.status} {milliseconds:.0f} ms")
        return response

    def _answer(self, request: Request) -> Response:
        for api in self._apis():
            routes = [
                Route(_cased(route.route_key), _function_arn(api.get_integration(route.target.split("/")[-1])))
                for route in api.routes.values()
            ]
            chosen = choose(routes, request.method, request.path)
            if chosen:
                route, parameters = chosen
                event = event_of(request, route, parameters, self._cloud.account, api.api_id)
                answer = self._functions.invoke(route.function_arn, event)
                if answer.error:
                    return Response.message(500, "Internal Server Error")
                return response_of(answer.json())
        return Response.message(404, "Not Found")

    def _apis(self) -> list[Any]:
        return list(apigatewayv2_backends[self._cloud.account][self._cloud.region].get_apis())

    def _stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body leave in one packet at once: otherwise each answer waits 40 ms for an ACK.
        disable_nagle_algorithm = True
        wbufsize = -1

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Request(self.command, self.path, tuple(self.headers.items()), body, str(self.client_address[0]))
            response = gateway.answer(request)
            self.send_response_only(response.status, responses.get(response.status, ""))
            for name, value in response.headers:
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)
            self.wfile.flush()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

        def handle_expect_100(self) -> bool:
            going_on = super().handle_expect_100()
            self.wfile.flush()
            return going_on

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: the gateway tells what it answers."""

    return Handler


def _cased(route_key: str) -> str:
    """moto writes OpenAPI's catch-alls in its own way."""
    method, _, path = route_key.partition(" ")
    if path == "$default":
        return "$default"
    return f"ANY {path}" if method == "X-AMAZON-APIGATEWAY-ANY-METHOD" else route_key


def _function_arn(integration: Any) -> str:
    found = re.search(r"functions/(?P<arn>[^/]+)/invocations", integration.integration_uri)
    if found is None:
        raise ValueError(f"The integration {integration.integration_uri!r} is not a Lambda function's.")
    return found["arn"]
