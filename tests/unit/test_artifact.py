"""The model file: what goes out comes back, and nothing else is let in."""

import errno
import hashlib
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest

from toppicks import artifact
from toppicks.artifact import Artifact, load, save
from toppicks.errors import ArtifactError
from toppicks.scoring.history import History
from toppicks.scoring.worth import Worth
from toppicks.trained import TrainedModel

BLANK = b"0" * 64
SMALL = Artifact(
    {"ids": ["007", "NA"], "about": {"n": 1, "x": 0.5, "none": None, "yes": True}},
    {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.array([-1, 2**40]),
        "nothing": np.zeros((0, 3), np.float32),
        "mask": np.array([True, False]),
        "scalar": np.array(2.5),
    },
)


def refusal(path: Path) -> str:
    """The one sentence with which a file is refused; it names the file."""
    with pytest.raises(ArtifactError) as raised:
        TrainedModel.from_artifact(load(path))
    text = str(raised.value)
    assert "\n" not in text
    assert text.startswith(str(path))
    return text


def signed(unsigned: bytes) -> bytes:
    """The same bytes with the SHA-256 that they should have; the first 64 zeros are its place."""
    assert BLANK in unsigned
    return unsigned.replace(BLANK, hashlib.sha256(unsigned).hexdigest().encode(), 1)


def crafted(path: Path, arrays: object, format_: int = 1) -> Path:
    """A file with a correct hash whose list of arrays is anything at all."""
    header = {"format": format_, "sha256": BLANK.decode(), "arrays": arrays}
    path.write_bytes(signed(pickle.dumps(header, protocol=4).ljust(1024, b"\0")))
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "model.pkl"
    save(SMALL, path)
    return path


def test_header_and_arrays_come_back_the_same(small: Path) -> None:
    loaded = load(small)
    assert loaded.header == SMALL.header
    assert list(loaded.arrays) == list(SMALL.arrays)
    for name, array in SMALL.arrays.items():
        assert loaded.arrays[name].dtype == array.dtype
        assert loaded.arrays[name].shape == array.shape
        np.testing.assert_array_equal(loaded.arrays[name], array)


def test_saving_returns_what_is_then_loaded(tmp_path: Path) -> None:
    saved = save(SMALL, tmp_path / "model.pkl")
    loaded = load(tmp_path / "model.pkl")
    assert saved.version == loaded.version
    assert saved.header == loaded.header


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    first = save(SMALL, tmp_path / "a.pkl").version
    again = save(SMALL, tmp_path / "b.pkl").version
    other = save(Artifact(SMALL.header | {"x": 1}, SMALL.arrays), tmp_path / "c.pkl").version
    assert first == again
    assert first != other
    assert len(first) == 12


def test_a_reloaded_model_scores_the_same(tiny_model_path: Path, tmp_path: Path) -> None:
    model = TrainedModel.from_artifact(load(tiny_model_path))
    save(model.to_artifact(), tmp_path / "again.pkl")
    again = TrainedModel.from_artifact(load(tmp_path / "again.pkl"))
    for user_idx in range(len(model.users)):
        scores = model.scorer.scores(model.histories.history(user_idx))
        same = again.scorer.scores(again.histories.history(user_idx))
        assert np.array_equal(scores, same)
    assert again.about == model.about
    assert list(again.items) == list(model.items)
    assert list(again.users) == list(model.users)
    assert again.fields == model.fields
    assert again.words == model.words
    assert again.scorer.blend == model.scorer.blend
    assert again.histories.worth == model.histories.worth
    assert model.calibration is not None
    assert again.calibration is not None
    assert np.array_equal(again.calibration.chances, model.calibration.chances)
    assert np.array_equal(again.calibration.scores, model.calibration.scores)
    for name in ("n_ratings", "n_likes"):
        assert np.array_equal(getattr(again, name), getattr(model, name))


def test_a_model_without_a_calibration_stays_without(tiny_model: TrainedModel) -> None:
    parts = tiny_model.to_artifact()
    arrays = {name: array for name, array in parts.arrays.items() if "match" not in name}
    assert TrainedModel.from_artifact(Artifact(parts.header, arrays)).calibration is None


def test_arrays_are_views_of_the_mapped_file_and_read_only(small: Path) -> None:
    array = load(small).arrays["a"]
    assert not array.flags.owndata
    assert not array.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 1
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    assert type(base.obj if isinstance(base, memoryview) else base).__name__ == "mmap"


def test_arrays_are_aligned(small: Path) -> None:
    for array in load(small).arrays.values():
        assert array.ctypes.data % 64 == 0


