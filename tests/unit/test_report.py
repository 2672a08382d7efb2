"""What a training run says of itself."""

import io
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from toppicks.commands.accounts import print_account, print_features
from toppicks.evaluation.calibrating import Bin, Reliability
from toppicks.evaluation.cold_items import ColdItems
from toppicks.evaluation.contest import Role, Segment, Standing
from toppicks.evaluation.curves import CurvePoint
from toppicks.evaluation.judging import Judgement, compare
from toppicks.evaluation.people import LengthRow
from toppicks.evaluation.report import Report, finite, plain_worth, print_report
from toppicks.evaluation.significance import Comparison
from toppicks.evaluation.tradeoffs import Tradeoff
from toppicks.ingest.account import Account, FileRead, Note, Removed
from toppicks.ingest.feedback.scale import Scale
from toppicks.ingest.metadata.summaries import FeatureSummary, Summaries
from toppicks.recommenders.formula import Recipe
from toppicks.recommenders.hybrid import HybridSettings
from toppicks.scoring.scorer import Blend
from toppicks.scoring.worth import Worth

MEASURES = (
    "ndcg", "recall", "precision", "mrr", "hit_rate", "novelty", "diversity", "mean_popularity",
)  # fmt: skip
KEYS = {
    "k", "seed", "by_time", "like_from", "asked", "seconds", "trials", "account", "holdout",
    "comparison", "time_cut", "people", "cold_items", "curves", "best_epoch", "reliability",
    "bias", "worth", "choice", "features", "accounts", "feedback", "half_life_days", "tradeoffs",
}  # fmt: skip


def _standing(name: str, role: Role, ndcg: float) -> Standing:
    by_person = {name: np.full(99, ndcg) for name in MEASURES}
    by_person["diversity"] = np.full(99, np.nan)
    return Standing(name, role, by_person, coverage=ndcg * 2)


STANDINGS = [
    _standing("popularity", "baseline", 0.1),
    _standing("graph filter", "contender", 0.12345),
    _standing("LightFM, own vectors", "reference", 0.125),
    _standing("LightFM, fold-in", "contender", 0.11),
    _standing("as served", "served", 0.25),
]
ACCOUNT = Account(
    5,
    3,
    (Removed("no user", 2, ",x,1", "line 7"),),
    (Note("times in days", 3, "", "read as such"), Note("nothing else")),
    (FileRead("r.csv", "CSV", 5, {"user": "user", "item": "sku"}, ("colour",)),),
)
REPORT = Report(
    accounts={"feedback": ACCOUNT, "items": Account(2, 2)},
    seed=4,
    by_time=True,
    scale=Scale("rating", 3.5),
    recipe=Recipe(
        worth=Worth((-np.inf, 3.0, 4.0), (0.0, 0.4, 1.0)),
        hybrid=HybridSettings(epochs=25),
        seeds=2,
        blend=Blend(0.62, 2.0, 0.5),
    ),
    judgement=Judgement(
        holdout=STANDINGS,
        comparison=compare(STANDINGS),
        bias=[Segment(segment="niche", people=33, own=1.5, recommended=np.nan)],
        time_cut=STANDINGS[:1] + STANDINGS[-1:],
        time_cut_people=31,
        people=[
            LengthRow(0, 50, 0.1, 0.1),
            LengthRow(3, 40, 0.1, 0.2),
            LengthRow(None, 50, np.float64(0.2), np.float64(0.1)),
        ],
        cold_items=ColdItems(906, 600, {"chance": 0.011, "as served": 0.113}, 0.094, 0.07, 0.13),
        curves=[CurvePoint(5, 0.9, 0.8, 0.4, np.nan)],
        reliability=Reliability(0.021, [Bin(0.3, 0.4, 12)]),
        tradeoffs=[
            Tradeoff("", 0.0, 99, 0.25, 0.5, 2.4, np.nan),
            Tradeoff("novelty", 0.5, 99, np.float64(0.24), 0.75, 3.456, np.nan),
        ],
    ),
    people=1234,
    trials={"EASE": 20, "LightFM": 7},
    left_out=("EASE over 20,000 items takes too much memory or time; a graph filter is taken",),
    seconds=81.5,
    features=Summaries(
        [
            FeatureSummary("genres", "list", "", 19, 9049, 9066, (("Drama", 4328), ("War", 367))),
            FeatureSummary("sku", "not used", "all different, as codes are", 0, 0, 9066, ()),
        ],
        [FeatureSummary("age", "number", "", 2, 1, 658, (("unknown", 657), ("about 7", 1)))],
    ),
)
EMPTY = replace(
    REPORT, judgement=Judgement(), recipe=Recipe(Worth((-np.inf,), (1.0,))), people=0, trials={}
)


