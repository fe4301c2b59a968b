"""The file as a stream of bytes: unpacked, checked to be text, with one kind of line end."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import IO, cast

# Bytes of text handled at once: all that ingest holds in memory grows with this, never with the file.
CHUNK = 8 << 20
# Bytes. A file of this size takes a few minutes; a larger one might not be done in Lambda's fifteen.
LARGEST_TEXT = 4 << 30
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


def chunks(packed: io.BufferedReader[io.RawIOBase], name: str, size: int = CHUNK) -> Iterator[bytes]:
    """The text of a file, gzip'd or not, in chunks of about `size` bytes.

    Line ends become `\\n`, and a byte-order mark is dropped.

    Raises
    ------
    UnusableFile
        The file is empty, no text, UTF-16, or its gzip stream is damaged or ends too early.
    """
    stream = _unpacked(packed, name)
    first = _read(stream, size)
    if not first:
        raise UnusableFile("It is empty.")
    _refuse_binary(first[:_LOOKED_AT])
    unpacked = 0
    for chunk in _with_one_line_end(first.removeprefix(_UTF8_MARK), stream, size):
        unpacked += len(chunk)
        _refuse_too_large(unpacked, packed)
        yield chunk


def _unpacked(packed: io.BufferedReader[io.RawIOBase], name: str) -> IO[bytes]:
    start = packed.peek(len(_GZIP))
    if start.startswith(_GZIP):
        return cast(IO[bytes], gzip.GzipFile(fileobj=packed))
    if start and name.lower().endswith(".gz"):
        raise UnusableFile("Its name ends in .gz, and it is not a gzip file. Pack it with gzip, or name it .csv.")
    return packed


def _with_one_line_end(chunk: bytes, stream: IO[bytes], size: int) -> Iterator[bytes]:
    kept = b""
    while chunk:
        chunk, kept = kept + chunk, b""
        if b"\r" in chunk:
            if chunk.endswith(b"\r"):
                chunk, kept = chunk[:-1], b"\r"
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield chunk
        chunk = _read(stream, size)
    if kept:
        yield b"\n"


def _read(stream: IO[bytes], size: int) -> bytes:
    try:
        return stream.read(size)
    except EOFError as error:
        raise UnusableFile("Its gzip stream ends too early: it was cut off. Upload the whole file again.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise UnusableFile(f"Its gzip stream is damaged ({error}). Pack and upload it again.") from error


def _refuse_too_large(unpacked: int, packed: io.BufferedReader[io.RawIOBase]) -> None:
    if unpacked > LARGEST_TEXT:
        raise UnusableFile(f"It has more than {LARGEST_TEXT >> 30} GB of text. Split it into several files.")
    if unpacked > _LARGEST_UNASKED and unpacked > _HIGHEST_RATIO * packed.tell():
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
