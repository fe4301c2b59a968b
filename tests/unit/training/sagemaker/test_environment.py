"""SageMaker's script mode, read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trainer.sagemaker import environment
from trainer.sagemaker.failure import CannotTrain


def test_without_variables_everything_is_below_opt_ml() -> None:
    job = environment.read_job({}, [])
    assert job.reviews == Path("/opt/ml/input/data/reviews")
    assert job.model == Path("/opt/ml/model")
    assert environment.failure_file({}) == Path("/opt/ml/output/failure")


def test_variables_of_the_container_come_first(tmp_path: Path) -> None:
    job = environment.read_job(
        {"SAGEMAKER_BASE_DIR": str(tmp_path), "SM_MODEL_DIR": "/elsewhere", "SM_CHANNEL_REVIEWS": "/channel"}, []
    )
    assert (job.model, job.reviews) == (Path("/elsewhere"), Path("/channel"))
    assert job.incumbent == tmp_path / "input/data/serving"
    assert job.best == tmp_path / "input/data/best"


def test_checkpoints_are_kept_only_where_the_job_has_a_folder_for_them(tmp_path: Path) -> None:
    variables = {"SAGEMAKER_BASE_DIR": str(tmp_path)}
    assert environment.read_job(variables, []).checkpoints is None
    (tmp_path / "checkpoints").mkdir()
    assert environment.read_job(variables, []).checkpoints == tmp_path / "checkpoints"


def test_what_was_read_is_left_beside_checkpoints_or_alone_where_the_job_has_a_folder_for_either(
    tmp_path: Path,
) -> None:
    variables = {"SAGEMAKER_BASE_DIR": str(tmp_path)}
    assert environment.read_job(variables, []).snapshot is None
    (tmp_path / "snapshot").mkdir()
    assert environment.read_job(variables, []).snapshot == tmp_path / "snapshot"
    (tmp_path / "checkpoints").mkdir()
    assert environment.read_job(variables, []).snapshot == tmp_path / "checkpoints/snapshot"


HOSTS = '["algo-2", "algo-1"]'


def test_of_several_hosts_the_first_one_is_the_chief() -> None:
    first, second = (environment.cluster({"SM_HOSTS": HOSTS, "SM_CURRENT_HOST": f"algo-{host}"}) for host in (1, 2))
    assert first is not None and second is not None
    assert (first.name, first.is_chief) == ("algo-1", True)
    assert (second.name, second.is_chief) == ("algo-2", False)
    assert list(second.names) == ["algo-1", "algo-2"]


def test_a_host_on_its_own_is_no_cluster() -> None:
    assert environment.cluster({}) is None
    assert environment.cluster({"SM_HOSTS": '["algo-1"]', "SM_CURRENT_HOST": "algo-1"}) is None


def test_tensorflow_is_told_of_the_hosts_by_their_names_at_one_port() -> None:
    cluster = environment.cluster({"SM_HOSTS": HOSTS, "SM_CURRENT_HOST": "algo-2"})
    assert cluster is not None
    assert json.loads(cluster.tf_config) == {
        "cluster": {"worker": ["algo-1:8890", "algo-2:8890"]},
        "task": {"type": "worker", "index": 1},
    }


def test_what_tensorflow_was_told_already_stands() -> None:
    cluster = environment.cluster({"SM_HOSTS": HOSTS, "SM_CURRENT_HOST": "algo-2", "TF_CONFIG": "{}"})
    assert cluster is not None and cluster.tf_config == "{}"


def test_strings_are_decoded_and_what_sagemaker_added_is_ignored(tmp_path: Path) -> None:
    given = {
        "retrieval_epochs": "12",
        "deep_layer_sizes": "[64, 32]",
        "use_cross_layer": "false",
        "run": "taproom-0123456789ab",
        "sagemaker_program": '"train.py"',
        "_tuning_objective_metric": "ranking_rmse",
        "model_dir": '"s3://bucket/model"',
    }
    file = tmp_path / "input/config/hyperparameters.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(given))
    job = environment.read_job({"SAGEMAKER_BASE_DIR": str(tmp_path)}, ["--seed", "3"])
    expected = {
        "retrieval_epochs": 12,
        "deep_layer_sizes": [64, 32],
        "use_cross_layer": False,
        "run": "taproom-0123456789ab",
    }
    assert job.hyperparameters == expected | {"seed": 3}


def test_sm_hps_stands_for_file_and_arguments() -> None:
    job = environment.read_job({"SM_HPS": '{"seed": 5}'}, ["--use_cross_layer", "True"])
    assert job.hyperparameters == {"seed": 5}


def test_arguments_that_are_no_pairs_are_refused() -> None:
    with pytest.raises(CannotTrain, match="not pairs of --name value"):
        environment.read_job({"SAGEMAKER_BASE_DIR": "/nowhere"}, ["--seed"])


def test_hyperparameters_that_are_no_object_are_refused() -> None:
    with pytest.raises(CannotTrain, match=r"SM_HPS are not a JSON object but '\[1\]'"):
        environment.read_job({"SM_HPS": "[1]"}, [])
