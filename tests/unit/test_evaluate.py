"""`model.py evaluate`: a split of the caller's."""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.commands import Captured, be_quick, error_of, write
from tests.worlds import TwoTastes, write_csv
from toppicks.cli import main
from toppicks.evaluating import gather_split
from toppicks.evaluation.splitting import Split, is_later
from toppicks.ids import IdMap
from toppicks.ingest.interactions import Interactions
from toppicks.materials import Source
from toppicks.tuning.choosing import Chosen, choose

HEAD = ("user", "item", "rating", "timestamp")
K = 5
Row = tuple[str, ...]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    be_quick(monkeypatch)


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


@pytest.fixture
def split(tmp_path: Path) -> tuple[Path, Path]:
    """A random quarter of a world of two tastes is asked about."""
    rows = _rows(TwoTastes(people=30).write_ratings(tmp_path / "world.csv"))
    hidden = np.random.default_rng(1).random(len(rows)) < 0.25
    return tuple(  # type: ignore[return-value]
        write_csv(
            tmp_path / name, HEAD, [row for row, is_in in zip(rows, mask, strict=True) if is_in]
        )
        for name, mask in (("train.csv", ~hidden), ("test.csv", hidden))
    )


def _found(train: Path, test: Path, *args: object) -> dict[str, Any]:
    """What the JSON says, and each person's nDCG by contender."""
    out, people = test.with_suffix(".json"), test.with_suffix(".people.csv")
    given = ["--ratings", train, "--test", test, "--k", K, "--json", out, "--by-user", people]
    assert main(["evaluate", *map(str, [*given, *args])]) == 0
    found: dict[str, Any] = json.loads(out.read_text())
    with people.open() as file:
        found["by_user"] = {row["user_id"]: row for row in csv.DictReader(file)}
    return found


def _named(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in found["contenders"] if row["name"] == name)


def _lists_of_popularity(
    train: Sequence[Row], test: Sequence[Row]
) -> dict[str, tuple[list[str], set[str]]]:
    """The slow and obvious way: the K most liked of what each person has not rated, and what they
    like of it.
    """
    known = sorted({row[1] for row in train})
    catalogue = [*known, *sorted({row[1] for row in test} - set(known))]
    likes = Counter(row[1] for row in train if float(row[2]) >= 4)
    lists = {}
    for user in {row[0] for row in test}:
        seen = {row[1] for row in train if row[0] == user}
        liked = {row[1] for row in test if row[0] == user and float(row[2]) >= 4} - seen
        if liked:
            # Equal counts stay in the order of the catalogue.
            ranked = sorted((i for i in catalogue if i not in seen), key=lambda item: -likes[item])
            lists[user] = ranked[:K], liked
    return lists


def test_the_figures_of_popularity_are_those_of_a_slow_and_obvious_count(
    split: tuple[Path, Path],
) -> None:
    found = _found(*split)
    lists = _lists_of_popularity(_rows(split[0]), _rows(split[1]))
    hits = {user: [item in liked for item in top] for user, (top, liked) in lists.items()}
    ideal = {
        user: sum(1 / np.log2(r + 2) for r in range(min(K, len(lists[user][1])))) for user in hits
    }
    ndcg = {
        user: sum(hit / np.log2(r + 2) for r, hit in enumerate(one)) / ideal[user]
        for user, one in hits.items()
    }
    expected = {
        "ndcg": np.mean(list(ndcg.values())),
        "recall": np.mean([sum(hits[user]) / len(lists[user][1]) for user in hits]),
        "precision": np.mean([sum(one) / K for one in hits.values()]),
        "hit_rate": np.mean([any(one) for one in hits.values()]),
        "mrr": np.mean(
            [next((1 / (r + 1) for r in range(K) if one[r]), 0) for one in hits.values()]
        ),
        "coverage": len({item for top, _ in lists.values() for item in top}) / found["items"],
    }
    popularity = _named(found, "popularity")
    assert {name: popularity[name] for name in expected} == pytest.approx(expected)
    assert found["asked"] == len(lists)
    assert {user: float(row["popularity"]) for user, row in found["by_user"].items()} == (
        pytest.approx(ndcg, abs=1e-6)
    )


