"""Ratings and events: what people do with items."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, RootModel, model_validator

from toppicks.web.schemas.described import Body, Reply, example
from toppicks.web.schemas.values import Id, Moment, Number

MOST_EVENTS = 1_000
Kind = Literal[
    "view", "like", "dislike", "hide", "unhide", "purchase", "dwell", "skip", "rating", "unrate"
]
NEED_VALUE = frozenset({"rating", "dwell"})


class RatingBody(Body, json_schema_extra=example({"rating": 4.5})):
    """What somebody gives an item, on the scale of the data."""

    rating: Number


class RatingReply(
    Reply, json_schema_extra=example({"user_id": "1", "item_id": "318", "rating": 4.5})
):
    """The rating as it counts from now on."""

    user_id: str
    item_id: str
    rating: float


def _if_kind(kinds: list[str], value: dict[str, Any]) -> dict[str, Any]:
    """Of these kinds of event, the value must be there and look so."""
    return {
        "if": {"properties": {"kind": {"enum": kinds}}},
        "then": {"required": ["value"], "properties": {"value": value}},
    }


_EVENT = {
    "event_id": "web-8412",
    "user_id": "1",
    "item_id": "318",
    "kind": "rating",
    "value": 4.5,
    "timestamp": "2026-11-25T20:15:00Z",
}
_VALUES = [
    _if_kind(["rating"], {"type": "number"}),
    _if_kind(["dwell"], {"type": "number", "minimum": 0}),
]


class Event(Body, json_schema_extra=example(_EVENT) | {"allOf": _VALUES}):
    """Something that somebody did with an item. null is as if absent."""

    event_id: Id | None = Field(
        default=None, description="The sender's own name for it; sent twice, it counts once."
    )
    user_id: Id
    item_id: Id
    kind: Kind
    value: Number | None = Field(
        default=None, description="Of a `rating`: on the scale; of `dwell`: seconds, at least 0."
    )
    timestamp: Moment | None = Field(
        default=None,
        description="ISO 8601, or seconds since 1970; now, if it is not given. Events count in "
        "the order in which they arrive.",
    )

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        if self.kind in NEED_VALUE and self.value is None:
            raise ValueError(f"expected a value with {self.kind}")
        if self.kind == "dwell" and self.value is not None and self.value < 0:
            raise ValueError("expected a value of at least 0 seconds with dwell")
        return self


class EventsBody(
    RootModel[Annotated[list[Event], Field(min_length=1, max_length=MOST_EVENTS)]],
    json_schema_extra=example(
        [_EVENT, {"user_id": "1", "item_id": "50", "kind": "dwell", "value": 42}]
    ),
):
    """Events in the order in which they happened; all of them are kept, or none."""


class EventsReply(Reply, json_schema_extra=example({"accepted": 3, "new": 2, "unknown_items": 1})):
    """What became of the events."""

    accepted: int = Field(ge=1, description="How many were sent, and are kept.")
    new: int = Field(ge=0, description="How many were not known by their `event_id` before.")
    unknown_items: int = Field(
        ge=0, description="How many are about items that are not known; they count once it is."
    )
