"""The deployed HTTP API answers over HTTP."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

import pytest

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


def test_what_lambda_would_not_take_does_not_reach_the_function(cloud: Cloud) -> None:
    # In base64, which is how bytes travel, 4,700,000 bytes are 6,266,668: with headers and path 6 MB at most.
    assert ask(cloud, "/all/of/it", "PUT", b"\xff" * 4_700_000)[0] == 201
    assert ask(cloud, "/all/of/it", "PUT", b"\xff" * 4_720_000)[0] == 413


def test_an_unknown_route_is_not_found(cloud: Cloud) -> None:
    status, _, answer = ask(cloud, "/nowhere")

    assert (status, answer) == (404, {"message": "Not Found"})


def test_a_function_that_fails_is_an_internal_error(cloud: Cloud) -> None:
    status, _, answer = ask(cloud, "/broken")

    assert (status, answer) == (500, {"message": "Internal Server Error"})


def test_one_connection_serves_many_requests(cloud: Cloud) -> None:
    api = urlsplit(cloud.outputs["ApiUrl"])
    connection = http.client.HTTPConnection(api.netloc)
    for beer in ("one", "two"):
        connection.request("GET", f"{api.path}/beers/{beer}")
        answer = connection.getresponse()
        assert json.loads(answer.read())["pathParameters"] == {"beer": beer}
    connection.close()


@pytest.mark.parametrize("path", ["/beers/pils", "/", "/wrong/beers/pils", "/%2e%2e/beers/pils"])
def test_an_address_without_the_token_is_refused_and_the_answer_says_what_it_must_begin_with(
    cloud: Cloud, path: str
) -> None:
    address = cloud.gateway.url.removesuffix(f"/{cloud.token}")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address + path)

    with refused.value as error:
        assert (error.code, f"{address}/TOKEN/" in error.read().decode()) == (403, True)


def test_the_token_alone_leads_to_the_folder_that_the_page_is_in(cloud: Cloud) -> None:
    api = urlsplit(cloud.gateway.url)
    connection = http.client.HTTPConnection(api.netloc)
    connection.request("GET", api.path)
    answer = connection.getresponse()

    assert (answer.status, answer.headers["Location"]) == (308, f"{api.path}/")
    connection.close()


def test_the_function_learns_nothing_of_the_token(cloud: Cloud) -> None:
    _, _, event = ask(cloud, "/beers/pils?limit=3")

    assert event["rawPath"] == "/beers/pils"
    assert cloud.token not in json.dumps(event)


def test_a_body_larger_than_api_gateway_takes_is_refused_before_it_is_sent(cloud: Cloud) -> None:
    api = urlsplit(cloud.gateway.url)
    connection = http.client.HTTPConnection(api.netloc)
    connection.putrequest("POST", f"{api.path}/all/of/it")
    connection.putheader("Content-Length", "10000001")
    connection.endheaders()
    answer = connection.getresponse()

    assert (answer.status, "10,000,001" in answer.read().decode()) == (413, True)
    connection.close()


def test_every_api_of_aws_asks_for_the_token(cloud: Cloud) -> None:
    address = cloud.url.removesuffix(f"/{cloud.token}")
    for path in ("/", f"/{cloud.outputs['BucketName']}/incoming/evil.csv", "/moto-api/config"):
        request = urllib.request.Request(address + path, b"x", method="PUT")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        with refused.value as error:
            assert error.code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
def test_a_page_of_another_site_reaches_neither_port_even_with_the_token(cloud: Cloud, headers: dict[str, str]) -> None:
    for url in (f"{cloud.url}/moto-api/config", f"{cloud.gateway.url}/beers/pils"):
        for method in ("GET", "PUT", "OPTIONS"):
            request = urllib.request.Request(url, headers=headers, method=method)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request)
            with refused.value as error:
                assert error.code == 403
                assert not any(name.lower().startswith("access-control") for name in error.headers)


def test_the_cloud_says_nothing_of_other_sites_to_its_own_page(cloud: Cloud) -> None:
    own = cloud.url.removesuffix(f"/{cloud.token}")
    request = urllib.request.Request(f"{cloud.url}/moto-api/config", headers={"Origin": own})
    with urllib.request.urlopen(request) as answer:
        assert not any(name.lower().startswith("access-control") for name in answer.headers)


def test_boto3_works_behind_the_token(cloud: Cloud) -> None:
    s3, bucket = cloud.client("s3"), cloud.outputs["BucketName"]
    key = "reports/Kölsch & co+1 %.txt"
    s3.put_object(Bucket=bucket, Key=key, Body=b"pils", Metadata={"under_score": "kept"})

    url = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": key})
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"pils"
    assert s3.head_object(Bucket=bucket, Key=key)["Metadata"] == {"under_score": "kept"}
    assert key in [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix="reports/")["Contents"]]