def _said(report: Report, width: int = 80) -> str:
    file = io.StringIO()
    print_report(report, Console(file=file, width=width))
    return file.getvalue()


def _lines(report: Report, beginning: str) -> list[list[str]]:
    """The words of the lines that begin so."""
    lines = [one.strip() for one in _said(report).splitlines()]
    return [line.split() for line in lines if line.startswith(beginning)]


def test_both_tables_are_printed_with_their_figures() -> None:
    first, second = _lines(REPORT, "popularity ")
    assert first == second
    assert first[1:] == ["0.1000", "0.100-0.100", "0.1000", "20.0%", "-"]
    assert _lines(REPORT, "graph filter ")[0][2:4] == ["0.1235", "0.123-0.123"]
    assert len(_lines(REPORT, "as served ")) == 2
    assert _lines(REPORT, "0 ") == [["0", "50", "0.1000", "0.1000", "the", "same"]]
    assert _lines(REPORT, "3 ") == [["3", "40", "0.1000", "0.2000", "better"]]


def test_what_novelty_and_diversity_cost_and_give_is_printed() -> None:
    assert _lines(REPORT, "neither ") == [["neither", "0.2500", "50.0%", "2.40", "-"]]
    assert _lines(REPORT, "novelty 0.5") == [["novelty", "0.5", "0.2400", "75.0%", "3.46", "-"]]
    assert "less known, or less alike\n99 people; novelty in bits" in _said(REPORT)
    without = replace(REPORT, judgement=replace(REPORT.judgement, tradeoffs=[]))
    assert "less alike" not in _said(without)
    assert REPORT.to_plain()["tradeoffs"][1] == {
        "turned": "novelty",
        "by": 0.5,
        "people": 99,
        "ndcg": 0.24,
        "coverage": 0.75,
        "novelty": 3.456,
        "diversity": None,
    }


def test_references_are_marked_and_explained() -> None:
    assert "LightFM, own vectors *" in _said(REPORT)
    assert "* takes part to compare with; could not be served" in _said(REPORT)
    without = [one for one in STANDINGS if one.role != "reference"]
    assert "*" not in _said(replace(REPORT, judgement=Judgement(holdout=without)))


def test_what_is_worse_than_popularity_is_said_aloud() -> None:
    assert _lines(REPORT, "all ") == [["all", "50", "0.2000", "0.1000", "WORSE"]]


@pytest.mark.parametrize(
    "text",
    [
        "99 people",
        "a like is 3.5 or more",
        "seed 4",
        "last 20 % by time",
        "EASE over 20,000 items takes too much memory",
        "What is served is better than the best other, LightFM, own vectors: +0.1250",
        "in 27 trials: 62% EASE and 38% LightFM (2 seeds); "
        "a rating is worth 0.00 below, 0.40 from 3, 1.00 from 4",
        "31 people who were there before and after it",
        "half of each part's weight is reached at 2 (EASE) and 0.5 likes (LightFM), "
        "as 1,234 people chose",
        "906 held out and ranked among themselves, nDCG@10: chance 0.0110, as served 0.1130",
        "The match is off by 2.1%",
    ],
)
def test_the_circumstances_are_told(text: str) -> None:
    assert text in _said(REPORT)


