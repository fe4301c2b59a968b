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
from botocore.exceptions import NoCredentialsError

from recommend.adapters import serving_release
from recommend.adapters.catalogue_cache import CatalogueCache
from recommend.adapters.current_experiment import CurrentExperiment
from recommend.adapters.current_listings import CurrentListings
from recommend.adapters.histories_table import HistoriesTable
from recommend.adapters.message_sender import MessageSender
from recommend.adapters.model_client import ModelClient
from recommend.adapters.model_endpoints import ModelEndpoints
from recommend.adapters.release_files import ReleaseFiles
from recommend.adapters.serving_release import ServingRelease
from recommend.adapters.text_detection import DailyImages, TextDetection
from recommend.adapters.waking import Waking
from recommend.api import access, errors, paths, request_bodies, responses
from recommend.api.response_models.sign_in import SignIn
from recommend.api.routes import catalogue, events, page, recommendations, releases, tastes, users
from recommend.api.services import Services
from recommend.recommending.arms import Arms
from recommend.recommending.forgetting import Forgetting
from recommend.recommending.recommender import Recommender
from recommend.recommending.review_writer import ReviewWriter
from recommend.recommending.served_log import Sender, ServedLog
from recommend.recommending.similar_beers import SimilarBeers
from recommend.recommending.trending_beers import TrendingBeers
from recommend.recommending.users.rated_beers import RatedBeers
from recommend.recommending.users.taste import Tastes
from recommend.releases.health import HealthCheck
from recommend.releases.release_history import ReleaseHistory
from recommend.settings import RecommendSettings
from taproom.names import challenger_prefix

logger = Logger(service="recommend")
app = APIGatewayHttpResolver(
    enable_validation=True, serializer=functools.partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
)


def is_to_warm(event: dict[str, Any]) -> bool:
    """Whether the warming schedule sent the event."""
    return event.get("reason") == "warm"


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the HTTP API (payload format 2.0), or wake the models where the schedule says so."""
    if is_to_warm(event):
        _services().arms.wake()
        return {}
    request_id = event["requestContext"].get("requestId", context.aws_request_id)
    return responses.finalize(event, _answer(event, context), request_id)


def _answer(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if event["requestContext"]["http"]["method"] == "OPTIONS":
        # A browser asks before it calls from another site; API Gateway adds whether that site may.
        return {"statusCode": 204, "headers": {}, "body": ""}
    try:
        event = request_bodies.read(paths.routable(event))
        settings = RecommendSettings.from_environment()
        access.check(event, access.caller(event, settings.access, settings.username_claim))
    except Exception as error:
        refused = errors.response(error, logger)
        return {
            "statusCode": refused.status_code,
            "headers": refused.headers,
            "body": refused.body,
            "isBase64Encoded": False,
        }
    return app.resolve(event, context)


@functools.cache
def _services() -> Services:
    # A quarter of a second, which only what asks AWS has to wait for: the page comes without.
    import boto3
    from botocore.config import Config

    # Two model calls, each tried twice, end well before the function's 29 seconds. A serverless endpoint
    # that wakes up is slower than one try, and faster than two.
    patience = Config(
        connect_timeout=1,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 2},
        tcp_keepalive=True,
    )
    settings = RecommendSettings.from_environment()
    s3, sqs = boto3.client("s3", config=patience), boto3.client("sqs", config=patience)
    files = ReleaseFiles(s3, settings.bucket)
    # One that answers without a model rather than wait for it, and tries once: what it asked goes on waking.
    haste = patience.merge(Config(read_timeout=settings.quick_after, retries={"total_max_attempts": 1}))
    patient_runtime, hasty_runtime = (boto3.client("sagemaker-runtime", config=each) for each in (patience, haste))

    def sagemaker() -> Any:
        return boto3.client("sagemaker", config=patience)

    def models_of(prefix: str, runtime: Any) -> ModelClient:
        layout, verdict = settings.endpoint_layout, files.latest_verdict
        return ModelClient(ModelEndpoints(runtime, sagemaker, prefix, settings.bucket, layout, verdict))

    def arm(prefix: str, *, falls_back: bool) -> Recommender:
        models, hasty = models_of(prefix, patient_runtime), models_of(prefix, hasty_runtime)
        serving = ServingRelease(models.endpoints, catalogues, listings, serving_release.in_a_thread)
        return Recommender(models, hasty, serving, Waking(hasty, serving), settings.exploration, falls_back=falls_back)

    catalogues = CatalogueCache(s3, settings.bucket, Path(tempfile.gettempdir()) / "catalogues")
    listings = CurrentListings(s3, settings.bucket)
    recommender = arm(settings.prefix, falls_back=True)
    challenger = arm(challenger_prefix(settings.prefix), falls_back=False)
    models, serving, endpoints = recommender.models, recommender.serving, recommender.models.endpoints
    dynamodb = boto3.client("dynamodb", config=patience)
    histories = HistoriesTable(dynamodb, settings.histories_table)
    # Takes a second or two for an image; of a menu with much text five are read, one and then four at once.
    reading = Config(connect_timeout=1, read_timeout=12, retries={"mode": "standard", "total_max_attempts": 2})
    return Services(
        histories=histories,
        serving=serving,
        text_detection=TextDetection(
            functools.cache(lambda: boto3.client("rekognition", config=reading)),
            DailyImages(dynamodb, settings.histories_table, settings.daily_images),
        ),
        recommender=recommender,
        arms=Arms(CurrentExperiment(s3, settings.bucket), recommender, challenger),
        similar_beers=SimilarBeers(models, serving),
        trending_beers=TrendingBeers(serving),
        tastes=Tastes(models, serving),
        rated_beers=RatedBeers(histories, models, serving),
        review_writer=ReviewWriter(sqs, settings.ratings_queue_url, histories),
        forgetting=Forgetting(histories, serving, sqs, settings.ingest_queue_url),
        served_log=ServedLog(
            _sender(sqs, settings.ratings_queue_url), sqs, settings.ratings_queue_url, settings.served_log_sampling
        ),
        releases=ReleaseHistory(endpoints, serving, files),
        health=HealthCheck(endpoints, serving, files),
    )


def _sender(sqs: Any, queue_url: str) -> Sender:
    import boto3

    def credentials() -> Any:
        session = boto3.DEFAULT_SESSION
        found = session.get_credentials() if session else None
        if found is None:
            raise NoCredentialsError
        return found.get_frozen_credentials()

    return MessageSender(sqs, queue_url, credentials)


def _sign_in() -> SignIn:
    settings = RecommendSettings.from_environment()
    return SignIn.of(
        settings.access,
        settings.sign_in_url,
        settings.client_id,
        settings.username_claim,
        settings.image_origin,
    )


errors.register(app, logger)
recommendations.register(app, _services)
catalogue.register(app, _services)
users.register(app, _services)
tastes.register(app, _services)
events.register(app, _services)
releases.register(app, _services)
page.register(app, _sign_in, lambda: RecommendSettings.from_environment().item_kind)
