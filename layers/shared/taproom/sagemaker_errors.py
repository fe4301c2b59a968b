"""How SageMaker says that something does not exist."""

from __future__ import annotations

from botocore.exceptions import ClientError

_PHRASES = ("not found", "could not find", "does not exist")


def is_absent(error: ClientError) -> bool:
    """Whether `error` means that what was asked for does not exist.

    For most of its kinds SageMaker has no error code of its own for this: it sends a validation
    error, which only the message tells from the one for a wrong request.
    """
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"].casefold()
    if code in {"ValidationException", "ValidationError"}:
        return any(phrase in message for phrase in _PHRASES)
    return code in {"ResourceNotFound", "ResourceNotFoundException"}
