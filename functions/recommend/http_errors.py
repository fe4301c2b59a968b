"""Exceptions as HTTP answers: one table."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from botocore.exceptions import BotoCoreError, ClientError

from recommend.failures import BadRequest, ModelBusy, ModelFailed, NoCatalogue, NoModelYet, UnfitCatalogue


@dataclass(frozen=True)
class HttpError:
    """How an exception is answered; `retry_after` in seconds, None where asking again is of no use."""

    status: int
    message: Callable[[Any], str] = str
    retry_after: int | None = None


def _faults(error: RequestValidationError) -> str:
    faults = [
        f"{fault['loc'][-1]}: got {fault.get('input')!r}, but it must be {_expected(fault['msg'])}"
        for fault in error.errors()
    ]
    return "; ".join(faults) + "."


def _expected(message: str) -> str:
    """Pydantic's "Input should be less than or equal to 100" as the end of a sentence."""
    return message.removeprefix("Input should be ").split(",")[0]


# The most specific class of an exception decides.
TABLE: dict[type[Exception], HttpError] = {
    BadRequest: HttpError(400),
    RequestValidationError: HttpError(400, _faults),
    NotFoundError: HttpError(404, lambda _: "There is nothing at this address."),
    NoModelYet: HttpError(503, retry_after=60),
    ModelBusy: HttpError(503, retry_after=5),
    ModelFailed: HttpError(503, retry_after=60),
    NoCatalogue: HttpError(503, retry_after=60),
    UnfitCatalogue: HttpError(503, retry_after=60),
    ClientError: HttpError(503, lambda _: "A part of Taproom can't be reached: ask again in a few seconds.", 5),
    BotoCoreError: HttpError(503, lambda _: "A part of Taproom can't be reached: ask again in a few seconds.", 5),
    Exception: HttpError(500, lambda _: "Taproom failed: report this with the x-request-id of this answer."),
}


def register(app: APIGatewayHttpResolver, logger: Logger) -> None:
    """Have `app` answer every exception by the table, and log those that are not the caller's fault."""
    for kind, answer in TABLE.items():
        app.exception_handler(kind)(_answering(answer, logger))


def _answering(answer: HttpError, logger: Logger) -> Callable[[Exception], Response]:
    def answered(error: Exception) -> Response:
        message = answer.message(error)
        if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.exception(message, exc_info=error)
        elif answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            logger.warning(message, cause=repr(error.__cause__ or error))
        return Response(
            status_code=answer.status,
            content_type=content_types.APPLICATION_JSON,
            body=json.dumps({"message": message}, ensure_ascii=False),
            headers={} if answer.retry_after is None else {"retry-after": str(answer.retry_after)},
        )

    return answered