def test_everything_that_programs_read_is_there(split: tuple[Path, Path]) -> None:
    found = _found(*split)
    assert found["k"] == K
    assert found["by_time"] is False
    assert found["like_from"] == 4
    assert found["seconds"] > 0
    assert 10 < found["peak_memory_mb"] < 100_000
    names = [row["name"] for row in found["contenders"]]
    assert (names[0], names[-1]) == ("popularity", "as served")
    assert {"EASE", "item-KNN", "user-KNN"} < set(names)
    roles = {row["name"]: row["role"] for row in found["contenders"]}
    assert roles["popularity"] == "baseline"
    assert roles["user-KNN"] == "reference"
    assert roles["as served"] == "served"
    for row in found["contenders"]:
        assert row["ndcg_low"] <= row["ndcg"] <= row["ndcg_high"]
        mean = np.mean([float(one[row["name"]]) for one in found["by_user"].values()])
        assert row["ndcg"] == pytest.approx(mean, abs=1e-5)
    best = max(found["contenders"][:-1], key=lambda row: row["ndcg"])
    assert found["comparison"]["against"] == best["name"]
    assert found["comparison"]["gain"] == pytest.approx(
        found["contenders"][-1]["ndcg"] - best["ndcg"], abs=1e-9
    )
    assert found["choice"]["items"] in {"EASE", "item-KNN"}
    assert _named(found, "as served")["ndcg"] > 1.5 * _named(found, "popularity")["ndcg"]


def test_a_run_says_what_it_read_and_how_good_it_is(
    split: tuple[Path, Path], capsys: Captured
) -> None:
    _found(*split)
    said = capsys.readouterr()
    assert said.err == ""
    lines = said.out.splitlines()
    assert f"{len(_rows(split[0]))} rows read, {len(_rows(split[0]))} used" in lines
    assert f"{len(_rows(split[1]))} rows read, {len(_rows(split[1]))} used" in lines
    table = said.out[said.out.index("nDCG@5") :]
    assert table.index("popularity") < table.index("EASE") < table.index("as served")
    assert "the best other" in table
    assert "Chosen on" in table


def test_the_same_seed_gives_the_same_figures(split: tuple[Path, Path]) -> None:
    def figures(*args: object) -> dict[str, Any]:
        found = _found(*split, *args)
        return {
            name: value
            for name, value in found.items()
            if name not in {"seconds", "peak_memory_mb", "seed"}
        }

    first = figures("--trials", 2, "--seed", 3)
    assert first == figures("--trials", 2, "--seed", 3)
    assert first != figures("--trials", 2, "--seed", 4)


def test_nothing_is_chosen_or_learnt_by_what_is_asked(
    split: tuple[Path, Path], tmp_path: Path
) -> None:
    rows = _rows(split[1])
    # The same people, items and number of rows, but other likes.
    turned = [(row[0], row[1], str(6 - int(row[2])), row[3]) for row in rows]
    other = write_csv(tmp_path / "turned.csv", HEAD, turned)
    first, second = _found(*split), _found(split[0], other)
    assert first["choice"] == second["choice"]
    assert first["worth"] == second["worth"]
    assert first["like_from"] == second["like_from"] == 4
    assert first["contenders"] != second["contenders"]


