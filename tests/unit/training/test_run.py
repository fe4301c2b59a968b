"""Whole runs of train.py on a small drop, as SageMaker starts them."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from taproom.metrics import HELD_OUT, PRINTED, VALIDATION_RECALL_AT_100, VALIDATION_RMSE, Metric, of_task
from tests.unit.training.jobs import Run, taste
from trainer.data.split import Split

tf = pytest.importorskip("tensorflow")


def signature(run: Run, servable: str) -> Any:
    loaded = tf.saved_model.load(str(run.model / servable / "1"))
    answer = loaded.signatures["serving_default"]
    answer.owner = loaded  # a signature alone does not keep its variables alive
    return answer


HISTORY = {
    "history_beer_ids": tf.TensorSpec([None, None], tf.string, "history_beer_ids"),
    "history_scores": tf.TensorSpec([None, None], tf.float32, "history_scores"),
}


def history(*histories: dict[str, float]) -> dict[str, Any]:
    """Histories, a map of beer id to score each, as the servables take them."""
    longest = max(len(each) for each in histories) or 1
    ids = [[*each, *[""] * (longest - len(each))] for each in histories]
    scores = [[*each.values(), *[0.0] * (longest - len(each))] for each in histories]
    return {"history_beer_ids": tf.constant(ids), "history_scores": tf.constant(scores, tf.float32)}


def test_a_run_succeeds_and_leaves_what_the_contract_lists(first: Run) -> None:
    assert first.status == 0, first.errors
    assert {path.name for path in first.model.iterdir()} == {
        "retrieval", "ranking", "catalogue.sqlite", "metrics.json", "smoke_test.json", "report.html",
    }  # fmt: skip
    assert (first.model / "retrieval/1/saved_model.pb").is_file()
    assert (first.model / "ranking/1/saved_model.pb").is_file()
    assert list((first.base / "output/tensorboard").glob("events.out.tfevents.*"))
    assert not (first.base / "output/failure").exists()


def test_a_run_names_nobody(first: Run, whole: Split) -> None:
    files = [path.read_bytes() for path in first.model.rglob("*") if path.is_file()]
    assert not [name for name in whole.usernames if any(str(name).encode() in content for content in files)]


def printed(run: Run, metric: Metric) -> list[float]:
    """All values of a metric that SageMaker would read."""
    return [float(found[1]) for line in run.lines if (found := re.search(metric.pattern, line))]


def test_every_metric_is_printed_so_that_sagemaker_reads_a_number(first: Run) -> None:
    for metric in PRINTED:
        found = printed(first, metric)
        assert found and np.isfinite(found).all(), metric
        if metric in HELD_OUT:
            assert found == pytest.approx([first.metrics[metric.task]["candidate"][metric.name]], abs=1e-6)


@pytest.mark.parametrize(("metric", "best"), [(VALIDATION_RECALL_AT_100, max), (VALIDATION_RMSE, min)])
def test_the_last_value_of_what_tuning_looks_at_is_the_best(
    first: Run, metric: Metric, best: Callable[[list[float]], float]
) -> None:
    values = printed(first, metric)
    assert values[-1] == best(values)


def test_the_retrieval_signature_is_the_contracts(first: Run) -> None:
    answer = signature(first, "retrieval")
    assert answer.structured_input_signature[1] == {"username": tf.TensorSpec([None], tf.string, "username"), **HISTORY}
    assert {name: (output.dtype, output.shape.as_list()) for name, output in answer.structured_outputs.items()} == {
        "beer_id": (tf.string, [None, 50]),
        "score": (tf.float32, [None, 50]),
        "known": (tf.bool, [None]),
        "release": (tf.string, [None]),
    }


def test_the_ranking_signature_is_the_contracts(first: Run) -> None:
    answer = signature(first, "ranking")
    texts = ("username", "beer_id", "brewery_name", "style")
    expected = {name: tf.TensorSpec([None], tf.string, name) for name in texts}
    assert answer.structured_input_signature[1] == expected | HISTORY | {
        "abv": tf.TensorSpec([None], tf.float32, "abv")
    }
    assert {name: (output.dtype, output.shape.as_list()) for name, output in answer.structured_outputs.items()} == {
        "score": (tf.float32, [None]),
        "release": (tf.string, [None]),
    }


def test_retrieval_lists_every_beer_once_with_falling_scores(first: Run) -> None:
    tried = {"b01": 4.0, "no such beer": 5.0}
    outputs = signature(first, "retrieval")(username=tf.constant(["user 00", "nobody"]), **history(tried, {}))
    for beers, scores in zip(outputs["beer_id"].numpy(), outputs["score"].numpy(), strict=True):
        assert len(set(beers)) == 50
        assert (np.diff(scores) <= 0).all()
    assert outputs["known"].numpy().tolist() == [True, False]
    assert outputs["release"].numpy().tolist() == [b"taproom-000000000001"] * 2


def test_the_beers_of_a_history_come_last(first: Run) -> None:
    tried = {"b01": 4.0, "b07": 1.0}
    outputs = signature(first, "retrieval")(username=tf.constant(["nobody"]), **history(tried))
    assert set(outputs["beer_id"].numpy()[0][-2:]) == {b"b01", b"b07"}
    assert outputs["known"].numpy().tolist() == [True]


def test_who_asks_does_not_matter_and_what_they_tried_does(first: Run) -> None:
    odd, even = ({f"b{beer:02}": 5.0 for beer in range(start, 20, 2)} for start in (1, 0))
    outputs = signature(first, "retrieval")(
        username=tf.constant(["user 00", "nobody", "nobody"]), **history(odd, odd, even)
    )
    listed = outputs["beer_id"].numpy().tolist()
    assert listed[0] == listed[1] != listed[2]


def test_each_username_has_the_history_of_its_first_appearance(first: Run) -> None:
    def asked(*usernames: str) -> dict[str, Any]:
        n = len(usernames)
        texts = {"beer_id": "b10", "brewery_name": "Brewery 0", "style": "Stout"}
        columns = {name: tf.constant([text] * n) for name, text in texts.items()}
        return {"username": tf.constant(usernames), **columns, "abv": tf.fill([n], 4.0)}

    rank = signature(first, "ranking")
    high, low = {"b02": 5.0, "b04": 5.0, "b06": 5.0}, {"b02": 1.0, "b04": 1.0, "b06": 1.0}
    scores = rank(**asked("ann", "bob", "ann"), **history(high, low))["score"].numpy()
    assert scores[0] == scores[2] > scores[1]
    alone = rank(**asked("bob"), **history(low))["score"].numpy()
    assert alone[0] == pytest.approx(scores[1], abs=1e-5)


def test_a_user_who_is_not_known_gets_the_most_reviewed_beers(first: Run) -> None:
    with closing(sqlite3.connect(first.model / "catalogue.sqlite")) as database:
        counts = dict(database.execute("SELECT beer_id, reviews FROM beers"))
    answer = signature(first, "retrieval")(username=tf.constant(["nobody"]), **history({}))
    listed = answer["beer_id"].numpy()[0]
    listed_counts = [counts[beer.decode()] for beer in listed]
    # The catalogue counts validation rows as well, so neighbours may differ by the few there are.
    assert np.mean(listed_counts[:10]) > np.mean(listed_counts[10:30]) > np.mean(listed_counts[30:])


def test_scores_stay_on_the_review_scale_whatever_is_asked(first: Run) -> None:
    outputs = signature(first, "ranking")(
        username=tf.constant(["user 00", "", "nobody"]),
        beer_id=tf.constant(["b01", "", "no beer"]),
        brewery_name=tf.constant(["Brewery 1", "", "none"]),
        style=tf.constant(["Pils", "", "none"]),
        abv=tf.constant([5.0, -1.0, 1e6]),
        **history({"b01": 5.0}, {}, {"b02": 0.0, "no such beer": 5.0}),
    )
    assert ((outputs["score"].numpy() >= 0) & (outputs["score"].numpy() <= 5)).all()


def test_the_smoke_tests_answers_are_given_again_by_plain_tensorflow(first: Run) -> None:
    """In a process of its own, without the Keras flag, the training code or tensorflow-recommenders."""
    script = """
