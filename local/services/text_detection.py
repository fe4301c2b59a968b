"""Rekognition's DetectText: moto's answers the same for every image, this one reads it.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectText.html
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.rekognition.responses import RekognitionResponse

from local.context import CloudContext
from local.services.text_reader import NotInstalled, ReadLine, ReadText, TextReader, opened

_MAX_BYTES = 5 * 1024 * 1024
_MIN_SIDE = 80
_MOST_WORDS = 100
# Words that are less sure are left out, as in AWS.
_MIN_CONFIDENCE = 0.8
_MODEL_VERSION = "3.0"


def install(cloud: CloudContext) -> None:
    """Have `detect_text` read, in place of moto's."""
    reader = TextReader()

    def detect_text(response: RekognitionResponse) -> str:
        image = _image(json.loads(response.body))
        try:
            lines = reader.read(image)
        except NotInstalled as error:
            cloud.say("photo", str(error))
            raise _error("InternalServerError", str(error), 500) from error
        return json.dumps({"TextDetections": _detections(lines, image.size), "TextModelVersion": _MODEL_VERSION})

    cloud.replace(RekognitionResponse, "detect_text", detect_text)


def _image(request: dict[str, Any]) -> Any:
    given = request.get("Image", {}).get("Bytes")
    if given is None or "Filters" in request:
        raise _error("InvalidParameterException", "The laptop reads an Image's Bytes, without Filters.")
    try:
        content = base64.b64decode(given, validate=True)
    except binascii.Error as error:
        raise _error("InvalidParameterException", "Bytes are not base64.") from error
    if len(content) > _MAX_BYTES:
        raise _error("ImageTooLargeException", f"Image has {len(content):,} bytes, the most are {_MAX_BYTES:,}.")
    try:
        image = opened(content)
    except Exception as error:
        raise _error("InvalidImageFormatException", "Request has invalid image format") from error
    if min(image.size) < _MIN_SIDE:
        raise _error("InvalidParameterException", f"Image sides must have at least {_MIN_SIDE} pixels.")
    return image


def _error(kind: str, message: str, status: int = 400) -> JsonRESTError:
    error = JsonRESTError(kind, message)
    error.code = status
    return error


def _detections(lines: list[ReadLine], size: tuple[int, int]) -> list[dict[str, Any]]:
    """All lines, numbered from 0, and then their words, of which there are 100 at most; a line has one or more."""
    kept: list[tuple[ReadText, list[ReadText]]] = []
    left = _MOST_WORDS
    for found in lines:
        words = [word for word in found.words if word.confidence >= _MIN_CONFIDENCE and word.text.strip()][:left]
        left -= len(words)
        if words:
            kept.append((found.line, words))
    detections = [_detection("LINE", number, line, size) for number, (line, _) in enumerate(kept)]
    for parent, (_, words) in enumerate(kept):
        for word in words:
            detections.append(_detection("WORD", len(detections), word, size) | {"ParentId": parent})
    return detections


def _detection(kind: str, number: int, found: ReadText, size: tuple[int, int]) -> dict[str, Any]:
    points = [(x / size[0], y / size[1]) for x, y in found.corners]
    left, top = (min(point[axis] for point in points) for axis in (0, 1))
    right, bottom = (max(point[axis] for point in points) for axis in (0, 1))
    return {
        "DetectedText": found.text,
        "Type": kind,
        "Id": number,
        "Confidence": 100 * found.confidence,
        "Geometry": {
            "BoundingBox": {"Width": right - left, "Height": bottom - top, "Left": left, "Top": top},
            "Polygon": [{"X": x, "Y": y} for x, y in points],
        },
    }
