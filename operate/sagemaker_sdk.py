"""Starting jobs with the SageMaker SDK (the package `sagemaker`), and what it would send without sending it.

Training is its `ModelTrainer` and tuning its `HyperparameterTuner`, both filled from the request that the retrain
function would send, so that there is one description of the job. Where their own ways differ from that request:

- A ModelTrainer with `source_code` uploads the code and runs it through a driver script of the SDK's. The loop uses the
  image's own script mode, which is hyper-parameters and channels alone; so no `source_code`, and nothing is uploaded.
- It names the job after the second in which it sends the request. The manifest of the job's reviews and its
  hyper-parameter `run` bear the name and are there before, so the name is given.
- It fills what is not given from the configuration that a person or an organisation may have for it, and tells AWS how
  it is used, in a request of its own. It gets sagemaker_config.yaml in place of their configurations.
- It looks up the permissions of the role and refuses one that could not do all that the SDK can ask for. The stack's
  role can do what the job does and no more, so that check is off.
- All training jobs of a tuner would have the trainer's one place for checkpoints. They get none: a spot job that is
  interrupted starts from the beginning, and is short.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import boto3

from operate.errors import CannotOperate
from operate.tuning.search_space import Choice, Objective, Range, Whole

CREATE_CALLS = ("CreateTrainingJob", "CreateHyperParameterTuningJob")
_CONFIGURATION = str(Path(__file__).with_name("sagemaker_config.yaml"))
# For the SDK, which takes these from the environment alone.
_ENVIRONMENT = {
    "SAGEMAKER_ADMIN_CONFIG_OVERRIDE": _CONFIGURATION,
    "SAGEMAKER_USER_CONFIG_OVERRIDE": _CONFIGURATION,
    "SAGEMAKER_VALIDATE_ROLE": "false",
}


class _Kept(Exception):
    """Ends a call on its way out."""


def require() -> None:
    """Make sure that there is an SDK, before anything is written.

    Raises
    ------
    CannotOperate
        Where there is none: `make demo` does not install it.
    """
    if importlib.util.find_spec("sagemaker") is None:
        raise CannotOperate("This needs the SageMaker SDK, which is not installed here: run `make develop`.")


def start_training(request: Mapping[str, Any], session: boto3.Session) -> Any:
    """Start the job of `request` (the arguments of CreateTrainingJob): the SDK's TrainingJob."""
    trainer = _trainer(request, session)
    trainer.train(wait=False, logs=False)
    return trainer._latest_training_job


def start_tuning(
    name: str,
    request: Mapping[str, Any],
    objective: Objective,
    ranges: Mapping[str, Range],
    jobs: int,
    parallel: int,
    session: boto3.Session,
) -> None:
    """Start a tuning job called `name`, whose training jobs are like that of `request` (as for `start_training`).

    Of their hyper-parameters the `ranges` are searched, in `jobs` training jobs, `parallel` of them at a time.
    """
    trainer = _trainer({key: value for key, value in request.items() if key != "CheckpointConfig"}, session)
    from sagemaker.train.tuner import HyperparameterTuner

    HyperparameterTuner(
        trainer,
        objective_metric_name=objective.metric,
        objective_type=objective.best,
        metric_definitions=request["AlgorithmSpecification"]["MetricDefinitions"],
        hyperparameter_ranges={name: _parameter(searched) for name, searched in ranges.items()},
        strategy="Bayesian",
        # A training job ends early by itself, when its validation gets no better.
        early_stopping_type="Off",
        max_jobs=jobs,
        max_parallel_jobs=min(parallel, jobs),
    ).tune(job_name=name, wait=False)


def tuning_job(name: str, session: boto3.Session) -> Any:
    """The SDK's HyperParameterTuningJob of this name."""
    from sagemaker.core.resources import HyperParameterTuningJob

    return HyperParameterTuningJob.get(name, session=session, region=str(session.region_name))


def would_send(start: Callable[[boto3.Session], object], region: str) -> dict[str, Any]:
    """The body of the call that `start` makes, taken when botocore has checked and serialised it and goes on to sign.

    Needs neither credentials nor a network.
    """
    kept: list[dict[str, Any]] = []

    def keep(params: Mapping[str, Any], **_: Any) -> NoReturn:
        kept.append(json.loads(params["body"]))
        raise _Kept

    # A session of its own: a client has the hooks that its session had when it was made.
    session = boto3.Session(region_name=region)
    for operation in CREATE_CALLS:
        session.events.register(f"before-call.sagemaker.{operation}", keep)
    with suppress(_Kept):
        start(session)
    return kept[0]


def _trainer(request: Mapping[str, Any], session: boto3.Session) -> Any:
    # Seconds to import: not for --help.
    from sagemaker.core import shapes
    from sagemaker.core.helper.session_helper import Session
    from sagemaker.core.training.configs import Compute
    from sagemaker.core.utils.code_injection.codec import transform
    from sagemaker.train import ModelTrainer

    class CompleteTrainer(ModelTrainer):
        """A ModelTrainer to which nothing need be added, not even the time to `base_job_name`."""

        def _populate_intelligent_defaults(self) -> None:
            """Nothing: looking for each default takes as long as reading the SDK's schema anew, seconds in all."""

        def _create_training_job_args(self, *args: Any, **options: Any) -> dict[str, Any]:
            asked = super()._create_training_job_args(*args, **options)
            return {**asked, "training_job_name": self.base_job_name, "retry_strategy": given.get("retry_strategy")}

    os.environ.update(_ENVIRONMENT)
    given = transform(request, "CreateTrainingJobRequest")
    algorithm = given["algorithm_specification"]
    return (
        CompleteTrainer(
            sagemaker_session=Session(session),
            base_job_name=given["training_job_name"],
            role=given["role_arn"],
            training_image=algorithm["training_image"],
            training_input_mode=algorithm["training_input_mode"],
            hyperparameters=given["hyper_parameters"],
            environment=None,
            compute=Compute(
                **given["resource_config"], enable_managed_spot_training=given.get("enable_managed_spot_training")
            ),
            stopping_condition=given["stopping_condition"],
            input_data_config=[shapes.Channel(**channel) for channel in given["input_data_config"]],
            output_data_config=given["output_data_config"],
            checkpoint_config=given.get("checkpoint_config"),
            tags=given["tags"],
        )
        .with_metric_definitions([shapes.MetricDefinition(**metric) for metric in algorithm["metric_definitions"]])
        .with_tensorboard_output_config(shapes.TensorBoardOutputConfig(**given["tensor_board_output_config"]))
    )


def _parameter(searched: Range) -> Any:
    from sagemaker.core.parameter import CategoricalParameter, ContinuousParameter, IntegerParameter

    if isinstance(searched, Choice):
        # As the container decodes them.
        return CategoricalParameter([json.dumps(value) for value in searched.values])
    kind = IntegerParameter if isinstance(searched, Whole) else ContinuousParameter
    return kind(searched.low, searched.high, "Logarithmic" if searched.logarithmic else "Linear")
