"""Menus that come as a photo: what is asked of Rekognition, what is answered, and what is kept of it: nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from moto.core.exceptions import JsonRESTError
from moto.rekognition.responses import RekognitionResponse

from recommend.api.request_bodies import MAX_MENU_BYTES
from recommend.menu import photo
from tests.unit.recommend.calls import answer, good, ids
from tests.unit.recommend.cloud import BUCKET, OLD, RATINGS_QUEUE_URL, TABLE, Cloud, Release, get, post
from tests.unit.recommend.menu.pictures import picture
from tests.unit.recommend.menu.test_menu import BEERS, OTHERS

LINES = ("Two Hearted, Bells 7% $6", "Pliny the Elder 8%", "Fish and chips")


class Rekognition:
    """Answers with `lines` below each other, or raises `error`."""

    def __init__(self, lines: Sequence[str] = LINES, error: Exception | None = None) -> None:
        self.lines = lines
        self.error = error
        self.images: list[bytes] = []

    def detect_text(self, asked: RekognitionResponse) -> str:
        self.images.append(base64.b64decode(json.loads(asked.body)["Image"]["Bytes"]))
        if self.error is not None:
            raise self.error
        return json.dumps({"TextDetections": [self._line(*each) for each in enumerate(self.lines)]})

    def _line(self, number: int, text: str) -> dict[str, Any]:
        top, bottom = number / 8, number / 8 + 0.05
        points = [(0.1, top), (0.9, top), (0.9, bottom), (0.1, bottom)]
        polygon = [{"X": x, "Y": y} for x, y in points]
        return {"DetectedText": text, "Type": "LINE", "Id": number, "Geometry": {"Polygon": polygon}}


@pytest.fixture(autouse=True)
def pub(cloud: Cloud, tmp_path: Path) -> Cloud:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    cloud.keep_catalogue(OLD, tmp_path, (*BEERS, *OTHERS))
    release = Release(OLD, {"0": ["9", "o1S"]}, {"1": 3.0, "2": 4.5, "9": 3.5})
    cloud.endpoints |= {"taproom-retrieval": release, "taproom-ranking": release}
    return cloud


@pytest.fixture(autouse=True)
def rekognition(monkeypatch: pytest.MonkeyPatch) -> Rekognition:
    reader = Rekognition()
    monkeypatch.setattr(RekognitionResponse, "detect_text", lambda asked: reader.detect_text(asked))
    return reader


def as_body(target: str, content: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
    """The event of a photo that is the body: API Gateway hands it over in base64."""
    return post(target, base64.b64encode(content).decode(), content_type=kind) | {"isBase64Encoded": True}


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_answered_as_the_text_on_it_is(rekognition: Rekognition, kind: str) -> None:
    body = good(as_body("/users/ann/menu?log=false", picture(kind=kind), f"image/{kind.lower()}"))
    assert body == good(post("/users/ann/menu?log=false", {"menu": "\n".join(LINES)}))
    assert (body["menu"], ids(body)) == ("\n".join(LINES), ["2", "1"])
    assert [(one["line"], one["text"]) for one in body["beers"]] == [(2, LINES[1]), (1, LINES[0])]
    assert [one["text"] for one in body["unplaced"]] == ["Fish and chips"]
    # Whatever came, a JPEG of it is what is read.
    assert [image[:2] for image in rekognition.images] == [b"\xff\xd8"]


def test_what_else_a_menu_may_ask_stands_in_the_query() -> None:
    assert ids(good(as_body("/menu?username=ann&limit=1", picture()))) == ["2"]
    assert ids(good(as_body("/menu?style=American%20IPA&explain=true", picture()))) == ["1"]
    assert ids(good(as_body("/users/ann/menu?max_abv=7.5", picture()))) == ["1"]
    status, body = answer(as_body("/menu?limit=0", picture()))
    assert (status, body["faults"][0]["field"]) == (400, "limit")
    status, body = answer(as_body("/menu?max_prise=5", picture()))
    assert (status, body["faults"][0]["field"]) == (400, "max_prise")


def test_in_json_a_photo_comes_beside_a_newcomer_s_ratings(rekognition: Rekognition) -> None:
    body = good(post("/menu", {"photo": in_base64(picture()), "ratings": {"0": 5.0, "2": 4.0}}))
    assert (ids(body), [one["given"] for one in body["tried"]]) == (["1"], [4.0])
    assert len(rekognition.images) == 1


@pytest.mark.parametrize("body", [{}, {"photo": in_base64(picture()), "menu": "Stout"}])
def test_a_menu_is_a_text_or_a_photo(body: dict[str, Any]) -> None:
    status, told = answer(post("/menu", body))
    assert (status, told["faults"][0]["field"]) == (400, "menu")


def test_what_is_no_picture_is_a_400_and_nobody_is_asked_to_read_it(rekognition: Rekognition) -> None:
    for event in (as_body("/menu", b"%PDF-1.7"), post("/menu", {"photo": in_base64(b"%PDF-1.7")})):
        status, told = answer(event)
        assert (status, told["faults"][0]["field"]) == (400, "photo")
    assert answer(post("/menu", {"photo": "*"}))[0] == 400
    assert rekognition.images == []


def test_a_photo_that_is_too_large_is_a_413_that_says_the_limit(rekognition: Rekognition) -> None:
    too_large = picture() + bytes(photo.MAX_BYTES)
    for event in (as_body("/menu", too_large), post("/menu", {"photo": in_base64(too_large)})):
        status, told = answer(event)
        assert status == 413
        assert "at most 4,500,000 are taken: scale the photo down" in told["message"]
    assert answer(post("/menu", {"photo": "A" * MAX_MENU_BYTES}))[0] == 413
    assert rekognition.images == []


def test_a_photo_of_the_largest_size_is_read() -> None:
    content = picture() + bytes(photo.MAX_BYTES - len(picture()))
    assert ids(good(as_body("/menu", content))) == ids(good(post("/menu", {"photo": in_base64(content)})))


def test_elsewhere_a_photo_is_no_body() -> None:
    assert answer(as_body("/recommendations", picture()))[0] == 400


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("InvalidImageFormatException", 400),
        ("ImageTooLargeException", 400),
        ("InternalServerError", 503),
        ("AccessDeniedException", 503),
        ("ThrottlingException", 503),
    ],
)
def test_what_rekognition_refuses_is_told(rekognition: Rekognition, code: str, status: int) -> None:
    rekognition.error = JsonRESTError(code, "arn:aws:iam::1:role/secret" if code[0] == "A" else "told why")
    got, body = answer(as_body("/menu", picture()))
    assert got == status
    assert ("told why" in body["message"]) == (code[0] != "A")
    assert "secret" not in body["message"]


def test_of_images_no_more_are_read_than_the_stack_allows_in_a_day(
    rekognition: Rekognition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAILY_IMAGES", "2")
    assert [answer(as_body("/menu", picture()))[0] for _ in range(4)] == [200, 200, 429, 429]
    assert len(rekognition.images) == 2
    assert answer(post("/menu", {"menu": "Stout"}))[0] == 200


def test_a_stack_may_read_none(rekognition: Rekognition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAILY_IMAGES", "0")
    status, body = answer(as_body("/menu", picture()))
    assert (status, body["message"]) == (
        429,
        "This stack reads no photos (its parameter DailyImages): send the menu as text.",
    )
    assert rekognition.images == []


def test_nothing_of_a_photo_is_kept_or_logged(
    cloud: Cloud, rekognition: Rekognition, capfd: pytest.CaptureFixture[str]
) -> None:
    objects = cloud.s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    content = picture()
    good(as_body("/users/ann/menu", content))
    rekognition.error = JsonRESTError("InternalServerError", "told why")
    assert answer(as_body("/users/ann/menu", content))[0] == 503
    assert answer(as_body("/users/ann/menu", content[:300]))[0] == 400
    assert cloud.s3.list_objects_v2(Bucket=BUCKET)["Contents"] == objects
    kept = capfd.readouterr()
    messages = cloud.sqs.receive_message(QueueUrl=RATINGS_QUEUE_URL, MaxNumberOfMessages=10)["Messages"]
    items = cloud.dynamodb.scan(TableName=TABLE)["Items"]
    everything = f"{kept.out}{kept.err}{messages}{items}"
    assert len(messages) == 1
    for sent in (content, *rekognition.images):
        # From any place on, base64 has one of three forms.
        encoded = {in_base64(sent[start:])[:40] for start in (0, 1, 2, 60, 61, 62)}
        assert [part for part in encoded if part in everything] == []
    assert "Fish and chips" not in everything
    # The item that counts says how many, and of nobody.
    assert [item["images"] for item in items if item["username"]["S"] == " images read"] == [{"N": "2"}]


def test_the_description_has_both_ways_to_send_a_photo() -> None:
    described = good(get("/openapi.json"))["paths"]
    for path in ("/menu", "/users/{username}/menu"):
        operation = described[path]["post"]
        assert operation["requestBody"]["content"].keys() == {"application/json", "image/jpeg", "image/png"}
        assert {"log", "limit", "style", "explain"} <= {one["name"] for one in operation["parameters"]}
        assert "image/jpeg" not in described["/recommendations"]["post"]["requestBody"]["content"]
