"""Questions for the contest: from split interactions to histories and what was liked later."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from toppicks.evaluation.contest import Question
from toppicks.ingest.interactions import Interactions
from toppicks.scoring.history import History, profile_of
from toppicks.scoring.worth import Worth

# None is a person's full history.
LENGTHS: tuple[int | None, ...] = (0, 1, 2, 3, 5, 10, None)


def ask(
    known: Interactions,
    hidden: Interactions,
    like_from: float,
    worth: Worth,
    user_idx: Iterable[int],
    profiles: NDArray[np.float32] | None = None,
) -> list[Question]:
    """One question for each of these users who liked something hidden.

    The history is what the known rows are worth; seen is everything that they rated there.
    profiles: (n_users, d), what people's own features add to their taste.
    """
    known_starts, hidden_starts = known.user_starts(), hidden.user_starts()
    worths, left = known.worths(worth), known.left(worth)
    questions = []
    for user in user_idx:
        past = slice(known_starts[user], known_starts[user + 1])
        future = slice(hidden_starts[user], hidden_starts[user + 1])
        relevant = hidden.item_idx[future][hidden.rating[future] >= like_from]
        if len(relevant):
            profile = profile_of(profiles, user)
            history = History.of_worth(
                known.item_idx[past], worths[past], profile, None if left is None else left[past]
            )
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
        history = question.history
        if length is None:
            shortened.append(question)
        elif length <= len(history):
            for _ in range(draws if length else 1):
                drawn = np.sort(rng.choice(len(history), length, replace=False))
                shorter = history.cut_to(drawn)
                shortened.append(Question(question.user_idx, shorter, question.relevant))
    return shortened
