"""Items: the catalogue, one of them, and how it is changed."""

from collections.abc import Sequence

from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.listing import in_order, newest_first
from toppicks.store import ItemChange
from toppicks.web.operations.description import Answer, Group
from toppicks.web.problems import WrongValue, wrong_values
from toppicks.web.schemas.items import (
    ItemBody,
    ItemReply,
    ItemsQuery,
    ItemsReply,
    SimilarItem,
    SimilarQuery,
    SimilarReply,
)
from toppicks.web.schemas.paging import PageQuery
from toppicks.web.site import Site
from toppicks.web.slips import known_item, understood

items = Group("Items", "The catalogue, and what everybody likes.")


@items.operation("GET", "/api/items", "open", query=ItemsQuery, reply=ItemsReply)
def list_items(query: ItemsQuery) -> Answer:
    """The catalogue.

    By words of the title and by metadata, with an exact total.
    """
    site = Site.current()
    catalogue = site.catalogue
    found = catalogue.search(query.q) if query.q else catalogue.most_rated_first()
    with understood("query"):
        if query.where:
            meant = site.recommender.tools.filters.mask(query.where, catalogue)
            found = [row for row in found if meant[row]]
        found = in_order(found, query.sort, catalogue)
    return _page(site, found, query.n, query.offset)


@items.operation("GET", "/api/items/<id:item_id>", "open", reply=ItemReply, missing=True)
def get_item(item_id: str) -> Answer:
    """One item."""
    site = Site.current()
    return _item(site.catalogue, known_item(site.catalogue, item_id))


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
    site = Site.current()
    misfits = [
        WrongValue(name, value, f"expected {kind}, as in the data that the model knows")
        for name, value in body.root.items()
        if (kind := site.catalogue.trained.misfit(name, value)) is not None
    ]
    if misfits:
        raise wrong_values("body", misfits)
    site.knowledge.store.put_item(item_id, body.root)
    after = site.catalogue.with_changes([ItemChange(item_id, body.root, 0)], 0)
    return _item(after, known_item(after, item_id))


@items.operation(
    "DELETE", "/api/items/<id:item_id>", "write", missing=True, ids={"item_id": "new-item"}
)
def delete_item(item_id: str) -> Answer:
    """Remove an item.

    It is never shown again, until it is put anew.
    """
    site = Site.current()
    known_item(site.catalogue, item_id)
    site.knowledge.store.delete_item(item_id)
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
    site = Site.current()
    item_idx, catalogue = known_item(site.catalogue, item_id), site.catalogue
    return SimilarReply(
        item_id=item_id,
        title=catalogue.title(item_idx),
        similar=[
            SimilarItem(
                item_id=catalogue.id(one.item_idx),
                title=catalogue.title(one.item_idx),
                similarity=one.similarity,
                features=list(site.recommender.reasons.shared(item_idx, one.item_idx)),
                item=dict(catalogue.facts(one.item_idx)),
            )
            for one in site.recommender.similarity.of(item_idx, query.n)
        ],
    )


@items.operation("GET", "/api/popular", "open", query=PageQuery, reply=ItemsReply)
def list_popular(query: PageQuery) -> Answer:
    """Popular items.

    What most people like first.
    """
    site = Site.current()
    return _page(site, site.recommender.popular(), query.n, query.offset)


@items.operation("GET", "/api/recent", "open", query=PageQuery, reply=ItemsReply)
def list_recent(query: PageQuery) -> Answer:
    """New items.

    The newest first.
    """
    site = Site.current()
    return _page(site, newest_first(site.catalogue), query.n, query.offset)


def _page(site: Site, found: Sequence[int], n: int, offset: int) -> ItemsReply:
    page = [_item(site.catalogue, item_idx) for item_idx in found[offset : offset + n]]
    return ItemsReply(total=len(found), offset=offset, items=page)


def _item(catalogue: ItemCatalogue, item_idx: int) -> ItemReply:
    return ItemReply(
        item_id=catalogue.id(item_idx),
        title=catalogue.title(item_idx),
        item=dict(catalogue.facts(item_idx)),
        n_ratings=catalogue.n_ratings(item_idx),
        n_likes=catalogue.n_likes(item_idx),
    )
