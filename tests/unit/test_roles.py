"""Which column is what: by name, by content, by option."""

from pathlib import Path

import pytest

from tests.commands import Captured, error_of, write
from tests.reading import HEAD, TIMED, gathered, refusal
from toppicks.ingest.account import Account

USER = ["user", "userId", "user_id", "reviewer", "customer", "visitor", "login"]
ITEM = ["item", "movieId", "item_id", "product", "repo", "artist", "sku", "asin", "title"]
OTHERS = {
    "rating": ["rating", "review", "stars", "score"],
    "weight": ["weight", "count", "plays"],
    "time": ["timestamp", "ts", "date", "time", "datetime"],
    "event": ["event", "type", "kind", "action"],
    "dwell": ["dwell", "duration", "seconds"],
}
CELLS = {"rating": "34", "weight": "34", "time": ["2020-01-02", "2020-01-03"], "dwell": "34"}
CELLS["event"] = ["view", "purchase"]


def _columns(account: Account) -> dict[str, str]:
    return dict(account.files[0].columns)


def _found(tmp_path: Path, header: str, *rows: str, **named: str) -> dict[str, str]:
    content = "\n".join([header, *rows]) + "\n"
    return _columns(gathered(tmp_path, content, **named).account)


def _spelt(name: str) -> list[str]:
    """The same name as people write it."""
    return [name, name.upper(), name.title(), f" {name} ", name.replace("_", " ")]


@pytest.mark.parametrize("user", [one for name in USER for one in _spelt(name)])
def test_users_are_recognised(tmp_path: Path, user: str) -> None:
    found = _found(tmp_path, f"{user},item", "u,a", "v,b")
    assert found == {"user": user.strip(), "item": "item"}


@pytest.mark.parametrize("item", [one for name in ITEM for one in _spelt(name)])
def test_items_are_recognised(tmp_path: Path, item: str) -> None:
    found = _found(tmp_path, f"user,{item}", "u,a", "v,b")
    assert found == {"user": "user", "item": item.strip()}


@pytest.mark.parametrize(
    ("role", "name"),
    [(role, one) for role, names in OTHERS.items() for name in names for one in _spelt(name)],
)
def test_what_else_there_is_is_recognised(tmp_path: Path, role: str, name: str) -> None:
    first, second = CELLS[role]
    found = _found(tmp_path, f"user,item,{name}", f"u,a,{first}", f"v,b,{second}")
    assert found == {"user": "user", "item": "item", role: name.strip()}


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("title,item,user", {"item": "item", "user": "user"}),
        ("asin,title,reviewerName,reviewerID", {"item": "asin", "user": "reviewerID"}),
        ("username,movie", {"user": "username", "item": "movie"}),
    ],
)
def test_an_id_wins_over_a_name(tmp_path: Path, header: str, roles: dict[str, str] | None) -> None:
    rows = [",".join(f"{letter}{column}" for column in range(header.count(",") + 1))
            for letter in "xy"]  # fmt: skip
    assert _found(tmp_path, header, *rows) == roles


@pytest.mark.parametrize(
    ("header", "row", "role"),
    [
        ("user,customer,item", "u,c,a", "user"),
        ("user,User,item", "u,c,a", "user"),
        ("user,sku,asin", "u,1,2", "item"),
        ("user,item,stars,score", "u,a,3,4", "rating"),
        ("user,item,plays,count", "u,a,3,4", "weight"),
        ("user,item,date,ts", "u,a,2020-01-01,5", "time"),
        ("user,item,event,action", "u,a,view,like", "event"),
        ("user,item,dwell,seconds", "u,a,3,4", "dwell"),
    ],
)
def test_what_could_be_two_is_an_error_that_lists_both_and_the_option(
    tmp_path: Path, header: str, row: str, role: str
) -> None:
    text = refusal(tmp_path, f"{header}\n{row}\n")
    assert f"the {role} column could be " in text
    assert text.endswith(f"say which with --{role}-col")
    listed = text.split("could be ")[1].split(";")[0].replace("'", "").split(" or ")
    assert len(listed) == 2
    assert set(listed) <= set(header.split(","))
    named = gathered(tmp_path, f"{header}\n{row}\n", **{role: listed[1]})
    assert _columns(named.account)[role] == listed[1]