@pytest.mark.parametrize("width", [80, 200])
def test_nothing_is_cut_short(width: int) -> None:
    said = _said(REPORT, width)
    assert "…" not in said
    assert len([line for line in said.splitlines() if line.startswith(" popularity ")]) == 2
    assert not [line for line in said.splitlines() if line.strip() == "*"]
    assert all(len(line) <= width for line in said.splitlines() if "0.100-0.100" in line)


def test_without_times_the_hidden_part_is_called_random() -> None:
    assert "random 20 %" in _said(replace(REPORT, by_time=False))


def test_a_corner_is_named() -> None:
    assert "EASE alone: no blend was clearly better" in _said(replace(REPORT, corner="EASE"))


def test_popularity_served_alone_is_said() -> None:
    recipe = replace(REPORT.recipe, blend=Blend(0.5, np.inf, np.inf))
    said = _said(replace(REPORT, recipe=recipe, corner="popularity"))
    assert "popularity is served, as 1,234 people chose" in said
    assert "inf" not in said


def test_a_lean_that_nobody_chose_names_nobody() -> None:
    assert "people chose" not in _said(replace(REPORT, people=0))


@pytest.mark.parametrize(
    ("gain", "p", "said"),
    [(0.01, 0.01, "is better than"), (0.01, 0.2, "is level with"), (-0.01, 0.01, "is WORSE than")],
)
def test_the_verdict_is_honest(gain: float, p: float, said: str) -> None:
    comparison = Comparison("EASE", gain, gain - 0.02, gain + 0.02, p)
    judgement = replace(REPORT.judgement, comparison=comparison)
    assert f"What is served {said} the best other, EASE: {gain:+.4f}" in _said(
        replace(REPORT, judgement=judgement)
    )


def test_where_nothing_could_be_asked_only_that_is_said() -> None:
    assert _said(replace(EMPTY, left_out=())).splitlines() == [
        "Nobody liked anything that could be hidden: how good the picks are is not known."
    ]


def test_where_only_the_contest_could_be_held_the_rest_is_left_out() -> None:
    judgement = Judgement(holdout=STANDINGS)
    said = _said(replace(EMPTY, judgement=judgement))
    assert "One cut in time" not in said
    assert "held out" not in said
    assert "match" not in said
    assert "every row is worth the same" in said


def _told(account: Account, width: int = 110) -> list[str]:
    file = io.StringIO()
    print_account(account, Console(file=file, width=width, markup=False))
    return [" ".join(line.split()) for line in file.getvalue().splitlines() if line.strip()]


def test_an_account_names_files_reasons_and_notes_with_an_example() -> None:
    told = _told(ACCOUNT)
    assert told[:2] == [
        "5 rows read, 3 used",
        "r.csv: CSV; user, item = 'sku'; not used: 'colour'",
    ]
    assert "2 no user ,x,1 line 7 left out" in told
    assert "3 times in days read as such" in told
    assert "nothing else" in told


def test_an_account_of_which_nothing_is_to_be_told_is_one_line() -> None:
    assert _told(Account(5, 5)) == ["5 rows read, 5 used"]


EVENTS = Scale("event", 7.0, (-math.inf, 3.0, 7.0), ("against", "view", "purchase"), "purchase")
SHOPPING = replace(
    REPORT,
    scale=EVENTS,
    recipe=replace(
        REPORT.recipe, worth=Worth((-math.inf, 3.0, 7.0), (0.0, 0.25, 1.0), half_life=90 * 86_400.0)
    ),
)


def test_worths_of_events_and_the_half_life_are_said_by_name() -> None:
    said = _said(SHOPPING)
    assert "a positive is a purchase; seed 4" in said
    assert "a row is worth against 0.00, view 0.25, purchase 1.00, half of it after 90 days" in said
    plain = SHOPPING.to_plain()
    assert plain["worth"] == [
        {"from": None, "worth": 0.0, "name": "against"},
        {"from": 3.0, "worth": 0.25, "name": "view"},
        {"from": 7.0, "worth": 1.0, "name": "purchase"},
    ]
    assert plain["half_life_days"] == 90
    assert plain["feedback"] == {
        "kind": "event",
        "drive": "purchase",
        "positive": "a positive is a purchase",
    }


