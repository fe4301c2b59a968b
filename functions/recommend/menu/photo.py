"""A photo as it comes in: whether it is one, and of a size that makes sense; and the pictures of it that are read."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from recommend.errors import BadRequest, BodyTooLarge, Fault

if TYPE_CHECKING:
    from PIL import Image

# What fits Lambda's 6 MB (6,291,456 bytes) in base64, which makes 6.0 MB of it, beside the rest of the request.
MAX_BYTES = 4_500_000
CURE = "scale the photo down"
# Phones make 12 to 24 megapixels. Decoded they are 3 bytes each.
MAX_PIXELS = 25_000_000
# Rekognition takes none that are smaller.
MIN_SIDE = 80
# A scan goes over all of the picture again; real ones have 10 at most, those made to keep a decoder busy thousands.
_MAX_SCANS = 100
_START_OF_SCAN = b"\xff\xda"
# Pixels of what is read: enough for the small print of a page, and as JPEG always less than Rekognition's 5 MB.
_LONGEST_SIDE = 2_400
_QUALITY = 85
_WANTED = "a JPEG or PNG of {}"


def opened(photo: bytes) -> Image.Image:
    """The picture in `photo`, upright as its EXIF says, in RGB, its longer side at most 2,400 pixels.

    Its size is looked at before anything is decoded.

    Raises
    ------
    BodyTooLarge
        Above MAX_BYTES.
    BadRequest
        For what is no JPEG or PNG, is broken, or has too few or too many pixels.
    """
    # Takes a while to import, and is in the layer of this function alone.
    from PIL import Image, ImageOps

    if len(photo) > MAX_BYTES:
        raise BodyTooLarge(len(photo), MAX_BYTES, CURE)
    if photo.count(_START_OF_SCAN) > _MAX_SCANS:
        raise _unusable("one of more than 100 scans", "at most 100 scans")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(photo), formats=("JPEG", "PNG"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _unusable("one of more", f"at most {MAX_PIXELS:,} pixels") from error
    except Exception as error:
        raise _unusable(f"{len(photo):,} bytes that are neither", f"at most {MAX_BYTES:,} bytes") from error
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise _unusable(f"{width:,} by {height:,} pixels", f"at most {MAX_PIXELS:,} pixels")
    if min(width, height) < MIN_SIDE:
        raise _unusable(f"{width:,} by {height:,} pixels", f"at least {MIN_SIDE} pixels a side")
    try:
        if picture.format == "PNG":
            picture = _opaque(ImageOps.exif_transpose(picture))
        # Of a JPEG that is far larger only a part is decoded.
        picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), reducing_gap=2.0)
        return ImageOps.exif_transpose(picture).convert("RGB")
    except Exception as error:
        # What decoders make of broken bytes is of many kinds.
        raise _unusable("a picture that breaks off or is broken", f"at most {MAX_PIXELS:,} pixels") from error


def jpeg(picture: Image.Image) -> bytes:
    """The picture alone: without what the photo told of camera, time and place."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _opaque(picture: Image.Image) -> Image.Image:
    """In RGB, on white where the picture is transparent."""
    from PIL import Image

    if not picture.has_transparency_data:
        return picture.convert("RGB")
    coloured = picture.convert("RGBA")
    opaque = Image.new("RGB", coloured.size, "white")
    opaque.paste(coloured, mask=coloured.getchannel("A"))
    return opaque


def _unusable(got: str, bound: str) -> BadRequest:
    return BadRequest(Fault("photo", got, _WANTED.format(bound)))
