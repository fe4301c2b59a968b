"""Who may import whom: docs/architecture.md in code."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from retrain import source

PROJECT = Path(__file__).parents[2]
FUNCTIONS = ("ingest", "monitor", "retrain", "promote", "recommend")
TRAINING = {"trainer", *(path.stem for path in (PROJECT / "training").glob("*.py"))}
# What travels into the training container.
JOB = [
    PROJECT / "training" / name
    for name, _ in source.read(PROJECT / "training").files
    if name.endswith(".py") and not name.startswith(("taproom/", "packages/"))
]
# Of the package `taproom`, what the training container gets.
TRAVELLING = ("archives", "catalogue_file", "contract", "messages.served_events", "metrics", "snapshots.description")
ROOMS = {*FUNCTIONS, "taproom", "local", "operate", "tests", "benchmarks"}


def imports(path: Path) -> Iterator[str]:
    """Every module that the file imports, anywhere in it, in full."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def offences(paths: Iterable[Path], allowed: set[str]) -> list[str]:
    """The imports of Taproom's own rooms in the files `paths` that are not `allowed`."""
    return [
        f"{path.relative_to(PROJECT)} imports {module}"
        for path in paths
        for module in imports(path)
        if module.partition(".")[0] in ROOMS - allowed
    ]


def files(folder: str) -> list[Path]:
    return sorted((PROJECT / folder).rglob("*.py"))


def importers(package: str, folder: str) -> set[str]:
    return {
        str(path.relative_to(PROJECT))
        for path in (PROJECT / folder).rglob("*.py")
        if any(module.partition(".")[0] == package for module in imports(path))
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_imports_itself_and_taproom_only(function: str) -> None:
    assert offences(files(f"functions/{function}"), {function, "taproom"}) == []


def import_graph(folder: str) -> dict[str, set[str]]:
    """The modules of a package and which of each other they import, also for type checking only."""
    root = (PROJECT / folder).parent
    paths = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path for path in files(folder)
    }
    return {name: {module for module in imports(path) if module in paths} - {name} for name, path in paths.items()}


# The rooms of the recommend function, and which others each may import.
RECOMMEND: dict[str, set[str]] = {
    "handler": {"settings", "api", "recommending", "releases", "adapters"},
    "api": {"recommending", "menu", "releases", "catalogue", "adapters", "errors"},
    "recommending": {"catalogue", "adapters", "errors"},
    "menu": {"adapters", "catalogue", "errors"},
    "releases": {"adapters", "errors"},
    "adapters": {"catalogue", "errors"},
    "catalogue": {"errors"},
    "errors": set(),
    "settings": set(),
}


# The rooms of the training job, likewise.
TRAINER: dict[str, set[str]] = {
    "preparation": {"data", "sagemaker"},
    "release": {"ranking", "retrieval", "evaluation", "fitting", "data", "saved_model", "hyperparameters", "sagemaker"},
    "ranking": {"evaluation", "fitting", "data", "saved_model", "hyperparameters", "sagemaker"},
    "retrieval": {"evaluation", "fitting", "data", "saved_model", "hyperparameters", "sagemaker"},
    "evaluation": {"data"},
    "fitting": {"data", "hyperparameters", "sagemaker"},
    "saved_model": {"data"},
    "data": {"hyperparameters", "sagemaker"},
    "hyperparameters": {"sagemaker"},
    "sagemaker": set(),
}


@pytest.mark.parametrize(("folder", "rooms"), [("functions/recommend", RECOMMEND), ("training/trainer", TRAINER)])
def test_rooms_import_those_below_them_only_and_in_no_circle(folder: str, rooms: dict[str, set[str]]) -> None:
    graph = import_graph(folder)
    graph.pop(Path(folder).name)
    assert {module.split(".")[1] for module in graph} == rooms.keys()
    wrong = {
        f"{module} imports {imported}"
        for module, found in graph.items()
        for imported in found
        if "." in imported
        and (room := imported.split(".")[1]) != (own := module.split(".")[1])
        and room not in rooms[own]
    }
    assert wrong == set()
    # A CycleError names the modules of a circle.
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize(
    "folder",
    [
        "functions/ingest",
        "functions/monitor",
        "functions/retrain",
        "functions/promote",
        "layers/shared/taproom",
        "operate",
        "benchmarks",
    ],
)
def test_no_modules_import_each_other_in_a_circle(folder: str) -> None:
    TopologicalSorter(import_graph(folder)).prepare()


@pytest.mark.parametrize("folder", ["benchmarks", "functions", "layers", "local", "operate", "tests", "training"])
def test_no_folder_has_more_than_15_modules(folder: str) -> None:
    page = [path for path in (PROJECT / folder).rglob("*.mjs") if "node_modules" not in path.parts]
    modules = Counter(path.parent for path in [*files(folder), *page] if path.name != "__init__.py")
    assert {str(path): count for path, count in modules.items() if count > 15} == {}


def test_no_file_is_longer_than_300_lines_without_saying_why_at_its_top() -> None:
    folders = ("functions", "layers", "local", "operate", "training", "benchmarks", "tests")
    paths = [path for folder in folders for ending in ("py", "mjs") for path in (PROJECT / folder).rglob(f"*.{ending}")]
    texts = {path: path.read_text().splitlines() for path in paths if "node_modules" not in path.parts}
    long = {str(path.relative_to(PROJECT)): lines for path, lines in texts.items() if len(lines) > 300}
    assert {name for name, lines in long.items() if "one file because" not in " ".join(lines[:15])} == set()


