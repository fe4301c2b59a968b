"""UTF-8, or else Latin-1, decided row by row: one stray byte must not garble every other name."""

from __future__ import annotations

import numpy as np

from ingest.records import Records

UTF8 = "utf-8"
LATIN1 = "latin-1"

# What Windows writes where Latin-1 has control characters (curly quotes, dashes, the euro sign);
# browsers read Latin-1 so too. Five bytes mean nothing in either.
_WINDOWS = {
    byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}


def in_utf8(found: Records) -> tuple[Records, int]:
    """The same records in UTF-8, and how many of them were Latin-1."""
    if _is_utf8(found.text):
        return found, 0
    given = [found.record(index) for index in range(len(found))]
    texts = [record if _is_utf8(record) else _from_latin1(record) for record in given]
    ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64) - 1
    starts = np.concatenate(([0], ends[:-1] + 1))
    changed = sum(text is not record for text, record in zip(texts, given, strict=True))
    return Records(b"\n".join(texts) + b"\n", starts, ends, found.lines, found.fields), changed


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _from_latin1(record: bytes) -> bytes:
    return record.decode(LATIN1).translate(_WINDOWS).encode()
