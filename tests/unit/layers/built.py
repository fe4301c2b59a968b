"""Artifacts of functions and layers, combined as the template combines them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

PROJECT = Path(__file__).parents[3]
FUNCTIONS = ("IngestFunction", "MonitorFunction", "RetrainFunction", "PromoteFunction", "RecommendFunction")


@dataclass(frozen=True)
class Built:
    """`folder` has an artifact folder a function and layer, and the template that names them."""

    folder: Path

    def artifact(self, name: str) -> Path:
        return self.folder / name

    def properties(self, function: str) -> dict[str, Any]:
        template = yaml_parse((self.folder / "template.yaml").read_text())
        own: dict[str, Any] = template["Resources"][function]["Properties"]
        everywhere = template["Globals"]["Function"]
        return {**everywhere, **own, "Layers": [*everywhere.get("Layers", []), *own.get("Layers", [])]}

    def layers(self, function: str) -> list[str]:
        return [layer["Ref"] for layer in self.properties(function)["Layers"]]


def size(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
