"""Rekognition on the laptop: the operation of the same name reads text, and answers and refuses in the same shape."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from benchmarks.menu_photos import drawing
from benchmarks.menu_photos.drawing import CHALK, PAPER, Photo
from benchmarks.menu_photos.reading import Reading, beers_of_the_sample, placed
from local.context import CloudContext
from local.services import text_detection
from local.services.text_reader import ReadLine, ReadText
from recommend.adapters.text_detection import MOST_WORDS
from recommend.menu.beer_matcher import BeerMatcher


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    reading = Reading(tmp_path_factory.mktemp("cloud"))
    yield reading
    reading.stop()


def detect(cloud: CloudContext, image: bytes, **more: Any) -> list[dict[str, Any]]:
    client = cloud.client("rekognition", retries={"total_max_attempts": 1})
    found: list[dict[str, Any]] = client.detect_text(Image={"Bytes": image}, **more)["TextDetections"]
    return found


def refused(cloud: CloudContext, image: bytes, **more: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        detect(cloud, image, **more)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@pytest.fixture(scope="module")
def label() -> Photo:
    beer = beers_of_the_sample()[0]
    return drawing.photo("a label", [beer], drawing.labels, PAPER, seed=1)


def test_the_lines_of_an_image_come_with_their_words_and_where_they_stand(cloud: Reading, label: Photo) -> None:
    found = detect(cloud, label.jpeg)
    assert [one["Id"] for one in found] == list(range(len(found)))
    lines = [one for one in found if one["Type"] == "LINE"]
    assert found[: len(lines)] == lines
    assert lines[0]["DetectedText"] == label.beers[0].brewery.upper()
    of_first = [one["DetectedText"] for one in found if one.get("ParentId") == lines[0]["Id"]]
    assert of_first == label.beers[0].brewery.upper().split()
    for one in found:
        assert 50 < one["Confidence"] <= 100
        box, polygon = one["Geometry"]["BoundingBox"], one["Geometry"]["Polygon"]
        across, down = ([point[axis] for point in polygon] for axis in "XY")
        assert (len(polygon), min(across), min(down)) == (4, pytest.approx(box["Left"]), pytest.approx(box["Top"]))
        assert max(across) - min(across) == pytest.approx(box["Width"])
        assert 0 <= min(across + down) <= max(across + down) <= 1
        # The text begins at the upper left, and runs to the right.
        assert across[1] > across[0]


def test_an_image_without_text_has_none(cloud: Reading) -> None:
    assert detect(cloud, encoded(Image.new("RGB", (200, 200), "white"))) == []


def test_what_is_no_image_or_too_much_of_one_is_refused_as_rekognition_does(cloud: Reading) -> None:
    small = encoded(Image.new("RGB", (200, 79)))
    assert refused(cloud, b"GIF89a" + bytes(100))[0] == "InvalidImageFormatException"
    assert refused(cloud, bytes(5 * 1024 * 1024 + 1))[0] == "ImageTooLargeException"
    assert refused(cloud, small)[0] == "InvalidParameterException"
    assert refused(cloud, small, Filters={"WordFilter": {"MinConfidence": 90}})[0] == "InvalidParameterException"


def test_without_the_packages_that_read_the_answer_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    lacking = Reading(tmp_path)
    try:
        code, message = refused(lacking, encoded(Image.new("RGB", (200, 200))))
    finally:
        lacking.stop()
    assert (code, "run `make develop` or `pip install rapidocr onnxruntime`" in message) == (
        "InternalServerError",
        True,
    )
    assert lacking.said == [message]


def test_of_an_image_a_hundred_words_come_and_no_more() -> None:
    corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 5.0), (0.0, 5.0)]
    words = [ReadText("beer", 1.0, corners)] * 30
    found = text_detection._detections([ReadLine(ReadText("beer " * 30, 1.0, corners), words)] * 5, (100, 100))
    assert [sum(one["Type"] == kind for one in found) for kind in ("LINE", "WORD")] == [4, MOST_WORDS]


@pytest.mark.parametrize(
    ("layout", "look", "count"),
    [
        (drawing.brewery_below, PAPER.like(turn=6, shadow=0.5), 3),
        (drawing.two_columns, CHALK.like(turn=-3, noise=8, size=34), 4),
        (drawing.labels, PAPER.like(tilt=0.08, blur=1.0), 2),
    ],
)
def test_a_photographed_menu_is_read_and_its_beers_are_known(
    cloud: Reading, layout: drawing.Layout, look: drawing.Look, count: int
) -> None:
    beers = beers_of_the_sample()
    # Names that no two breweries share: what stands on these pages is enough to tell them.
    once = [beer for beer in beers if sum(other.name == beer.name for other in beers) == 1]
    photo = drawing.photo("", once[40 : 40 + count], layout, look, seed=3)
    right, wrong = placed(photo, cloud.client("rekognition"), BeerMatcher(beers))
    assert (right, wrong) == ({beer.beer_id for beer in photo.beers}, [])
