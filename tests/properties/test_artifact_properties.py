"""Any plain header and arrays come back; any damage is refused."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from toppicks.artifact import Artifact, load, save
from toppicks.errors import ArtifactError

OWN_KEYS = {"format", "sha256", "arrays"}

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
headers = st.dictionaries(
    st.text(max_size=8).filter(lambda key: key not in OWN_KEYS), plain, max_size=5
)
dtypes = st.one_of(
    hnp.boolean_dtypes(), hnp.integer_dtypes(), hnp.unsigned_integer_dtypes(), hnp.floating_dtypes()
)
arrays = hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5))


@given(header=headers, arrays=st.dictionaries(st.text(max_size=8), arrays, max_size=4))
def test_any_plain_header_and_arrays_come_back_the_same(
    header: dict[str, Any], arrays: dict[str, NDArray[Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.pkl"
        save(Artifact(header, arrays), path)
        loaded = load(path)
    assert loaded.header == header
    assert list(loaded.arrays) == list(arrays)
    for name, array in arrays.items():
        same = loaded.arrays[name]
        assert same.shape == array.shape
        assert same.dtype == array.dtype.newbyteorder("<")
        np.testing.assert_array_equal(same, array)


@cache
def _whole() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.pkl"
        header = {"ids": [f"item-{n}" for n in range(50)], "about": {"x": 0.5, "n": None}}
        save(Artifact(header, {"a": np.arange(500), "b": np.zeros((0, 3)), "c": np.ones(7)}), path)
        return path.read_bytes()


def _refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.pkl"
        path.write_bytes(content)
        with pytest.raises(ArtifactError) as raised:
            load(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert "\n" not in str(raised.value)


@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_any_single_altered_byte_is_refused(place: float, change: int) -> None:
    whole = bytearray(_whole())
    whole[int(place * len(whole))] ^= change
    _refused(bytes(whole))


@given(share=st.floats(0, 1, exclude_max=True))
def test_any_truncation_is_refused(share: float) -> None:
    whole = _whole()
    _refused(whole[: int(share * len(whole))])


@given(content=st.binary(max_size=200))
def test_any_other_bytes_are_refused(content: bytes) -> None:
    _refused(content)


@given(before=st.binary(max_size=20), after=st.binary(min_size=1, max_size=20))
def test_anything_added_is_refused(before: bytes, after: bytes) -> None:
    _refused(before + _whole() + after)
