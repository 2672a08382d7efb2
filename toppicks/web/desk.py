"""What the API asks of whatever keeps people's live data, the catalogue and the model."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from flask import Flask, current_app

from toppicks.web.problems import WrongValue, wrong_values
from toppicks.web.schemas.items import (
    ItemBody,
    ItemReply,
    ItemsQuery,
    ItemsReply,
    SimilarQuery,
    SimilarReply,
)
from toppicks.web.schemas.model import ModelReply
from toppicks.web.schemas.paging import PageQuery
from toppicks.web.schemas.people import (
    ExportReply,
    NeighborsQuery,
    NeighborsReply,
    UserReply,
    UsersReply,
)
from toppicks.web.schemas.picks import PicksBody, PicksQuery
from toppicks.web.schemas.ratings import Event, EventsReply, RatingReply

_KEY = "toppicks.desk"


class Scale(NamedTuple):
    """The scale that people rate on."""

    low: float
    high: float


class Desk(Protocol):
    """Everything that the API answers from. What is given has been checked, but for what only
    the model knows: items, fields, the scale.

    Raises Problem: `no_such_item` (404) where an item of a path is unknown or deleted,
    `wrong_values` (422) for a field that is unknown or a value that it cannot have,
    `resting` (503) where a write cannot be kept.
    """

    @property
    def scale(self) -> Scale | None:
        """None where people do not rate: any finite number is taken then."""

    def picks_version(self, user_id: str) -> str | None:
        """Changes with their picks, of letters, digits, dots and hyphens; cheap to ask for. None
        where nobody can know whether they changed.
        """

    def picks(self, user_id: str, query: PicksQuery) -> bytes:
        """The JSON of a PicksReply."""

    def picks_of(self, body: PicksBody) -> bytes:
        """The JSON of a HistoryPicksReply."""

    def users(self, query: PageQuery) -> UsersReply: ...

    def user(self, user_id: str, query: PageQuery) -> UserReply: ...

    def export(self, user_id: str) -> ExportReply: ...

    def erase(self, user_id: str) -> None:
        """Nothing of them counts from then on; of a stranger, nothing to do."""

    def neighbors(self, user_id: str, query: NeighborsQuery) -> NeighborsReply: ...

    def put_rating(self, user_id: str, item_id: str, rating: float) -> RatingReply: ...

    def take_back(self, user_id: str, item_id: str) -> None: ...

    def add_events(self, events: Sequence[Event]) -> EventsReply:
        """All or none of them."""

    def items(self, query: ItemsQuery) -> ItemsReply: ...

    def item(self, item_id: str) -> ItemReply: ...

    def put_item(self, item_id: str, body: ItemBody) -> ItemReply: ...

    def delete_item(self, item_id: str) -> None: ...

    def similar(self, item_id: str, query: SimilarQuery) -> SimilarReply: ...

    def popular(self, query: PageQuery) -> ItemsReply: ...

    def recent(self, query: PageQuery) -> ItemsReply: ...

    def model(self) -> ModelReply: ...

    def version(self) -> str:
        """Of the model that is served."""


def put_desk(app: Flask, desk: Desk) -> None:
    """Let an app answer from this desk."""
    app.extensions[_KEY] = desk


def the_desk() -> Desk:
    """The desk of the app that handles the present request."""
    desk: Desk = current_app.extensions[_KEY]
    return desk


def check_on_scale(rated: Sequence[tuple[str, float]], scale: Scale | None) -> None:
    """Raises Problem 422 that names every rating which the scale does not reach.

    rated: where in the body it stands, and the rating.
    """
    if scale is None:
        return
    low, high = scale
    expected = f"expected {low:g} to {high:g}"
    wrong = [
        WrongValue(field, rating, expected) for field, rating in rated if not low <= rating <= high
    ]
    if wrong:
        raise wrong_values("body", wrong)
