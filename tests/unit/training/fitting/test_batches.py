"""The order of rows in an epoch."""

from __future__ import annotations

from trainer.fitting.batches import batches_of_epochs, shuffled_batches


def test_every_row_comes_once_and_batches_are_full() -> None:
    batches = shuffled_batches(rows=10, size=3, seed=1, epoch=0)
    assert batches.shape == (3, 3)
    assert len(set(batches.ravel().tolist())) == 9


def test_fewer_rows_than_a_batch_make_one_batch() -> None:
    assert sorted(shuffled_batches(rows=4, size=100, seed=1, epoch=0).ravel().tolist()) == [0, 1, 2, 3]


def test_seed_and_epoch_decide_the_order() -> None:
    orders = [shuffled_batches(50, 50, seed, epoch).tolist() for seed, epoch in [(1, 0), (1, 0), (1, 1), (2, 0)]]
    assert orders[0] == orders[1]
    assert orders[0] != orders[2] and orders[0] != orders[3]


def test_the_batches_of_later_epochs_are_the_same_whichever_epoch_comes_first() -> None:
    whole, rest = (batches_of_epochs(10, 3, 1, range(first, 3)) for first in (0, 1))
    assert (int(whole.cardinality()), int(rest.cardinality())) == (9, 6)
    assert [batch.tolist() for batch in whole.as_numpy_iterator()][3:] == [
        batch.tolist() for batch in rest.as_numpy_iterator()
    ]
