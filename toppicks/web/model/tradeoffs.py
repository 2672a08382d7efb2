"""What novelty and diversity cost, and what they give, in words."""

from toppicks.web.model.findings import Finding, percent
from toppicks.web.model.report import ModelReport, Tradeoff


def tradeoffs(report: ModelReport) -> Finding:
    """What turning each half up and all the way costs and gives; empty where it is not known."""
    start = report.tradeoffs[0] if report.tradeoffs else None
    if start is None or start.turned or not start.ndcg:
        return Finding()
    told = [
        sentence
        for turned, gain in (("novelty", _coverage), ("diversity", _unlikeness))
        if (sentence := _sentence(report, start, turned, gain(report, start, turned)))
    ]
    half = " and ".join(
        f"{one.turned} {cost}"
        for one in report.tradeoffs
        if one.by == 0.5 and (cost := _cost(start, one))
    )
    line = f"turned half up, of nDCG@{report.k} they cost: {half}" if half else ""
    return Finding(line, " ".join(told))


def _sentence(report: ModelReport, start: Tradeoff, turned: str, gain: str) -> str:
    costs = {one.by: _cost(start, one) for one in report.tradeoffs if one.turned == turned}
    half, full = costs.get(0.5), costs.get(1.0)
    if not (half and full and gain):
        return ""
    return (
        f"{turned.capitalize()} turned half up costs {half} of nDCG@{report.k}, "
        f"and all the way up {full}; {gain}."
    )


def _coverage(report: ModelReport, start: Tradeoff, turned: str) -> str:
    shares = _rising([one.coverage for one in _turned(report, start, turned)])
    if not shares:
        return ""
    first, *rest = map(percent, shares)
    return f"instead of {first} of the catalogue, somebody is shown {' and '.join(rest)} of it"


def _unlikeness(report: ModelReport, start: Tradeoff, turned: str) -> str:
    figures = _rising([one.diversity for one in _turned(report, start, turned)])
    if not figures:
        return ""
    first, *rest = (f"{figure:.2f}" for figure in figures)
    return f"the diversity of a list goes from {first} to {' and '.join(rest)}"


def _turned(report: ModelReport, start: Tradeoff, turned: str) -> list[Tradeoff]:
    """Neither, half and full."""
    ends = [one for one in report.tradeoffs if one.turned == turned and one.by in {0.5, 1.0}]
    return [start, *ends]


def _rising(figures: list[float | None]) -> list[float]:
    """All three of them, or none."""
    known = [figure for figure in figures if figure is not None]
    return known if len(known) == 3 else []


def _cost(start: Tradeoff, one: Tradeoff) -> str:
    """Of the nDCG, such a share; empty where it is not known."""
    if one.ndcg is None or not start.ndcg:
        return ""
    lost = 1 - one.ndcg / start.ndcg
    return percent(lost) if lost >= 0.0005 else "nothing"
