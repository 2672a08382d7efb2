"""Feedback of every kind, from the file to the picks."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.commands import Captured, be_quick, error_of, write
from tests.picked import picks_of
from tests.worlds import Shop, TwoTastes, quick_trainer, write_csv
from toppicks import artifact
from toppicks.cli import main
from toppicks.ingest.feedback.scale import Feedback
from toppicks.materials import Source, gather
from toppicks.serving.recommender import Recommender
from toppicks.trained import TrainedModel
from toppicks.training import train

SHOP = Shop()
LOG = ("user", "item", "event", "timestamp")


@dataclass(frozen=True)
class Trained:
    """What a command left behind, and what it said."""

    model: TrainedModel
    path: Path
    said: str
    report: dict[str, Any]

    @property
    def worth(self) -> dict[str, float]:
        """By the level's name."""
        return {level["name"]: level["worth"] for level in self.report["worth"]}


def _train(folder: Path, capsys: Captured, path: Path, *args: object) -> Trained:
    out = folder / "model.pkl"
    given = ["--ratings", path, "--out", out, "--report", folder / "report", *args]
    assert main([str(arg) for arg in given]) == 0
    report = json.loads((folder / "report" / "report.json").read_text())
    model = TrainedModel.from_artifact(artifact.load(out))
    return Trained(model, out, capsys.readouterr().out, report)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    be_quick(monkeypatch)


@pytest.fixture
def shop(tmp_path: Path, capsys: Captured) -> Trained:
    return _train(tmp_path, capsys, SHOP.write_events(tmp_path / "log.csv"), "--drive", "purchase")


def _pairs(model: TrainedModel, mask: np.ndarray[Any, Any]) -> set[tuple[str, str]]:
    histories = model.histories
    user_idx = np.repeat(np.arange(len(model.users)), np.diff(histories.starts))
    return {
        (model.users[user], model.items[item])
        for user, item in zip(
            user_idx[mask].tolist(), histories.item_idx[mask].tolist(), strict=True
        )
    }


def _last_pairs(shop: Shop) -> set[tuple[str, str]]:
    """The last fifth of what each person did, one event of each item."""
    last = set()
    for user in {row[0] for row in shop.rows()}:
        latest = {item: time for one, item, _, time in shop.rows() if one == user}
        ordered = sorted(latest, key=latest.__getitem__)
        last |= {(user, item) for item in ordered[-round(len(ordered) / 5) :]}
    return last


def test_positives_are_exactly_what_is_driven_at(shop: Trained) -> None:
    histories = shop.model.histories
    assert _pairs(shop.model, histories.rating >= histories.like_from) == SHOP.pairs("purchase")
    assert shop.model.n_likes.sum() == len(SHOP.pairs("purchase"))
    last = _last_pairs(SHOP)
    assert shop.report["asked"] == len({user for user, _ in last & SHOP.pairs("purchase")})
    assert shop.report["feedback"] == {
        "kind": "event",
        "drive": "purchase",
        "positive": "a positive is a purchase",
    }


def test_worths_are_learnt_and_a_view_that_misleads_is_worth_less(shop: Trained) -> None:
    assert list(shop.worth) == ["against", "skip", "view", "purchase"]
    assert shop.worth["against"] == 0
    assert shop.worth["view"] < 0.3
    assert shop.worth["purchase"] == 1
    assert list(shop.worth.values()) == sorted(shop.worth.values())
    # By views alone one would recommend the other half; by what is bought, one's own.
    recommender = Recommender.load(shop.path)
    for user_id in shop.model.users:
        own = {f"{item + int(user_id[1:]) % 2 * SHOP.half:02}" for item in range(SHOP.half)}
        picks = picks_of(recommender, user_id, 5).picks
        assert {shop.model.items[pick.item_idx] for pick in picks} <= own


