"""What is deployed: small enough for Lambda, made for its Python, and nothing besides."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from retrain import source
from tests.prerequisites import PYTHON_3_12
from tests.unit.layers.built import FUNCTIONS, PROJECT, Built, size

# The first test waits for the build, which on a new machine waits for the registry.
pytestmark = pytest.mark.timeout(900)

# What Lambda allows a function with all of its layers, unzipped.
LARGEST = 250_000_000

# Parses a file with one good and one bad row, with what the layers bring and nothing else.
SMOKE = """
import datetime, pathlib, sys
import aws_lambda_powertools.utilities.parser, pydantic, taproom.settings
from ingest.histories.part_histories import histories
from ingest.parsing import parse
folder = pathlib.Path(sys.argv[1])
(folder / "a.csv").write_text("score,username,beer_name,brewery_name,abv\\n4,ann,Night,Mill,5\\nbad,bob,Night,Mill,\\n")
now = datetime.datetime.now(datetime.UTC)
parsed = parse((folder / "a.csv").open("rb", buffering=0), "a.csv", now, folder)
print(parsed.accepted, parsed.refused, [history.username for history in histories(parsed.part)])
"""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_with_its_layers_fits_lambda(built: Built, function: str) -> None:
    sizes = {name: size(built.artifact(name)) for name in (function, *built.layers(function))}
    assert all(sizes.values()), sizes
    assert sum(sizes.values()) < LARGEST, sizes


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_s_artifact_is_its_own_folder_with_its_handler(built: Built, function: str) -> None:
    folder, handler, _ = built.properties(function)["Handler"].split(".")
    artifact = built.artifact(function)
    assert [path.name for path in artifact.iterdir()] == [folder]
    assert (artifact / folder / f"{handler}.py").is_file()
    assert not list(artifact.rglob("__pycache__"))


def test_every_function_has_the_shared_layer_and_ingest_and_monitor_pandas_recommend_pillow_and_retrain_its_code(
    built: Built,
) -> None:
    assert {function: built.layers(function) for function in FUNCTIONS} == {
        "IngestFunction": ["SharedLayer", "PandasLayer"],
        "MonitorFunction": ["SharedLayer", "PandasLayer"],
        "RetrainFunction": ["SharedLayer", "TrainingLayer"],
        "PromoteFunction": ["SharedLayer"],
        "RecommendFunction": ["SharedLayer", "PillowLayer"],
    }


@pytest.mark.parametrize("layer", ["SharedLayer", "PandasLayer", "PillowLayer"])
def test_compiled_modules_are_those_of_lambda_s_python_and_processor(built: Built, layer: str) -> None:
    modules = [path.name for path in (built.artifact(layer) / "python").rglob("*.so") if ".cpython-" in path.name]
    assert modules
    assert [name for name in modules if not name.endswith(".cpython-312-x86_64-linux-gnu.so")] == []


def test_the_layers_work_in_lambda_s_python(built: Built, tmp_path: Path) -> None:
    python = PYTHON_3_12.required()
    layers = [built.artifact(name) / "python" for name in built.layers("IngestFunction")]
    path = os.pathsep.join(map(str, (built.artifact("IngestFunction"), *layers)))
    environment = {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONNOUSERSITE": "1"}
    done = subprocess.run([python, "-c", SMOKE, tmp_path], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1 1 ['ann']\n"


def test_the_training_layer_has_the_code_and_the_packages_that_the_container_lacks(built: Built) -> None:
    training = built.artifact("TrainingLayer") / "training"
    own = {name for name, _ in source.read(PROJECT / "training").files if not name.startswith("taproom/")}
    built_files = {path.relative_to(training).as_posix() for path in training.rglob("*") if path.is_file()}
    assert {name for name in built_files if not name.startswith("packages/")} == own
    packages = {path.name for path in (training / "packages").iterdir() if not path.name.endswith(".dist-info")}
    assert packages == {"tensorflow_recommenders", "tf_keras"}


def test_building_the_training_layer_again_gives_the_same_code(built: Built, tmp_path: Path) -> None:
    again = tmp_path / "artifacts"
    again.mkdir()
    make = ["make", "--silent", f"PYTHON={sys.executable}", f"ARTIFACTS_DIR={again}", "build-TrainingLayer"]
    subprocess.run(make, cwd=PROJECT / "training", check=True, capture_output=True)
    first = source.read(built.artifact("TrainingLayer") / "training")
    assert source.read(again / "training").code == first.code


def pins(file: str) -> set[str]:
    return set(re.findall(r"[\w.-]+==[\w.]+(?=\s|$)", (PROJECT / file).read_text()))


@pytest.mark.parametrize(
    "place",
    [
        "layers/shared/requirements.txt",
        "layers/pandas/requirements.txt",
        "layers/pillow/requirements.txt",
        "training/Makefile",
    ],
)
def test_what_is_deployed_has_the_versions_that_are_tested(place: str) -> None:
    assert pins(place)
    assert pins(place) - pins("requirements.lock") == set()
