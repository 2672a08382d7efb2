"""Picks: how to ask for them, and what they look like."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from toppicks.web.schemas.described import Body, Query, Reply, example
from toppicks.web.schemas.values import (
    Clause,
    Count,
    CountSent,
    Flag,
    Id,
    Number,
    Offset,
    OffsetSent,
    Share,
    ShareSent,
)

Exclude = Annotated[
    tuple[Id, ...],
    Field(
        max_length=1_000,
        description="Items that are not to be picked; in an address as many as fit, which has "
        "8,000 characters at most (414 beyond).",
    ),
]
Where = Annotated[
    tuple[Clause, ...],
    Field(
        max_length=20,
        description="Only items whose metadata fits, as `field:value`; of numbers also a range, "
        "`year:1990..1999`. All of them must hold.",
    ),
]
PICKS_SHOWN = 6


class PicksQuery(Query):
    """Which picks, and of what kind."""

    n: Count = Field(default=PICKS_SHOWN, description="How many picks.", examples=[6])
    offset: Offset = Field(default=0, description="How many to pass over; for paging.")
    exclude: Exclude = ()
    where: Where = ()
    explain: Flag = Field(
        default=False, description="Say of each pick what it is due to.", examples=[True]
    )
    novelty: Share = Field(default=0, description="From 0 to 1: against what everybody knows.")
    diversity: Share = Field(
        default=0, description="From 0 to 1: against picks that resemble each other."
    )


def _as_asked(name: str) -> Any:
    """The default and the words of a query's parameter, for a body that holds the same."""
    asked = PicksQuery.model_fields[name]
    return Field(default=asked.default, description=asked.description)


# Which one of the two is given; null is as if absent.
_ONE_OF_TWO = [
    {"required": [name], "properties": {name: {"type": kind}}}
    for name, kind in (("rating", "number"), ("kind", "string"))
]


class HistoryEntry(
    Body, json_schema_extra=example({"item_id": "1", "rating": 5}) | {"oneOf": _ONE_OF_TWO}
):
    """An opinion about an item: a rating on the scale of the data, or what was done."""

    item_id: Id
    rating: Number | None = None
    kind: Literal["like", "dislike", "hide", "purchase", "view", "dwell", "skip"] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.rating is None) == (self.kind is None):
            raise ValueError("expected either a rating or a kind")
        return self


class PicksBody(
    Body,
    json_schema_extra=example(
        {
            "history": [{"item_id": "1", "rating": 5}, {"item_id": "2", "kind": "like"}],
            "n": 6,
            "explain": True,
        }
    ),
):
    """A history of one's own, and which picks; items that are not known count for nothing."""

    history: Annotated[
        list[HistoryEntry],
        Field(max_length=10_000, description="At most 10,000 opinions; there may be none."),
    ]
    n: CountSent = _as_asked("n")
    offset: OffsetSent = _as_asked("offset")
    exclude: Exclude = ()
    where: Where = ()
    explain: Annotated[bool, Field(strict=True)] = _as_asked("explain")
    novelty: ShareSent = _as_asked("novelty")
    diversity: ShareSent = _as_asked("diversity")

    @property
    def query(self) -> PicksQuery:
        """The same wishes as in an address."""
        return PicksQuery.model_construct(
            **{name: getattr(self, name) for name in PicksQuery.model_fields}
        )


_REASON = {
    "item_id": "50",
    "title": "The Usual Suspects",
    "points": 0.61,
    "share": 0.31,
    "features": ["Crime", "1990s"],
}


class Reason(Reply, json_schema_extra=example(_REASON)):
    """An item of the history that speaks for the pick."""

    item_id: str
    title: str
    points: float = Field(gt=0, description="Its part of the score.")
    share: float = Field(ge=0, le=1, description="Of all positive points of the history.")
    features: list[str] = Field(description="What the two items have in common.")


_PICK = {
    "rank": 1,
    "item_id": "318",
    "title": "The Shawshank Redemption",
    "score": 3.21,
    "match": 0.87,
    "item": {"year": 1994, "genres": ["Crime", "Drama"], "runtime": 142, "mpaa": "R"},
    "because": [_REASON],
}


class Pick(Reply, json_schema_extra=example(_PICK)):
    """An item that is recommended."""

    rank: int = Field(ge=1, description="Over all pages.")
    item_id: str
    title: str
    score: float
    match: float | None = Field(
        ge=0,
        le=1,
        description="The chance that somebody who comes to rate the item likes it; null where "
        "there is no rating or no history.",
    )
    item: dict[str, Any] = Field(description="What is known of the item.")
    because: list[Reason] = Field(
        max_length=5, description="With `explain`: the largest reasons first; may be empty."
    )


_PICKS = {
    "user_id": "1",
    "known": True,
    "source": "personal",
    "model_version": "5d1c2b7e90aa",
    "total": 9046,
    "offset": 0,
    "picks": [_PICK],
}


class PicksReply(Reply, json_schema_extra=example(_PICKS)):
    """One page of picks: never an item that is rated, liked, disliked, hidden or bought."""

    user_id: str
    known: bool = Field(description="Whether the person was ever seen.")
    source: Literal["personal", "profile", "popular"] = Field(
        description="What they come from: a history, features of the person alone, or neither."
    )
    model_version: str
    total: int = Field(ge=0, description="How many picks all pages hold together.")
    offset: int = Field(ge=0)
    picks: list[Pick]
    notice: str | None = Field(
        default=None, description="Given where something is amiss: live ratings are resting, say."
    )


class HistoryPicksReply(
    PicksReply, json_schema_extra=example(_PICKS | {"user_id": None, "unknown_items": 0})
):
    """Picks for the history that was sent."""

    user_id: None  # type: ignore[assignment]  # it is nobody's
    known: bool = Field(description="Whether any item of the history is known.")
    unknown_items: int = Field(ge=0, description="Items of the history that are not known.")
