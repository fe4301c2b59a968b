"""Files that somebody might drop by mistake or on purpose, each made by a few readable lines.

Beside the hostile part of each that has rows at all stand two good rows, of eve and of bob.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

HEADER = "score,username,beer_name,brewery_name\n"
EVE, BOB = "4.5,eve,Day,Mill\n", "3.5,bob,Day,Mill\n"
GOOD = HEADER + EVE + BOB
_RANDOM = random.Random(7)


@dataclass(frozen=True)
class Hostile:
    """A file, and what becomes of it: the one reason for which it is refused whole, or the reasons of its bad rows.

    `reasons` has each reason of a row with the number of rows. Both good rows are accepted then.
    """

    what: str
    make: Callable[[], bytes]
    refusal: str | None = None
    reasons: tuple[tuple[str, int], ...] = ()
    name: str = "a.csv"


def _between(*rows: str | bytes) -> Callable[[], bytes]:
    """The rows between the two good ones."""

    def make() -> bytes:
        middle = b"".join(row if isinstance(row, bytes) else row.encode() for row in rows)
        return HEADER.encode() + EVE.encode() + middle + BOB.encode()

    return make


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("reviews.csv", GOOD)
    return packed.getvalue()


def _tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("reviews.csv"), io.BytesIO(GOOD.encode()))
    return packed.getvalue()


FEWER, MORE = "it has fewer fields than the header", "it has more fields than the header"
UNCLOSED, NUL = "a quote is opened and never closed", "it holds a NUL byte"
INVISIBLE = "username holds control or invisible characters"
NOT_A_NUMBER, OUT_OF_RANGE = "score is not a number", "score is not between 0 and 5"

# Of which no row can be looked at.
UNREADABLE = (
    Hostile("nothing", lambda: b"", "It is empty."),
    Hostile("a byte-order mark alone", lambda: b"\xef\xbb\xbf", "It has nothing but empty lines."),
    Hostile("empty lines", lambda: b"\n\r\n\r" * 999, "It has nothing but empty lines."),
    Hostile("zeros", lambda: bytes(9999), "It is binary"),
    Hostile("noise", lambda: _RANDOM.randbytes(9999), "It is binary"),
    Hostile("every byte", lambda: bytes(range(256)) * 40, "It is binary"),
    Hostile("a ZIP archive", _zip, "It is a ZIP archive or an Excel workbook."),
    Hostile("a tar archive", _tar, "It is binary"),
    Hostile("a PNG", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(99)) * 9, "It is binary"),
    Hostile("a PDF", lambda: b"%PDF-1.7\n" + _RANDOM.randbytes(999), "It is binary"),
    Hostile("Parquet", lambda: b"PAR1" + bytes(99) + b"PAR1", "It is binary"),
    Hostile("UTF-16", lambda: GOOD.encode("utf-16"), "It is UTF-16."),
    Hostile("UTF-16 without a mark", lambda: GOOD.encode("utf-16-be"), "It is UTF-16."),
    Hostile("gzip cut off", lambda: gzip.compress(GOOD.encode())[:-9], "Its gzip stream ends too early"),
    Hostile("gzip of two bytes", lambda: b"\x1f\x8b", "Its gzip stream"),
    Hostile("gzip with noise in it", lambda: gzip.compress(GOOD.encode())[:30] + b"\xff" * 9, "Its gzip stream"),
    Hostile("gzip with noise behind it", lambda: gzip.compress(GOOD.encode()) + b"more", "Its gzip stream is damaged"),
    Hostile("gzip in gzip", lambda: gzip.compress(gzip.compress(GOOD.encode() * 99)), "It is binary"),
    Hostile("gzip by its name alone", GOOD.encode, "Its name ends in .gz", name="a.csv.gz"),
    Hostile("gzip of zeros without end", lambda: gzip.compress(bytes(99 << 20)), "It is binary"),
    Hostile(
        "gzip of one row again and again",
        lambda: gzip.compress(GOOD.encode() + EVE.encode() * (70 << 16)),
        "It unpacks to more than 100 times its size",
    ),
    Hostile("one line without an end", lambda: GOOD.encode() + b"x" * (3 << 20), "Its line 4 is longer"),
    Hostile("a quote without an end in the header", lambda: b'score,"username\n' + EVE.encode(), "A quote"),
    Hostile("a header alone", HEADER.encode, "It has a header and no rows."),
    Hostile("no header", lambda: (EVE + BOB).encode(), "Its header lacks score, username"),
    Hostile("a header of a hundred thousand columns", lambda: b"x," * 99_999 + b"y\n", "Its header lacks score"),
    Hostile("a header of one long name", lambda: b"9" * 60_000 + b"(" * 9999 + b"\n4\n", "Its header lacks score"),
    Hostile("JSON", lambda: json.dumps([{"score": 4, "username": "eve"}]).encode(), "Its header lacks"),
    Hostile("JSON lines", lambda: b'{"score": 4, "username": "eve"}\n' * 9, "Its header lacks"),
    Hostile("HTML", lambda: b"<!doctype html>\n<title>Sign in</title>\n", "Its header lacks score"),
    Hostile("prose", lambda: b"Dear all, please find the reviews attached.\n", "Its header lacks score"),
    Hostile("scores of 1 to 10", _between("9,ann,Night,Mill\n"), "1 of its 3 scores are above 5"),
    Hostile("scores of 1 to 100", _between("85,ann,Night,Mill\n"), "1 of its 3 scores are above 5, up to 85"),
    Hostile("an owner nobody can be", GOOD.encode, "It is in the folder of a user", name="users/a\u202eb/a.csv"),
)

# In which the bad rows are refused, and the good ones count.
WITH_GOOD_ROWS = (
    Hostile("a field less", _between("4,ann,Night\n"), reasons=((FEWER, 1),)),
    Hostile("a field more", _between("4,ann,Night,Mill,\n"), reasons=((MORE, 1),)),
    Hostile("many fields more", _between("4," * 99_999 + "\n"), reasons=((MORE, 1),)),
    Hostile("another delimiter", _between("4;ann;Night;Mill\n"), reasons=((FEWER, 1),)),
    Hostile("a line of prose", _between("and so on\n"), reasons=((FEWER, 1),)),
    Hostile("the header again", _between(HEADER), reasons=((NOT_A_NUMBER, 1),)),
    Hostile("a NUL", _between("4,an\0n,Night,Mill\n"), reasons=((NUL, 1),)),
    Hostile("NULs alone", _between("\0\0\0\n"), reasons=((NUL, 1),)),
    Hostile("a quote that nobody closes", _between('4,ann,"Night,Mill\n'), reasons=((UNCLOSED, 1),)),
    Hostile(
        "two stray quotes, rows apart",
        _between('4,ann,"Night,Mill\n', "6000,ann,Night,Mill\n", "4,ann,Night,Mi\0ll\n", '6000,ann,Night",Mill\n'),
        reasons=((OUT_OF_RANGE, 2), (UNCLOSED, 1), (NUL, 1)),
    ),
    Hostile("a score that is a word", _between("good,ann,Night,Mill\n"), reasons=((NOT_A_NUMBER, 1),)),
    Hostile("a score that is true", _between("True,ann,Night,Mill\n"), reasons=((NOT_A_NUMBER, 1),)),
    Hostile("a score in hexadecimal", _between("0x4,ann,Night,Mill\n"), reasons=((NOT_A_NUMBER, 1),)),
    Hostile(
        "a score of digits without end", _between("9" * 99_999 + ",ann,Night,Mill\n"), reasons=((OUT_OF_RANGE, 1),)
    ),
    Hostile("a score of no end", _between("inf,ann,Night,Mill\n"), reasons=((OUT_OF_RANGE, 1),)),
    Hostile("a score too large for a float", _between("1e999,ann,Night,Mill\n"), reasons=((OUT_OF_RANGE, 1),)),
    Hostile("a score below 0", _between("-1,ann,Night,Mill\n"), reasons=((OUT_OF_RANGE, 1),)),
    Hostile("a fraction by 0", _between("4/0,ann,Night,Mill\n"), reasons=((NOT_A_NUMBER, 1),)),
    Hostile("a fraction above 1", _between("21/20,ann,Night,Mill\n"), reasons=((OUT_OF_RANGE, 1),)),
    Hostile("Arabic digits", _between("٤,ann,Night,Mill\n"), reasons=((NOT_A_NUMBER, 1),)),
    Hostile("a spreadsheet's formula", _between('"=1+1",ann,Night,Mill\n'), reasons=((NOT_A_NUMBER, 1),)),
    Hostile("a user called NA", _between("4,NA,Night,Mill\n"), reasons=(("username is missing", 1),)),
    Hostile("a brewery called \\N", _between("4,ann,Night,\\N\n"), reasons=(("brewery_name is missing", 1),)),
    Hostile("a beer of blanks", _between("4,ann,\u3000\u00a0,Mill\n"), reasons=(("beer_name is missing", 1),)),
    Hostile("a beer of entities for blanks", _between("4,ann,&nbsp;,Mill\n"), reasons=(("beer_name is missing", 1),)),
    Hostile("a user with a tab", _between("4,a\tn,Night,Mill\n"), reasons=((INVISIBLE, 1),)),
    Hostile("a user on two lines", _between('4,"a\nn",Night,Mill\n'), reasons=((INVISIBLE, 1),)),
    Hostile("a user written backwards", _between("4,\u202enna,Night,Mill\n"), reasons=((INVISIBLE, 1),)),
    Hostile("a user of no width", _between("4,\u200b,Night,Mill\n"), reasons=((INVISIBLE, 1),)),
    Hostile("a user with an escape", _between("4,\x1b[31m,Night,Mill\n"), reasons=((INVISIBLE, 1),)),
    Hostile(
        "a long user", _between(f"4,{'ü' * 129},Night,Mill\n"), reasons=(("username is longer than 256 bytes", 1),)
    ),
    Hostile(
        "a long beer", _between(f"4,ann,{'x' * 99_999},Mill\n"), reasons=(("beer_name is longer than 256 bytes", 1),)
    ),
    Hostile(
        "a name that entities make long",
        _between(f"4,ann,{'&CounterClockwiseContourIntegral;' * 99},Mill\n"),
        reasons=(("beer_name is longer than 256 bytes", 1),),
    ),
    Hostile(
        "a letter with accents without end",
        _between("4,ann,a" + "\u0301" * 9999 + ",Mill\n"),
        reasons=(("beer_name is longer than 256 bytes", 1),),
    ),
    Hostile("bytes that are no UTF-8", _between(b"bad,\xff\xfe\x80,Night,Mill\n"), reasons=((NOT_A_NUMBER, 1),)),
    Hostile("half a character in UTF-8", _between(b"bad,\xed\xa0\x80,Night,Mill\n"), reasons=((NOT_A_NUMBER, 1),)),
    Hostile("quotes alone", _between('""""""""\n'), reasons=((FEWER, 1),)),
    Hostile("every mix of line ends", _between("\r\r\n\n\r", "good,ann,Night,Mill\r"), reasons=((NOT_A_NUMBER, 1),)),
    Hostile("commas alone", _between(",,,,,,\n"), reasons=((MORE, 1),)),
    Hostile("a long run of quotes", _between('"' * 9999 + "\n"), reasons=((UNCLOSED, 1),)),
    Hostile("gzip of several members", lambda: gzip.compress((HEADER + EVE).encode()) + gzip.compress(BOB.encode())),
    Hostile("a name that looks like a path", _between(), name="../../etc/passwd"),
    Hostile("a name that says users and is none", _between(), name="users/reviews.csv"),
)
