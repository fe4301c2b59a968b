"""What may be set, and that all faults are named at once."""

from __future__ import annotations

import pytest

from trainer.hyperparameters import Hyperparameters, parsed
from trainer.sagemaker.failure import CannotTrain


def test_nothing_given_means_the_defaults() -> None:
    assert parsed({}) == Hyperparameters()
    assert (parsed({}).minimum_reviews, parsed({}).held_out_share) == (5, 0.1)


def test_json_values_take_their_own_type() -> None:
    chosen = parsed({"deep_layer_sizes": [32, 16], "ranking_dropout": 0, "run": 42, "use_cross_layer": False})
    assert chosen.deep_layer_sizes == (32, 16)
    assert isinstance(chosen.ranking_dropout, float)
    assert chosen.run == "42"
    assert chosen.use_cross_layer is False


def test_an_unknown_block_of_ranking_features_is_refused_by_naming_those_there_are() -> None:
    with pytest.raises(CannotTrain, match=r"ranking_features is \['factor'\] but must be a list of .* factors, resid"):
        parsed({"ranking_features": ["factor"]})
    assert parsed({"ranking_features": ["factors"]}).ranking_features == ("factors",)


def test_every_fault_is_named_at_once_with_what_was_received_and_expected() -> None:
    with pytest.raises(CannotTrain) as refused:
        parsed({"retrieval_epocs": 3, "patience": 0, "use_cross_layer": "yes", "ranking_dropout": 0.95})
    reason = str(refused.value)
    assert "retrieval_epocs is not a hyper-parameter" in reason
    assert "patience is 0 but must be a whole number from 1 to 1000" in reason
    assert "use_cross_layer is 'yes' but must be true or false" in reason
    assert "ranking_dropout is 0.95 but must be a number from 0 to 0.9" in reason
    assert reason.endswith("correct them and start the job again.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", -1),
        ("seed", 1.5),
        ("seed", True),
        ("held_out_share", 0),
        ("held_out_share", 0.6),
        ("held_out_share", float("nan")),
        ("deep_layer_sizes", [0]),
        ("deep_layer_sizes", 64),
        ("deep_layer_sizes", [8] * 6),
        ("ranking_features", []),
        ("ranking_features", "factors"),
        ("ranking_features", ["factors", "factors"]),
        ("projection_dimension", None),
        ("run", "with blanks"),
        ("run", ""),
    ],
)
def test_a_value_out_of_range_or_of_another_kind_is_refused(name: str, value: object) -> None:
    with pytest.raises(CannotTrain, match=name):
        parsed({name: value})
