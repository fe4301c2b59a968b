"""Signed requests, checked as API Gateway checks them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.http_server import Request
from local.services import iam_authorizer
from local.services.jwt_authorizer import Denied

URL = "http://127.0.0.1:5001"


def signed(target: str, body: bytes = b"", key: str = "local", service: str = "execute-api") -> Request:
    """A request as botocore signs it."""
    asked = AWSRequest("POST", URL + target, {"host": "127.0.0.1:5001", "content-type": "application/json"}, body)
    signer: Any = SigV4Auth(Credentials(key, key), service, "us-east-1")
    signer.add_auth(asked)
    return Request("POST", target, tuple(asked.headers.items()), body, "127.0.0.1")


@pytest.mark.parametrize("target", ["/users/ann/reviews", "/users/ann/reviews?limit=5&offset=1", "/users/A%2520B/menu"])
def test_a_request_that_is_signed_says_who_sent_it(target: str) -> None:
    given = iam_authorizer.authorize(signed(target, b'{"a": 1}'), URL, "123456789012")
    assert given["iam"]["userArn"] == "arn:aws:iam::123456789012:user/local"


def test_what_was_changed_or_signed_by_others_is_refused() -> None:
    good = signed("/users/ann/reviews", b"{}")
    wrong = [
        replace(good, target="/users/bob/reviews"),
        replace(good, method="GET"),
        replace(good, body=b"[]"),
        replace(good, headers=()),
        replace(good, headers=(("Authorization", "Bearer token"),)),
        signed("/users/ann/reviews", b"{}", key="other"),
        signed("/users/ann/reviews", b"{}", service="s3"),
    ]
    for request in wrong:
        with pytest.raises(Denied) as denied:
            iam_authorizer.authorize(request, URL, "123456789012")
        assert denied.value.response.status == 403
        assert denied.value.response.body == b'{"message": "Forbidden"}'