def test_a_name_whose_cells_are_something_else_is_not_taken_and_noted(tmp_path: Path) -> None:
    rows = "".join(f"u{n % 5},i{n % 4},so good {n},{n % 5 + 1}\n" for n in range(20))
    account = gathered(tmp_path, f"user,item,review,stars\n{rows}").account
    assert _columns(account)["rating"] == "stars"
    assert any("'review' does not hold the rating" in note.what for note in account.notes)


def test_what_goes_by_the_item_is_a_fact_and_no_feedback(tmp_path: Path) -> None:
    rows = "".join(f"u{n % 7},i{n % 6},{100 + n % 6}\n" for n in range(40))
    found = gathered(tmp_path, f"user,item,duration\n{rows}")
    assert "dwell" not in _columns(found.account)
    assert found.item_cells["duration"][0] == ["100"]


WHO = [f"u{n % 6},i{n % 5},{n % 4 + 1}" for n in range(30)]


def test_by_what_they_hold(tmp_path: Path) -> None:
    assert _found(tmp_path, "who,item,x", *WHO) == {"user": "who", "item": "item", "rating": "x"}
    assert _found(tmp_path, "user,what,x", *WHO) == {"user": "user", "item": "what", "rating": "x"}
    timed = [f"{row},{1_577_934_245 + n}" for n, row in enumerate(WHO)]
    assert _found(tmp_path, "user,item,rating,x", *timed)["time"] == "x"
    dated = [f"{row},2020-01-{n + 1:02}" for n, row in enumerate(WHO)]
    assert _found(tmp_path, "user,item,rating,x", *dated)["time"] == "x"


def test_what_was_found_by_content_is_noted(tmp_path: Path) -> None:
    notes = gathered(tmp_path, "\n".join(["who,item,x", *WHO])).account.notes
    assert [note.what for note in notes][:2] == [
        "the user column is 'who', by what it holds",
        "the rating column is 'x', by what it holds",
    ]


def test_where_content_says_nothing_the_candidates_and_the_option_are_listed(
    tmp_path: Path,
) -> None:
    text = refusal(tmp_path, "\n".join(["who,what,x", *WHO]))
    assert "--user-col (one of 'who', 'what', 'x')" in text
    both = [f"{row},{n % 7}" for n, row in enumerate(WHO)]
    assert "could be 'x' or 'y'; say which with --rating-col" in refusal(
        tmp_path, "\n".join(["user,item,x,y", *both])
    )


def test_options_win_over_names(tmp_path: Path) -> None:
    found = _found(
        tmp_path, "user,item,rating,a,b,c", "u,i,1,x,y,5", "v,j,2,z,w,4",
        user="A", item="b", rating="c",
    )  # fmt: skip
    assert found == {"user": "a", "item": "b", "rating": "c"}


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ({"user": "nobody"}, "--user-col 'nobody' is not among its columns 'user', 'item', 'x'"),
        ({"user": "x", "item": "x"}, "--item-col 'x' is named for two roles"),
    ],
)
def test_a_wrong_option_is_said(tmp_path: Path, named: dict[str, str], why: str) -> None:
    assert why in refusal(tmp_path, "user,item,x\nu,a,3\n", **named)


def test_the_options_of_the_command_line_reach_the_columns(
    tmp_path: Path, capsys: Captured
) -> None:
    path = write(tmp_path / "r.csv", "user,item,stars,score\nu,a,3,4\n")
    assert "--rating-col" in error_of(capsys, ["--ratings", path, "--dry-run"])
    assert "'x' is not among" in error_of(
        capsys, ["--ratings", path, "--dry-run", "--time-col", "x", "--rating-col", "stars"]
    )


def test_a_column_of_ratings_without_any_is_no_column_of_likes(tmp_path: Path) -> None:
    assert "no row can be used (rating is no finite number: 1" in refusal(tmp_path, f"{HEAD}u,a,\n")


def test_a_column_of_times_without_any_is_not_needed(tmp_path: Path) -> None:
    found = gathered(tmp_path, f"{TIMED}u,a,3,\nv,b,4, \n")
    assert found.interactions.timestamp is None
    assert any("'timestamp' does not hold the time" in note.what for note in found.account.notes)
