"""`model.py export`: everybody's picks as a file."""

import csv
import gzip
from pathlib import Path

import pytest

from tests.commands import Captured, error_of, write
from tests.picked import picks_of
from tests.worlds import trained, write_csv
from toppicks.cli import main
from toppicks.serving.histories import Person
from toppicks.serving.picks import Picks, Wish
from toppicks.serving.recommender import Recommender
from toppicks.store import Event, Store
from toppicks.training import publish


def _export(model: Path, out: Path, *args: object) -> list[dict[str, str]]:
    given = ["export", "--model", model, "--out", out, *args]
    assert main([str(arg) for arg in given]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _people(rows: list[dict[str, str]]) -> list[str]:
    """Who has picks, each once, in the file's order."""
    return list(dict.fromkeys(row["user_id"] for row in rows))


def test_everybody_has_the_picks_that_the_site_shows(tiny_model_path: Path, tmp_path: Path) -> None:
    rows = _export(tiny_model_path, tmp_path / "picks.csv", "--n", 7)
    site = Recommender.load(tiny_model_path)
    shown = [
        (user_id, str(pick.rank), site.model.items[pick.item_idx], f"{round(pick.score, 6):.6f}")
        for user_id in site.model.users
        for pick in picks_of(site, user_id, 7).picks
    ]
    assert len(shown) == 7 * 64
    assert [tuple(row.values()) for row in rows] == shown
    assert list(rows[0]) == ["user_id", "rank", "item_id", "score"]


def test_nothing_that_somebody_has_rated_is_picked_and_ten_are_usual(
    tiny_model_path: Path, tmp_path: Path
) -> None:
    rows = _export(tiny_model_path, tmp_path / "picks.csv")
    model = Recommender.load(tiny_model_path).model
    picked = [row["item_id"] for row in rows if row["user_id"] == "u3"]
    user_idx = model.users.idx("u3")
    seen = {model.items[idx] for idx in model.histories.history(user_idx).seen_idx.tolist()}
    assert len(picked) == 10
    assert len(seen) == 20
    assert not seen & set(picked)


def test_more_than_there_are_is_all_that_there_are(tiny_model_path: Path, tmp_path: Path) -> None:
    rows = _export(tiny_model_path, tmp_path / "picks.csv", "--n", 1000)
    assert len(rows) == 64 * (64 - 20)
    assert [row["rank"] for row in rows[:44]] == [str(rank) for rank in range(1, 45)]


def test_the_same_model_gives_the_same_bytes(tiny_model_path: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    _export(tiny_model_path, first)
    _export(tiny_model_path, second)
    content = first.read_bytes()
    assert content == second.read_bytes()
    assert content.startswith(b"user_id,rank,item_id,score\nu0,1,")
    assert content.endswith(b"\n")
    assert b"\r" not in content


@pytest.mark.parametrize(
    ("content", "people"),
    [
        ("u5\nu3\nu5\n", ["u5", "u3"]),
        ("\ufeffu5\r\n\r\n u3 ", ["u5", "u3"]),
        ("user\nu5\nu3\n", ["u5", "u3"]),
        ("item,user\nx,u5\ny,u3\nz,u5\n", ["u5", "u3"]),
        ('"user"\n"u5"\n', ["u5"]),
        ("u1,u2\nu5\n", ["u1,u2", "u5"]),
        ("cafe\u0301\n", ["café"]),
    ],
)
def test_only_for_whom_is_listed_in_that_order(
    tiny_model_path: Path, tmp_path: Path, content: str, people: list[str]
) -> None:
    users = write(tmp_path / "users.csv", content)
    rows = _export(tiny_model_path, tmp_path / "picks.csv", "--users", users, "--n", 2)
    assert _people(rows) == people
    assert len(rows) == 2 * len(people)


def test_lists_may_be_gzipped(tiny_model_path: Path, tmp_path: Path) -> None:
    for content in (b"user,age\nu5,1\n", b"u5\n"):
        users = write(tmp_path / "users.csv.gz", gzip.compress(content))
        assert _people(_export(tiny_model_path, tmp_path / "p.csv", "--users", users)) == ["u5"]


def test_who_was_never_seen_gets_what_is_popular(tiny_model_path: Path, tmp_path: Path) -> None:
    users = write(tmp_path / "users.txt", "nobody\n")
    rows = _export(tiny_model_path, tmp_path / "picks.csv", "--users", users, "--n", 3)
    site = Recommender.load(tiny_model_path)
    assert [row["item_id"] for row in rows] == [site.model.items[idx] for idx in site.popular()[:3]]


def test_what_came_live_counts_where_it_is_asked_for(
    tiny_model_path: Path, tmp_path: Path, store_url: str
) -> None:
    store = Store.open(store_url, tmp_path)
    events = [Event("live", "40", "like", None, 1.7e9), Event("u1", "00", "hide", None, 1.7e9)]
    before = _export(tiny_model_path, tmp_path / "before.csv", "--n", 60)
    first = next(row["item_id"] for row in before if row["user_id"] == "u2")
    store.add([*events, Event("u2", first, "dislike", None, 1.7e9)])
    for user_id in ("u3", "u4"):
        store.erase(user_id)
    store.add([Event("u4", "40", "rating", 5, 1.7e9)])
    store.put_item("new", {"title": "Red new", "genres": ["Red", "All"], "year": 1985})
    store.delete_item("02")
    after = _export(tiny_model_path, tmp_path / "after.csv", "--n", 99, "--database", store_url)
    assert set(_people(after)) == {*_people(before), "live"} - {"u3"}
    picked = {person: [row["item_id"] for row in after if row["user_id"] == person]
              for person in _people(after)}  # fmt: skip
    assert not any("02" in items for items in picked.values())
    assert all("new" in items for items in picked.values())
    assert "40" not in picked["live"]
    assert "00" not in picked["u1"]
    assert first not in picked["u2"]
    # Of the files of `u4` nothing is left: what they rated there is picked.
    assert len(picked["u4"]) == 64 - 1 + 1 - 1


def test_ids_of_any_letters_survive_and_who_has_rated_everything_has_no_row(
    tmp_path: Path,
) -> None:
    odd = 'a,"b"'
    rows = [(odd, "x", 5), ("日本", "x", 5), ("all", "x", 5), ("all", '"y", z', 4)]
    ratings = write_csv(tmp_path / "r.csv", ("user", "item", "rating"), rows)
    publish(trained(ratings), tmp_path / "m.pkl")
    found = _export(tmp_path / "m.pkl", tmp_path / "picks.csv")
    assert {(row["user_id"], row["item_id"]) for row in found} == {
        (odd, '"y", z'),
        ("日本", '"y", z'),
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "users.csv: no such file"),
        ("", "users.csv: names nobody"),
        ("\n \n", "users.csv: names nobody"),
        ("user\n", "users.csv: names nobody"),
        ("user\n \n", "users.csv: names nobody"),
        ("u1\n" + "x" * 201 + "\n", "users.csv: row 2, 'xxx"),
        ("u1\nu\x1b2\n", r"users.csv: row 2, 'u\x1b2', is no id"),
        (b"\xe9\n", "users.csv: is not UTF-8"),
    ],
)
def test_a_list_that_cannot_be_used_is_one_line_and_changes_nothing(
    tiny_model_path: Path,
    tmp_path: Path,
    capsys: Captured,
    content: str | bytes | None,
    reason: str,
) -> None:
    out, users = write(tmp_path / "picks.csv", "as it was"), tmp_path / "users.csv"
    if content is not None:
        write(users, content)
    args = ["--model", tiny_model_path, "--users", users, "--out", out]
    assert reason in error_of(capsys, ["export", *args])
    assert out.read_text() == "as it was"
    assert {path.name for path in tmp_path.iterdir()} <= {"picks.csv", "users.csv"}


