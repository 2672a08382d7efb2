"""Interactions: frozen rows over two maps."""

from pathlib import Path

import numpy as np

from tests.reading import TIMED, gathered, rows_of


def test_interactions_under_a_mask_keep_their_maps(tmp_path: Path) -> None:
    rows = gathered(tmp_path, f"{TIMED}u,a,1,1\nu,b,2,2\nv,a,3,3\n").interactions
    kept = rows.where(np.array([False, True, True]))
    assert rows_of(kept) == [("u", "b", 2), ("v", "a", 3)]
    assert kept.timestamp is not None
    assert kept.timestamp.tolist() == [2, 3]
    assert kept.shape == rows.shape == (2, 2)
    assert kept.matrix().toarray().tolist() == [[0, 1], [1, 0]]
    assert kept.counts_by_item().tolist() == [1, 1]
    assert rows.where(np.zeros(3, bool)).counts_by_item().tolist() == [0, 0]
    assert rows.where(np.array([False, False, True])).user_starts().tolist() == [0, 0, 1]
