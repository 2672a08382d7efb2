"""A feedback desk in memory, that can be told to be away."""

import json
from collections.abc import Sequence

from toppicks.errors import StoreAway
from toppicks.serving.picks import Picks
from toppicks.web.feedback_desk import Kind, Reaction
from toppicks.web.site import Site


class FakeDesk:
    """Keeps what was said, in order."""

    def __init__(self) -> None:
        self.away = False
        self.said: dict[str, dict[str, Reaction]] = {}

    def picks(self, user_id: str, n: int, /) -> Picks:
        spoken = list(self._of(user_id))
        return Site.current().recommender.picks("u0" if spoken else user_id, n, 0, spoken)

    def reactions(self, user_id: str, /) -> Sequence[Reaction]:
        return list(self._of(user_id).values())[::-1]

    def reaction(self, user_id: str, item_id: str, /) -> Reaction:
        return self._of(user_id).get(item_id, Reaction(item_id))

    def say(self, user_id: str, item_id: str, kind: Kind, value: float | None = None, /) -> None:
        was = self.reaction(user_id, item_id)
        opinion = (was.rating, was.liked)
        hidden = {"hide": True, "unhide": False}.get(kind, was.hidden)
        opinion = {"rating": (value, False), "like": (None, True), "unrate": (None, False)}.get(
            kind, opinion
        )
        self._of(user_id).pop(item_id, None)
        if any(opinion) or hidden:
            self.said.setdefault(user_id, {})[item_id] = Reaction(item_id, *opinion, hidden)

    def export(self, user_id: str, /) -> bytes:
        return json.dumps({"user_id": user_id, "items": list(self._of(user_id))}).encode()

    def erase(self, user_id: str, /) -> None:
        self._of(user_id)
        self.said.pop(user_id, None)

    def _of(self, user_id: str) -> dict[str, Reaction]:
        if self.away:
            raise StoreAway("it was told to be", 7)
        return self.said.get(user_id, {})
