"""What beers have in common."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.data.attributes import ItemAttributes, standardised_strength
from trainer.data.reviews import Beers


def attributes(styles: list[str], abv: list[float]) -> ItemAttributes:
    texts = np.array([f"b{number}" for number in range(len(styles))], object)
    breweries = np.array(["Zoo", "Arc", "Zoo", "Zoo"][: len(styles)], object)
    return ItemAttributes.from_beers(
        Beers(texts, texts, breweries, np.array(styles, object), np.array(abv, np.float32))
    )


def test_ids_are_places_among_the_sorted_texts() -> None:
    known = attributes(["Stout", "", "Pils", "Stout"], [5, 5, 5, 5])
    assert known.breweries.tolist() == ["Arc", "Zoo"]
    assert known.brewery.tolist() == [1, 0, 1, 1]
    assert known.styles.tolist() == ["", "Pils", "Stout"]
    assert known.style.tolist() == [2, 0, 1, 2]


def test_strength_is_standardised_over_the_beers_whose_abv_is_known() -> None:
    # 4 and 6 percent: mean 5, deviation 1.
    known = attributes(["a", "b", "c"], [4, -1, 6])
    assert (known.abv_mean, known.abv_deviation) == (5, 1)
    assert known.strength.tolist() == [-1, 0, 1]
    assert known.numeric.tolist() == [[-1], [0], [1]]


def test_an_outlying_strength_counts_as_three_deviations() -> None:
    assert standardised_strength(np.array([57.7, 0.5], np.float32), 5.0, 1.5) == pytest.approx([3, -3])


@pytest.mark.parametrize("abv", [[-1, -1], [5, 5]])
def test_strengths_that_do_not_differ_count_as_the_mean(abv: list[float]) -> None:
    assert attributes(["a", "b"], abv).strength.tolist() == [0, 0]
