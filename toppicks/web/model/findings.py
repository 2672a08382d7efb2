"""A training run's report in words: for who reads, and for who cannot see the plots."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from toppicks.site_words import Feedback
from toppicks.web.cards.wording import Wording
from toppicks.web.model.report import Level, ModelReport

# What stands before "3 or more" in a sentence.
_A_LEVEL: dict[Feedback, str] = {
    "rating": "a rating of",
    "count": "by number of times:",
    "event": "by kind:",
    "presence": "by number of times:",
}


@dataclass(frozen=True)
class Finding:
    """What a part of the report comes to.

    line: in a few words, beside the heading. told: the plot in words and numbers.
    """

    line: str = ""
    told: str = ""


def findings(report: ModelReport, words: Wording) -> dict[str, Finding]:
    """By the name of the part; of a part that is not there, an empty one."""
    parts: dict[str, Callable[[ModelReport, Wording], Finding]] = {
        "curves": _curves,
        "lengths": _lengths,
        "cold": _cold,
        "reliability": _reliability,
        "coverage": _coverage,
        "bias": _bias,
        "worth": _worth,
        "account": _account,
        "features": _features,
    }
    return {name: part(report, words) for name, part in parts.items()}


def question(report: ModelReport, n_items: int, words: Wording) -> str:
    """What was asked, and of how many."""
    people = f"{report.asked:,} people" if report.asked else "people"
    hidden = (
        "the last 20\N{NO-BREAK SPACE}% by time"
        if report.by_time
        else "a random 20\N{NO-BREAK SPACE}%"
    )
    return (
        f"Of what {people} {words.did}, {hidden} was hidden. Each method then had to find "
        f"{_wanted(report, words)} among all {n_items:,} {words.many}, less what they had "
        f"{words.done} before."
    )


def _wanted(report: ModelReport, words: Wording) -> str:
    """What counts as found; an event has no number that people would know."""
    kind = words.words.feedback
    if kind == "presence" or (kind == "count" and not report.like_from):
        return "it"
    if kind == "event" and report.feedback.positive:
        return f"the best of it ({report.feedback.positive})"
    if report.like_from is None or kind == "event":
        return "what they liked of it"
    times = " times" if kind == "count" else ""
    return f"what they liked of it (a like is {report.like_from:g}{times} or more)"


def against_popularity(report: ModelReport) -> str:
    """What is served against the baseline."""
    served, baseline = report.served, report.baseline
    if not (served and baseline and served.ndcg is not None and baseline.ndcg):
        return ""
    times = served.ndcg / baseline.ndcg
    if times <= 1:
        return "What is served is no better than popularity here."
    return f"What is served has {times:.2g} times the nDCG@{report.k} of popularity."


def against_the_best(report: ModelReport) -> str:
    """What is served against the best contender; empty where they were not compared."""
    comparison = report.comparison
    name = comparison.against
    opening = {
        "better": f"What is served is better than the best contender, {name}",
        "level": f"What is served and the best contender, {name}, are level",
        "worse": f"The best contender, {name}, is better here than what is served",
    }.get(comparison.verdict)
    if not (opening and name):
        return ""
    numbers = []
    if comparison.gain is not None:
        numbers.append(f"{signed(comparison.gain)} in nDCG@{report.k}, person by person")
    if comparison.low is not None and comparison.high is not None:
        numbers.append(
            f"95\N{NO-BREAK SPACE}% interval {signed(comparison.low)} to {signed(comparison.high)}"
        )
    if comparison.p is not None:
        numbers.append("p < 0.001" if comparison.p < 0.001 else f"p = {comparison.p:.2g}")
    chance = ": the difference may be chance" if comparison.verdict == "level" else ""
    measured = f" ({'; '.join(numbers)})" if numbers else ""
    return f"{opening}{chance}{measured}."


def corner(report: ModelReport) -> str:
    """Whether the formula came to one of its parts alone."""
    name = report.choice.corner
    return (
        f"No blend was clearly better on validation than {name} alone, so that is served."
        if name
        else ""
    )


def training(report: ModelReport, about: Mapping[str, Any], version: str) -> str:
    """When and from what the model was trained, as far as it says."""
    when, sources = about.get("trained_at"), about.get("trained_from")
    said = [f"Trained {when[:10]}"] if isinstance(when, str) else ["Trained"]
    if isinstance(sources, list) and sources:
        said.append(f"from {', '.join(map(str, sources))}")
    if report.seconds is not None:
        said.append(f"in {report.seconds:,.0f} seconds")
    if report.trials:
        said.append(f"with {report.trials:,} trials")
    if report.seed is not None:
        said.append(f"and seed {report.seed}")
    return f"{' '.join(said)}; version {version}."


def signed(number: float) -> str:
    """With a plus or a real minus: "+0.0031"."""
    return f"{number:+.4f}".replace("-", "\N{MINUS SIGN}")


def percent(share: float) -> str:
    """In the site's way: "5.9 %"; whole from 10 % on."""
    return f"{100 * share:.{0 if share >= 0.1 else 1}f}\N{NO-BREAK SPACE}%"


