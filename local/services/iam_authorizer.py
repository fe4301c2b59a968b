"""AWS_IAM authorization of an HTTP API: requests signed with Signature Version 4."""

from __future__ import annotations

import hmac
import re
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.http_server import Request
from local.services.jwt_authorizer import Denied

# The one identity that the laptop cloud has.
KEY = SECRET = "local"
_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[^/]+)/execute-api/aws4_request, ?"
    r"SignedHeaders=(?P<signed>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


def authorize(request: Request, url: str, account: str) -> dict[str, Any]:
    """What the function finds under `requestContext.authorizer`; the request was sent to `url`.

    Raises
    ------
    Denied
        Unless the request is signed by KEY, for `execute-api`.
    """
    headers = {name.lower(): value for name, value in request.headers}
    given = _HEADER.fullmatch(headers.get("authorization", ""))
    if (
        given is None
        or given["key"] != KEY
        or not hmac.compare_digest(_signature(request, url, given), given["signature"])
    ):
        raise Denied(403, "Forbidden")
    return {
        "iam": {
            "accessKey": KEY,
            "accountId": account,
            "callerId": KEY,
            "principalOrgId": None,
            "userArn": f"arn:aws:iam::{account}:user/{KEY}",
            "userId": KEY,
        }
    }


def _signature(request: Request, url: str, given: re.Match[str]) -> str:
    """The signature that the request should have."""
    headers = {name.lower(): value for name, value in request.headers}
    signed = {name: headers.get(name, "") for name in given["signed"].split(";")}
    rebuilt = AWSRequest(request.method, url + request.target, signed, request.body)
    rebuilt.context["timestamp"] = headers.get("x-amz-date", "")
    signer: Any = SigV4Auth(Credentials(KEY, SECRET), "execute-api", given["region"])
    return str(signer.signature(signer.string_to_sign(rebuilt, signer.canonical_request(rebuilt)), rebuilt))
