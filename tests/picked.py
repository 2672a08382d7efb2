"""Picks of people, briefly."""

from typing import Any

from toppicks.serving.picks import Picks, Wish
from toppicks.serving.recommender import Recommender


def picks_of(recommender: Recommender, user_id: str, n: int, **wish: Any) -> Picks:
    """What somebody gets by what the files hold of them; `wish` as in `Wish`."""
    return recommender.picks(recommender.histories.person(user_id), Wish(n, **wish))
