"""A host's share of a batch: its rows, and of what chance decides for the whole batch what is theirs."""

from __future__ import annotations

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from trainer.fitting import hosts  # noqa: E402
from trainer.fitting.hosts import Share  # noqa: E402

# As of 7 rows three hosts have them.
SHARES = [Share(*map(tf.constant, (7, first, end))) for first, end in ((0, 2), (2, 4), (4, 7))]


def test_a_host_on_its_own_has_the_whole_batch() -> None:
    assert [int(each) for each in Share.of(tf.constant(7))] == [7, 0, 7]
    assert hosts.is_first()
    assert hosts.from_first(np.array([1.5])).tolist() == [1.5]
    assert float(hosts.summed(tf.constant(2.0))) == 2.0


def test_shares_are_the_batch_in_parts() -> None:
    values = tf.range(7)
    assert np.concatenate([share.take(values) for share in SHARES]).tolist() == list(range(7))
    assert [share.has(values).numpy().tolist() for share in SHARES] == [
        [row in own for row in range(7)] for own in ((0, 1), (2, 3), (4, 5, 6))
    ]
    assert [float(share.part) for share in SHARES] == pytest.approx([2 / 7, 2 / 7, 3 / 7])


def test_hosts_drop_together_what_one_would() -> None:
    values, seed = tf.random.stateless_normal((7, 50), (1, 2)), tf.constant([3, 4])
    whole = tf.nn.experimental.stateless_dropout(values, 0.4, seed)
    parts = np.concatenate([share.dropout(share.take(values), 0.4, seed) for share in SHARES])
    assert 0.2 < (parts == 0).mean() < 0.6
    np.testing.assert_array_equal(parts, whole)
