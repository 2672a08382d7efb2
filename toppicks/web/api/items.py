"""Items: the catalogue, one of them, and how it is changed."""

from toppicks.web.description import Answer, Group
from toppicks.web.desk import the_desk
from toppicks.web.schemas.items import (
    ItemBody,
    ItemReply,
    ItemsQuery,
    ItemsReply,
    SimilarQuery,
    SimilarReply,
)
from toppicks.web.schemas.paging import PageQuery

items = Group("Items", "The catalogue, and what everybody likes.")


@items.operation("GET", "/api/items", "open", query=ItemsQuery, reply=ItemsReply)
def list_items(query: ItemsQuery) -> Answer:
    """The catalogue.

    By words of the title and by metadata, with an exact total.
    """
    return the_desk().items(query)


@items.operation("GET", "/api/items/<id:item_id>", "open", reply=ItemReply, missing=True)
def get_item(item_id: str) -> Answer:
    """One item."""
    return the_desk().item(item_id)


@items.operation(
    "PUT",
    "/api/items/<id:item_id>",
    "write",
    body=ItemBody,
    reply=ItemReply,
    ids={"item_id": "new-item"},
)
def put_item(item_id: str, body: ItemBody) -> Answer:
    """Add or change an item.

    The body takes the place of all that was known of it. A new item can be picked, by its
    features, in the next answer; one that was deleted comes back.
    """
    return the_desk().put_item(item_id, body)


@items.operation(
    "DELETE", "/api/items/<id:item_id>", "write", missing=True, ids={"item_id": "new-item"}
)
def delete_item(item_id: str) -> Answer:
    """Remove an item.

    It is never shown again, until it is put anew.
    """
    the_desk().delete_item(item_id)
    return None


@items.operation(
    "GET",
    "/api/items/<id:item_id>/similar",
    "open",
    query=SimilarQuery,
    reply=SimilarReply,
    missing=True,
)
def get_similar(item_id: str, query: SimilarQuery) -> Answer:
    """Items like it.

    By the model: what the same people like, with the features that both have.
    """
    return the_desk().similar(item_id, query)


@items.operation("GET", "/api/popular", "open", query=PageQuery, reply=ItemsReply)
def list_popular(query: PageQuery) -> Answer:
    """Popular items.

    What most people like first.
    """
    return the_desk().popular(query)


@items.operation("GET", "/api/recent", "open", query=PageQuery, reply=ItemsReply)
def list_recent(query: PageQuery) -> Answer:
    """New items.

    The newest first.
    """
    return the_desk().recent(query)
