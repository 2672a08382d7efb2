"""What a training run says of itself."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from toppicks.evaluation.contest import Standing
from toppicks.evaluation.judging import Judgement
from toppicks.evaluation.people import LengthRow
from toppicks.evaluation.report import Report, print_account, print_report
from toppicks.ingest.cleaning import Account, Removed
from toppicks.recommenders.formula import Choice

REPORT = Report(
    account=Account(5, 3, (Removed("no user", 2, ",x,1"),)),
    seed=4,
    by_time=True,
    like_from=3.5,
    judgement=Judgement(
        choice=Choice(exponent=1.0, lean=2.0, people=1234),
        holdout=[Standing("popularity", 0.1, 0.2, 0.3), Standing("as served", 0.25, 0.5, 0.75)],
        asked=99,
        people=[
            LengthRow(0, 50, 0.1, 0.1),
            LengthRow(3, 40, 0.1, 0.2),
            LengthRow(None, 50, 0.2, 0.1),
        ],
        calibration_error=0.021,
    ),
)


def _said(report: Report) -> str:
    file = io.StringIO()
    print_report(report, Console(file=file, width=100))
    return file.getvalue()


def _line(report: Report, beginning: str) -> list[str]:
    """The cells of the table row that begins so."""
    (line,) = [one for one in _said(report).splitlines() if one.strip().startswith(beginning)]
    return line.split()


def test_both_tables_are_printed_with_their_figures() -> None:
    assert _line(REPORT, "popularity ")[-3:] == ["0.1000", "0.2000", "30.0%"]
    assert _line(REPORT, "as served ")[-3:] == ["0.2500", "0.5000", "75.0%"]
    assert _line(REPORT, "0 ") == ["0", "50", "0.1000", "0.1000", "the", "same"]
    assert _line(REPORT, "3 ") == ["3", "40", "0.1000", "0.2000", "better"]


def test_what_is_worse_than_popularity_is_said_aloud() -> None:
    assert _line(REPORT, "all ") == ["all", "50", "0.2000", "0.1000", "WORSE"]


@pytest.mark.parametrize(
    "text",
    [
        "99 people",
        "a like is 3.5 or more",
        "seed 4",
        "last 20 % by time",
        "weigh the same at 2 likes, as 1,234 people chose",
        "The match is off by 2.1%",
    ],
)
def test_the_circumstances_are_told(text: str) -> None:
    assert text in _said(REPORT)


def test_without_times_the_hidden_part_is_called_random() -> None:
    assert "random 20 %" in _said(replace(REPORT, by_time=False))


def test_popularity_served_alone_is_said() -> None:
    judgement = replace(REPORT.judgement, choice=Choice(lean=float("inf"), people=50))
    said = _said(replace(REPORT, judgement=judgement))
    assert "popularity is served, as 50 people chose" in said
    assert "inf" not in said


def test_a_lean_that_nobody_chose_names_nobody() -> None:
    judgement = replace(REPORT.judgement, choice=Choice())
    assert "people chose" not in _said(replace(REPORT, judgement=judgement))


def test_where_nothing_could_be_asked_only_that_is_said() -> None:
    said = _said(replace(REPORT, judgement=Judgement(Choice())))
    assert said.splitlines() == [
        "Nobody liked anything that could be hidden: how good the picks are is not known."
    ]


def test_an_account_names_every_reason_with_an_example() -> None:
    file = io.StringIO()
    print_account(REPORT.account, Console(file=file, width=20, markup=False))
    assert file.getvalue().splitlines() == [
        "5 rows read, 3 used",
        "  2 left out: no user, e.g. ,x,1",
    ]


def test_the_artifact_gets_plain_values() -> None:
    plain = REPORT.to_plain()
    assert plain["choice"] == {"exponent": 1.0, "lean": 2.0, "people": 1234}
    assert plain["holdout"][1] == {
        "name": "as served",
        "ndcg": 0.25,
        "recall": 0.5,
        "coverage": 0.75,
    }
    assert plain["people"][2] == {"length": None, "people": 50, "popularity": 0.2, "served": 0.1}
    assert plain["account"] == {
        "rows_in": 5,
        "rows_used": 3,
        "removed": [{"reason": "no user", "rows": 2, "example": ",x,1"}],
    }
    assert (plain["k"], plain["seed"], plain["by_time"], plain["asked"]) == (10, 4, True, 99)
    assert (plain["like_from"], plain["calibration_error"]) == (3.5, 0.021)