@pytest.mark.parametrize(
    ("days", "said"),
    [(0.25, "0.25 days"), (1.5, "1.5 days"), (44.6, "45 days"), (1234.0, "1,234 days")],
)
def test_a_half_life_is_said_so_that_it_is_read(days: float, said: str) -> None:
    worth = replace(SHOPPING.recipe.worth, half_life=days * 86_400)
    recipe = replace(SHOPPING.recipe, worth=worth)
    assert f"half of it after {said}" in _said(replace(SHOPPING, recipe=recipe))


def test_counts_are_worth_what_they_reach() -> None:
    scale = Scale("count", 0.0, (-math.inf, 8.0))
    recipe = replace(REPORT.recipe, worth=Worth((-math.inf, 8.0), (0.5, 1.0)))
    said = _said(replace(REPORT, scale=scale, recipe=recipe))
    assert "every row is a positive; seed 4" in said
    assert "a count is worth 0.50 below, 1.00 from 8" in said
    assert plain_worth(recipe.worth, scale)[1] == {"from": 8.0, "worth": 1.0, "name": None}


def _features(summaries: Summaries, width: int = 80) -> list[str]:
    file = io.StringIO()
    print_features(summaries, Console(file=file, width=width, markup=False))
    return [" ".join(line.split()) for line in file.getvalue().splitlines()]


def test_features_are_printed_by_column() -> None:
    lines = _features(REPORT.features)
    assert "Metadata: what each column says (of 9,066)" in lines
    assert "genres list 19 9,049 Drama (4,328), War (367)" in lines
    assert "sku not used - - all different, as codes are" in lines
    assert lines.index("People: what each column says (of 658)") > lines.index(
        "Metadata: what each column says (of 9,066)"
    )
    assert "age number 2 1 unknown (657), about 7 (1)" in lines
    assert _features(Summaries()) == []
    assert "People" not in "".join(_features(replace(REPORT.features, users=[])))


def test_features_of_any_names_fit_and_leave_the_terminal_alone() -> None:
    top = tuple((f"{'a long name ' * 5}{n}", n) for n in range(9, 0, -1))
    wide = FeatureSummary("column" * 9 + "\x1b[2J", "categories", "", 5000, 10**7, 10**7, top)
    file = io.StringIO()
    print_features(Summaries([wide]), Console(file=file, width=80, markup=False))
    said = file.getvalue()
    assert "\x1b" not in said
    assert "…" not in said
    assert max(map(len, said.splitlines())) <= 80
    assert "10,000,000" in said
    assert "(7)" in said
    assert "(6)" not in said


def _leaves(value: Any) -> Iterator[Any]:
    if type(value) is dict:
        assert {type(key) for key in value} <= {str}
        for one in value.values():
            yield from _leaves(one)
    elif type(value) is list:
        for one in value:
            yield from _leaves(one)
    else:
        yield value


@pytest.mark.parametrize("report", [REPORT, EMPTY], ids=["full", "empty"])
def test_the_artifact_gets_plain_finite_values(report: Report) -> None:
    plain = report.to_plain()
    assert set(plain) >= KEYS
    for leaf in _leaves(plain):
        assert type(leaf) in {str, int, float, bool, type(None)}
        assert type(leaf) is not float or math.isfinite(leaf)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


def test_what_is_not_finite_is_none() -> None:
    assert finite({"a": [np.float64(0.5), math.nan, (math.inf, 3, "x", True, None)]}) == {
        "a": [0.5, None, [None, 3, "x", True, None]]
    }
    assert type(finite(np.float64(0.5))) is float