def test_the_shared_package_imports_itself_only() -> None:
    assert offences(files("layers/shared/taproom"), {"taproom"}) == []


def travels(module: str) -> bool:
    return any(f"{module}.".startswith(f"taproom.{name}.") for name in TRAVELLING)


@pytest.mark.parametrize("name", TRAVELLING)
def test_what_travels_with_the_training_code_needs_the_standard_library_and_itself_only(name: str) -> None:
    found = set(imports(PROJECT / f"layers/shared/taproom/{name.replace('.', '/')}.py"))
    ours = {module for module in found if module.partition(".")[0] == "taproom"}
    assert {module.partition(".")[0] for module in found - ours} <= sys.stdlib_module_names
    assert [module for module in ours - {"taproom"} if not travels(module)] == []


def test_training_imports_itself_and_the_contract_only() -> None:
    assert JOB
    assert offences(JOB, {"taproom"}) == []
    modules = {module for path in JOB for module in imports(path)}
    assert [module for module in modules if module.startswith("taproom.") and not travels(module)] == []


def test_operating_imports_the_request_builders_of_retrain_and_the_hyper_parameters_of_training() -> None:
    assert offences(files("operate"), {"operate", "retrain", "taproom"}) == []
    modules = {module for path in files("operate") for module in imports(path) if module.startswith("trainer.")}
    assert {".".join(module.split(".")[:3]) for module in modules} <= {
        "trainer.hyperparameters",
        "trainer.hyperparameters.parsed",
        "trainer.sagemaker.failure",
    }


def test_nothing_but_tests_imports_operating() -> None:
    folders = ("functions", "layers", "training", "local", "benchmarks")
    assert set().union(*(importers("operate", folder) for folder in folders)) == set()


def test_the_sagemaker_sdk_is_for_operating_alone() -> None:
    assert importers("sagemaker", "operate")
    folders = ("functions", "layers", "training", "local", "benchmarks")
    assert set().union(*(importers("sagemaker", folder) for folder in folders)) == set()
    shipped = [*(PROJECT / "layers").rglob("requirements.*"), PROJECT / "training" / "requirements.txt"]
    assert [path for path in shipped if "sagemaker" in path.read_text()] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_imports_no_training_code_and_no_tensorflow(function: str) -> None:
    for path in (PROJECT / "functions" / function).rglob("*.py"):
        roots = {module.partition(".")[0] for module in imports(path)}
        assert "tensorflow" not in roots, path
        assert roots & TRAINING == set(), path


@pytest.mark.parametrize("folder", ["functions", "layers"])
def test_clients_are_made_in_handlers_only(folder: str) -> None:
    assert {Path(name).name for name in importers("boto3", folder)} <= {"handler.py"}


def test_spark_is_for_preparation_alone_which_does_without_pyarrow() -> None:
    own = {str(path.relative_to(PROJECT)) for path in files("training/trainer/preparation")}
    assert own & importers("pyspark", "training")
    assert importers("pyspark", "training") <= {*own, "training/prepare.py"}
    assert (
        set().union(*(importers("pyspark", folder) for folder in ("functions", "layers", "local", "operate"))) == set()
    )
    reached = {"trainer.data.burst_rule", "trainer.data.twins"}
    modules = {module for path in files("training/trainer/preparation") for module in imports(path)}
    assert {module for module in modules if module.startswith("trainer.data.")} & import_graph(
        "training/trainer"
    ).keys() == reached
    assert {
        name for name in reached if "pyarrow" in set(imports(PROJECT / f"training/{name.replace('.', '/')}.py"))
    } == set()


def test_tensorflow_appears_in_training_and_in_the_model_server_only() -> None:
    assert importers("tensorflow", "functions") | importers("tensorflow", "layers") == set()
    assert importers("tensorflow", "local") == {"local/sagemaker/serving/model_server.py"}


# The rooms of the laptop cloud from the ground up: each imports those before it, and itself.
LOCAL = (
    ("__init__",),
    ("callers", "context", "http_server", "running_cloud"),
    ("lambda_runtime",),
    ("cloudformation",),
    ("services",),
    ("sagemaker",),
    ("assembly",),
    ("demo",),
    ("__main__",),
)


def test_the_rooms_of_the_laptop_cloud_import_downwards_only_and_in_no_circle() -> None:
    graph = import_graph("local")
    rank = {f"local.{room}": number for number, rooms in enumerate(LOCAL) for room in rooms} | {"local": 0}

    def room(module: str) -> str:
        return ".".join(module.split(".")[:2])

    assert {room(module) for module in graph} <= rank.keys()
    upwards = {
        f"{module} imports {imported}"
        for module, found in graph.items()
        for imported in found
        if rank[room(imported)] > rank[room(module)]
    }
    assert upwards == set()
    # A CycleError names the modules of a circle.
    TopologicalSorter(graph).prepare()


def test_the_laptop_cloud_runs_its_model_server_and_imports_it_nowhere() -> None:
    """It alone imports TensorFlow, which takes seconds."""
    graph = import_graph("local")
    assert "local.sagemaker.serving.model_server" in graph
    assert {name for name, imported in graph.items() if "local.sagemaker.serving.model_server" in imported} == set()


def test_nothing_but_tests_and_benchmarks_imports_the_laptop_cloud() -> None:
    assert importers("local", "functions") | importers("local", "layers") | importers("local", "training") == set()
