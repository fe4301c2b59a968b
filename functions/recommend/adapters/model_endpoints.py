"""The endpoints: one request to a servable, one answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from recommend.adapters.release_records import Verdict
from recommend.errors import EndpointMissing, ModelBusy, ModelFailed, NoModelYet
from taproom import sagemaker_endpoints
from taproom.names import Layout, endpoint_name
from taproom.sagemaker_endpoints import Endpoint
from taproom.sagemaker_errors import is_absent

_BUSY = frozenset(
    {"ThrottlingException", "Throttling", "TooManyRequestsException", "ModelNotReadyException", "ServiceUnavailable"}
)
_UNREACHABLE = (
    ConnectTimeoutError,
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
    ResponseStreamingError,
)


class ModelEndpoints:
    """The endpoints whose names begin with `prefix`, through `runtime`, a boto3 client for sagemaker-runtime.

    `sagemaker` makes a client for sagemaker: the first answers do without it. `latest_verdict` is why no model may
    be in service.
    """

    def __init__(
        self,
        runtime: Any,
        sagemaker: Callable[[], Any],
        prefix: str,
        bucket: str,
        layout: Layout,
        latest_verdict: Callable[[], Verdict | None] = lambda: None,
    ) -> None:
        self._runtime = runtime
        self._sagemaker = cache(sagemaker)
        self._prefix = prefix
        self.bucket = bucket
        # The one that answered last is tried first: a new release may have another one than those before.
        self._layout = layout
        self._latest_verdict = latest_verdict

    @property
    def servables(self) -> tuple[str, ...]:
        """Those of the layout that answered last."""
        return self._layout.servables

    def invoke(self, requests: Mapping[str, Callable[[str], bytes]]) -> bytes:
        """The body of the response to the first of `requests` that the release in service can answer.

        Each is a question, with what makes the body that asks it of a signature. Where the endpoint of the one layout
        is missing, that of the other is asked.

        Raises
        ------
        NoModelYet, ModelBusy, ModelFailed
            When there is no response.
        """
        for layout in (self._layout, self._layout.other):
            question = next(each for each in requests if each in layout.questions)
            servable = layout.servable_of(question)
            try:
                body = self._answer(servable, requests[question](layout.signature_of(question)))
                self._layout = layout
                return body
            except _UNREACHABLE as error:
                raise ModelBusy(question) from error
            except ClientError as error:
                if is_absent(error):
                    continue
                kind = ModelBusy if error.response["Error"]["Code"] in _BUSY else ModelFailed
                raise kind(question) from error
        raise self.no_model_yet()

    def _answer(self, servable: str, request: bytes, *, again: bool = True) -> bytes:
        try:
            response = self._runtime.invoke_endpoint(
                EndpointName=endpoint_name(self._prefix, servable),
                ContentType="application/json",
                Accept="application/json",
                CustomAttributes=f"tfs-model-name={servable}",
                Body=request,
            )
            return bytes(response["Body"].read())
        except ConnectionClosedError:
            # One that was kept open while the function was frozen: a client that tries once alone would give up here.
            if not again:
                raise
            return self._answer(servable, request, again=False)

    def no_model_yet(self) -> NoModelYet:
        """Why nothing serves, to be raised where that is so."""
        for layout in Layout:
            found = sagemaker_endpoints.of_layout(self._sagemaker(), self._prefix, layout)
            missing = [endpoint_name(self._prefix, servable) for servable, one in found.items() if one is None]
            left = [one.release for one in found.values() if one is not None and one.answers and one.release]
            if missing and left:
                return EndpointMissing(missing[0], left[0])
        verdict = self._latest_verdict()
        if verdict is None:
            return NoModelYet(self.bucket)
        return NoModelYet(self.bucket, verdict.run, verdict.status, verdict.reason)

    def describe(self) -> list[Endpoint]:
        """The endpoints that there are, of the layout that answered last or else of the other one."""
        for layout in (self._layout, self._layout.other):
            found = sagemaker_endpoints.of_layout(self._sagemaker(), self._prefix, layout).values()
            if there := [endpoint for endpoint in found if endpoint is not None]:
                return there
        return []

    def release_in_service(self) -> str | None:
        """The release that the endpoints were given, whether or not they answer; None where there is none."""
        return sagemaker_endpoints.release_in_service(self._sagemaker(), self._prefix)

    def current_and_next_releases(self) -> set[str]:
        """The releases that endpoints of either layout serve, or are being updated to."""
        endpoints = (
            endpoint
            for layout in Layout
            for endpoint in sagemaker_endpoints.of_layout(self._sagemaker(), self._prefix, layout).values()
            if endpoint is not None
        )
        releases = {release for endpoint in endpoints for release in (endpoint.release, endpoint.next_release)}
        return {release for release in releases if release is not None}
