"""A training from files and a store: what is learnt, what is kept, and what is said of it."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from tests.worlds import Shop, TwoTastes, quick_trainer, write_csv
from toppicks import artifact
from toppicks.errors import InputError
from toppicks.ingest.feedback.scale import Feedback
from toppicks.ingest.interactions import Interactions
from toppicks.materials import Materials, Source, gather
from toppicks.scoring.strength import DRIVEN, STRENGTH
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.histories import Histories
from toppicks.store import KINDS, Event, Store
from toppicks.store.addresses import address_of
from toppicks.trained import TrainedModel
from toppicks.training import publish, train

WORLD = TwoTastes(people=40, likes=10, dislikes=3)
ERASED = ("u3", "u5")
NAMES = {float(code): kind for kind, code in STRENGTH.items()}
NAMES |= {float(DRIVEN): "purchase", 0.0: "dislike"}
# The column of what somebody did, by the kind of file.
COLUMNS = {"rating": ("rating",), "count": ("plays",), "event": ("event",), "presence": ()}


def write_plays(folder: Path, with_numbers: bool = True) -> Path:
    """How often each person played some of half of the items; without times."""
    rng = np.random.default_rng(2)
    rows = [
        (f"u{user}", f"{item:02}", *([int(rng.integers(1, 60))] if with_numbers else []))
        for user in range(40)
        for item in rng.choice(30, 9, replace=False) + user % 2 * 30
    ]
    return write_csv(folder / "r.csv", ("user", "item", "plays")[: len(rows[0])], rows)


FILES: Mapping[str, Callable[[Path], Path]] = {
    "rating": lambda folder: WORLD.write_ratings(folder / "r.csv"),
    "count": write_plays,
    "presence": lambda folder: write_plays(folder, with_numbers=False),
    "event": lambda folder: Shop(people=40).write_events(folder / "r.csv"),
}


def some_events(users: Sequence[str], n: int = 600, seed: int = 4) -> list[Event]:
    """Of every kind; about an unknown item, too."""
    rng = random.Random(seed)
    items = [*(f"{item:02}" for item in range(40)), "unheard-of"]
    events = []
    for _ in range(n):
        kind = rng.choice(KINDS)
        value = float(rng.randint(1, 5)) if kind in {"rating", "dwell"} else None
        time = 1_700_000_000 + rng.random() * 1e6
        events.append(Event(rng.choice(users), rng.choice(items), kind, value, time))
    return events


@dataclass(frozen=True)
class Run:
    """A training from files of one kind and a store."""

    kind: str
    ratings: Path
    items: Path
    events: Sequence[Event]
    materials: Materials
    model: TrainedModel


@pytest.fixture(scope="module", params=list(FILES))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Of the erased, `u3` comes back afterwards."""
    folder = tmp_path_factory.mktemp(request.param)
    ratings, items = FILES[request.param](folder), WORLD.write_items(folder / "i.csv")
    store = Store.open(f"sqlite:///{folder / 'live.db'}", folder)
    store.add(some_events([*ERASED, "u4"], n=50, seed=3))
    for user_id in (*ERASED, "u4"):
        store.erase(user_id)
    events = some_events([*(f"u{user}" for user in (0, 1, 2, 3, 6, 7)), "live1", "live2"])
    store.add(events)
    store.close()
    materials = gather(Source((ratings,), items, database=folder / "live.db"))
    model, _ = train(materials, quick_trainer())
    path = folder / "model.pkl"
    publish(model, path)
    served = TrainedModel.from_artifact(artifact.load(path))
    return Run(request.param, ratings, items, events, materials, served)


def pairs_of(rows: Interactions) -> list[tuple[str, str, float, int | None]]:
    """(user, item, number, time) of each row, in the rows' order."""
    times = [None] * len(rows) if rows.timestamp is None else rows.timestamp.tolist()
    columns = rows.user_idx.tolist(), rows.item_idx.tolist(), rows.rating.tolist(), times
    return [
        (rows.users[user], rows.items[item], number, time)
        for user, item, number, time in zip(*columns, strict=True)
    ]


def without_erased(path: Path, folder: Path) -> Path:
    """The same file as if the erased had never been in it."""
    lines = path.read_text().splitlines(keepends=True)
    kept = [line for line in lines if line.partition(",")[0] not in {*ERASED, "u4"}]
    (folder / path.name).write_text("".join(kept))
    return folder / path.name


def test_what_is_kept_came_from_files_alone(run: Run, tmp_path: Path) -> None:
    """The artifact's histories are those of a training from the files without the erased."""
    files = gather(Source((without_erased(run.ratings, tmp_path),), run.items)).interactions
    kept, model = run.model.histories, run.model
    rows = Interactions(
        model.users,
        model.items,
        np.repeat(np.arange(len(model.users), dtype=np.int32), np.diff(kept.starts)),
        kept.item_idx,
        kept.rating,
        kept.timestamp if len(kept.timestamp) else None,
    )
    assert sorted(pairs_of(rows)) == sorted(pairs_of(files))
    assert list(model.users) == list(files.users)
    assert set(model.items) == set(files.items)


