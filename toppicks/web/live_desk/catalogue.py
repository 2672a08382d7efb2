"""Items, and the model that picks them."""

from collections.abc import Sequence

from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.listing import in_order, newest_first
from toppicks.web.live_desk.slips import RESTING, known_item, may_rest, understood
from toppicks.web.problems import WrongValue, resting, wrong_values
from toppicks.web.report import ModelReport
from toppicks.web.schemas import items as item_schemas
from toppicks.web.schemas import model as model_schemas
from toppicks.web.schemas.paging import PageQuery
from toppicks.web.site import Site


class CatalogueDesk:
    """The catalogue, and how good its picks are."""

    def items(self, query: item_schemas.ItemsQuery) -> item_schemas.ItemsReply:
        site = Site.current()
        catalogue = site.catalogue
        found = catalogue.search(query.q) if query.q else catalogue.most_rated_first()
        with understood("query"):
            if query.where:
                meant = site.recommender.tools.filters.mask(query.where, catalogue)
                found = [row for row in found if meant[row]]
            found = in_order(found, query.sort, catalogue)
        return _page(site, found, query.n, query.offset)

    def item(self, item_id: str) -> item_schemas.ItemReply:
        site = Site.current()
        return _item(site.catalogue, known_item(site, item_id))

    def put_item(self, item_id: str, body: item_schemas.ItemBody) -> item_schemas.ItemReply:
        site = Site.current()
        misfits = [
            WrongValue(name, value, f"expected {kind}, as in the data that the model knows")
            for name, value in body.root.items()
            if (kind := site.catalogue.trained.misfit(name, value)) is not None
        ]
        if misfits:
            raise wrong_values("body", misfits)
        with may_rest():
            site.knowledge.store.put_item(item_id, body.root)
            look = site.knowledge.look()
        after = look.recommender.catalogue
        item_idx = after.idx(item_id)
        if look.resting or item_idx is None:
            raise resting(RESTING)
        return _item(after, item_idx)

    def delete_item(self, item_id: str) -> None:
        site = Site.current()
        known_item(site, item_id)
        with may_rest():
            site.knowledge.store.delete_item(item_id)

    def similar(self, item_id: str, query: item_schemas.SimilarQuery) -> item_schemas.SimilarReply:
        site = Site.current()
        item_idx, catalogue = known_item(site, item_id), site.catalogue
        return item_schemas.SimilarReply(
            item_id=item_id,
            title=catalogue.title(item_idx),
            similar=[
                item_schemas.SimilarItem(
                    item_id=catalogue.id(one.item_idx),
                    title=catalogue.title(one.item_idx),
                    similarity=one.similarity,
                    features=list(site.recommender.shared(item_idx, one.item_idx)),
                    item=dict(catalogue.facts(one.item_idx)),
                )
                for one in site.recommender.similarity.of(item_idx, query.n)
            ],
        )

    def popular(self, query: PageQuery) -> item_schemas.ItemsReply:
        site = Site.current()
        return _page(site, site.recommender.popular(), query.n, query.offset)

    def recent(self, query: PageQuery) -> item_schemas.ItemsReply:
        site = Site.current()
        return _page(site, newest_first(site.catalogue), query.n, query.offset)

    def model(self) -> model_schemas.ModelReply:
        site = Site.current()
        about, trained = site.model.about, site.model
        report = ModelReport.of(about.get("report"))
        files = [file.name for one in report.every_account.values() for file in one.files]
        standings = [
            model_schemas.Contender(
                **{name: getattr(one, name) for name in model_schemas.Contender.model_fields}
            )
            for one in report.holdout
        ]
        return model_schemas.ModelReply(
            model_version=site.recommender.version,
            trained_at=about.get("trained_at"),
            users=len(trained.users),
            items=len(trained.items),
            interactions=len(trained.histories.item_idx),
            feedback=trained.words.feedback,
            files=files,
            contest=model_schemas.Contest(k=report.k, standings=standings),
        )

    def version(self) -> str:
        return Site.current().recommender.version


def _page(site: Site, found: Sequence[int], n: int, offset: int) -> item_schemas.ItemsReply:
    page = [_item(site.catalogue, item_idx) for item_idx in found[offset : offset + n]]
    return item_schemas.ItemsReply(total=len(found), offset=offset, items=page)


def _item(catalogue: ItemCatalogue, item_idx: int) -> item_schemas.ItemReply:
    return item_schemas.ItemReply(
        item_id=catalogue.id(item_idx),
        title=catalogue.title(item_idx),
        item=dict(catalogue.facts(item_idx)),
        n_ratings=catalogue.n_ratings(item_idx),
        n_likes=catalogue.n_likes(item_idx),
    )
