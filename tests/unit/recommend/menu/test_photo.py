"""A photo before it is read: what is none, or costs too much, is told from its first bytes."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageFile

from recommend.errors import BadRequest, BodyTooLarge
from recommend.menu import photo
from tests.unit.recommend.menu.pictures import picture, png_that_claims


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_comes_in_rgb(kind: str) -> None:
    opened = photo.opened(picture(200, 100, kind))
    assert (opened.mode, opened.size) == ("RGB", (200, 100))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_that_was_taken_on_the_side_is_turned_as_its_exif_says(kind: str) -> None:
    # 6: to be turned clockwise by a quarter, so that its upper left quarter becomes the upper right one.
    opened = photo.opened(picture(200, 100, kind, orientation=6))
    assert opened.size == (100, 200)
    assert [
        opened.convert("L").getpixel(place) == pytest.approx(0, abs=60) for place in ((75, 40), (25, 40), (75, 160))
    ] == [True, False, False]


def test_a_large_picture_is_read_at_2400_pixels_and_what_is_sent_says_nothing_of_the_camera() -> None:
    opened = photo.opened(picture(4000, 3000, orientation=3))
    assert opened.size == (2400, 1800)
    assert dict(Image.open(io.BytesIO(photo.jpeg(opened))).getexif()) == {}


def test_what_is_transparent_is_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(file, "PNG")
    assert photo.opened(file.getvalue()).getpixel((50, 50)) == (255, 255, 255)


def test_any_picture_that_is_read_fits_what_rekognition_takes() -> None:
    noise = Image.effect_noise((2400, 2400), 200).convert("RGB")
    assert len(photo.jpeg(noise)) < 5 * 1024 * 1024


BROKEN = {
    "text": b"Pilsner Urquell 4.90",
    "a GIF": b"GIF89a" + bytes(100),
    "a head and no body": b"\xff\xd8\xff\xe0",
    "a JPEG that breaks off": picture(1000, 1000)[:2000],
    "a PNG that breaks off": picture(1000, 1000, "PNG")[:200],
    "a PNG with too few bytes": png_that_claims(2000, 2000),
    "30,000 by 30,000 pixels": png_that_claims(30_000, 30_000),
    "10,000 by 10,000 pixels": png_that_claims(10_000, 10_000),
    "5,001 by 5,000 pixels": png_that_claims(5_001, 5_000),
    "79 pixels high": picture(200, 79),
    "a scan after the other": picture() + b"\xff\xda" * 101,
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_can_t_be_read_says_what_a_photo_has_to_be(what: str) -> None:
    with pytest.raises(BadRequest, match=r"photo: got .*, but it must be a JPEG or PNG of "):
        photo.opened(BROKEN[what])


def test_nothing_is_decoded_of_a_picture_with_too_many_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[object] = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded.append)
    with pytest.raises(BadRequest, match=r"got 5,001 by 5,000 pixels, but it must be .* at most 25,000,000 pixels"):
        photo.opened(png_that_claims(5_001, 5_000))
    assert decoded == []


def test_above_the_limit_the_bytes_are_not_looked_at() -> None:
    with pytest.raises(BodyTooLarge, match="The body has 4,500,001 bytes, but at most 4,500,000 are taken: scale"):
        photo.opened(bytes(4_500_001))