def test_everything_is_learnt_from(run: Run) -> None:
    both = run.materials.interactions
    assert {"live1", "live2", "u3"} < set(both.users)
    assert not {"u4", "u5"} & set(both.users)
    assert run.model.n_ratings.tolist() == both.counts_by_item().tolist()
    likes = both.where(both.rating >= run.model.meaning.like_from)
    assert run.model.n_likes.tolist() == likes.counts_by_item().tolist()


def test_the_site_finds_what_was_learnt_from_and_counts_nothing_twice(run: Run) -> None:
    """A person's history, of file and store, is their row of what the model learnt from."""
    both, model = run.materials.interactions, run.model
    worth = both.matrix(model.histories.worth)
    histories = Histories(model, ItemCatalogue.of(model))
    assert worth.nnz
    for user_id in {*both.users, *ERASED, "u4", "live1"}:
        events = [one for one in run.events if one.user_id == user_id]
        person = histories.person(user_id, events, erased=user_id in {*ERASED, "u4"})
        row = sp.csr_array((1, len(both.items)))
        if user_id in both.users:
            row = worth[[both.users.idx(user_id)]]
        found = dict(zip(person.history.item_idx.tolist(), person.history.worth, strict=True))
        assert found == dict(zip(row.indices.tolist(), row.data, strict=True)), user_id


def test_one_file_of_the_same_rows_gives_the_same_model(run: Run, tmp_path: Path) -> None:
    both = run.materials.interactions
    times = () if both.timestamp is None else ("timestamp",)
    rows = []
    for user, item, number, time in pairs_of(both):
        told = {"event": NAMES.get(number), "presence": None}.get(run.kind, number)
        rows.append((user, item, *([told] if told is not None else []), *([time] if times else [])))
    columns = ("user", "item", *COLUMNS[run.kind], *times)
    single = gather(Source((write_csv(tmp_path / "all.csv", columns, rows),), run.items))
    # What counts mean is what they mean in the file; here it is another file.
    if run.kind in {"count", "presence"}:
        known = replace(single.known, scale=run.materials.known.scale)
        numbers = run.materials.interactions.rating
        single = replace(
            single, known=known, interactions=replace(single.interactions, rating=numbers)
        )
    assert list(single.interactions.users) == list(both.users)
    assert list(single.catalogue.items) == list(run.materials.catalogue.items)
    model, _ = train(single, quick_trainer())
    for name in ("history_factors", "item_factors", "item_biases", "popularity"):
        np.testing.assert_array_equal(getattr(model.scorer, name), getattr(run.model.scorer, name))
    assert model.scorer.blend == run.model.scorer.blend
    assert model.n_ratings.tolist() == run.model.n_ratings.tolist()
    ours, theirs = (one.scorer.item_weights for one in (model, run.model))
    assert type(ours) is type(theirs)
    # None where popularity or taste alone is served.
    for name, array in (vars(ours) if ours is not None else {}).items():
        np.testing.assert_array_equal(array, getattr(theirs, name))


def test_what_numbers_mean_is_what_they_mean_in_the_files(run: Run, tmp_path: Path) -> None:
    scale = gather(Source((without_erased(run.ratings, tmp_path),), run.items)).known.scale
    files = run.materials.files
    assert run.model.meaning == scale.meaning(files.rating)
    if run.kind == "event":
        # A like came live alone, and is a level of its own.
        assert "like" not in scale.names
        assert "like" in run.materials.known.scale.names


def test_the_model_says_what_it_was_trained_from(run: Run) -> None:
    assert run.model.about["trained_from"] == ["r.csv", "live.db"]
    account = run.model.about["report"]["accounts"]["live"]
    assert account["rows_in"] == len(run.events)
    assert "live1" not in str(run.model.about)
    lost = run.model.about["report"]["account"]["removed"][0]
    assert lost["reason"] == "of people who were erased on the site"
    assert lost["example"] == ""


# Where nobody is left, and other small worlds


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Store:
    return Store.open(store_url, tmp_path)


def source_of(folder: Path, store_url: str, users: Path | None = None) -> Source:
    ratings, items = folder / "r.csv", folder / "i.csv"
    if not ratings.exists():
        WORLD.write_ratings(ratings)
    WORLD.write_items(items)
    return Source((ratings,), items, users, database=address_of(store_url, folder))


