"""What the training job prints, made readable."""

from __future__ import annotations

from local.demo.training_log import TrainingLog


def shown(*printed: str) -> list[str]:
    lines = TrainingLog()
    return [line for each in printed for line in lines.feed(each)] + lines.flush()


def test_a_stage_and_its_epochs_are_one_line_with_what_the_epoch_kept_has_measured() -> None:
    assert shown(
        "stage fit retrieval",
        "epoch 1", "metric loss=5.5", "epoch 2", "metric loss=4", "epoch 3", "metric loss=4.5",
        "best epoch", "epoch 2", "metric loss=4", "metric recall_at_10=0.25",
        "stage fit retrieval took 2.5 s",
    ) == ["fit retrieval: 2.5 s, 3 epochs, of which number 2 is kept: loss 4.0000, recall at 10 0.2500"]  # fmt: skip


def test_a_stage_without_epochs_tells_what_it_measured() -> None:
    assert shown("stage evaluate", "metric rmse=0.5", "stage evaluate took 1.0 s", "stage blend") == [
        "evaluate: 1.0 s: rmse 0.5000"
    ]


def test_of_a_stage_that_never_ended_what_it_did_is_told() -> None:
    assert shown("stage fit ranking", "epoch 1", "metric rmse=0.5") == ["fit ranking, 1 epoch: rmse 0.5000"]


def test_other_lines_are_shown_as_they_are_and_empty_ones_not() -> None:
    assert shown("hello", "") == ["hello"]
