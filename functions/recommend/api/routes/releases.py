"""Routes about the model: what serves, what served, the report, and whether all is well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from recommend.api import openapi, responses
from recommend.api.request_models import Limit
from recommend.api.response_models.releases import Drops, Health, Release, ReleaseInService, Releases, Trial
from recommend.api.services import Services
from taproom.evidence.online import OnlineQuality


def register(app: APIGatewayHttpResolver, services: Callable[[], Services]) -> None:
    """Add the routes to `app`."""

    @app.get(
        "/release",
        tags=["release"],
        responses=openapi.responses(404),
        description="What serves now: since when, trained on what, how good beside baselines and the release before.",
    )
    def release() -> ReleaseInService:
        history = services().releases
        current, files = history.current(), history.files
        return ReleaseInService.of(current, files.latest_verdict(), files.slices(current.release))

    @app.get(
        "/releases",
        tags=["release"],
        responses=openapi.responses(400),
        description="The releases, the latest rolled out first.",
    )
    def releases(limit: Annotated[Limit, Query()] = 30) -> Releases:
        serving, latest = services().releases.latest(limit)
        return Releases(in_service=serving, releases=[Release.model_validate(release) for release in latest])

    @app.get(
        "/report",
        tags=["release"],
        responses=openapi.html_responses(400, 404),
        description="The training report of a release or a refused run, with what was decided of it; of the one in "
        "service unless another is named.",
    )
    def report(release: Annotated[str | None, Query(max_length=100)] = None) -> Response[str]:
        return Response(
            200,
            "text/html; charset=utf-8",
            services().releases.report(release),
            headers={"content-security-policy": responses.REPORT_POLICY},
        )

    @app.get(
        "/experiment",
        tags=["release"],
        responses=openapi.responses(),
        description="The release that is tried beside the one in service, for whom, and how both do.",
    )
    def experiment() -> Trial:
        experiment, report = services().releases.files.experiment()
        return Trial(experiment=experiment, report=report)

    @app.get(
        "/online-quality",
        tags=["release"],
        responses=openapi.responses(),
        description="What people did with the answers of the last 30 days, by release; measured every hour.",
    )
    def online_quality() -> OnlineQuality:
        return services().releases.files.online_quality()

    @app.get(
        "/drift",
        tags=["release"],
        responses=openapi.responses(400),
        description="How unlike the latest drops are what the release in service was fitted on, the latest first.",
    )
    def drift(limit: Annotated[Limit, Query()] = 10) -> Drops:
        return Drops(drops=services().releases.files.drift(limit))

    @app.get(
        "/health",
        tags=["release"],
        responses=openapi.responses(),
        description="Endpoints, the release in service, and how old the newest data and the model are.",
    )
    def health() -> Health:
        return Health.model_validate(services().health.report())
