"""What a snapshot is of: its description, columns and format (docs/contracts.md).

Standard library only, since it travels into the training container as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Self

from taproom.contract import PART_COLUMNS

# The file that says what a snapshot covers, beside those with its rows; a reader knows one FORMAT.
DESCRIPTION = "snapshot.json"
FORMAT = 1
# Columns of its files, in order: those of a part but for the text, which no model reads, and the part's name.
COLUMNS = (*(column for column in PART_COLUMNS if column != "text"), "part")


class NotASnapshot(ValueError):
    """A description that this code can't use."""


@dataclass(frozen=True)
class Snapshot:
    """The description of one.

    Attributes
    ----------
    run
        The run that left it.
    rows
        How many rows its files have.
    files
        Their names, in the order of their rows, each with its size in bytes.
    parts
        All that it covers, sorted; of some it may have no row.
    """

    run: str
    rows: int
    files: Mapping[str, int]
    parts: Sequence[str]

    def to_json(self) -> str:
        """The description as a file holds it."""
        return json.dumps({"format": FORMAT, **asdict(self)})

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a description.

        Raises
        ------
        NotASnapshot
            For one that is damaged or of another format.
        """
        try:
            given = json.loads(text)
            if given.pop("format") == FORMAT:
                return cls(**given)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise NotASnapshot(
                f"A snapshot's description can't be read ({error}): it starts with {text[:60]!r}."
            ) from error
        raise NotASnapshot(f"A snapshot is of another format than {FORMAT}: {text[:60]!r}.")
