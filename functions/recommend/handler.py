"""The recommend Lambda: the HTTP API."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Annotated, Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from recommend import http_errors, paths
from recommend.answer import Recommendations
from recommend.histories import Histories
from recommend.recommender import Recommender
from recommend.s3_catalogues import Catalogues
from recommend.sagemaker_runtime import Servables
from recommend.settings import RecommendSettings

# Two model calls, each tried twice, end well before the function's 29 seconds. A serverless endpoint
# that wakes up is slower than one try, and faster than two.
_PATIENCE = Config(
    connect_timeout=1,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 2},
    tcp_keepalive=True,
)

logger = Logger(service="recommend")
app = APIGatewayHttpResolver(enable_validation=True)
http_errors.register(app, logger)


@app.get("/users/<username>/recommendations")
def recommendations(username: str, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> Recommendations:
    """Beers that the user has not reviewed yet, best first."""
    return _recommender().recommend(paths.username_of(username), limit)


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the HTTP API (payload format 2.0)."""
    answer = app.resolve(paths.routable(event), context)
    request_id = event["requestContext"].get("requestId", context.aws_request_id)
    return {**answer, "headers": {**answer["headers"], "x-request-id": request_id}}


@functools.cache
def _recommender() -> Recommender:
    settings = RecommendSettings.from_environment()
    return Recommender(
        Servables(
            boto3.client("sagemaker-runtime", config=_PATIENCE),
            lambda: boto3.client("sagemaker", config=_PATIENCE),
            settings.stack,
            settings.bucket,
            settings.endpoint_layout,
        ),
        Histories(boto3.client("dynamodb", config=_PATIENCE), settings.histories_table),
        Catalogues(boto3.client("s3", config=_PATIENCE), settings.bucket, Path(tempfile.gettempdir()) / "catalogues"),
    )