def typical_ratings(log_ratings: float) -> int:
    """How many ratings an item has, from the mean of log10(1 + ratings)."""
    return max(0, round(10 ** min(log_ratings, 9) - 1))


def _curves(report: ModelReport, _: Wording) -> Finding:
    epochs = [epoch for epoch in report.curves if epoch.epoch is not None]
    if len(epochs) < 2:
        return Finding()
    first, last = epochs[0], epochs[-1]
    measures = {
        "AUC on rows that were seen": (first.train_auc, last.train_auc),
        "AUC on hidden rows": (first.test_auc, last.test_auc),
        f"nDCG@{report.k} on rows that were seen": (first.train_ndcg, last.train_ndcg),
        f"nDCG@{report.k} on hidden rows": (first.test_ndcg, last.test_ndcg),
    }
    told = [
        f"{name} goes from {start:.3f} to {end:.3f}"
        for name, (start, end) in measures.items()
        if start is not None and end is not None
    ]
    best = f"best after {report.best_epoch} epochs" if report.best_epoch is not None else ""
    span = f"From epoch {first.epoch} to {last.epoch}, {_listed(told)}."
    return Finding(best, f"{span} {best.capitalize()}." if best else span)


def _lengths(report: ModelReport, _: Wording) -> Finding:
    known = [
        ("all" if row.length is None else f"{row.length}", row.served, row.popularity)
        for row in report.people
        if row.served is not None and row.popularity is not None
    ]
    if not known:
        return Finding()
    worse = [length for length, served, popularity in known if served < popularity]
    line = "never worse than popularity"
    if worse:
        line = f"worse than popularity where {_listed(worse)} likes are known"
    told = _listed(
        f"{length}: {served:.3f} against {popularity:.3f}" for length, served, popularity in known
    )
    return Finding(line, f"nDCG@{report.k} as served against popularity by likes known: {told}.")


def _cold(report: ModelReport, _: Wording) -> Finding:
    cold = report.cold_items
    scores = [f"{one.name} {one.ndcg:.3f}" for one in cold.standings if one.ndcg is not None]
    return Finding(f"nDCG@{report.k} among themselves: {_listed(scores)}" if scores else "")


def _reliability(report: ModelReport, words: Wording) -> Finding:
    reliability = report.reliability
    error = reliability.error
    line = f"off by {percent(error)} on average" if error is not None else ""
    told = _listed(
        f"{one.chance:.0%} said, {one.liked:.0%} liked ({one.n or 0:,} {words.things})"
        for one in reliability.bins
        if one.chance is not None and one.liked is not None
    )
    return Finding(line, f"Match and share that liked it, in groups: {told}." if told else "")