def test_what_views_tell_is_learnt_where_they_tell_it(tmp_path: Path, capsys: Captured) -> None:
    """Who looks at one half buys, now and then, something of it."""
    rng = np.random.default_rng(1)
    rows = []
    for person in range(100):
        own = person % 2 * 20 + rng.permutation(20)[:14]
        events = rng.permutation(["view"] * 11 + ["purchase"] * 3)
        rows += [
            (f"u{person}", f"{item:02}", event, 1_600_000_000 + at)
            for at, (item, event) in enumerate(zip(own, events, strict=True))
        ]
    trained = _train(tmp_path, capsys, write_csv(tmp_path / "log.csv", LOG, rows))
    assert trained.report["feedback"]["drive"] == "purchase"
    assert trained.worth["view"] > 0.3


def test_what_is_disliked_or_hidden_is_worth_nothing_and_never_recommended(shop: Trained) -> None:
    recommender, model = Recommender.load(shop.path), shop.model
    against = SHOP.pairs("dislike", "hide")
    assert len(against) == SHOP.people * SHOP.disliked
    for user_id, item_id in against:
        item_idx = model.items.idx(item_id)
        history = model.histories.history(model.users.idx(user_id))
        assert item_idx not in history.item_idx
        assert item_idx in history.seen_idx
    for user_id in model.users:
        picks = picks_of(recommender, user_id, 1_000).picks
        assert picks
        assert not {(user_id, model.items[pick.item_idx]) for pick in picks} & against


