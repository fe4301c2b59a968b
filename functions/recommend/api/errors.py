"""Exceptions as HTTP answers: one table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, Literal

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, Field

from recommend.errors import (
    BadRequest,
    BodyTooLarge,
    Fault,
    Forbidden,
    InvalidCatalogue,
    MethodNotAllowed,
    MissingCatalogue,
    ModelBusy,
    ModelFailed,
    NoModelYet,
    NotFound,
    PhotosUsedUp,
    TextDetectionFailed,
    Unauthorized,
)

# Of one request so many wrong fields are told.
_MAX_FAULTS = 10
_UNREACHABLE = "A part of Taproom can't be reached: ask again in a few seconds."


class WrongField(BaseModel):
    """A field that can't be used."""

    field: str
    got: str
    takes: str


Code = Literal[
    "bad_request",
    "unauthorized",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "too_large",
    "photos_used_up",
    "no_model",
    "model_busy",
    "model_failed",
    "photo_failed",
    "unreachable",
    "failed",
]


class Error(BaseModel):
    """Why there is no answer, and what to do."""

    code: Code
    message: str = Field(description="In English")
    faults: list[WrongField] = Field([], description="Of a 400")
    nearest: list[str] = Field([], description="Of a 404: names that exist")


@dataclass(frozen=True)
class HttpError:
    """How an exception is answered; `retry_after` in seconds, None where asking again is of no use."""

    status: int
    code: Code
    message: Callable[[Any], str] = str
    retry_after: int | None = None


def _faults(error: RequestValidationError) -> list[Fault]:
    return [Fault(_place(fault), _got(fault), _expected(fault["msg"])) for fault in error.errors()[:_MAX_FAULTS]]


def _place(fault: dict[str, Any]) -> str:
    """The field, such as `ratings.17`; its names come from whoever asked, and may be anything."""
    place = ".".join(str(name) for name in fault["loc"][1:]) or "body"
    place = place.encode(errors="backslashreplace").decode()
    return place if len(place) <= 100 else f"{place[:100]}…"


def _got(fault: dict[str, Any]) -> str:
    if fault["type"] in ("missing", "string_unicode"):
        return "nothing" if fault["type"] == "missing" else "half of a character"
    got = repr(fault.get("input"))
    return got if len(got) <= 60 else f"{got[:60]}…"


def _expected(message: str) -> str:
    """Pydantic's "Input should be less than or equal to 100" as the end of a sentence."""
    ours = {"Field required": "given", "Extra inputs are not permitted": "left out: there is no such field"}
    for start in ("Input should be ", "Value error, ", "Value "):
        message = message.removeprefix(start)
    return ours.get(message, message.split(", unable")[0])


def _validation_message(error: RequestValidationError) -> str:
    return " ".join(str(fault) for fault in _faults(error))


# The most specific class of an exception decides.
TABLE: dict[type[Exception], HttpError] = {
    BadRequest: HttpError(400, "bad_request"),
    RequestValidationError: HttpError(400, "bad_request", _validation_message),
    Unauthorized: HttpError(401, "unauthorized"),
    Forbidden: HttpError(403, "forbidden"),
    NotFound: HttpError(404, "not_found"),
    NotFoundError: HttpError(404, "not_found", lambda _: "There is nothing at this address."),
    MethodNotAllowed: HttpError(405, "method_not_allowed"),
    BodyTooLarge: HttpError(413, "too_large"),
    PhotosUsedUp: HttpError(429, "photos_used_up"),
    NoModelYet: HttpError(503, "no_model", retry_after=60),
    ModelBusy: HttpError(503, "model_busy", retry_after=5),
    ModelFailed: HttpError(503, "model_failed", retry_after=60),
    TextDetectionFailed: HttpError(503, "photo_failed", retry_after=60),
    MissingCatalogue: HttpError(503, "model_failed", retry_after=60),
    InvalidCatalogue: HttpError(503, "model_failed", retry_after=60),
    ClientError: HttpError(503, "unreachable", lambda _: _UNREACHABLE, 5),
    BotoCoreError: HttpError(503, "unreachable", lambda _: _UNREACHABLE, 5),
    Exception: HttpError(500, "failed", lambda _: "Taproom failed: report this with the x-request-id of this answer."),
}


def register(app: APIGatewayHttpResolver, logger: Logger) -> None:
    """Have `app` answer every exception by the table, and log those that are not the caller's fault."""
    for kind in TABLE:
        app.exception_handler(kind)(lambda error: response(error, logger))


def response(error: Exception, logger: Logger) -> Response[str]:
    """The answer to an exception, by the table."""
    http = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    message = http.message(error)
    if http.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.exception(message, exc_info=error)
    elif http.status == HTTPStatus.SERVICE_UNAVAILABLE:
        logger.warning(message, cause=repr(error.__cause__ or error))
    body: dict[str, Any] = {"code": http.code, "message": message}
    faults: Iterable[Fault] = error.faults if isinstance(error, BadRequest) else ()
    if isinstance(error, RequestValidationError):
        faults = _faults(error)
    if faults:
        body["faults"] = [asdict(fault) for fault in faults]
    if isinstance(error, NotFound) and error.nearest:
        body["nearest"] = error.nearest
    headers = {} if http.retry_after is None else {"retry-after": str(http.retry_after)}
    if isinstance(error, MethodNotAllowed):
        headers["allow"] = ", ".join(error.allowed)
    if isinstance(error, Unauthorized):
        headers["www-authenticate"] = "Bearer"
    return Response(
        status_code=http.status,
        content_type=content_types.APPLICATION_JSON,
        body=json.dumps(body, ensure_ascii=False),
        headers=headers,
    )