def test_everything_is_in_its_place() -> None:
    plain = REPORT.to_plain()
    assert (plain["k"], plain["seed"], plain["by_time"], plain["asked"]) == (10, 4, True, 99)
    assert (plain["like_from"], plain["seconds"], plain["trials"]) == (3.5, 81.5, 27)
    assert plain["trials_by_method"] == {"EASE": 20, "LightFM": 7}
    assert plain["left_out"] == list(REPORT.left_out)
    assert plain["account"] == plain["accounts"]["feedback"]
    assert plain["accounts"]["feedback"] == {
        "rows_in": 5,
        "rows_used": 3,
        "removed": [
            {
                "reason": "no user",
                "rows": 2,
                "example": ",x,1",
                "where": "line 7",
                "done": "left out",
            }
        ],
        "notes": [
            {"what": "times in days", "n": 3, "example": "", "done": "read as such"},
            {"what": "nothing else", "n": 0, "example": "", "done": ""},
        ],
        "files": [
            {
                "name": "r.csv",
                "kind": "CSV",
                "rows": 5,
                "columns": {"user": "user", "item": "sku"},
                "unused": ["colour"],
            }
        ],
    }
    assert plain["features"]["items"][0] == {
        "column": "genres",
        "kind": "list",
        "why": "",
        "n_features": 19,
        "n_items": 9049,
        "of": 9066,
        "top": [["Drama", 4328], ["War", 367]],
    }
    assert [one["column"] for one in plain["features"]["users"]] == ["age"]
    assert (plain["accounts"]["items"]["rows_in"], plain["accounts"]["items"]["files"]) == (2, [])
    assert plain["feedback"] == {
        "kind": "rating",
        "drive": None,
        "positive": "a like is 3.5 or more",
    }
    assert plain["half_life_days"] is None
    assert plain["worth"] == [
        {"from": None, "worth": 0.0, "name": None},
        {"from": 3.0, "worth": 0.4, "name": None},
        {"from": 4.0, "worth": 1.0, "name": None},
    ]
    assert [row["name"] for row in plain["holdout"]] == [one.name for one in STANDINGS]
    assert plain["holdout"][-1]["role"] == "served"
    assert plain["holdout"][0]["ndcg"] == pytest.approx(0.1)
    assert plain["holdout"][0]["diversity"] is None
    assert plain["comparison"]["against"] == "LightFM, own vectors"
    assert plain["comparison"]["verdict"] == "better"
    assert plain["time_cut"]["people"] == 31
    assert [row["name"] for row in plain["time_cut"]["standings"]] == ["popularity", "as served"]
    assert plain["people"][2] == {"length": None, "people": 50, "popularity": 0.2, "served": 0.1}
    assert plain["cold_items"] == {
        "items": 906,
        "people": 600,
        "standings": [{"name": "chance", "ndcg": 0.011}, {"name": "as served", "ndcg": 0.113}],
        "share_relevant": 0.094,
        "share_top": 0.07,
        "recall_at_100": 0.13,
    }
    assert plain["curves"][0]["train_auc"] == 0.9
    assert plain["curves"][0]["test_ndcg"] is None
    assert plain["best_epoch"] == 25
    assert plain["reliability"] == {
        "error": 0.021,
        "bins": [{"chance": 0.3, "liked": 0.4, "n": 12}],
    }
    assert plain["bias"][0] == {"segment": "niche", "people": 33, "own": 1.5, "recommended": None}


def test_the_choice_is_told_in_full() -> None:
    assert REPORT.to_plain()["choice"] == {
        "items": "EASE",
        "settings": {"ridge": 100.0, "dropout": 0.0, "damping": 0.0, "fewest": 3},
        "hybrid": vars(HybridSettings(epochs=25)),
        "seeds": 2,
        "exponent": 1.0,
        "share": 0.62,
        "lean_items": 2.0,
        "lean_taste": 0.5,
        "profile": 0.0,
        "corner": None,
        "people": 1234,
    }
    alone = replace(REPORT.recipe, blend=Blend(0.5, np.inf, np.inf))
    choice = replace(REPORT, recipe=alone, corner="popularity").to_plain()["choice"]
    assert (choice["lean_items"], choice["corner"]) == (None, "popularity")


def test_what_was_not_measured_is_empty() -> None:
    plain = EMPTY.to_plain()
    assert plain["asked"] == 0
    for name in ("comparison", "cold_items", "reliability"):
        assert plain[name] is None
    for name in ("holdout", "bias", "people", "curves"):
        assert plain[name] == []
    assert plain["time_cut"] == {"people": 0, "standings": []}
