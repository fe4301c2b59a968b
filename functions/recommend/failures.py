"""What may keep the API from answering, each with a sentence for whoever asked."""

from __future__ import annotations


class BadRequest(Exception):
    """The request can't be answered as it is; the message names the field, what it got and what it takes."""


class NoModelYet(Exception):
    """No endpoint answers for a servable."""

    def __init__(self, bucket: str) -> None:
        super().__init__(
            f"No model is in service yet: drop a CSV of reviews under s3://{bucket}/incoming/ "
            "and wait for the first training to finish."
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


class UnfitCatalogue(Exception):
    """The catalogue of the release that retrieval answers with is not what it should be."""

    def __init__(self, release: str, fault: str) -> None:
        super().__init__(
            f"The catalogue of the release {release} can't be used: {fault}. Retrain, or roll to another release."
        )


class NoCatalogue(Exception):
    """The release that retrieval answers with has no catalogue in the bucket."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"The catalogue {place} of the release in service is missing: restore it or roll to another release."
        )
