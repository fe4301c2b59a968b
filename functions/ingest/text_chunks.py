"""The file as a stream of bytes: unpacked, checked to be text, with one kind of line end."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, cast

# Bytes of text handled at once: all that ingest holds in memory grows with this, never with the file.
CHUNK = 8 << 20
# Bytes. Gzip can't be entered in the middle: each invocation unpacks again what those before it have read.
LARGEST_TEXT = 16 << 30
# From this size on gzip that unpacks to so many times its own size is refused: reviews unpack to 3 to 20 times.
_LARGEST_UNASKED = 64 << 20
_HIGHEST_RATIO = 100
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_UTF8_MARK = b"\xef\xbb\xbf"
# Every character of ASCII has a NUL at its left or at its right in UTF-16, hence at even or at odd places.
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 8192
# Control characters that text does not have: C0 without tab, line feed, vertical tab, form feed and carriage return.
# Some may have strayed into a row, which is refused alone or keeps them; more than some, and it is no text.
_STRAY = 8
_CONTROLS = bytes([*range(9), *range(14, 32)])


class UnusableFile(Exception):
    """The file is refused whole; the message is the receipt's one sentence, said of the file."""


@dataclass
class Position:
    """How far a file has been read: whoever reads it later goes on from here, as if nobody had stopped.

    `offset` counts bytes of the file, unpacked if it `is_packed`, `text` those of its text so far. A `carriage_return`
    may be half a line end, `rest` is text that is no whole record yet and begins on the line `line`. `is_paused`: there
    may be more to read.
    """

    is_packed: bool = False
    offset: int = 0
    text: int = 0
    carriage_return: bool = False
    rest: bytes = b""
    line: int = 1
    is_paused: bool = False


def never() -> bool:
    """Nobody pauses."""
    return False


def chunks(
    packed: io.BufferedReader[io.RawIOBase],
    name: str,
    size: int = CHUNK,
    position: Position | None = None,
    is_over: Callable[[], bool] = never,
) -> Iterator[bytes]:
    """The text of a file, gzip'd or not, in chunks of about `size` bytes, from `position` on, which goes along.

    Line ends become `\\n`, and a byte-order mark is dropped. `packed` reads gzip from its start, a plain file from the
    offset. Before each further chunk it pauses if `is_over`.

    Raises
    ------
    UnusableFile
        The file is empty, no text, UTF-16, or its gzip stream is damaged or ends too early.
    """
    position = Position() if position is None else position
    position.is_paused = False
    begins = position.offset == 0
    stream = _unpacked(packed, name, position, size)
    chunk = _read(stream, size)
    if begins:
        if not chunk:
            raise UnusableFile("It is empty.")
        _refuse_binary(chunk[:_LOOKED_AT])
    while chunk:
        position.offset += len(chunk)
        text = _with_one_line_end(chunk.removeprefix(_UTF8_MARK) if begins else chunk, position)
        begins = False
        _refuse_too_large(position, packed)
        yield text
        if is_over():
            position.is_paused = True
            return
        chunk = _read(stream, size)
    if position.carriage_return:
        position.carriage_return = False
        yield b"\n"


def _unpacked(packed: io.BufferedReader[io.RawIOBase], name: str, position: Position, size: int) -> IO[bytes]:
    if position.offset and not position.is_packed:
        return packed
    start = packed.peek(len(_GZIP))
    position.is_packed = start.startswith(_GZIP)
    if position.is_packed:
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=packed))
        left = position.offset
        while left and (skipped := len(_read(stream, min(size, left)))):
            left -= skipped
        return stream
    if start and name.lower().endswith(".gz"):
        raise UnusableFile("Its name ends in .gz, and it is not a gzip file. Pack it with gzip, or name it .csv.")
    return packed


def _with_one_line_end(chunk: bytes, position: Position) -> bytes:
    if position.carriage_return:
        chunk = b"\r" + chunk
    position.carriage_return = chunk.endswith(b"\r")
    if b"\r" in chunk:
        chunk = chunk.removesuffix(b"\r").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    position.text += len(chunk)
    return chunk


def _read(stream: IO[bytes], size: int) -> bytes:
    try:
        return stream.read(size)
    except EOFError as error:
        raise UnusableFile("Its gzip stream ends too early: it was cut off. Upload the whole file again.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise UnusableFile(f"Its gzip stream is damaged ({error}). Pack and upload it again.") from error


def _refuse_too_large(position: Position, packed: io.BufferedReader[io.RawIOBase]) -> None:
    if position.text > LARGEST_TEXT:
        raise UnusableFile(f"It has more than {LARGEST_TEXT >> 30} GB of text. Split it into several files.")
    if not position.is_packed:
        return
    if position.text > _LARGEST_UNASKED and position.text > _HIGHEST_RATIO * packed.tell():
        raise UnusableFile(
            f"It unpacks to more than {_HIGHEST_RATIO} times its size, which reviews never do. "
            "If they are reviews after all, drop the file unpacked."
        )


def _refuse_binary(start: bytes) -> None:
    if start.startswith(_ZIP):
        raise UnusableFile(
            "It is a ZIP archive or an Excel workbook. Save it as CSV in UTF-8, plain or packed with gzip."
        )
    nul_halves = sorted((start[::2].count(0), start[1::2].count(0)))
    if start.startswith(_UTF16_MARKS) or (nul_halves[0] == 0 and nul_halves[1] * 4 > len(start)):
        raise UnusableFile("It is UTF-16. Save it as UTF-8.")
    controls = len(start) - len(start.translate(None, _CONTROLS))
    if controls > _STRAY + len(start) // 100:
        raise UnusableFile("It is binary, not text. Drop a CSV file in UTF-8, plain or packed with gzip.")