def _coverage(report: ModelReport, _: Wording) -> Finding:
    known = [
        (one.name, one.coverage, one.ndcg)
        for one in report.holdout
        if one.coverage is not None and one.ndcg is not None
    ]
    served, baseline = report.served, report.baseline
    line = ""
    if served and served.coverage is not None:
        line = f"{percent(served.coverage)} of the catalogue is recommended to somebody"
        if baseline and baseline.coverage is not None:
            line += f"; by popularity {percent(baseline.coverage)}"
    told = _listed(f"{name} {percent(share)} and {ndcg:.3f}" for name, share, ndcg in known)
    heading = f"Share of the catalogue that is recommended, and nDCG@{report.k}"
    return Finding(line, f"{heading}: {told}." if told else "")


def _bias(report: ModelReport, words: Wording) -> Finding:
    known = [
        (row.segment, typical_ratings(row.own), typical_ratings(row.recommended))
        for row in report.bias
        if row.own is not None and row.recommended is not None
    ]
    if not known:
        return Finding()
    more = [segment for segment, own, recommended in known if recommended > own]
    line = f"what we recommend is no better known than what people {words.do}"
    if more:
        whom = "everybody" if len(more) == len(known) else f"people of the {_listed(more)} kind"
        line = f"better known than what they {words.do} themselves, for {whom}"
    told = _listed(f"{segment}: {own:,} and {recommended:,}" for segment, own, recommended in known)
    heading = f"{words.things.capitalize()} of what people {words.did}, and of what is recommended"
    return Finding(line, f"{heading}: {told}.")


def _worth(report: ModelReport, words: Wording) -> Finding:
    if words.words.feedback == "presence":
        return Finding()  # there is one level, and it counts
    told = _listed(
        f"{_level_name(report.worth, at, words)} counts {level.worth:.2g}"
        for at, level in enumerate(report.worth)
        if level.worth is not None
    )
    if not told:
        return Finding()
    said = f"As a sign of taste, {_A_LEVEL[words.words.feedback]} {told}."
    return Finding(told, f"{said} {fading(report)}".strip())


def fading(report: ModelReport) -> str:
    """How fast feedback loses its worth; empty where it does not."""
    days = report.half_life_days
    if days is None:
        return ""
    length = f"{days:,.0f}" if days >= 10 else f"{days:.2g}"
    return f"It is worth half {length} days later, counted back from the newest of the same person."


def _level_name(levels: tuple[Level, ...], at: int, words: Wording) -> str:
    """The name of a level, or what it reaches from and to."""
    if levels[at].name:
        return str(levels[at].name)
    end = levels[at + 1].start if at + 1 < len(levels) else None
    return words.level(levels[at].start, end)


def _account(report: ModelReport, _: Wording) -> Finding:
    account = report.account
    if account.rows_in is None or account.rows_used is None:
        return Finding()
    others = account.rows_in - account.rows_used
    used = "all used" if others == 0 else f"{account.rows_used:,} used"
    return Finding(f"{account.rows_in:,} rows read, {used}")


def _features(report: ModelReport, words: Wording) -> Finding:  # noqa: ARG001 - as the others
    columns = (*report.features.items, *report.features.users)
    used = sum(bool(column.n_features) for column in columns)
    n = sum(column.n_features for column in columns)
    if not columns:
        return Finding()
    if not used:
        return Finding("no column says anything")
    features = f"{n:,} {'feature' if n == 1 else 'features'}"
    return Finding(f"{features} from {used:,} {'column' if used == 1 else 'columns'}")


def _listed(texts: Iterable[str]) -> str:
    """As in "a, b and c"; semicolons where a text has a comma or a colon of its own."""
    listed = list(texts)
    between = "; " if any(mark in text for text in listed for mark in ",:") else ", "
    if len(listed) < 2 or between == "; ":
        return between.join(listed)
    return f"{between.join(listed[:-1])} and {listed[-1]}"