def test_what_counts_in_the_end_counts_in_choosing(
    split: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def choosing(*args: Any, **others: Any) -> Chosen:
        asked.append(signature(choose).bind(*args, **others).arguments["k"])
        return choose(*args, **others)

    monkeypatch.setattr("toppicks.training.choose", choosing)
    assert _found(*split)["k"] == K
    assert asked == [K]


def test_the_rating_from_which_on_something_is_a_like_is_the_training_files(
    tmp_path: Path,
) -> None:
    train = write_csv(
        tmp_path / "train.csv", HEAD[:3], [(f"u{n % 9}", f"i{n % 7}", n % 5 + 1) for n in range(60)]
    )
    test = write_csv(tmp_path / "test.csv", HEAD[:3], [("u0", "new", 9), ("u1", "new", 3)])
    assert _found(train, test)["like_from"] == 4
    assert _found(train, test)["asked"] == 1
    every = _found(train, test, "--like-from", "0")
    assert every["asked"] == 2


def test_a_stranger_is_asked_about_and_gets_what_is_popular(
    split: tuple[Path, Path], tmp_path: Path
) -> None:
    rows = _rows(split[1])
    test = write_csv(
        tmp_path / "more.csv", HEAD, [*rows, ("who", "00", "5", "1"), ("no", "01", "1", "1")]
    )
    found = _found(split[0], test)
    assert found["strangers"] == 1
    stranger = found["by_user"]["who"]
    assert float(stranger["popularity"]) > 0
    for name in ("EASE", "user-KNN", "as served", "LightFM, own vectors"):
        assert stranger[name] == stranger["popularity"]
    assert "no" not in found["by_user"]
    assert found["users"] == 32


def test_the_catalogue_is_that_of_all_three_files(split: tuple[Path, Path], tmp_path: Path) -> None:
    train = [row for row in _rows(split[0]) if row[1] != "00"]
    test = [*_rows(split[1]), ("u0", "unheard of", "5", "1")]
    files = (
        write_csv(tmp_path / "less.csv", HEAD, train),
        write_csv(tmp_path / "more.csv", HEAD, test),
    )
    items = TwoTastes(people=30).write_items(tmp_path / "items.csv")
    known = {row[1] for row in train}
    found = _found(*files, "--items", items)
    assert found["items"] == len(known | {f"{n:02}" for n in range(64)} | {"unheard of"})
    assert "u0" in found["by_user"]


def test_what_the_training_file_holds_is_not_asked_again(
    split: tuple[Path, Path], tmp_path: Path, capsys: Captured
) -> None:
    train, test = map(_rows, split)
    again = [row for row in train if row[0] == "u3"]
    more = write_csv(tmp_path / "more.csv", HEAD, [*test, *again])
    first, second = _found(*split), _found(split[0], more)
    assert f"{len(again)}   in the training file too   u3," in capsys.readouterr().out
    assert second["test"]["rows_used"] == first["test"]["rows_used"]
    assert second["contenders"] == first["contenders"]


def test_of_repeated_rows_the_latest_counts(split: tuple[Path, Path], tmp_path: Path) -> None:
    rows = _rows(split[1])
    earlier = [(user, item, "1", "1") for user, item, _, _ in rows]
    test = write_csv(tmp_path / "twice.csv", HEAD, [*rows, *earlier])
    found = _found(split[0], test)
    assert found["test"]["removed"][0]["rows"] == len(rows)
    assert found["contenders"] == _found(*split)["contenders"]


def test_where_nobody_rates_every_row_counts(split: tuple[Path, Path], tmp_path: Path) -> None:
    plain = [
        write_csv(tmp_path / f"plain{n}.csv", HEAD[:2], [row[:2] for row in _rows(path)])
        for n, path in enumerate(split)
    ]
    found = _found(*plain)
    assert found["worth"] == [1.0]
    assert found["asked"] == len({row[0] for row in _rows(split[1])})
    assert _named(found, "as served")["ndcg"] > _named(found, "popularity")["ndcg"]


def test_what_is_known_of_people_helps_strangers(split: tuple[Path, Path], tmp_path: Path) -> None:
    users = write_csv(
        tmp_path / "users.csv",
        ("user", "taste"),
        [*((f"u{n}", ("red", "blue")[n % 2]) for n in range(30)), ("who", "blue")],
    )
    rows = [*_rows(split[1]), ("who", "30", "5", "1")]
    found = _found(split[0], write_csv(tmp_path / "more.csv", HEAD, rows), "--users", users)
    assert found["strangers"] == 1
    assert "who" in found["by_user"]


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        (None, "test.csv: no such file"),
        ("", "test.csv: is empty"),
        ("user,item,rating\n", "test.csv: has a header but no rows"),
        ("user,item,rating\nu,c,1\n", "no row can be asked about (a like is 5 or more)"),
        ("user,item,rating\nu,a,5\n", "no row can be asked about (a like is 5 or more)"),
        ("user,item,rating\nu,c,x\n", "no row can be used"),
        ("user,item\nu,c\n", "test.csv: holds mere rows, but the training file ratings"),
        ("user,item,event\nu,c,like\n", "test.csv: holds events, but the training file ratings"),
        ("user,item,count\nu,c,5\nu,a,2\n", "test.csv: holds counts, but the training file rat"),
    ],
)
def test_where_nothing_can_be_asked_that_is_said_in_one_line(
    tmp_path: Path, capsys: Captured, test: str | None, reason: str
) -> None:
    train = write(tmp_path / "train.csv", "user,item,rating\nu,a,5\nv,b,1\nv,c,5\n")
    if test is not None:
        write(tmp_path / "test.csv", test)
    out = write(tmp_path / "found.json", "as it was")
    args = ["--ratings", train, "--test", tmp_path / "test.csv", "--json", out]
    assert reason in error_of(capsys, ["evaluate", *args])
    assert out.read_text() == "as it was"
    assert {path.name for path in tmp_path.iterdir()} <= {"train.csv", "test.csv", "found.json"}


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        ([], "evaluate needs --ratings and --test"),
        (["--ratings", "r.csv"], "evaluate needs --ratings and --test"),
        (["--test", "r.csv"], "evaluate needs --ratings and --test"),
        (["--k", "0"], "'--k'"),
        (["--k", "ten"], "'--k'"),
        (["--out", "m.pkl"], "--out"),
    ],
)
def test_a_wrong_option_is_one_line(capsys: Captured, args: list[str], reason: str) -> None:
    assert reason in error_of(capsys, ["evaluate", *args])