import json, sys
from pathlib import Path
import tensorflow as tf
model = Path(sys.argv[1])
for servable in ("retrieval", "ranking"):
    loaded = tf.saved_model.load(str(model / servable / "1"))
    for each in json.loads((model / "smoke_test.json").read_text())[servable]:
        types = {"abv": tf.float32, "history_scores": tf.float32}
        inputs = {n: tf.constant(v, types.get(n, tf.string)) for n, v in each["inputs"].items()}
        answer = {n: t.numpy() for n, t in loaded.signatures["serving_default"](**inputs).items()}
        assert set(answer) == set(each["outputs"])
        for name, expected in each["outputs"].items():
            values = answer[name][:, :10] if answer[name].ndim == 2 else answer[name]
            same = abs(values - expected).max() < 1e-5 if values.dtype.kind == "f" else (
                tf.constant(values.tolist()).numpy() == tf.constant(expected).numpy()).all()
            assert same, (servable, name, values, expected)
        print(servable, len(answer["release"]))
assert "tensorflow_recommenders" not in sys.modules and "tf_keras" not in sys.modules
"""
    import os

    environment = {name: value for name, value in os.environ.items() if name != "TF_USE_LEGACY_KERAS"}
    ended = subprocess.run(
        [sys.executable, "-c", script, str(first.model)], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split("\n")[:-1] == ["retrieval 3", "retrieval 1", "ranking 3", "ranking 1"]


def test_metrics_have_the_contracts_keys_and_nothing_in_service(first: Run, whole: Split) -> None:
    metrics = first.metrics
    assert metrics["release"] == "taproom-000000000001"
    assert metrics["serving"] is metrics["serving_failure"] is None
    # All reviews are of one day.
    assert metrics["future"] is None
    assert metrics["retrieval"]["serving"] is metrics["ranking"]["serving"] is None
    for task, measured in {
        "retrieval": ("candidate", "popularity"),
        "ranking": ("candidate", "bias", "mean"),
        "served": ("candidate",),
    }.items():
        for name in measured:
            assert list(metrics[task][name]) == [metric.name for metric in of_task(task)]
    counts = metrics["reviews"]
    assert counts["total"] == len(taste())
    groups = {"fitted": whole.training, "validation": whole.validation, "held_out": whole.held_out}
    assert {name: counts[name] for name in groups} == {name: len(ratings) for name, ratings in groups.items()}
    assert (counts["users"], counts["beers"]) == (40, 50)
    assert list(metrics["seconds"]) == [
        "prepare", "import", "find neighbours", "fit retrieval", "weigh retrieval's parts", "export retrieval",
        "cross-fit ranking features", "fit ranking", "export ranking", "blend",
        "evaluate", "report",
    ]  # fmt: skip


def test_the_exported_models_are_what_was_measured(first: Run) -> None:
    """The RMSE of metrics.json follows from the reviews and the ranking signature."""
    from taproom.contract import held_out

    rows = [row for row in taste() if held_out(row["username"], row["beer_id"], 0.1)]
    tried: dict[str, dict[str, float]] = {row["username"]: {} for row in rows}
    for row in taste():
        if row["username"] in tried and not held_out(row["username"], row["beer_id"], 0.1):
            tried[row["username"]][row["beer_id"]] = row["score"]
    columns = ("username", "beer_id", "brewery_name", "style")
    inputs = {name: tf.constant([row[name] for row in rows]) for name in columns}
    abv = tf.constant([-1.0 if row["abv"] is None else row["abv"] for row in rows], tf.float32)
    predicted = signature(first, "ranking")(**inputs, abv=abv, **history(*tried.values()))["score"].numpy()
    given = np.array([row["score"] for row in rows])
    assert first.metrics["ranking"]["candidate"]["rmse"] == pytest.approx(np.sqrt(np.mean((predicted - given) ** 2)))


def test_the_catalogue_can_be_searched_and_tells_about_itself(first: Run) -> None:
    with closing(sqlite3.connect(first.model / "catalogue.sqlite")) as database:
        found = database.execute(
            "SELECT beers.beer_id FROM beers_text JOIN beers ON beers.rowid = beers_text.rowid "
            "WHERE beers_text MATCH 'b07' AND beers.style = 'Pils'"
        ).fetchall()
        about = dict(database.execute("SELECT key, value FROM about"))
    assert found == [("b07",)]
    assert about["release"] == "taproom-000000000001"
    assert about["beers"] == "50"


def test_progress_is_told_in_stages(first: Run) -> None:
    stages = [line for line in first.lines if re.fullmatch(r"stage [a-z' -]+ took [\d.]+ s", line)]
    assert len(stages) == 12


def test_nothing_is_written_into_the_input(first: Run) -> None:
    assert {path.name for path in Path(first.base / "input/data").iterdir()} == {"reviews"}
