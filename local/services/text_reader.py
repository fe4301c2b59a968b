"""What reads text on the laptop: RapidOCR, whose wheel has its models in it."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

Corners = list[tuple[float, float]]


class NotInstalled(Exception):
    """The packages that read text are missing."""

    def __init__(self) -> None:
        super().__init__(
            "The laptop reads photos with the packages rapidocr and onnxruntime, which are not installed here: "
            "run `make develop` or `pip install rapidocr onnxruntime`, and start it again."
        )


@dataclass(frozen=True)
class ReadText:
    """A line or word; `confidence` is 0 to 1, `corners` are pixels: of the text the top left one first, clockwise."""

    text: str
    confidence: float
    corners: Corners


@dataclass(frozen=True)
class ReadLine:
    """A line with its words."""

    line: ReadText
    words: list[ReadText]


class TextReader:
    """Reads one image at a time; the models are opened when the first one comes."""

    def __init__(self) -> None:
        self._engine: Any = None
        self._reading = threading.Lock()

    def read(self, image: Image.Image) -> list[ReadLine]:
        """The lines in `image`, from the top.

        Raises
        ------
        NotInstalled
            Where the packages are missing.
        """
        pixels = np.asarray(image.convert("RGB"))[:, :, ::-1]
        with self._reading:
            if self._engine is None:
                self._engine = _engine()
            found = self._engine(pixels, return_word_box=True)
        if found.boxes is None:
            return []
        return [
            ReadLine(
                ReadText(text, float(score), _corners(box)),
                [ReadText(word, float(sure), _corners(at)) for word, sure, at in words],
            )
            for box, text, score, words in zip(found.boxes, found.txts, found.scores, found.word_results, strict=True)
        ]


def opened(image: bytes) -> Image.Image:
    """The image in `image`, upright; OSError for what is no JPEG or PNG."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(Image.open(io.BytesIO(image), formats=("JPEG", "PNG")))


def _engine() -> Any:
    try:
        import onnxruntime  # noqa: F401
        from rapidocr import RapidOCR
    except ImportError as error:
        raise NotInstalled from error
    return RapidOCR(params={"Global.log_level": "critical"})


def _corners(box: Any) -> Corners:
    return [(float(x), float(y)) for x, y in box]