@pytest.mark.parametrize("option", ["--json", "--by-user"])
@pytest.mark.parametrize("place", ["no/such/folder/found", "."])
def test_a_place_that_cannot_be_written_is_named_before_the_work(
    split: tuple[Path, Path],
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    place: str,
) -> None:
    def too_late(*_: object) -> None:
        raise AssertionError("the work should not have begun")

    monkeypatch.setattr("toppicks.commands.evaluate.evaluate", too_late)
    before = set(tmp_path.iterdir())
    args = ["--ratings", split[0], "--test", split[1], option, tmp_path / place]
    text = error_of(capsys, ["evaluate", *args])
    assert str(tmp_path / place) in text
    assert option in text
    assert set(tmp_path.iterdir()) == before


def test_tiny_splits_can_be_asked_about(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", "user,item,rating\nu,a,5\n")
    test = write(tmp_path / "test.csv", "user,item,rating\nu,b,5\nv,a,5\n")
    found = _found(train, test)
    assert found["asked"] == 2
    assert float(found["by_user"]["v"]["as served"]) == 1
    assert float(found["by_user"]["u"]["as served"]) == 1


def test_rows_over_common_ids_are_in_order_and_say_the_same(
    split: tuple[Path, Path], tmp_path: Path
) -> None:
    test = [*_rows(split[1]), ("a-new-one", "a-new-item", "5", "1"), ("u1", "zz", "4", "1")]
    path = write_csv(tmp_path / "more.csv", HEAD, test)
    hidden = gather_split(Source((split[0],)), path).hidden
    assert (np.diff(hidden.user_idx) >= 0).all()
    told = {
        (hidden.users[user], hidden.items[item], float(rating))
        for user, item, rating in zip(
            hidden.user_idx.tolist(), hidden.item_idx.tolist(), hidden.rating.tolist(), strict=True
        )
    }
    assert told == {(row[0], row[1], float(row[2])) for row in test}


def _interactions(people: int, each: int, first: int, timed: bool = True) -> Interactions:
    """`each` rows a person, one a second from `first` on."""
    n = people * each
    return Interactions(
        users=IdMap(map(str, range(people))),
        items=IdMap(map(str, range(200))),
        user_idx=np.repeat(np.arange(people, dtype=np.int32), each),
        item_idx=np.tile(np.arange(each, dtype=np.int32) + first, people),
        rating=np.ones(n, np.float32),
        timestamp=np.tile(np.arange(each) + first, people) if timed else None,
    )


def test_to_choose_by_as_much_is_set_apart_as_is_hidden_and_in_the_same_way() -> None:
    known, last = _interactions(50, 30, 0), _interactions(50, 10, 30)
    split = Split.given(known, last, seed=1)
    assert is_later(known, last)
    assert len(split.known_late) == 50 * round(30 * 0.25)
    assert split.known_late.item_idx.min() == 22
    assert len(split.known_early) + len(split.known_late) == len(known)
    assert split.asked.tolist() == list(range(50))
    assert len(split.others) == len(split.folds) == 3


@pytest.mark.parametrize(
    "hidden",
    [_interactions(50, 10, 10), _interactions(50, 10, 30, timed=False)],
    ids=["in between", "untimed"],
)
def test_where_the_hidden_rows_are_not_the_last_random_ones_are_set_apart(
    hidden: Interactions,
) -> None:
    known = _interactions(50, 30, 0)
    split = Split.given(known, hidden, seed=1)
    assert not is_later(known, hidden)
    assert len(split.known_late) == 50 * round(30 * 0.25)
    assert set(split.known_late.item_idx.tolist()) == set(range(30))


def test_however_much_is_hidden_there_is_enough_to_learn_from() -> None:
    split = Split.given(_interactions(50, 10, 0), _interactions(50, 90, 10), seed=1)
    assert len(split.known_early) == len(split.known_late) == 250
