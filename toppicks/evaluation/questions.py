"""Questions for the contest: from split interactions to histories and what was liked later."""

from collections.abc import Iterable

import numpy as np

from toppicks.evaluation.contest import Question
from toppicks.ingest.interactions import Interactions
from toppicks.scoring.history import History

# None is a person's full history.
LENGTHS: tuple[int | None, ...] = (0, 1, 2, 3, 5, 10, None)


def ask(
    known: Interactions, hidden: Interactions, like_from: float, user_idx: Iterable[int]
) -> list[Question]:
    """One question for each of these users who liked something hidden.

    The history is what they liked among the known rows; seen is everything that they rated there.
    """
    known_starts, hidden_starts = known.user_starts(), hidden.user_starts()
    questions = []
    for user in user_idx:
        past = slice(known_starts[user], known_starts[user + 1])
        future = slice(hidden_starts[user], hidden_starts[user + 1])
        relevant = hidden.item_idx[future][hidden.rating[future] >= like_from]
        if len(relevant):
            history = History.of_ratings(known.item_idx[past], known.rating[past], like_from)
            questions.append(Question(user, history, frozenset(relevant.tolist())))
    return questions


def cut(questions: Iterable[Question], length: int | None, draws: int, seed: int) -> list[Question]:
    """The same questions with only `length` random items of each history known, `draws` times.

    Only the history shrinks: what was seen and what is asked for stay, so that figures of
    different lengths can be compared. Whoever has fewer items is left out; the full length
    (None) and 0 need no draw, and leave out nobody.
    """
    rng = np.random.default_rng(seed)
    shortened = []
    for question in questions:
        liked, seen = question.history.item_idx, question.history.seen_idx
        if length is None:
            shortened.append(question)
        elif length <= len(liked):
            for _ in range(draws if length else 1):
                drawn = rng.choice(liked, length, replace=False)
                history = History.of_likes(drawn, seen)
                shortened.append(Question(question.user_idx, history, question.relevant))
    return shortened
