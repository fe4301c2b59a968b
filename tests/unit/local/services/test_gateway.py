"""The deployed HTTP API answers over HTTP."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from local.assembly import Cloud


def ask(cloud: Cloud, path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, Message, Any]:
    request = urllib.request.Request(cloud.outputs["ApiUrl"] + path, body, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, json.loads(error.read())


def test_the_output_names_the_api_by_its_local_address(cloud: Cloud) -> None:
    assert cloud.outputs["ApiUrl"] == cloud.gateway.url
    described = cloud.client("cloudformation").describe_stacks(StackName="taproom")["Stacks"][0]["Outputs"]
    assert {"OutputKey": "ApiUrl", "OutputValue": cloud.gateway.url} in described


def test_a_route_is_answered_by_its_function(cloud: Cloud) -> None:
    status, headers, event = ask(cloud, "/beers/a%2Fb?limit=3")

    assert status == 201
    assert headers["x-beer"] == "pils"
    assert headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert event["routeKey"] == "GET /beers/{beer}"
    assert event["pathParameters"] == {"beer": "a/b"}
    assert event["queryStringParameters"] == {"limit": "3"}


def test_a_route_for_any_method_gets_bodies_too(cloud: Cloud) -> None:
    status, _, event = ask(cloud, "/all/of/it", "PUT", b"\xffkeg")

    assert status == 201
    assert event["requestContext"]["http"]["method"] == "PUT"
    assert event["pathParameters"] == {"proxy": "of/it"}
    assert event["body"]


def test_an_unknown_route_is_not_found(cloud: Cloud) -> None:
    status, _, answer = ask(cloud, "/nowhere")

    assert (status, answer) == (404, {"message": "Not Found"})


def test_a_function_that_fails_is_an_internal_error(cloud: Cloud) -> None:
    status, _, answer = ask(cloud, "/broken")

    assert (status, answer) == (500, {"message": "Internal Server Error"})


def test_one_connection_serves_many_requests(cloud: Cloud) -> None:
    connection = http.client.HTTPConnection(urlsplit(cloud.outputs["ApiUrl"]).netloc)
    for beer in ("one", "two"):
        connection.request("GET", f"/beers/{beer}")
        answer = connection.getresponse()
        assert json.loads(answer.read())["pathParameters"] == {"beer": beer}
    connection.close()