def test_big_endian_and_transposed_arrays_are_written_plainly(tmp_path: Path) -> None:
    arrays = {"big": np.array([1, 2], ">i4"), "turned": np.arange(6.0).reshape(2, 3).T}
    loaded = save(Artifact({}, arrays), tmp_path / "m.pkl").arrays
    assert loaded["big"].dtype == np.dtype("<i4")
    assert loaded["big"].tolist() == [1, 2]
    assert loaded["turned"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert loaded["turned"].flags.c_contiguous


def test_a_nan_is_no_reason_to_refuse_an_array(tmp_path: Path) -> None:
    loaded = save(Artifact({}, {"a": np.array([np.nan, 1.0])}), tmp_path / "m.pkl")
    assert np.isnan(loaded.arrays["a"][0])


def test_a_header_of_several_megabytes_comes_back(tmp_path: Path) -> None:
    header = {"ids": [f"item {n}" for n in range(100_000)], "text": "é" * 1_000_000}
    loaded = save(Artifact(header, {"a": np.arange(3)}), tmp_path / "m.pkl")
    assert loaded.header == header
    assert loaded.arrays["a"].tolist() == [0, 1, 2]


def test_the_file_is_a_pickle_that_plain_python_reads(small: Path) -> None:
    header = pickle.loads(small.read_bytes())
    assert header["format"] == artifact.FORMAT
    assert header["ids"] == ["007", "NA"]
    assert set(header["arrays"]) == set(SMALL.arrays)


def test_the_file_may_be_read_by_others(small: Path) -> None:
    assert small.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("dtype", ["O", "U3", "S3", "M8[s]", "c8", "i4,f4"])
def test_only_plain_numbers_are_saved(tmp_path: Path, dtype: str) -> None:
    with pytest.raises(TypeError, match=r"'a' has dtype .*; expected plain numbers"):
        save(Artifact({}, {"a": np.zeros(2, dtype)}), tmp_path / "m.pkl")
    assert not list(tmp_path.iterdir())


def test_a_header_with_a_class_is_not_published(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="holds plain values alone"):
        save(Artifact({"path": Path("x")}, {}), tmp_path / "m.pkl")
    assert not list(tmp_path.iterdir())


def test_a_header_that_overwrites_the_hash_is_not_published(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="not written as it must be read"):
        save(Artifact({"sha256": "mine"}, {}), tmp_path / "m.pkl")
    assert not list(tmp_path.iterdir())


def test_a_truncated_file_is_refused_wherever_it_is_cut(small: Path) -> None:
    whole = small.read_bytes()
    for length in range(len(whole)):
        small.write_bytes(whole[:length])
        refusal(small)


def test_an_altered_byte_is_refused_wherever_it_is(small: Path) -> None:
    whole = small.read_bytes()
    for at in range(len(whole)):
        small.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        refusal(small)


def test_an_appended_byte_is_refused(small: Path) -> None:
    small.write_bytes(small.read_bytes() + b"\0")
    assert "SHA-256 does not match" in refusal(small)


def test_a_missing_file_says_how_to_train_one(tmp_path: Path) -> None:
    assert "no such model; train one with `python model.py`" in refusal(tmp_path / "no.pkl")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cannot be read"),
        (b"user,item,rating\n1,2,3\n" * 20, "not a model of Top Picks"),
        (pickle.dumps({"a": 1}), "not a model of Top Picks"),
        (pickle.dumps({"format": 1, "sha256": "0" * 64}, protocol=0), "not a model of Top Picks"),
        (bytes(range(256)), "not a model of Top Picks"),
    ],
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "m.pkl"
    path.write_bytes(content)
    assert reason in refusal(path)


def test_a_newer_format_is_refused_even_with_a_correct_hash(tmp_path: Path) -> None:
    newest = artifact.FORMAT
    path = crafted(tmp_path / "m.pkl", {}, format_=newest + 1)
    expected = f"its format is {newest + 1}, this version reads up to {newest}; update Top Picks"
    assert expected in refusal(path)


def test_an_artifact_has_the_format_of_its_file(tmp_path: Path, small: Path) -> None:
    assert load(small).format == artifact.FORMAT
    assert load(crafted(tmp_path / "old.pkl", {}, format_=1)).format == 1


def test_a_model_without_its_parts_is_refused(small: Path) -> None:
    with pytest.raises(ArtifactError, match=r"lacks a part or has a wrong one .*train it anew"):
        TrainedModel.from_artifact(load(small))


