"""Everything that goes into model.tar.gz beside the models, in one folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def write_json(file: Path, document: dict[str, Any]) -> None:
    """Write `document` so that the same content is the same bytes."""
    file.write_text(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
