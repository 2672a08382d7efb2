"""Plots of a report: whole, readable in light and dark, and never of what was not measured."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.reports import sample_report, shop_report
from toppicks.evaluation.plot_style import ACCENT, INK, LINE, SECOND, SOFT
from toppicks.evaluation.plots import draw_plots

SOURCES = {
    "curves": "curves",
    "lengths": "people",
    "reliability": "reliability",
    "coverage": "holdout",
    "bias": "bias",
    "worth": "worth",
}


@pytest.fixture(scope="module")
def plots() -> dict[str, str]:
    return draw_plots(sample_report())


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.text]


def test_every_part_has_its_plot(plots: dict[str, str]) -> None:
    assert list(plots) == list(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_a_plot_needs_no_style_attribute_and_turns_dark_by_itself(
    plots: dict[str, str], name: str
) -> None:
    svg = plots[name]
    assert svg.startswith("<svg ")
    assert ElementTree.fromstring(svg).get("width") == "440"
    assert "style=" not in svg
    assert svg.count("<style") == 1
    colours = re.findall(r'<[^>]* (fill|stroke)="(#[0-9a-f]{6})"[^>]*>', svg)
    assert {colour for _, colour in colours} <= {INK, SOFT, LINE, ACCENT, SECOND}
    for element in re.findall(r"<[^>]+>", svg):
        painted = re.findall(r' (fill|stroke)="#', element)
        classes = re.search(r' class="([^"]*)"', element)
        has = classes[1].split() if classes else []
        assert sorted(one.split("-")[0] for one in has) == sorted(painted), element
        assert all(f".{one}{{" in svg for one in has)


def test_the_same_report_gives_the_same_bytes_and_no_date(plots: dict[str, str]) -> None:
    assert draw_plots(sample_report()) == plots
    assert not any("metadata" in svg or "20:" in svg for svg in plots.values())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("curves", "best: epoch 25"),
        ("curves", "nDCG@10"),
        ("lengths", "all"),
        ("lengths", "as served"),
        ("reliability", "share that liked it"),
        ("coverage", "EASE"),
        ("coverage", "popularity"),
        ("bias", "mainstream"),
        ("worth", "below 3"),
        ("worth", "3 to below 4"),
        ("worth", "4 or more"),
        ("worth", "0.42"),
    ],
)
def test_what_a_plot_says(plots: dict[str, str], name: str, text: str) -> None:
    assert text in texts(plots[name])


def test_worths_of_events_are_named_and_no_ratings() -> None:
    said = texts(draw_plots(shop_report())["worth"])
    assert {"against", "view", "purchase", "0.25"} <= set(said)
    assert "rating" not in said
    assert "rating" in texts(draw_plots(sample_report())["worth"])


def test_worths_of_counts_are_of_counts() -> None:
    report = sample_report() | {"feedback": {"kind": "count"}}
    assert "count" in texts(draw_plots(report)["worth"])


def test_an_empty_report_has_no_plots() -> None:
    assert draw_plots({}) == {}
    assert draw_plots(dict.fromkeys(SOURCES.values())) == {}
    assert draw_plots({source: [] for source in SOURCES.values()} | {"reliability": {}}) == {}


@pytest.mark.parametrize(("name", "source"), SOURCES.items())
def test_what_is_missing_costs_its_own_plot_alone(name: str, source: str) -> None:
    report = sample_report()
    del report[source]
    assert set(draw_plots(report)) == set(SOURCES) - {name}


def without_values(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: None if isinstance(value, float) else value for key, value in row.items()}
        for row in rows
    ]


def test_what_was_not_measured_is_not_drawn() -> None:
    report = sample_report()
    for source in ("curves", "people", "holdout", "bias"):
        report[source] = without_values(report[source])
    assert set(draw_plots(report)) == {"reliability", "worth"}
    report = sample_report()
    report["holdout"][3]["ndcg"] = None
    assert "EASE" not in texts(draw_plots(report)["coverage"])


def test_curves_of_one_measure_are_drawn_without_the_other() -> None:
    report = sample_report()
    for row in report["curves"]:
        row["test_auc"] = None
    said = texts(draw_plots(report)["curves"])
    assert "nDCG@10" in said
    assert "AUC" not in said


def test_a_single_epoch_is_no_curve() -> None:
    assert draw_plots({"curves": sample_report()["curves"][:1]}) == {}


def test_a_single_level_is_worth_no_plot() -> None:
    report = {"worth": [{"from": None, "worth": 1.0}]}
    assert draw_plots(report) == {}


def test_names_are_text_whatever_they_hold() -> None:
    report = sample_report()
    report["holdout"][1]["name"] = '</text><script>"&$x^2$\x00\x1b'
    report["holdout"][2]["name"] = "a $x^2$"
    report["bias"][0]["segment"] = "<i>深夜特急 & $"
    plots = draw_plots(report)
    assert "<script" not in plots["coverage"]
    assert '</text><script>"&$x^2$' in "".join(texts(plots["coverage"]))
    assert "a $x^2$" in texts(plots["coverage"])
    assert "<i>深夜特急 & $" in texts(plots["bias"])


def test_equal_standings_are_drawn_too() -> None:
    report = sample_report()
    for row in report["holdout"]:
        row |= {"coverage": 0.05, "ndcg": 0.1}
    names = {row["name"] for row in report["holdout"]}
    said = " ".join(texts(draw_plots(report)["coverage"]))
    assert len([name for name in names if name.split()[0] in said]) > 5
