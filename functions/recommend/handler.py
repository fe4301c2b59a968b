"""The recommend Lambda: the HTTP API and the page."""

from __future__ import annotations

import functools
import json
import tempfile
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from recommend.adapters import serving_release
from recommend.api import errors, paths, request_bodies, responses
from recommend.api.routes import catalogue, page, recommendations, releases, users
from recommend.api.services import Service

logger = Logger(service="recommend")
app = APIGatewayHttpResolver(
    enable_validation=True, serializer=functools.partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
)


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the HTTP API (payload format 2.0)."""
    request_id = event["requestContext"].get("requestId", context.aws_request_id)
    return responses.finished(event, _answer(event, context), request_id)


def _answer(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    try:
        event = request_bodies.read(paths.routable(event))
    except Exception as error:
        refused = errors.response(error, logger)
        return {"statusCode": refused.status_code, "headers": refused.headers, "body": refused.body}
    return app.resolve(event, context)


@functools.cache
def _service() -> Service:
    # A quarter of a second, which only what asks AWS has to wait for: the page comes without.
    import boto3
    from botocore.config import Config

    from recommend.adapters.catalogue_cache import Catalogues
    from recommend.adapters.histories_table import Histories
    from recommend.adapters.model_client import Models
    from recommend.adapters.model_endpoints import Servables
    from recommend.adapters.release_files import ReleaseFiles
    from recommend.recommending.rated_beers import OwnReviews
    from recommend.recommending.recommender import Recommender
    from recommend.recommending.review_writer import Reviewing
    from recommend.releases.release_history import ReleaseHistory
    from recommend.settings import RecommendSettings

    # Two model calls, each tried twice, end well before the function's 29 seconds. A serverless endpoint
    # that wakes up is slower than one try, and faster than two.
    patience = Config(
        connect_timeout=1,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 2},
        tcp_keepalive=True,
    )
    settings = RecommendSettings.from_environment()
    s3 = boto3.client("s3", config=patience)
    servables = Servables(
        boto3.client("sagemaker-runtime", config=patience),
        lambda: boto3.client("sagemaker", config=patience),
        settings.stack,
        settings.bucket,
        settings.endpoint_layout,
    )
    histories = Histories(boto3.client("dynamodb", config=patience), settings.histories_table)
    catalogues = Catalogues(s3, settings.bucket, Path(tempfile.gettempdir()) / "catalogues")
    serving = serving_release.InService(servables, catalogues, beside=serving_release.in_a_thread)
    models = Models(servables)
    return Service(
        histories=histories,
        in_service=serving,
        models=models,
        recommender=Recommender(models, serving),
        own_reviews=OwnReviews(histories, models, serving),
        reviewing=Reviewing(s3, settings.bucket, histories),
        releases=ReleaseHistory(servables, serving, ReleaseFiles(s3, settings.bucket)),
    )


errors.register(app, logger)
recommendations.register(app, _service)
catalogue.register(app, _service)
users.register(app, _service)
releases.register(app, _service)
page.register(app)
