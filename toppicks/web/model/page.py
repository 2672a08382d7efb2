"""How good is it: the page of the model's report."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from flask import Blueprint, Response, render_template

from toppicks.web.cards.cards import Cards
from toppicks.web.model import findings
from toppicks.web.model.report import ModelReport, Standing
from toppicks.web.model.taste_map import TasteMap, draw_map
from toppicks.web.model.tradeoffs import tradeoffs
from toppicks.web.problems import Problem
from toppicks.web.site import Site

PLOT_MAX_AGE = 86_400

model_pages = Blueprint("model", __name__)


@dataclass(frozen=True)
class ModelPage:
    """What the page shows; it changes with the model alone."""

    report: ModelReport
    taste_map: TasteMap | None


@model_pages.get("/model")
def model() -> str:
    """The contest, the map of taste, and everything else that training found out."""
    site = Site.current()
    page = _page(site.cards)
    trained = site.recommender.model
    report = page.report
    return render_template(
        "model.html",
        report=report,
        found=findings.findings(report, site.words) | {"tradeoffs": tradeoffs(report)},
        question=findings.question(report, len(trained.items), site.words),
        verdicts=_verdicts(report),
        fading=findings.fading(report),
        training=findings.training(report, trained.about, site.recommender.version),
        scale=_scale,
        percent=findings.percent,
        typical_ratings=findings.typical_ratings,
        taste_map=page.taste_map,
    )


@model_pages.get("/model/plots/<name>.svg")
def plot(name: str) -> Response:
    """A plot of the report, as it was drawn when the model was trained."""
    picture = _page(Site.current().cards).report.plots.get(name)
    if picture is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"This model has no plot {name[:40]!r}.")
    response = Response(picture, mimetype="image/svg+xml")
    response.cache_control.public = True
    response.cache_control.max_age = PLOT_MAX_AGE
    return response


@lru_cache(maxsize=1)
def _page(cards: Cards) -> ModelPage:
    report = ModelReport.of(cards.model.about.get("report"))
    return ModelPage(report, draw_map(report.map, cards))


def _verdicts(report: ModelReport) -> str:
    said = (
        findings.against_popularity(report),
        findings.against_the_best(report),
        findings.corner(report),
    )
    return " ".join(sentence for sentence in said if sentence)


def _scale(standings: Sequence[Standing]) -> float:
    """Where the scale of a table's bars ends: more than 0."""
    ends = [end for one in standings for end in (one.ndcg, one.ndcg_high) if end is not None]
    return max([*ends, 1e-9])