class _Malice:
    """Unpickled by plain pickle, it runs a command."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self.command,)


def _ran(tmp_path: Path) -> Path:
    return tmp_path / "it-ran"


def test_the_malice_of_these_tests_is_real(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(_Malice(f"touch {_ran(tmp_path)}")))
    assert _ran(tmp_path).exists()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_bare_malicious_pickle_does_not_run(tmp_path: Path, protocol: int) -> None:
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(_Malice(f"touch {_ran(tmp_path)}"), protocol))
    assert "not a model" in refusal(path)
    assert not _ran(tmp_path).exists()


def _dressed_malice(tmp_path: Path) -> Path:
    """A model file but for what it holds: the preamble and the hash are right."""
    malice = _Malice(f"touch {_ran(tmp_path)}")
    header = {"format": 1, "sha256": BLANK.decode(), "about": malice, "arrays": {}}
    path = tmp_path / "m.pkl"
    path.write_bytes(signed(pickle.dumps(header, protocol=4).ljust(512, b"\0")))
    return path


def test_a_malicious_pickle_dressed_as_a_model_does_not_run(tmp_path: Path) -> None:
    path = _dressed_malice(tmp_path)
    assert "it uses STACK_GLOBAL, and a model holds plain values alone" in refusal(path)
    assert not _ran(tmp_path).exists()


def test_the_unpickler_alone_builds_nothing_that_has_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifact, "_refuse_odd_opcodes", lambda _: None)
    path = _dressed_malice(tmp_path)
    assert "system" in refusal(path)
    assert not _ran(tmp_path).exists()


def _unframed(opcodes: bytes) -> bytes:
    """Without the FRAME opcode, whose length would have to be right."""
    return opcodes[:2] + opcodes[11:]


@pytest.mark.parametrize(
    ("opcodes", "name"),
    [
        (b"cos\nsystem\n", "GLOBAL"),
        (b"ios\nsystem\n", "INST"),
        (b"\x82\x01", "EXT1"),
        (b"Poutside\n", "PERSID"),
        (b"N" + b"\x86" * 40 + b"N", "TUPLE2"),  # a key that takes 2 ** 40 steps to hash
        (b"(" * 200_000 + b"t" * 200_000, "TUPLE"),  # one that overflows the stack
        (b"r\x00\x00\x00\x10", "LONG_BINPUT"),  # 268,435,456 places for what is remembered
        (b"p268435456\n", "PUT"),
        (b"\x8e" + b"\xff" * 7 + b"\x7f", "BINBYTES8"),  # a text of 2 ** 63 bytes
        (b"R", "REDUCE"),
        (b"b", "BUILD"),
        (b"\x81", "NEWOBJ"),
    ],
)
def test_opcodes_of_anything_but_plain_values_are_not_run(
    tmp_path: Path, opcodes: bytes, name: str
) -> None:
    preamble = pickle.dumps({"format": 1, "sha256": BLANK.decode()}, protocol=4)[:-1]
    path = tmp_path / "m.pkl"
    path.write_bytes(signed((_unframed(preamble) + opcodes + b".").ljust(512, b"\0")))
    said = refusal(path)
    assert f"it uses {name}," in said or "not a readable header" in said
    assert (name == "BINBYTES8") == ("not a readable header" in said)


@pytest.mark.parametrize("arrays", [None, [], 7, "a"])
def test_a_header_without_a_list_of_arrays_is_refused(tmp_path: Path, arrays: object) -> None:
    assert "has no list of arrays" in refusal(crafted(tmp_path / "m.pkl", arrays))


@pytest.mark.parametrize(
    "change",
    [
        {"dtype": "O"},
        {"dtype": "f4,("},
        {"dtype": "M8[\n]"},
        {"dtype": "V8"},
        {"dtype": None},
        {"shape": [10**6]},
        {"shape": [2**70]},
        {"shape": [-1]},
        {"shape": [float("inf")]},
        {"shape": None},
        {"offset": -64},
        {"offset": 10**6},
        {"offset": 2**70},
        {"offset": "0"},
    ],
)
def test_a_crafted_list_of_arrays_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    place = {"dtype": "<f4", "shape": [1], "offset": 0} | change
    path = crafted(tmp_path / "m.pkl", {"a": place})
    assert "its list of arrays is wrong" in refusal(path)


@pytest.mark.parametrize("place", [None, 7, [], {}])
def test_a_crafted_place_of_an_array_is_refused(tmp_path: Path, place: object) -> None:
    assert "is wrong" in refusal(crafted(tmp_path / "m.pkl", {"a": place}))


def test_a_header_whose_preamble_is_somewhere_else_is_refused(tmp_path: Path) -> None:
    inner = {"format": 1, "sha256": BLANK.decode()}
    path = tmp_path / "m.pkl"
    unsigned = pickle.dumps({"x": inner, "arrays": {}}, protocol=4).ljust(256, b"\0")
    path.write_bytes(signed(unsigned))
    assert "refused" in refusal(path)


def _fail(_: Artifact) -> None:
    raise ArtifactError("not content")


def test_a_failing_check_leaves_the_old_file_and_nothing_else(small: Path) -> None:
    old = small.read_bytes()
    with pytest.raises(ArtifactError, match="not content"):
        save(Artifact({"new": 1}, {}), small, _fail)
    assert small.read_bytes() == old
    assert [path.name for path in small.parent.iterdir()] == ["model.pkl"]


def test_the_check_sees_what_was_written_before_it_is_published(small: Path) -> None:
    old = small.read_bytes()
    seen = []

    def check(loaded: Artifact) -> None:
        seen.append((loaded.header, small.read_bytes() == old))

    save(Artifact({"new": 1}, {}), small, check)
    assert seen == [({"new": 1}, True)]
    assert load(small).header == {"new": 1}


def test_a_write_error_leaves_the_old_file_and_nothing_else(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = small.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArtifactError, match=r"model.pkl: cannot be written \(No space left"):
        save(Artifact({"new": 1}, {}), small)
    assert small.read_bytes() == old
    assert [path.name for path in small.parent.iterdir()] == ["model.pkl"]


def test_damage_on_the_way_to_the_disk_is_not_published(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = small.read_bytes()
    write = artifact._write

    def damaged(new: Artifact, file: IO[bytes]) -> None:
        write(new, file)
        file.seek(-1, os.SEEK_END)
        file.write(b"!")

    monkeypatch.setattr(artifact, "_write", damaged)
    with pytest.raises(ArtifactError, match="truncated or altered"):
        save(Artifact({}, {"a": np.ones(3)}), small)
    assert small.read_bytes() == old
    assert [path.name for path in small.parent.iterdir()] == ["model.pkl"]


@pytest.mark.parametrize(
    "other",
    [
        Artifact({"x": 2}, {"a": np.array([1.0])}),
        Artifact({"x": 1}, {"a": np.array([2.0])}),
        Artifact({"x": 1}, {"a": np.array([[1.0]])}),
        Artifact({"x": 1}, {"b": np.array([1.0])}),
        Artifact({"x": 1}, {"a": np.array([1.0]), "b": np.array([1.0])}),
    ],
)
def test_what_reads_back_differently_is_not_published(
    small: Path, other: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = small.read_bytes()
    write = artifact._write
    monkeypatch.setattr(artifact, "_write", lambda _, file: write(other, file))
    with pytest.raises(ArtifactError, match=r"model.pkl: not replaced: what was written"):
        save(Artifact({"x": 1}, {"a": np.array([1.0])}), small)
    assert small.read_bytes() == old
    assert [path.name for path in small.parent.iterdir()] == ["model.pkl"]


def test_a_folder_that_is_not_there_is_named_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"no/m.pkl: cannot be written .*--out"):
        save(SMALL, tmp_path / "no" / "m.pkl")


def test_a_folder_in_the_place_of_the_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "m.pkl").mkdir()
    with pytest.raises(ArtifactError, match=r"m.pkl: cannot be written .*--out"):
        save(SMALL, tmp_path / "m.pkl")
    assert [path.name for path in tmp_path.iterdir()] == ["m.pkl"]


def test_the_mapping_of_an_old_file_stays_readable_when_a_shorter_one_replaces_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "m.pkl"
    many = np.arange(500_000)
    save(Artifact({}, {"a": many}), path)
    old = load(path)
    save(Artifact({}, {"a": np.zeros(1)}), path)
    assert np.array_equal(old.arrays["a"], many)
    assert load(path).arrays["a"].tolist() == [0]


def test_the_arrays_outlive_the_artifact(small: Path) -> None:
    array = load(small).arrays["a"]
    small.unlink()
    assert array.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_histories_keep_all_rated_as_seen_at_what_it_is_worth(tiny_model: TrainedModel) -> None:
    worth = Worth((-np.inf, 2.0, 4.0), (0.0, 0.5, 1.0))
    histories = replace(tiny_model.histories, worth=worth)
    rows = histories.rows(3)
    history: History = histories.history(3)
    rated = dict(
        zip(histories.item_idx[rows].tolist(), histories.rating[rows].tolist(), strict=True)
    )
    assert len(rated) == 20
    assert set(history.seen_idx.tolist()) == set(rated)
    assert set(rated.values()) == {1, 2, 4, 5}
    expected = {item: 1.0 if rating > 2 else 0.5 for item, rating in rated.items() if rating > 1}
    found = dict(zip(history.item_idx.tolist(), history.worth.tolist(), strict=True))
    assert found == expected
    assert history.profile is None
