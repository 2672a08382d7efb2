"""Items that nobody has rated: whole items held out, ranked among themselves and among all."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toppicks.evaluation import metrics
from toppicks.evaluation.contest import Question
from toppicks.evaluation.splitting import some_people
from toppicks.ingest.interactions import Interactions
from toppicks.recommenders.fitting import Fitted
from toppicks.scoring.history import History, profile_of
from toppicks.scoring.ranking import rank
from toppicks.scoring.worth import Worth

SHARE = 0.1
# How far down the whole catalogue one looks for held-out items.
FAR = 100
MOST_PEOPLE = 2_000


@dataclass(frozen=True)
class ColdItems:
    """How good picks are among items that training has never seen.

    items, people:   how many were held out, and how many people liked one of them.
    ndcg:            by contender, among the held-out items alone.
    share_relevant:  of everything that anybody liked, how much is held out.
    share_top:       of the first 100 picks from the whole catalogue, how many are held out.
    recall_top:      of the held-out items that they liked, how many are among those 100.
    """

    items: int
    people: int
    ndcg: Mapping[str, float]
    share_relevant: float
    share_top: float
    recall_top: float


def hold_out_items(interactions: Interactions, seed: int) -> NDArray[np.bool_]:
    """(n_items,) True for a random tenth of the items that have interactions."""
    rated = np.flatnonzero(interactions.counts_by_item())
    held = np.random.default_rng(seed).permutation(rated)[: max(1, int(len(rated) * SHARE))]
    mask = np.zeros(len(interactions.items), bool)
    mask[held] = True
    return mask


def cold_questions(
    interactions: Interactions,
    held: NDArray[np.bool_],
    like_from: float,
    worth: Worth,
    seed: int,
    profiles: NDArray[np.float32] | None = None,
) -> list[Question]:
    """One for each person (of some, if they are many) who liked a held-out item.

    The history is everything that they rated among the others.
    profiles: (n_users, d), what people's own features add to their taste.
    """
    starts = interactions.user_starts()
    cold = held[interactions.item_idx]
    liked = interactions.rating >= like_from
    people = np.unique(interactions.user_idx[cold & liked])
    people = people[some_people(len(people), MOST_PEOPLE, seed)]
    # As the fit does: what is held out makes nothing else older.
    worths = np.zeros(len(interactions), np.float32)
    worths[~cold] = interactions.where(~cold).worths(worth)
    questions = []
    for user in people.tolist():
        rows = np.arange(starts[user], starts[user + 1])
        past, future = rows[~cold[rows]], rows[cold[rows] & liked[rows]]
        profile = profile_of(profiles, user)
        history = History.of_worth(interactions.item_idx[past], worths[past], profile)
        relevant = frozenset(interactions.item_idx[future].tolist())
        questions.append(Question(user, history, relevant))
    return questions


def judge_cold_items(
    fitted: Fitted,
    everything: Interactions,
    held: NDArray[np.bool_],
    like_from: float,
    k: int,
    seed: int,
) -> ColdItems | None:
    """None where nobody liked an item that was held out.

    fitted:     to all rows but the held-out items', with their features.
    everything: all rows.
    """
    profiles = fitted.parts.taste.profiles
    questions = cold_questions(everything, held, like_from, fitted.recipe.worth, seed, profiles)
    if not questions:
        return None
    scorer = fitted.scorer
    likes = everything.rating >= like_from
    luck = np.random.default_rng(seed)
    ndcg: dict[str, list[float]] = {"chance": [], "popularity by features": [], "as served": []}
    tops, recalls = [], []
    for question in questions:
        scores = scorer.scores(question.history)
        answers = (luck.random(held.size).astype(np.float32), scorer.popularity, scores)
        for name, answer in zip(ndcg, answers, strict=True):
            top = rank(answer, np.flatnonzero(~held), k)
            hits = np.isin(top, list(question.relevant))
            ndcg[name].append(metrics.ndcg(hits, len(question.relevant), k))
        top = rank(scores, question.history.seen_idx, FAR)
        tops.append(held[top].mean())
        recalls.append(np.isin(list(question.relevant), top).mean())
    return ColdItems(
        items=int(held.sum()),
        people=len(questions),
        ndcg={name: float(np.mean(values)) for name, values in ndcg.items()},
        share_relevant=float(held[everything.item_idx[likes]].mean()),
        share_top=float(np.mean(tops)),
        recall_top=float(np.mean(recalls)),
    )