def test_a_folder_is_no_list(tiny_model_path: Path, tmp_path: Path, capsys: Captured) -> None:
    args = ["--model", tiny_model_path, "--users", tmp_path, "--out", tmp_path / "picks.csv"]
    assert f"{tmp_path}: cannot be read" in error_of(capsys, ["export", *args])


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        ([], "export needs --out"),
        (["--out", "picks.csv"], "model.pkl: no such model"),
        (["--out", "picks.csv", "--n", "0"], "'--n'"),
        (["--out", "picks.csv", "--n", "few"], "'--n'"),
        (["--out", "."], ".: cannot be written"),
        (["--out", "no/picks.csv"], "no/picks.csv: cannot be written"),
    ],
)
def test_what_is_wrong_is_one_line_and_leaves_nothing(
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert reason in error_of(capsys, ["export", *args])
    assert not list(tmp_path.iterdir())


def test_what_fails_on_the_way_leaves_the_old_file(
    tiny_model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = write(tmp_path / "picks.csv", "as it was")
    asked: list[Person] = []
    as_it_is = Recommender.picks

    def fails_at_last(self: Recommender, person: Person, wish: Wish) -> Picks:
        asked.append(person)
        if len(asked) == 60:
            raise KeyboardInterrupt
        return as_it_is(self, person, wish)

    monkeypatch.setattr(Recommender, "picks", fails_at_last)
    with pytest.raises(KeyboardInterrupt):
        _export_to(tiny_model_path, out)
    assert out.read_text() == "as it was"
    assert [path.name for path in tmp_path.iterdir()] == ["picks.csv"]


def _export_to(model: Path, out: Path) -> None:
    from toppicks.exporting import People, export

    people = People(Recommender.load(model))
    export(people, people.user_ids, 10, out)


def test_whoever_is_reading_the_old_file_keeps_it_whole(
    tiny_model_path: Path, tmp_path: Path
) -> None:
    out = write(tmp_path / "picks.csv", "as it was")
    with out.open() as reading:
        _export(tiny_model_path, out)
        assert reading.read() == "as it was"


def test_a_device_is_no_place(tiny_model_path: Path, capsys: Captured, tmp_path: Path) -> None:
    args = ["--model", tiny_model_path, "--out", "/dev/full"]
    assert "/dev/full: cannot be written (it is no file" in error_of(capsys, ["export", *args])
