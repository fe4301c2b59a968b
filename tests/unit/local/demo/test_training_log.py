"""What the training job prints, made readable."""

from __future__ import annotations

from local.demo.training_log import TrainingLog


def shown(*printed: str) -> list[str]:
    lines = TrainingLog()
    return [line for each in printed for line in lines.feed(each)] + lines.flush()


def test_an_epoch_and_its_metrics_are_one_line() -> None:
    assert shown("epoch 1", "metric loss=5.5", "metric recall_at_10=0.25", "epoch 2", "metric loss=4") == [
        "epoch 1: loss 5.5000, recall at 10 0.2500",
        "epoch 2: loss 4.0000",
    ]


def test_a_stage_is_told_when_it_has_ended() -> None:
    assert shown("stage fit retrieval", "epoch 1", "metric loss=1", "stage fit retrieval took 2.5 s") == [
        "epoch 1: loss 1.0000",
        "fit retrieval: 2.5 s",
    ]


def test_metrics_outside_of_epochs_belong_to_their_stage() -> None:
    assert shown("stage fit", "epoch 1", "stage fit took 1.0 s", "stage evaluate", "metric rmse=0.5") == [
        "fit: 1.0 s",
        "evaluate: rmse 0.5000",
    ]


def test_other_lines_are_shown_as_they_are_and_empty_ones_not() -> None:
    assert shown("hello", "") == ["hello"]
