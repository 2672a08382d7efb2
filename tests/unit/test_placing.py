"""Items that came after training, in the picks."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from tests.changes import Change
from tests.picked import picks_of
from toppicks.scoring.added import AddedItems
from toppicks.serving.recommender import Recommender
from toppicks.trained import TrainedModel

RED, BLUE = {"genres": ["Red", "All"], "year": 1984}, {"genres": ["Blue", "All"], "year": 2014}


@pytest.fixture(scope="module")
def recommender(tiny_model: TrainedModel) -> Recommender:
    """`u0` likes Red, `00` to `29`; `60` to `63` are nobody's."""
    return Recommender(tiny_model, "x")


def after(recommender: Recommender, *changes: Change, version: int = 1) -> Recommender:
    return recommender.with_catalogue(recommender.catalogue.with_changes(changes, version))


def ranked(recommender: Recommender, user_id: str) -> list[str]:
    picks = picks_of(recommender, user_id, 1_000).picks
    return [recommender.catalogue.id(pick.item_idx) for pick in picks]


def scores(recommender: Recommender, user_id: str) -> dict[str, float]:
    picks = picks_of(recommender, user_id, 1_000).picks
    return {recommender.catalogue.id(pick.item_idx): pick.score for pick in picks}


def test_a_new_item_is_picked_by_its_features(recommender: Recommender) -> None:
    later = after(recommender, Change("red", RED), Change("blue", BLUE))
    for user_id, own, other in (("u0", "red", "blue"), ("u1", "blue", "red")):
        there = ranked(later, user_id)
        assert there.index(own) < there.index(other)
        assert [one for one in there if one not in {own, other}] == ranked(recommender, user_id)
    assert picks_of(later, "nobody", 1).total == 66


def test_adding_one_changes_no_other_score(recommender: Recommender) -> None:
    before, later = scores(recommender, "u0"), scores(after(recommender, Change("red", RED)), "u0")
    assert later.pop("red")
    assert later == before


def test_a_deleted_item_is_picked_no_more(recommender: Recommender) -> None:
    first, second = ranked(recommender, "u0")[:2]
    later = after(recommender, Change("red", RED), Change(first), Change("red"))
    assert ranked(later, "u0")[0] == second
    assert picks_of(later, "u0", 1).total == 43
    assert {*ranked(later, "u0")}.isdisjoint({first, "red"})


def test_a_cold_item_that_changes_moves(recommender: Recommender) -> None:
    # `60` is Red.
    later = after(recommender, Change("60", BLUE))
    assert scores(later, "u0")["60"] < scores(recommender, "u0")["60"]
    assert scores(later, "u1")["60"] > scores(recommender, "u1")["60"]
    assert len(later.catalogue) == 64


def test_of_an_item_that_somebody_rated_stays_what_was_learnt(recommender: Recommender) -> None:
    top = ranked(recommender, "u0")[0]
    later = after(recommender, Change(top, {"title": "Other", **BLUE}))
    assert scores(later, "u0") == scores(recommender, "u0")
    assert later.catalogue.title(later.catalogue.row(top) or 0) == "Other"
    assert later.scorer is not None
    assert later.scorer.added is None


def test_a_cold_item_that_was_deleted_is_as_it_was_trained(recommender: Recommender) -> None:
    later = after(recommender, Change("60", BLUE), Change("61", BLUE), Change("60"))
    assert later.scorer.added is not None
    assert later.scorer.added.idx.tolist() == [61]


def parts(added: AddedItems | None) -> list[bytes]:
    assert added is not None
    return [np.ascontiguousarray(getattr(added, one.name)).tobytes() for one in fields(added)]


STEPS: Sequence[Sequence[Change]] = [
    [Change("a", RED)],
    [Change("b", BLUE), Change("62", BLUE)],
    [Change("c", {}), Change("61", RED)],
    [Change("a", BLUE)],
    [Change("b"), Change("61")],
    [Change("d", RED), Change("00", BLUE)],
]


def test_what_is_placed_in_turn_is_as_if_it_were_placed_at_once(recommender: Recommender) -> None:
    """To the last bit: one worker sees changes one by one, another all when it starts."""
    in_turn, catalogue = recommender, recommender.catalogue
    for version, step in enumerate(STEPS, 1):
        catalogue = catalogue.with_changes(step, version)
        in_turn = in_turn.with_catalogue(catalogue)
        at_once = recommender.with_catalogue(catalogue)
        assert parts(in_turn.scorer.added) == parts(at_once.scorer.added)
        assert picks_of(in_turn, "u0", 99) == picks_of(at_once, "u0", 99)


def test_only_what_was_put_is_placed_anew(
    recommender: Recommender, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed: list[int] = []
    as_it_is = type(recommender.model.newcomers).place

    def counted(self: Any, items: Sequence[Any], *rest: Any) -> Any:
        placed.append(len(items))
        return as_it_is(self, items, *rest)

    monkeypatch.setattr(type(recommender.model.newcomers), "place", counted)
    several = after(recommender, *(Change(f"n{n}", RED) for n in range(9)))
    one_more = after(several, Change("x", BLUE), version=2)
    after(one_more, Change("n3", BLUE), Change("n4"), version=3)
    assert placed == [9, 1, 1]


def test_without_changes_it_is_the_models_scorer(recommender: Recommender) -> None:
    gone = after(after(recommender, Change("a", RED)), Change("a"), version=2)
    assert gone.scorer.added is None
    assert scores(gone, "u0") == scores(recommender, "u0")
