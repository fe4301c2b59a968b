"""Amazon Rekognition's DetectText: the lines of text in an image, and how many images a day may be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from recommend.errors import BadRequest, Fault, PhotosUsedUp, TextDetectionFailed

# So many words DetectText finds at most; of an image with more it does not say that there are.
MOST_WORDS = 100
# A partition key that no username is, since those are trimmed, and no partition of their index, which is one character.
_PARTITION = " images read"
_UNREADABLE = ("InvalidImageFormatException", "ImageTooLargeException", "InvalidParameterException")

Point = tuple[float, float]


@dataclass(frozen=True)
class DetectedLine:
    """A line of text with its corners, as shares of the image's width and height: of the text as it is read the top
    left one first, then clockwise.
    """

    text: str
    corners: tuple[Point, Point, Point, Point]


@dataclass(frozen=True)
class DetectedText:
    """The lines of an image; where it `is_full` there may be more than were found."""

    lines: list[DetectedLine]
    is_full: bool


class DailyImages:
    """How many images were read today (UTC), in an item of the histories table `table`; at most `most` are."""

    def __init__(self, dynamodb: Any, table: str, most: int) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._most = most

    def take(self) -> None:
        """Count one more image.

        Raises
        ------
        PhotosUsedUp
            Where no more are read today.
        """
        key = {"username": {"S": _PARTITION}, "part": {"S": datetime.now(UTC).date().isoformat()}}
        try:
            if self._most:
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=key,
                    UpdateExpression="ADD images :one",
                    ConditionExpression="attribute_not_exists(images) OR images < :most",
                    ExpressionAttributeValues={":one": {"N": "1"}, ":most": {"N": str(self._most)}},
                )
                return
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            pass
        raise PhotosUsedUp(self._most)


class TextDetection:
    """DetectText through what `rekognition` makes, a boto3 client, which takes a while."""

    def __init__(self, rekognition: Callable[[], Any], daily_images: DailyImages) -> None:
        self._rekognition = rekognition
        self._daily_images = daily_images

    def detect(self, image: bytes) -> DetectedText:
        """The lines of `image`, a JPEG or PNG of at most 5 MB.

        Raises
        ------
        PhotosUsedUp
            Where no more images are read today.
        BadRequest
            Where it is no image after all.
        TextDetectionFailed
            Where Rekognition does not answer.
        """
        self._daily_images.take()
        try:
            found = self._rekognition().detect_text(Image={"Bytes": image})["TextDetections"]
        except ClientError as error:
            code, message = (str(error.response["Error"].get(name, "")) for name in ("Code", "Message"))
            if code in _UNREADABLE:
                raise BadRequest(Fault("photo", message, "a picture that can be read")) from error
            # What AWS says of who may not ask names roles, which is nobody's business.
            raise TextDetectionFailed("" if code == "AccessDeniedException" else message) from error
        lines = [_line(one) for one in found if one["Type"] == "LINE"]
        return DetectedText(lines, sum(one["Type"] == "WORD" for one in found) >= MOST_WORDS)


def _line(found: dict[str, Any]) -> DetectedLine:
    one, two, three, four = ((point["X"], point["Y"]) for point in found["Geometry"]["Polygon"])
    return DetectedLine(found["DetectedText"], (one, two, three, four))
