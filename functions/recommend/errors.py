"""What may keep the API from answering, each with a sentence for whoever asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A field of a request that can't be used: what it got, and what it takes."""

    field: str
    got: str
    takes: str

    def __str__(self) -> str:
        return f"{self.field}: got {self.got}, but it must be {self.takes}."


class BadRequest(Exception):
    """The request can't be answered as it is."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(" ".join(str(fault) for fault in faults))
        self.faults = faults


class NotFound(Exception):
    """A beer, style, brewery, user or release that does not exist; `nearest` are names that do."""

    def __init__(self, kind: str, name: str, nearest: Sequence[str] = ()) -> None:
        hint = f" The nearest: {'; '.join(nearest)}." if nearest else ""
        super().__init__(f"There is no {kind} {name[:100]!r}.{hint}")
        self.nearest = list(nearest)


class MethodNotAllowed(Exception):
    """The address exists and takes the methods `allowed` only."""

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        super().__init__(f"This address does not take {method}, but {' and '.join(allowed)}.")
        self.allowed = tuple(allowed)


class Unauthorized(Exception):
    """Somebody has to say who they are first."""

    def __init__(self) -> None:
        super().__init__(
            "What is about a user takes their token: sign in, or send `Authorization: Bearer …` to the address below "
            "/users/<username>/, as docs/api.md tells."
        )


class Forbidden(Exception):
    """Somebody else may ask this."""


class BodyTooLarge(Exception):
    """The body is larger than any that makes sense."""

    def __init__(self, size: int, most: int, cure: str = "send less at once") -> None:
        super().__init__(f"The body has {size:,} bytes, but at most {most:,} are taken: {cure}.")


class PhotosUsedUp(Exception):
    """No more images are read today, of which `most` are read a day."""

    def __init__(self, most: int) -> None:
        why = f"has read the {most:,} images of today" if most else "reads no photos"
        super().__init__(f"This stack {why} (its parameter DailyImages): send the menu as text.")


class TextDetectionFailed(Exception):
    """Rekognition did not read an image; `cause` is what it said, if that helps."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"The photo could not be read. {cause}".rstrip() + " Ask again, or send the menu as text.")


class NoModelYet(Exception):
    """No endpoint answers for a servable; `run` is the one that was decided last, with its verdict, if any was."""

    def __init__(
        self, bucket: str, run: str | None = None, status: str | None = None, reason: str | None = None
    ) -> None:
        incoming = f"s3://{bucket}/incoming/"
        if run is None:
            why = f"drop a CSV of reviews under {incoming} and wait for the first training to finish."
        elif status == "promoted":
            why = f"{run} is good enough, and is being rolled out or waits for approval."
        else:
            why = (
                f"the last training, {run}, {'failed' if status == 'failed' else 'was refused'}. "
                f"{(reason or 'Its log says why').rstrip('.')}. The next follows new reviews: drop another CSV under "
                f"{incoming}, or correct the one that is there."
            )
        super().__init__(f"No model is in service yet: {why}")


class EndpointMissing(NoModelYet):
    """Of two endpoints one is not there, while the other has a `release`."""

    def __init__(self, endpoint: str, release: str) -> None:
        Exception.__init__(
            self,
            f"The endpoint {endpoint} is not there, though the other one has {release}. Unless that is being rolled "
            f"out right now, make the endpoint again: python -m operate rollback {release}",
        )


class ModelBusy(Exception):
    """An endpoint takes no more requests at the moment, or did not answer in time."""

    def __init__(self, servable: str) -> None:
        super().__init__(f"The {servable} model is busy or still waking up: ask again in a few seconds.")


class ModelFailed(Exception):
    """An endpoint answered with an error, or with something that is not an answer."""

    def __init__(self, servable: str) -> None:
        super().__init__(
            f"The {servable} model failed to answer: ask again in a minute, "
            "and if it goes on roll back to an earlier release."
        )


class InvalidCatalogue(Exception):
    """The catalogue of the release that retrieval answers with is not what it should be."""

    def __init__(self, release: str, fault: str) -> None:
        super().__init__(
            f"The catalogue of the release {release} can't be used: {fault}. Retrain, or roll to another release."
        )


class MissingCatalogue(Exception):
    """The release that retrieval answers with has no catalogue in the bucket."""

    def __init__(self, uri: str) -> None:
        super().__init__(
            f"The catalogue {uri} of the release in service is missing: restore it or roll to another release."
        )
