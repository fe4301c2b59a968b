"""SageMaker's API as moto serves it, operation by operation: ours in place of moto's, or around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import camelcase_to_underscores
from moto.sagemaker.exceptions import AWSValidationException
from moto.sagemaker.models import SageMakerModelBackend, sagemaker_backends
from moto.sagemaker.responses import SageMakerResponse

from local.context import CloudContext

Request = dict[str, Any]
# Takes a request, returns the answer; None where the operation has none.
Operation = Callable[[Request], dict[str, Any] | None]
Check = Callable[[Request], None]

_MOST_LISTED = 100


def backend(cloud: CloudContext) -> SageMakerModelBackend:
    """What moto holds for the cloud's account and region."""
    return sagemaker_backends[cloud.account][cloud.region]


def arn(cloud: CloudContext, kind: str, name: str) -> str:
    """`kind` is as in ARNs: `endpoint`, `training-job`."""
    return f"arn:aws:sagemaker:{cloud.region}:{cloud.account}:{kind}/{name}"


def replace_operation(cloud: CloudContext, name: str, operation: Operation) -> None:
    """Have `operation` answer SageMaker's `name` (such as `CreateEndpoint`) while the cloud runs."""

    def method(response: SageMakerResponse) -> ActionResult:
        answered = operation(_plain(response.params))
        return EmptyResult() if answered is None else ActionResult(answered)

    _set(cloud, name, method)


def check_before(cloud: CloudContext, name: str, check: Check) -> None:
    """Have `check` look at each request before moto's own operation; it raises to refuse."""
    original = getattr(SageMakerResponse, camelcase_to_underscores(name))

    def method(response: SageMakerResponse) -> ActionResult:
        check(_plain(response.params))
        done: ActionResult = original(response)
        return done

    _set(cloud, name, method)


def _set(cloud: CloudContext, name: str, method: Callable[[SageMakerResponse], ActionResult]) -> None:
    attribute = camelcase_to_underscores(name)
    if hasattr(SageMakerResponse, attribute):
        cloud.replace(SageMakerResponse, attribute, method)
    else:
        setattr(SageMakerResponse, attribute, method)
        cloud.on_stop(lambda: delattr(SageMakerResponse, attribute))


def list_page(request: Request, summaries: list[dict[str, Any]], under: str, noun: str, order: str) -> dict[str, Any]:
    """One page of `summaries` as List operations select and sort them, with the token of the next.

    Parameters
    ----------
    under
        The answer's key, such as `TrainingJobSummaries`.
    noun
        What is listed, as its keys spell it: `TrainingJob` for `TrainingJobName`, `TrainingJobStatus`.
    order
        Ascending or Descending, when the request doesn't say.
    """
    chosen = [each for each in summaries if _selected(request, each, noun)]
    key = {"Name": f"{noun}Name", "Status": f"{noun}Status"}.get(request.get("SortBy", ""), "CreationTime")
    chosen.sort(key=lambda each: each[key], reverse=request.get("SortOrder", order) == "Descending")
    first = _offset(request.get("NextToken"))
    after = first + min(request.get("MaxResults") or _MOST_LISTED, _MOST_LISTED)
    page: dict[str, Any] = {under: chosen[first:after]}
    if after < len(chosen):
        page["NextToken"] = str(after)
    return page


def _selected(request: Request, summary: Mapping[str, Any], noun: str) -> bool:
    created = _time(summary["CreationTime"], datetime.min)
    modified = _time(summary.get("LastModifiedTime"), created)
    return (
        request.get("NameContains", "") in summary[f"{noun}Name"]
        and request.get("StatusEquals", summary.get(f"{noun}Status")) == summary.get(f"{noun}Status")
        and created > _time(request.get("CreationTimeAfter"), datetime.min)
        and created < _time(request.get("CreationTimeBefore"), datetime.max)
        and modified > _time(request.get("LastModifiedTimeAfter"), datetime.min)
        and modified < _time(request.get("LastModifiedTimeBefore"), datetime.max)
    )


def _time(given: datetime | None, default: datetime) -> datetime:
    """moto's own times are UTC without saying so."""
    moment = default if given is None else given
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdecimal():
        raise AWSValidationException(f"Invalid pagination token: {token!r} is none that this operation gave out.")
    return int(token)


def milliseconds(moment: datetime | None) -> int | None:
    """A time as SageMaker's events write it."""
    return None if moment is None else round(moment.timestamp() * 1000)


def _plain(value: Any) -> Any:
    """A parsed request without moto's own mapping types."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
