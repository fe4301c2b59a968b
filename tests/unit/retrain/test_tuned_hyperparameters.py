"""Tuned hyper-parameters in the bucket, over the defaults and under the template's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from retrain.handler import handler
from tests.unit.retrain.asking import FIRST, FROM_INGEST, SCHEDULED, Context, batch, decide, started
from tests.unit.retrain.cloud import BUCKET, Cloud


def tune(cloud: Cloud, content: str) -> None:
    cloud.s3.put_object(Bucket=BUCKET, Key="hyperparameters.json", Body=content.encode())


def asked_for(cloud: Cloud, run: str) -> dict[str, Any]:
    chosen = cloud.job(run)["HyperParameters"]
    return {name: json.loads(value) for name, value in chosen.items() if name in ("seed", "patience")}


def test_tuned_hyperparameters_are_trained_with_and_the_template_s_win_name_by_name(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    cloud.set(hyperparameters={"seed": 7})
    tune(cloud, '{"seed": 3, "patience": 5}')
    assert asked_for(cloud, started(cloud)) == {"seed": 7, "patience": 5}


def test_tuned_hyperparameters_are_another_run_which_tuning_s_request_starts_and_one_for_data_does_not(
    cloud: Cloud,
) -> None:
    cloud.drop(FIRST)
    first = started(cloud)
    cloud.give_verdict(first)
    tune(cloud, '{"patience": 5}')
    assert "0 new reviews and 1 are needed" in decide(cloud, FROM_INGEST).reason
    handler(batch('{"reason": "tune"}'), Context())
    assert len(cloud.runs()) == 2


def test_tuned_hyperparameters_that_the_template_repeats_are_the_same_run(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    cloud.set(hyperparameters={"seed": 7})
    first = started(cloud)
    cloud.give_verdict(first)
    tune(cloud, '{"seed": 7}')
    assert f"{first} was trained on exactly these" in decide(cloud, SCHEDULED).reason


@pytest.mark.parametrize("content", ["", "[1]", '{"seed": 1', '{"run": "mine"}'])
def test_tuned_hyperparameters_that_can_not_be_read_are_reported_and_runs_go_without_them(
    cloud: Cloud, content: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.drop(FIRST)
    tune(cloud, content)
    assert handler(batch('{"reason": "ingest"}'), Context()) == {"batchItemFailures": []}
    assert asked_for(cloud, cloud.runs()[0]) == {}
    assert f"s3://{BUCKET}/hyperparameters.json can't be used: " in caplog.text
    assert f"It starts with {content.encode()!r}" in caplog.text
    assert f"aws s3 rm s3://{BUCKET}/hyperparameters.json" in caplog.text
    assert '"UnusableHyperparameters":[1.0]' in capsys.readouterr().out.replace(" ", "")
