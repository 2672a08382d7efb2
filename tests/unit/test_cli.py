"""The command line: what a caller brings, and what they are told."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.commands import Captured, be_quick, error_of, write
from tests.worlds import TwoTastes, write_csv
from toppicks import artifact
from toppicks.cli import main
from toppicks.commands.options import budget_of
from toppicks.site_words import SiteWords
from toppicks.trained import TrainedModel

ROOT = Path(__file__).resolve().parents[2]
HEAD = "user,item,rating\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    be_quick(monkeypatch)


def _train(tmp_path: Path, content: str | bytes, *args: str) -> TrainedModel:
    ratings, out = write(tmp_path / "r.csv", content), tmp_path / "model.pkl"
    assert main(["--ratings", str(ratings), "--out", str(out), *args]) == 0
    return TrainedModel.from_artifact(artifact.load(out))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file"),
        ("", "is empty"),
        (HEAD, "has a header but no rows"),
        ("what,whom,stars\nu,a,5\n", "has no column 'user'"),
        (HEAD + "u,a\n", "too few cells, the header has 3: 1, e.g. u,a"),
        (HEAD + "u,a,1,2\n", "too many cells, the header has 3: 1, e.g. u,a,1,2"),
        ((HEAD.replace("item", "é") + "u,a,1\n").encode("latin-1"), "has no column 'item'"),
        (HEAD + "u,a,[/b]\n", "rating is no finite number: 1, e.g. u,a,[/b]"),
        (HEAD + '"u\n\n1",a,x\n', "no row can be used"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_and_changes_nothing(
    tmp_path: Path, capsys: Captured, content: str | bytes | None, reason: str
) -> None:
    out = write(tmp_path / "model.pkl", "the old model")
    path = tmp_path / "mine.csv"
    if content is not None:
        write(path, content)
    text = error_of(capsys, ["--ratings", path, "--out", out])
    assert str(path) in text
    assert reason in text
    assert out.read_text() == "the old model"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file"),
        ("", "is empty"),
        ("title\nx\n", "none of its ids in the column 'title' (e.g. 'x')"),
        ("item,title\n,x\n", "no row has an id"),
        ("item,title\na\n", "no row has an id in the column 'item'"),
    ],
)
def test_an_items_file_that_cannot_be_used_is_one_line_and_changes_nothing(
    tmp_path: Path, capsys: Captured, content: str | None, reason: str
) -> None:
    out = write(tmp_path / "model.pkl", "the old model")
    ratings, items = write(tmp_path / "r.csv", HEAD + "u,a,1\n"), tmp_path / "things.csv"
    if content is not None:
        write(items, content)
    text = error_of(capsys, ["--ratings", ratings, "--items", items, "--out", out])
    assert str(items) in text
    assert reason in text
    assert out.read_text() == "the old model"


def test_the_wrong_one_of_several_files_is_named(tmp_path: Path, capsys: Captured) -> None:
    good, bad = write(tmp_path / "good.csv", HEAD + "u,a,1\n"), tmp_path / "bad.csv"
    text = error_of(capsys, ["--ratings", good, "--ratings", bad, "--out", tmp_path / "m.pkl"])
    assert "bad.csv" in text
    assert "good.csv" not in text


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["--rating", "x.csv"], "No such option '--rating'"),
        (["--foo"], "No such option '--foo'"),
        (["-h"], "-h"),
        (["evaluat"], "evaluat"),
        (["--budget", "-1"], "'--budget'"),
        (["--budget", "nan"], "nan is no number of seconds"),
        (["--trials", "x"], "'--trials'"),
        (["--budget", "5", "--trials", "5"], "--budget and --trials are two ways to say the same"),
        (["--like-from", "x"], "'--like-from'"),
        (["train", "extra"], "extra"),
        (["two\nlines"], "two lines"),
        (["--ratings", "no\nsuch.csv"], "no such.csv: no such file"),
        (["--seed", "x"], "'--seed'"),
        (["--seed", "-1"], "'--seed'"),
        (["--seed", str(2**31)], "'--seed'"),
        (["--ratings"], "'--ratings' requires an argument"),
        (["--users", "x.csv"], "--users needs --ratings; name the file of ratings too"),
        (["--items", "x.csv"], "--items needs --ratings; name the file of ratings too"),
        (["--ratings", ""], "is a folder"),
        (["--feedback", "x.toml"], "--feedback needs --ratings; name the file of ratings too"),
        (["--drive", "like"], "--drive needs --ratings; name the file of ratings too"),
        (["--drive", "hide"], "'hide' is not one of 'purchase', 'like', 'dwell', 'view'"),
        (["--ratings", "r.csv", "--feedback", "no.toml"], "no.toml: no such file"),
    ],
)
def test_a_wrong_option_is_one_line(
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert reason in error_of(capsys, args)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["no/such/folder/m.pkl", ".", "file/m.pkl"])
def test_a_place_that_cannot_be_written_is_named_before_the_training(
    tmp_path: Path, capsys: Captured, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*_: object) -> None:
        raise AssertionError("the training should not have begun")

    monkeypatch.setattr("toppicks.commands.train.train", too_late)
    ratings = write(tmp_path / "r.csv", HEAD + "u,a,1\n")
    write(tmp_path / "file", "mine")
    text = error_of(capsys, ["--ratings", ratings, "--out", tmp_path / place])
    assert str(tmp_path / place) in text
    assert "--out" in text
    assert {path.name for path in tmp_path.iterdir()} == {"r.csv", "file"}


def test_a_model_that_scores_differently_once_reloaded_is_not_published(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratings = write(tmp_path / "r.csv", HEAD + "u,a,1\nv,b,5\nv,a,5\n")
    out = write(tmp_path / "model.pkl", "the old model")
    shift = iter(range(100))
    as_it_is = TrainedModel.from_artifact

    def differently(loaded: artifact.Artifact) -> TrainedModel:
        model = as_it_is(loaded)
        object.__setattr__(model.scorer, "popularity", model.scorer.popularity + 1 + next(shift))
        return model

    monkeypatch.setattr(TrainedModel, "from_artifact", differently)
    text = error_of(capsys, ["--ratings", ratings, "--out", out])
    assert "not published: the reloaded model scores user 'u' differently" in text
    assert out.read_text() == "the old model"


def test_a_run_says_what_it_read_how_good_it_is_and_what_it_wrote(
    tmp_path: Path, capsys: Captured
) -> None:
    ratings = TwoTastes().write_ratings(tmp_path / "r.csv")
    out = tmp_path / "model.pkl"
    items = TwoTastes().write_items(tmp_path / "items.csv")
    arguments = ["--ratings", str(ratings), "--items", str(items), "--out", str(out)]
    assert main(["train", *arguments]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "Metadata: what each column says (of 64)" in said.out
    assert said.out.startswith("1,280 rows read, 1,280 used\n")
    assert "popularity" in said.out
    assert "as served" in said.out
    assert "items known" in said.out
    assert f"wrote {out} (" in said.out
    assert artifact.load(out).version in said.out


def test_rows_left_out_are_shown_as_they_are(tmp_path: Path, capsys: Captured) -> None:
    _train(tmp_path, HEAD + "u,a,1\nv,[/b],:smile:\n,[red]z,4\n")
    said = capsys.readouterr().out
    assert "3 rows read, 1 used" in said
    rows = [" ".join(line.split()) for line in said.splitlines()]
    assert "1 rating is no finite number v,[/b],:smile: r.csv, line 3 left out" in rows
    assert "1 no user ,[red]z,4 r.csv, line 4 left out" in rows


def test_a_place_with_brackets_is_shown_as_it_is(tmp_path: Path, capsys: Captured) -> None:
    ratings, out = write(tmp_path / "r.csv", HEAD + "u,a,1\n"), tmp_path / "[red]m.pkl"
    assert main(["--ratings", str(ratings), "--out", str(out)]) == 0
    assert "[red]m.pkl" in capsys.readouterr().out
    assert out.exists()


def test_a_new_model_replaces_the_old_one(tmp_path: Path) -> None:
    _train(tmp_path, HEAD + "u,a,1\n")
    model = _train(tmp_path, HEAD + "v,b,1\n")
    assert list(model.users) == ["v"]
    assert {path.name for path in tmp_path.iterdir()} == {"r.csv", "model.pkl"}


def test_the_same_seed_gives_the_same_scores(tmp_path: Path) -> None:
    content = TwoTastes().write_ratings(tmp_path / "world.csv").read_text()
    first, again, other = (_train(tmp_path, content, "--seed", seed) for seed in ("3", "3", "4"))
    for user_idx in range(len(first.users)):
        history = first.histories.history(user_idx)
        assert np.array_equal(first.scorer.scores(history), again.scorer.scores(history))
    assert not np.array_equal(first.scorer.item_factors, other.scorer.item_factors)
    reports = [model.about["report"] | {"seconds": 0} for model in (first, again)]
    assert reports[0] == reports[1]
    assert first.about["settings"]["seed"] == 3


@pytest.mark.parametrize(
    "rows",
    [
        "u,a,3\n",
        "".join(f"u,i{n},{n % 5}\n" for n in range(12)),
        "".join(f"u{n},a,{n % 5}\n" for n in range(12)),
        "".join(f"u{n % 7},i{n % 5},3\n" for n in range(40)),
        "".join(f"u{n % 7},i{n % 5},{n % 2}\n" for n in range(40)),
        "u,a,1\nv,a,5\n",
        "u,a,0\n",
        "u,a,-1e17\nv,b,1e17\n",
    ],
    ids=[
        "one row",
        "one user",
        "one item",
        "equal ratings",
        "0 and 1",
        "two users",
        "zero",
        "huge ratings",
    ],
)
@pytest.mark.parametrize("timed", [True, False])
def test_tiny_and_odd_files_train(tmp_path: Path, rows: str, timed: bool) -> None:
    content = HEAD + rows
    if timed:
        content = content.replace("rating\n", "rating,timestamp\n", 1)
        head, *lines = content.splitlines()
        content = "\n".join([head, *(f"{line},{n}" for n, line in enumerate(lines))])
    model = _train(tmp_path, content)
    for user_idx in range(len(model.users)):
        scores = model.scorer.scores(model.histories.history(user_idx))
        assert np.isfinite(scores).all()
        assert scores.shape == (len(model.items),)
    assert len(model.histories.timestamp) == (len(model.histories.item_idx) if timed else 0)


def test_where_nothing_can_be_hidden_that_is_said(tmp_path: Path, capsys: Captured) -> None:
    model = _train(tmp_path, HEAD + "u,a,3\n")
    assert "Nobody liked anything that could be hidden" in capsys.readouterr().out
    assert model.about["report"]["holdout"] == []
    assert model.calibration is None


def test_equal_ratings_are_all_likes_and_have_no_match(tmp_path: Path) -> None:
    model = _train(tmp_path, HEAD + "".join(f"u{n % 50},i{n % 33},3\n" for n in range(1600)))
    assert model.n_likes.tolist() == model.n_ratings.tolist()
    assert model.calibration is None


def test_of_0_and_1_the_ones_are_likes(tmp_path: Path) -> None:
    model = _train(tmp_path, HEAD + "u,a,1\nu,b,0\nv,a,1\nv,c,0\n")
    assert dict(zip(model.items, model.n_likes.tolist(), strict=True)) == {"a": 2, "b": 0, "c": 0}
    assert dict(zip(model.items, model.n_ratings.tolist(), strict=True)) == {
        "a": 2,
        "b": 1,
        "c": 1,
    }


def test_items_that_nobody_rated_are_represented_by_their_features_alone(tmp_path: Path) -> None:
    world = TwoTastes(people=20, half=15, likes=8)
    content = world.write_ratings(tmp_path / "world.csv").read_text()
    rows = [(f"{n:02}", f"T{n}", "Red" if n < 15 else "Blue") for n in range(30)]
    rows += [("new1", "N1", "Red"), ("new2", "N2", "Red"), ("new3", "N3", "Blue"), ("bare", "", "")]
    items = write_csv(tmp_path / "items.csv", ("item", "title", "genres"), rows)
    model = _train(tmp_path, content, "--items", str(items))
    assert set(model.items) == {row[0] for row in rows}
    factors = {id_: model.scorer.item_factors[model.items.idx(id_)] for id_ in model.items}
    biases = {id_: model.scorer.item_biases[model.items.idx(id_)] for id_ in model.items}
    assert np.array_equal(factors["new1"], factors["new2"])
    assert biases["new1"] == biases["new2"]
    assert not np.array_equal(factors["new1"], factors["new3"])
    assert not np.array_equal(factors["00"], factors["01"])
    reds, blues = (
        np.mean([factors[f"{n:02}"] for n in range(start, start + 15)], axis=0) for start in (0, 15)
    )
    assert factors["new1"] @ (reds - blues) > factors["new3"] @ (reds - blues)
    title = dict(zip(model.items, model.fields["title"], strict=True))
    assert (title["new2"], title["bare"], title["00"]) == ("N2", None, "T0")


def test_what_is_served_has_learnt_from_every_row_the_last_ones_too(tmp_path: Path) -> None:
    rows = "".join(f"u{user},i{item},5,{item}\n" for user in range(9) for item in range(9))
    # Without a feature of its own, an item that the fit has not seen has no factors at all.
    model = _train(tmp_path, f"user,item,rating,timestamp\n{rows}u0,last,5,99\n")
    assert model.scorer.item_factors[model.items.idx("last")].any()
    assert model.n_likes[model.items.idx("last")] == 1


def test_rated_items_that_the_items_file_lacks_are_kept(tmp_path: Path) -> None:
    items = write_csv(tmp_path / "items.csv", ("item", "title"), [("b", "B"), ("c", "C")])
    model = _train(tmp_path, HEAD + "u,a,5\nu,b,1\n", "--items", str(items))
    assert list(model.items) == ["a", "b", "c"]
    assert model.fields == {"title": [None, "B", "C"]}
    assert model.n_ratings.tolist() == [1, 1, 0]


def test_the_caller_may_say_from_where_on_a_rating_is_a_like(tmp_path: Path) -> None:
    content = HEAD + "u,a,1\nu,b,3\nv,a,5\nv,c,2\n"
    likes = {
        given: _train(tmp_path, content, *given).n_likes.tolist()
        for given in ((), ("--like-from", "2"), ("--like-from", "0"))
    }
    assert likes == {
        (): [1, 0, 0],
        ("--like-from", "2"): [1, 1, 1],
        ("--like-from", "0"): [2, 1, 1],
    }


@pytest.mark.parametrize("given", ["5.5", "nan", "inf", "-inf"])
def test_likes_that_nothing_could_be_are_refused(
    tmp_path: Path, capsys: Captured, given: str
) -> None:
    ratings = write(tmp_path / "r.csv", HEAD + "u,a,1\nu,b,5\n")
    out = tmp_path / "m.pkl"
    text = error_of(capsys, ["--ratings", ratings, "--like-from", given, "--out", out])
    assert (
        f"--like-from {given}: expected a number that some rating reaches; the highest is 5" in text
    )
    assert not out.exists()


def test_a_file_of_what_was_merely_done_trains(tmp_path: Path) -> None:
    model = _train(tmp_path, "user,item\n" + "".join(f"u{n % 9},i{n % 7}\n" for n in range(63)))
    assert len(model.histories.item_idx) == 63
    assert model.n_likes.tolist() == model.n_ratings.tolist() == [9] * 7
    assert model.calibration is None


@pytest.mark.parametrize(
    ("seconds", "trials", "budget"),
    [
        (None, None, None),
        (0, None, (0, 0)),
        (5, None, (5, None)),
        (None, 0, (None, 0)),
        (None, 7, (None, 7)),
    ],
)
def test_a_budget_is_time_or_trials(
    seconds: float | None, trials: int | None, budget: tuple[float | None, int | None] | None
) -> None:
    found = budget_of(seconds, trials)
    assert (found and (found.seconds, found.trials)) == budget


def test_the_model_says_what_it_was_trained_from(tmp_path: Path) -> None:
    model = _train(tmp_path, HEAD + "u,a,5\nu,b,1\nx,,\n", "--seed", "7")
    assert model.about["trained_from"] == ["r.csv"]
    assert model.about["settings"]["seed"] == 7
    account = model.about["report"]["account"]
    assert (account["rows_in"], account["rows_used"]) == (3, 2)
    assert account["removed"] == [
        {
            "reason": "no item",
            "rows": 1,
            "example": "x,,",
            "where": "r.csv, line 4",
            "done": "left out",
        }
    ]
    assert (model.words.one, model.words.many) == ("item", "items")


def test_a_site_file_names_things(tmp_path: Path) -> None:
    items = write(tmp_path / "i.csv", "item,stars\na,7\nb,8\n")
    site = write(
        tmp_path / "site.toml",
        'name = "Star Gazer"\none = "repo"\nfacts = ["stars"]\n[labels]\nstars = "gazers"\n',
    )
    model = _train(tmp_path, HEAD + "u,a,5\nu,b,1\n", "--items", str(items), "--site", str(site))
    assert model.words == SiteWords(
        "repo", "repos", "Star Gazer", "rating", ("stars",), {"stars": "gazers"}
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [("nmae = 'x'", "has the key 'nmae'"), ("facts = ['stars']", "facts names 'stars'")],
)
def test_a_wrong_site_file_is_told_before_anything_is_trained(
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    content: str,
    said: str,
) -> None:
    ratings = write(tmp_path / "r.csv", HEAD + "u,a,5\nu,b,1\n")
    site, out = write(tmp_path / "site.toml", content), tmp_path / "model.pkl"
    monkeypatch.setattr("toppicks.training.train", lambda *_: pytest.fail("work has begun"))
    text = error_of(capsys, ["--ratings", ratings, "--site", site, "--out", out])
    assert text.startswith(f"error: {site}: {said}")
    assert not out.exists()


def test_nouns_come_from_the_files_names(tmp_path: Path) -> None:
    ratings = write(tmp_path / "candy.csv", HEAD + "u,a,5\nu,b,1\n")
    out = tmp_path / "model.pkl"
    assert main(["--ratings", str(ratings), "--out", str(out)]) == 0
    words = TrainedModel.from_artifact(artifact.load(out)).words
    assert (words.one, words.many, words.feedback) == ("candy", "candies", "rating")


def test_a_file_without_ratings_is_of_what_was_merely_done(tmp_path: Path) -> None:
    world = TwoTastes().write_ratings(tmp_path / "rated.csv").read_text().splitlines()[1:]
    rows = "\n".join(",".join(row.split(",")[:2]) for row in world)
    model = _train(tmp_path, f"user,item\n{rows}\n")
    assert model.words.feedback == "presence"


def test_the_help_says_what_there_is(capsys: Captured) -> None:
    assert main(["train", "--help"]) == 0
    said = capsys.readouterr().out
    for option in ("--ratings", "--items", "--users", "--site", "--out", "--budget", "--like-from"):
        assert option in said
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    for command in ("train", "evaluate", "export", "info"):
        assert f"  {command} " in said


def test_the_door_ends_with_the_exit_code_and_no_traceback(tmp_path: Path) -> None:
    ratings = write(tmp_path / "r.csv", HEAD + "v,b\n")
    run = subprocess.run(
        [sys.executable, ROOT / "model.py", "--ratings", ratings, "--out", tmp_path / "m.pkl"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stderr.startswith(f"error: {ratings}: ")
    assert run.stderr.count("\n") == 1
    assert run.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["r.csv"]


def test_a_terminal_of_few_letters_shows_numbers_instead(tmp_path: Path) -> None:
    ratings = tmp_path / "r.csv"
    ratings.write_text(HEAD + "u,a,5\nu,b,1\n日本,a,\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(ROOT / "model.py"), "--ratings", str(ratings), "--out", "m.pkl"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert r"\u65e5\u672c,a," in done.stdout


def test_what_is_wrong_is_shown_without_control_characters(
    tmp_path: Path, capsys: Captured
) -> None:
    ratings = tmp_path / "r.csv"
    ratings.write_text("user,it\x1b[31mem\nu,a\n")
    assert main(["--ratings", str(ratings)]) == 2
    assert "\x1b" not in capsys.readouterr().err
