"""Print the header that says who calls the API.

It prints `Authorization: Bearer …`, good for an hour, for curl's option -H: an operator's token, which may act for
every user, or that of one user. Where the stack's Access is open, no header is needed, and it prints nothing.

A user is created where there is none. Their password is made of the operator's secret, so that asking again works; who
has set one of their own signs in with it, on the page.

examples:
  curl -H "$(python -m operate token)" <ApiUrl>/users/ann/recommendations
  curl -H "$(python -m operate token --user ann)" <ApiUrl>/users/ann/reviews
  python -m operate token --local
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from operate.deployed_stack import Stack
from operate.errors import CannotOperate
from operate.requests import add_dry_run, find_stack, show
from operate.target import Target
from taproom.names import OPERATE

_PATIENCE = 10  # seconds


def add_options(parser: argparse.ArgumentParser) -> None:
    """Whose token."""
    parser.add_argument("--user", metavar="NAME", help="the token of this user (default: an operator's)")
    add_dry_run(parser)


def run(options: argparse.Namespace, target: Target) -> None:
    """Ask for a token, and print it."""
    stack = find_stack(target, dry_run=options.dry_run)
    if options.dry_run:
        show(_request(options.user))
        return
    access = stack.outputs["Access"]
    if access == "cognito":
        cognito = target.session.client("cognito-idp")
        secret = _secret(cognito, stack)
        token = _of_user(cognito, stack, secret, options.user) if options.user else _of_operator(stack, secret)
        print(f"Authorization: Bearer {token}")
    elif access == "open":
        print(f"{stack.name} is open: it takes calls without a token.", file=sys.stderr)
    else:
        cures = {
            "oidc": "ask its issuer (the parameter OidcIssuer) for one.",
            "iam": 'sign the call instead: curl --aws-sigv4 "aws:amz:REGION:execute-api" --user KEY:SECRET …',
        }
        raise CannotOperate(f"The Access of {stack.name} is {access}, so tokens are not its own: {cures[access]}")


def _request(user: str | None) -> dict[str, str]:
    if user is None:
        return {"grant_type": "client_credentials", "scope": OPERATE}
    return {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "Username": user}


def _secret(cognito: Any, stack: Stack) -> str:
    """Of the client that operators' tokens are for."""
    found = cognito.describe_user_pool_client(
        UserPoolId=stack.outputs["UserPoolId"], ClientId=stack.outputs["OperatorClientId"]
    )
    return str(found["UserPoolClient"]["ClientSecret"])


def _of_operator(stack: Stack, secret: str) -> str:
    """A token by client credentials: https://www.rfc-editor.org/rfc/rfc6749#section-4.4"""
    credentials = base64.b64encode(f"{stack.outputs['OperatorClientId']}:{secret}".encode()).decode()
    request = urllib.request.Request(
        f"{stack.outputs['SignInUrl']}/oauth2/token",
        urllib.parse.urlencode(_request(None)).encode(),
        {"Authorization": f"Basic {credentials}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            return str(json.load(answer)["access_token"])
    except urllib.error.URLError as error:
        raise CannotOperate(
            f"{request.full_url} gave no token: {error}. A new stack's domain takes a minute to answer: try again."
        ) from error


def _of_user(cognito: Any, stack: Stack, secret: str, username: str) -> str:
    """A user's token, who is created where there is none."""
    pool = {"UserPoolId": stack.outputs["UserPoolId"]}
    # Of all kinds of characters, as a pool's policy may ask.
    password = "aA1!" + hmac.new(secret.encode(), username.encode(), hashlib.sha256).hexdigest()
    try:
        cognito.admin_create_user(**pool, Username=username, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(**pool, Username=username, Password=password, Permanent=True)
    except cognito.exceptions.UsernameExistsException:
        pass
    try:
        answer = cognito.admin_initiate_auth(
            **pool,
            ClientId=stack.outputs["PageClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )
        return str(answer["AuthenticationResult"]["AccessToken"])
    except (cognito.exceptions.NotAuthorizedException, KeyError) as error:
        raise CannotOperate(
            f"{username!r} has a password of their own: they sign in on the page. To act for them, leave --user out: "
            "an operator's token will do."
        ) from error