def test_who_was_erased_is_nowhere_in_the_model(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    gone, back = "gone-for-ever-1", "gone and back, é"
    text = WORLD.write_ratings(tmp_path / "r.csv").read_text(encoding="utf-8")
    text = text.replace("u7,", f"{gone},").replace("u8,", f'"{back}",')
    # Rows that cannot be used are told with an example.
    text += f"{gone},05,five,0\n{gone},05\n{gone.upper()},05,4,1000000000\n"
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    users = write_csv(
        tmp_path / "u.csv",
        ("user", "country", "nickname"),
        [*((f"u{n}", ("Ruritania", "Borduria")[n % 2], "nobody") for n in range(40)),
         (gone, "Syldavia", gone), (back, "Syldavia", "known as nobody else")],
    )  # fmt: skip
    store.add(some_events([gone, back], n=40, seed=1))
    store.erase(gone)
    store.erase(back)
    store.add([Event(back, "05", "like", None, 1.7e9), Event("live", "05", "view", None, 1.7e9)])
    materials = gather(source_of(tmp_path, store_url, users))
    assert back in materials.interactions.users
    model, _ = train(materials, quick_trainer())
    publish(model, tmp_path / "model.pkl")
    written = (tmp_path / "model.pkl").read_bytes()
    for text in (gone, back, ascii(back)[1:-1], "Syldavia", "known as nobody else"):
        assert text.encode() not in written
    assert b"Borduria" in written
    assert model.histories.profiles is not None
    assert len(model.histories.profiles) == len(model.users) == 41
    assert {"GONE-FOR-EVER-1", "u9"} < set(model.users)


def test_items_that_were_put_are_learnt_from(store: Store, store_url: str, tmp_path: Path) -> None:
    store.put_item("new", {"title": "Red new", "year": 1985, "genres": ["Red"], "stock": 3})
    store.put_item("odd", {"title": None, "year": "1985", "genres": "Blue", "stock": "many"})
    store.put_item("00", {"title": "Renamed", "genres": [], "extra": True})
    store.put_item("short", {"title": "Here for a moment"})
    store.delete_item("short")
    store.delete_item("01")
    store.add([Event("u0", "new", "rating", 5, 1.7e9), Event("u2", "short", "like", None, 1.7e9)])
    materials = gather(source_of(tmp_path, store_url))
    known = materials.catalogue
    of = {
        id_: {name: values[known.items.idx(id_)] for name, values in known.fields.items()}
        for id_ in ("new", "odd", "00", "01", "02")
    }
    assert of["new"] == {
        "title": "Red new", "year": 1985, "genres": ["Red"], "stock": 3, "extra": None
    }  # fmt: skip
    assert of["odd"] == {
        "title": None, "year": None, "genres": ["Blue"], "stock": None, "extra": None
    }  # fmt: skip
    assert of["00"] == {
        "title": "Renamed", "year": None, "genres": [], "stock": None, "extra": True
    }  # fmt: skip
    assert of["01"]["title"] == "Red Café 1"
    assert of["02"]["genres"] == ["Red", "All"]
    assert "short" not in known.items
    assert ("u0", "new", 5.0, 1_700_000_000) in pairs_of(materials.interactions)
    notes = {note.what: (note.n, note.done) for note in materials.accounts["live"].notes}
    assert notes["items that were put on the site"] == (3, "2 of them in no file")
    assert notes["items that were deleted on the site"] == (
        1, "learnt from; the site never shows them"
    )  # fmt: skip
    assert notes["values of such items that are of another kind than their column"][0] == 2
    model, _ = train(materials, quick_trainer())
    publish(model, tmp_path / "model.pkl")
    served = TrainedModel.from_artifact(artifact.load(tmp_path / "model.pkl"))
    assert served.n_ratings[served.items.idx("new")] == 1
    assert served.n_ratings[served.items.idx("odd")] == 0
    # By what they say they are, those nobody has rated have a place.
    assert np.isfinite(served.scorer.scores(served.histories.history(0))).all()


def test_nothing_that_anybody_likes_is_left(store: Store, store_url: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "r.csv", ("user", "item", "rating"), [("u", "00", 5), ("u", "01", 2)])
    store.add([Event("u", "00", "unrate")])
    materials = gather(source_of(tmp_path, store_url))
    with pytest.raises(InputError, match=r"nothing that anybody likes is left \(a like is 5"):
        train(materials, quick_trainer())


def test_nobody_of_the_files_is_left(store: Store, store_url: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "r.csv", ("user", "item", "rating"), [("u", "00", 5), ("u", "01", 2)])
    store.erase("u")
    with pytest.raises(InputError, match=r"no row can be used \(of people who were erased"):
        gather(source_of(tmp_path, store_url))


def test_a_worth_that_does_not_name_what_came_live_is_told(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'live.db'}", tmp_path)
    ratings = Shop(people=20).write_events(tmp_path / "r.csv")
    feedback = Feedback(worth={"skip": 0.1, "view": 0.2, "purchase": 1.0})
    source = Source((ratings,), feedback=feedback, database=tmp_path / "live.db")
    assert gather(source).known.scale.worth is not None
    store.add([Event("u0", "05", "like", None, 1.7e9)])
    with pytest.raises(InputError, match=r"\[worth\] names no 'like'"):
        gather(source)


def test_an_empty_store_changes_nothing(store: Store, store_url: str, tmp_path: Path) -> None:
    source = source_of(tmp_path, store_url)
    with_store, without = gather(source), gather(replace(source, database=None))
    assert pairs_of(with_store.interactions) == pairs_of(without.interactions)
    assert pairs_of(with_store.files) == pairs_of(without.files)
    assert with_store.catalogue.fields == without.catalogue.fields
    assert with_store.words == without.words
    assert with_store.known.scale == without.known.scale
