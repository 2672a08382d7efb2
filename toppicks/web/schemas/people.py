"""People: who there is, what is known of one, and who is like them."""

from typing import Literal

from pydantic import Field

from toppicks.web.schemas.described import Query, Reply, example
from toppicks.web.schemas.values import Count


class NeighborsQuery(Query):
    """How many, and by which distance."""

    n: Count = Field(default=6, description="How many people.", examples=[6])
    metric: Literal["cosine", "euclidean"] = Field(
        default="cosine", description="How distance is measured.", examples=["cosine"]
    )


class UserLine(Reply, json_schema_extra=example({"user_id": "1", "history": 20})):
    """Somebody, and how much is known of them."""

    user_id: str
    history: int = Field(ge=0, description="How many items their history holds.")


class UsersReply(
    Reply,
    json_schema_extra=example(
        {"total": 671, "offset": 0, "users": [{"user_id": "1", "history": 20}]}
    ),
):
    """One page of people."""

    total: int = Field(ge=0)
    offset: int = Field(ge=0)
    users: list[UserLine]


_ENTRY = {
    "item_id": "50",
    "title": "The Usual Suspects",
    "kind": "rating",
    "rating": 5.0,
    "liked": True,
    "hidden": False,
    "time": "2026-11-25T20:15:00Z",
    "source": "live",
}


class Entry(Reply, json_schema_extra=example(_ENTRY)):
    """What is known of a person and an item."""

    item_id: str
    title: str
    kind: Literal[
        "rating", "like", "dislike", "hide", "purchase", "view", "dwell", "skip", "interaction"
    ] = Field(description="What was said last; `interaction` where the files tell no more.")
    rating: float | None
    liked: bool
    hidden: bool
    time: str | None = Field(description="ISO 8601; null where no time is known.")
    source: Literal["file", "live"] = Field(description="From the model's files, or since then.")


_COUNTS = {"history": 20, "ratings": 20, "likes": 9, "hidden": 0, "live": 1}


class Counts(Reply, json_schema_extra=example(_COUNTS)):
    """How many entries of each sort a history has."""

    history: int = Field(ge=0, description="All of them.")
    ratings: int = Field(ge=0)
    likes: int = Field(ge=0)
    hidden: int = Field(ge=0)
    live: int = Field(ge=0, description="Those that came since the model's files.")


class UserReply(
    Reply,
    json_schema_extra=example(
        {
            "user_id": "1",
            "known": True,
            "counts": _COUNTS,
            "total": 20,
            "offset": 0,
            "history": [_ENTRY],
        }
    ),
):
    """What is known of somebody; nothing is known of a stranger, which is no error."""

    user_id: str
    known: bool
    counts: Counts
    total: int = Field(ge=0, description="How many entries all pages hold together.")
    offset: int = Field(ge=0)
    history: list[Entry] = Field(description="Newest first.")
    notice: str | None = Field(default=None, description="Given where live ratings are resting.")


_KEPT_EVENT = {
    "event_id": "web-8412",
    "item_id": "50",
    "kind": "rating",
    "value": 5.0,
    "time": "2026-11-25T20:15:00Z",
}


class KeptEvent(Reply, json_schema_extra=example(_KEPT_EVENT)):
    """An event as it is kept."""

    event_id: str | None
    item_id: str
    kind: str
    value: float | None
    time: str


class ExportReply(
    Reply,
    json_schema_extra=example(
        {
            "user_id": "1",
            "known": True,
            "exported_at": "2026-11-25T20:16:00Z",
            "model_version": "5d1c2b7e90aa",
            "history": [_ENTRY],
            "events": [_KEPT_EVENT],
            "profile": None,
        }
    ),
):
    """Everything that is kept about somebody."""

    user_id: str
    known: bool
    exported_at: str
    model_version: str
    history: list[Entry] = Field(description="What counts, newest first.")
    events: list[KeptEvent] = Field(description="Every live event, in the order of arrival.")
    profile: list[float] | None = Field(
        description="What their own features add to their taste; null where they have none."
    )


_LIKED = {"item_id": "858", "title": "The Godfather"}


class SharedItem(Reply, json_schema_extra=example(_LIKED)):
    """An item by name."""

    item_id: str
    title: str


_NEIGHBOR = {"user_id": "212", "distance": 0.31, "n_shared": 14, "shared": [_LIKED], "liked": []}


class Neighbor(Reply, json_schema_extra=example(_NEIGHBOR)):
    """Somebody of like taste."""

    user_id: str
    distance: float = Field(ge=0, description="Smaller is closer.")
    n_shared: int = Field(ge=0, description="How many items both have in their history.")
    shared: list[SharedItem] = Field(description="Some of what both like.")
    liked: list[SharedItem] = Field(description="Some of what they like and you have not seen.")


class NeighborsReply(
    Reply,
    json_schema_extra=example(
        {"user_id": "1", "known": True, "metric": "cosine", "neighbors": [_NEIGHBOR]}
    ),
):
    """The closest first; nobody for a stranger."""

    user_id: str
    known: bool
    metric: Literal["cosine", "euclidean"]
    neighbors: list[Neighbor]
