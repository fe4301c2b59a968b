"""What somebody types into a search box, as a query that full-text search can't misread."""

from __future__ import annotations

import re

from taproom.contract import folded

_MAX_WORDS = 12


_WORD = re.compile(r"[^\W_]+")


def fts5_query(text: str) -> str:
    """An FTS5 query: every word of `text` as the beginning of a word; empty if it has no word.

    Words are runs of letters and digits, as the tokenizer of the catalogue cuts them, folded as its text is. Each is
    quoted, so that nothing in it is an operator of FTS5's language.
    """
    return " ".join(f'"{word}"*' for word in _WORD.findall(folded(text))[:_MAX_WORDS])
