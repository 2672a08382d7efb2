"""Items and the catalogue."""

from typing import Annotated, Any

from pydantic import Field, RootModel, model_validator

from toppicks.web.schemas.described import Query, Reply, example
from toppicks.web.schemas.paging import SHOWN
from toppicks.web.schemas.picks import Where
from toppicks.web.schemas.values import (
    FIELD_NAME_SCHEMA,
    LONGEST_TEXT,
    Count,
    Fact,
    FieldName,
    Offset,
    Text,
)

MOST_FIELDS = 100

_FACTS = {"year": 1994, "genres": ["Crime", "Drama"], "runtime": 142, "mpaa": "R"}
_TITLE_SCHEMA = {"type": "string", "maxLength": LONGEST_TEXT, "pattern": r"^[^\u0000]*$"}


class ItemBody(
    RootModel[Annotated[dict[FieldName, Fact], Field(max_length=MOST_FIELDS)]],
    json_schema_extra=example({"title": "The Shawshank Redemption", **_FACTS})
    | {"properties": {"title": _TITLE_SCHEMA}, "propertyNames": FIELD_NAME_SCHEMA},
):
    """Everything that is known of an item, by field; it takes the place of what was known.

    `title` is its title; all other names are yours. Those that the model was trained with count
    as its features.
    """

    @model_validator(mode="after")
    def _title_is_text(self) -> "ItemBody":
        if not isinstance(self.root.get("title", ""), str):
            raise ValueError("expected a text as title")
        return self


class ItemsQuery(Query):
    """Which items, in which order."""

    q: Text = Field(default="", description="Beginnings of words of the title.")
    where: Where = ()
    sort: Text = Field(
        default="",
        description="A field to sort by; with a minus, `-year`, the largest first. Otherwise the "
        "most rated come first.",
    )
    n: Count = Field(default=SHOWN, description="How many items.", examples=[6])
    offset: Offset = Field(default=0, description="How many to pass over; for paging.")


class SimilarQuery(Query):
    """How many."""

    n: Count = Field(default=6, description="How many items.", examples=[6])


_ITEM = {
    "item_id": "318",
    "title": "The Shawshank Redemption",
    "item": _FACTS,
    "n_ratings": 311,
    "n_likes": 268,
}


class ItemReply(Reply, json_schema_extra=example(_ITEM)):
    """An item, and how many people of the model's files know it."""

    item_id: str
    title: str
    item: dict[str, Any] = Field(description="What is known of it beside the title.")
    n_ratings: int = Field(ge=0)
    n_likes: int = Field(ge=0)


class ItemsReply(Reply, json_schema_extra=example({"total": 1, "offset": 0, "items": [_ITEM]})):
    """One page of items."""

    total: int = Field(ge=0, description="How many items all pages hold together.")
    offset: int = Field(ge=0)
    items: list[ItemReply]


_SIMILAR = {
    "item_id": "50",
    "title": "The Usual Suspects",
    "similarity": 0.83,
    "features": ["Crime", "1990s"],
    "item": {"year": 1995, "genres": ["Crime", "Mystery", "Thriller"], "runtime": 106, "mpaa": "R"},
}


class SimilarItem(Reply, json_schema_extra=example(_SIMILAR)):
    """An item that the same people like."""

    item_id: str
    title: str
    similarity: float = Field(description="By the model; larger is closer.")
    features: list[str] = Field(description="What the two items have in common.")
    item: dict[str, Any]


class SimilarReply(
    Reply,
    json_schema_extra=example(
        {"item_id": "318", "title": "The Shawshank Redemption", "similar": [_SIMILAR]}
    ),
):
    """The closest items first."""

    item_id: str
    title: str
    similar: list[SimilarItem]
