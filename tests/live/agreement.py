"""Whether what is served agrees with a plain world."""

from collections.abc import Callable, Iterable

import numpy as np

from tests.live.plain_world import Line, PlainWorld, number
from toppicks.scoring.history import History
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.histories import Entry, Person
from toppicks.serving.picks import Picks, Wish
from toppicks.serving.recommender import Recommender
from toppicks.trained import TrainedModel

PAGE = 25


def check_person(person: Person, world: PlainWorld, expected: Recommender) -> None:
    """Everything but the picks."""
    model, ids = expected.model, expected.catalogue.id
    lines = world.lines(person.user_id, model)
    history = world.history(person.user_id, model)
    assert person.known == world.knows(person.user_id, model)
    assert by_id(person.history, ids) == by_id(history, ids)
    assert sorted(map(ids, person.history.seen_idx)) == sorted(
        line.item_id for line in lines if line.seen
    )
    ordered = sorted(lines, key=lambda line: (-(line.shown[1] or 0.0), line.item_id))
    assert person.entries() == [entry(line, model) for line in ordered]
    liked = {line.item_id for line in lines if is_liked(line, model)}
    assert set(map(ids, person.liked_idx)) == liked


def by_id(history: History, ids: Callable[[int], str]) -> list[tuple[str, float]]:
    rows = zip(history.item_idx.tolist(), history.worth.tolist(), strict=True)
    return [(ids(row), worth) for row, worth in rows]


def is_liked(line: Line, model: TrainedModel) -> bool:
    value = number(line, model)
    return value is not None and value >= model.histories.like_from


def entry(line: Line, model: TrainedModel) -> Entry:
    rates = model.meaning.kind == "rating"
    kind, time = line.shown
    rating = line.word[1] if line.word else None
    if rates and line.in_file is not None:
        rating = line.in_file
    source = "file" if line.is_of_file else "live"
    liked = is_liked(line, model)
    return Entry(line.item_id, kind, rating, liked, line.hidden, time, source)  # type: ignore[arg-type]


def check_picks(
    person: Person, recommender: Recommender, world: PlainWorld, expected: Recommender
) -> None:
    """All pages, as a recommender has them that was made of the plain world just now."""
    model = expected.model
    history, shown = world.history(person.user_id, model), world.shown(model)
    seen = {expected.catalogue.id(row) for row in history.seen_idx.tolist()}
    scores = expected.scorer.scores(history)
    ids, found = recommender.catalogue.id, []
    answer = recommender.picks(person, Wish(n=PAGE, explain=True))
    check_head(answer, person, model)
    while answer.picks:
        found += [(ids(pick.item_idx), pick.score) for pick in answer.picks]
        answer = recommender.picks(person, Wish(n=PAGE, offset=len(found)))
        assert answer.total == len(shown - seen)
    assert len(found) == len(shown - seen)
    assert {item_id for item_id, _ in found} == shown - seen
    rows = [expected.catalogue.row(item_id) for item_id, _ in found]
    # Best first, equal ones by row: to the last bit, wherever it is computed.
    assert [score for _, score in found] == scores[np.array(rows, np.intp)].tolist()
    assert sorted(rows, key=lambda row: (-scores[row], row)) == rows


def check_head(answer: Picks, person: Person, model: TrainedModel) -> None:
    source = "personal" if len(person.history) else "popular"
    if source == "popular" and person.history.profile is not None and model.scorer.blend.profile:
        source = "profile"
    assert (answer.known, answer.source) == (person.known, source)
    for pick in answer.picks:
        points = [reason.points for reason in pick.because]
        assert len(points) <= 5
        assert points == sorted(points, reverse=True)
        assert all(point > 0 for point in points)
        assert {reason.item_idx for reason in pick.because} <= person.liked_idx
        assert sum(reason.share for reason in pick.because) <= 1 + 1e-9


def check_catalogue(catalogue: ItemCatalogue, items: Iterable[str], world: PlainWorld) -> None:
    """What may be shown, and what it is called."""
    model = catalogue.trained.model
    shown, rows = world.shown(model), world.rows(model)
    for item_id in items:
        # Equal scores are ordered by row: it is to be the same in every worker.
        assert catalogue.row(item_id) == rows.get(item_id)
        row = catalogue.idx(item_id)
        assert (row is not None) == (item_id in shown)
        if row is not None and item_id in world.put:
            title = world.put[item_id].get("title")
            assert catalogue.title(row) == (title if title and isinstance(title, str) else item_id)
            assert row in catalogue.search(catalogue.title(row))
