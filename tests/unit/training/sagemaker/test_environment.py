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


def test_of_several_hosts_the_first_one_fits() -> None:
    hosts = '["algo-2", "algo-1"]'
    assert environment.is_first_host({"SM_HOSTS": hosts, "SM_CURRENT_HOST": "algo-1"})
    assert not environment.is_first_host({"SM_HOSTS": hosts, "SM_CURRENT_HOST": "algo-2"})
    assert environment.is_first_host({})


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