def test_worths_are_printed_and_told_by_info(shop: Trained, capsys: Captured) -> None:
    worths = ", ".join(f"{name} {worth:.2f}" for name, worth in shop.worth.items())
    assert f"a row is worth {worths}" in shop.said
    assert "a positive is a purchase; seed 1" in shop.said
    assert "a like is" not in shop.said
    assert main(["info", "--model", str(shop.path)]) == 0
    said = capsys.readouterr().out
    assert f"a row is worth {worths}" in said
    assert "interactions; a positive is a purchase" in said
    assert main(["info", "--model", str(shop.path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["worth"] == shop.report["worth"]
    assert told["feedback"] == shop.report["feedback"]
    assert told["half_life_days"] is None


def test_what_people_buy_is_no_opinion_and_has_no_match(shop: Trained) -> None:
    assert shop.model.calibration is None
    assert shop.model.words.feedback == "event"


def test_a_file_fixes_what_is_learnt_otherwise(tmp_path: Path, capsys: Captured) -> None:
    fixed = write(
        tmp_path / "f.toml",
        'drive = "purchase"\nhalf_life_days = 30\n[worth]\nskip = 0\nview = 1\npurchase = 2\n',
    )
    log = SHOP.write_events(tmp_path / "log.csv")
    trained = _train(tmp_path, capsys, log, "--feedback", fixed, "--trials", 1)
    assert trained.worth == {"against": 0, "skip": 0, "view": 0.5, "purchase": 1}
    assert trained.report["half_life_days"] == 30
    assert "purchase 1.00, half of it after 30 days" in trained.said
    assert trained.model.histories.worth.half_life == 30 * 86_400


def test_the_option_goes_before_the_file(tmp_path: Path, capsys: Captured) -> None:
    fixed = write(tmp_path / "f.toml", 'drive = "purchase"\n')
    log = SHOP.write_events(tmp_path / "log.csv")
    main(["--ratings", str(log), "--feedback", str(fixed), "--drive", "view", "--dry-run"])
    assert "a positive is a view" in capsys.readouterr().out


def test_own_names_of_events_are_read(tmp_path: Path, capsys: Captured) -> None:
    names = {"Purchase": "kauf", "view": "blick", "skip": "weg", "dislike": "pfui", "hide": "pfui"}
    rows = [(user, item, names[event], time) for user, item, event, time in SHOP.rows()]
    log = write_csv(tmp_path / "log.csv", LOG, rows)
    kinds = '[kinds]\nKauf="purchase"\nblick="view"\nweg="skip"\npfui="dislike"\n'
    given = ["--ratings", log, "--feedback", write(tmp_path / "f.toml", kinds), "--dry-run"]
    assert main([*map(str, given)]) == 0
    said = capsys.readouterr().out
    assert "a positive is a purchase" in said
    n = len({(user, item) for user, item, _, _ in rows})
    assert f"{n:,} used" in said
    # Named as what they are, events are no metadata of items.
    assert "of items is known: nothing" in said


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--drive", "like"], "--drive like: no event is of that kind; there are purchase, view"),
        (["--like-from", "4"], "--like-from 4: the files hold events, not ratings or counts"),
    ],
)
def test_what_events_cannot_give_is_one_line(
    tmp_path: Path, capsys: Captured, args: list[str], said: str
) -> None:
    log = SHOP.write_events(tmp_path / "log.csv")
    out = tmp_path / "model.pkl"
    assert said in error_of(capsys, ["--ratings", log, "--out", out, *args])
    assert not out.exists()


def test_ratings_have_no_kinds_to_drive_at(tmp_path: Path, capsys: Captured) -> None:
    path = TwoTastes().write_ratings(tmp_path / "r.csv")
    said = error_of(capsys, ["--ratings", path, "--drive", "purchase", "--dry-run"])
    assert "--drive purchase: the files hold ratings, not events" in said
    assert main(["--ratings", str(path), "--drive", "like", "--dry-run"]) == 0
    assert "a like is 4 or more" in capsys.readouterr().out


def _likes(folder: Path) -> Path:
    """People look around anywhere, and say what they think of it: the match means something."""
    rng = np.random.default_rng(2)
    rows = []
    for person in range(80):
        for at, item in enumerate(rng.permutation(40)[:24].tolist()):
            event = "like" if item // 20 == person % 2 and rng.random() < 0.8 else "view"
            rows.append((f"u{person}", f"{item:02}", event, 1_600_000_000 + at))
    return write_csv(folder / "likes.csv", LOG, rows)


def test_likes_that_are_driven_at_have_a_match(tmp_path: Path, capsys: Captured) -> None:
    trained = _train(tmp_path, capsys, _likes(tmp_path), "--drive", "like")
    assert trained.model.calibration is not None
    assert trained.report["reliability"] is not None
    views = _train(tmp_path, capsys, _likes(tmp_path), "--drive", "view")
    assert views.model.calibration is None
    assert views.report["feedback"]["positive"] == "a positive is a view"


def _counts(folder: Path, name: str = "counts.csv", column: str = "plays") -> Path:
    """As of a player of music: how often somebody played an artist."""
    rng = np.random.default_rng(4)
    rows = [
        (f"u{person}", f"{person % 2 * 20 + item:02}", int(1 + rng.pareto(1.0) * 10))
        for person in range(50)
        for item in rng.permutation(20)[:10].tolist()
    ]
    return write_csv(folder / name, ("user", "item", column), rows)


def test_counts_train_and_are_shown_as_counts(tmp_path: Path, capsys: Captured) -> None:
    trained = _train(tmp_path, capsys, _counts(tmp_path, column="playcount"))
    model = trained.model
    assert trained.report["feedback"] == {
        "kind": "count",
        "drive": None,
        "positive": "every row is a positive",
    }
    assert model.n_likes.tolist() == model.n_ratings.tolist()
    assert model.calibration is None
    assert "a count is worth " in trained.said
    assert [level["name"] for level in trained.report["worth"]] == [None] * 3
    assert trained.report["holdout"][-1]["ndcg"] > 1.2 * trained.report["holdout"][0]["ndcg"]


def test_of_counts_a_caller_may_ask_for_much_alone(tmp_path: Path, capsys: Captured) -> None:
    path = _counts(tmp_path, column="playcount")
    trained = _train(tmp_path, capsys, path, "--like-from", 20)
    assert trained.report["feedback"]["positive"] == "a positive is a count of 20 or more"
    with path.open() as file:
        often = sum(float(row["playcount"]) >= 20 for row in csv.DictReader(file))
    assert trained.model.n_likes.sum() == often


def test_yes_and_no_train_and_a_no_is_worth_nothing(tmp_path: Path, capsys: Captured) -> None:
    rows = _rows(TwoTastes(people=40, dislikes=12).write_ratings(tmp_path / "r.csv"))
    said = [(user, item, str(float(rating) >= 4).lower()) for user, item, rating, _ in rows]
    trained = _train(
        tmp_path, capsys, write_csv(tmp_path / "b.csv", ("user", "item", "liked"), said)
    )
    assert trained.model.n_likes.sum() == sum(word == "true" for _, _, word in said)
    assert [level["worth"] for level in trained.report["worth"]] == [0, 1]
    assert trained.model.calibration is not None


def test_what_merely_happened_trains(tmp_path: Path, capsys: Captured) -> None:
    rows = _rows(TwoTastes(people=40, dislikes=0).write_ratings(tmp_path / "r.csv"))
    path = write_csv(tmp_path / "p.csv", ("user", "item"), [row[:2] for row in rows])
    trained = _train(tmp_path, capsys, path)
    assert trained.report["feedback"]["kind"] == "presence"
    assert trained.model.calibration is None
    assert "every row is worth the same" in trained.said


def _rows(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def _parts(folder: Path, at: int, *more: tuple[str, str, str, int]) -> tuple[Path, Path]:
    """The shop's log before a day, and from it on."""
    border = 1_600_000_000 + at * 86_400 - 120
    rows = [*SHOP.rows(), *more]
    return tuple(  # type: ignore[return-value]
        write_csv(folder / name, LOG, [row for row in rows if (row[3] < border) == early])
        for name, early in (("train.csv", True), ("test.csv", False))
    )


def _evaluated(folder: Path, train_file: Path, test_file: Path, *args: object) -> dict[str, Any]:
    out = folder / "found.json"
    given = ["--ratings", train_file, "--test", test_file, "--json", out, *args]
    assert main(["evaluate", *map(str, given)]) == 0
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def test_events_are_evaluated_by_what_is_driven_at(tmp_path: Path, capsys: Captured) -> None:
    before, after = _parts(tmp_path, 20)
    found = _evaluated(tmp_path, before, after, "--drive", "purchase")
    assert found["positive"] == "a positive is a purchase"
    buyers = {row[0] for row in _rows(after) if row[2] == "Purchase"}
    assert found["asked"] == len(buyers)
    assert [level["name"] for level in found["levels"]] == ["against", "skip", "view", "purchase"]
    assert "half_life_days" in found
    assert found["contenders"][-1]["ndcg"] > 1.2 * found["contenders"][0]["ndcg"]
    assert "a positive is a purchase" in capsys.readouterr().out


def test_the_test_file_is_asked_for_what_the_training_file_drives_at(tmp_path: Path) -> None:
    """By themselves, the training file would be driven at likes and the other at purchases."""
    likes = [(f"u{n}", f"{n % 2 * 20 + n % 20:02}", "like", 1_600_000_000) for n in range(50)]
    later = [(f"u{n}", f"{n % 2 * 20 + item:02}", "like", 1_800_000_000)
             for n in range(50) for item in range(20)]  # fmt: skip
    rows = [(*row[:2], "view", row[3]) if row[2] == "Purchase" else row for row in SHOP.rows()]
    train_file = write_csv(tmp_path / "a.csv", LOG, [*rows, *likes])
    test_file = write_csv(
        tmp_path / "b.csv", LOG, [*later, ("u0", "19", "purchase", 1_900_000_000)]
    )
    found = _evaluated(tmp_path, train_file, test_file)
    assert found["positive"] == "a positive is a like"


def test_a_test_file_without_what_is_driven_at_is_one_line(
    tmp_path: Path, capsys: Captured
) -> None:
    before, after = _parts(tmp_path, 20)
    rows = [row for row in _rows(after) if row[2] != "Purchase"]
    write_csv(after, LOG, rows)
    said = error_of(capsys, ["evaluate", "--ratings", before, "--test", after])
    assert f"{after}: --drive purchase: no event is of that kind; there are view" in said


def test_fixed_worths_and_half_lives_ask_nothing_of_the_test_file(tmp_path: Path) -> None:
    before, after = _parts(tmp_path, 20)
    untimed = [row[:3] for row in _rows(after) if row[2] == "Purchase"]
    test = write_csv(tmp_path / "untimed.csv", LOG[:3], untimed)
    fixed = write(tmp_path / "f.toml", "half_life_days = 9\n[worth]\nskip=0\nview=0.1\npurchase=1")
    found = _evaluated(tmp_path, before, test, "--feedback", fixed)
    assert [level["worth"] for level in found["levels"]] == [0, 0, 0.1, 1]
    assert found["half_life_days"] == 9


def test_counts_may_be_asked_about_by_mere_rows(tmp_path: Path) -> None:
    rows = [(user, item, count) for user, item, count in _rows(_counts(tmp_path))]
    train_file = write_csv(tmp_path / "a.csv", ("user", "item", "count"), rows[::2])
    counted = write_csv(tmp_path / "b.csv", ("user", "item", "count"), rows[1::2])
    plain = write_csv(tmp_path / "c.csv", ("user", "item"), [row[:2] for row in rows[1::2]])
    found = _evaluated(tmp_path, train_file, counted)
    assert found["positive"] == "every row is a positive"
    assert _evaluated(tmp_path, train_file, plain)["contenders"] == found["contenders"]


def _scale_and_values(path: Path, drive: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """The levels, and by item the one that it has come to."""
    materials = gather(Source((path,), feedback=Feedback(drive=drive)))
    rows, scale = materials.interactions, materials.known.scale
    assert scale.borders is not None
    level = np.searchsorted(scale.borders, rows.rating, side="right") - 1
    ids = [rows.items[item] for item in rows.item_idx.tolist()]
    return scale.names, dict(zip(ids, [scale.names[one] for one in level.tolist()], strict=True))


def test_a_rating_without_a_number_is_no_like(tmp_path: Path) -> None:
    rows = [("u", "a", "rated"), ("u", "b", "like"), ("v", "c", "view")]
    path = write_csv(tmp_path / "log.csv", LOG[:3], rows)
    assert _scale_and_values(path, "like")[1] == {"a": "view", "b": "like", "c": "view"}


def test_no_time_is_negative(tmp_path: Path) -> None:
    """A view of -5 seconds is a view of unknown length; a stay of them is none at all."""
    rows = [("u", f"i{n}", "view", 60) for n in range(6)]
    rows += [("v", "a", "view", -5), ("v", "b", "dwell", -5), ("v", "c", "view", 1)]
    path = write_csv(tmp_path / "log.csv", ("user", "item", "event", "dwell"), rows)
    names, values = _scale_and_values(path, "dwell")
    assert names == ("left", "view", "dwell")
    assert {item: values.get(item) for item in "abc"} == {"a": "view", "b": None, "c": "left"}
    (lost,) = gather(Source((path,))).accounts["feedback"].removed
    assert (lost.reason, lost.rows) == ("dwell time is no number of seconds", 1)


@pytest.mark.parametrize("drive", ["purchase", "view", "dwell", "like"])
@pytest.mark.parametrize("seed", range(3))
def test_however_little_there_is_a_model_comes_of_it(tmp_path: Path, drive: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = ["view", "skip", "like", "dislike", "purchase", "hide", "dwell", "rating"]
    rows = [
        (f"u{rng.integers(5)}", f"i{rng.integers(6)}", kinds[rng.integers(8)],
         int(rng.integers(1, 6)), int(rng.integers(300)), int(rng.integers(10**9)))
        for _ in range(60)
    ]  # fmt: skip
    rows.append(("v", "i0", drive, 5, 1_000, 10**9))
    columns = ("user", "item", "event", "rating", "dwell", "timestamp")
    path = write_csv(tmp_path / "log.csv", columns, rows)
    materials = gather(Source((path,), feedback=Feedback(drive=drive)))
    model, report = train(materials, quick_trainer(seed))
    assert report.scale.drive == drive
    assert report.recipe.worth.values[0] >= 0
    for user in range(len(model.users)):
        assert np.isfinite(model.scorer.scores(model.histories.history(user))).all()
