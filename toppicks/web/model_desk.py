"""The desk of a model alone: what can be answered without a store, which keeps live data."""
# ruff: noqa: ARG002  # what cannot be kept is refused unread

from collections.abc import Sequence
from datetime import UTC, datetime

from toppicks.serving.people import n_ratings
from toppicks.web.desk import Scale
from toppicks.web.problems import Problem, WrongValue, no_such_item, resting, wrong_values
from toppicks.web.report import ModelReport
from toppicks.web.schemas.items import (
    ItemBody,
    ItemReply,
    ItemsQuery,
    ItemsReply,
    SimilarQuery,
    SimilarReply,
)
from toppicks.web.schemas.model import Contender, Contest, ModelReply
from toppicks.web.schemas.paging import PageQuery
from toppicks.web.schemas.people import (
    Counts,
    Entry,
    ExportReply,
    NeighborsQuery,
    NeighborsReply,
    UserLine,
    UserReply,
    UsersReply,
)
from toppicks.web.schemas.picks import PicksBody, PicksQuery
from toppicks.web.schemas.ratings import Event, EventsReply, RatingReply
from toppicks.web.site import Site

_NOT_YET = ("where", "explain", "novelty", "diversity")


class ModelDesk:
    """Answers from a model; what would have to be kept is refused until there is a store."""

    scale: Scale | None = None

    def __init__(self, site: Site) -> None:
        self.site = site
        self._model = site.recommender.model
        self._most_rated_first = (-self._model.n_ratings).argsort(kind="stable").tolist()

    def version(self) -> str:
        return self.site.recommender.version

    def picks_version(self, user_id: str) -> str:
        return self.site.recommender.version

    def picks(self, user_id: str, query: PicksQuery) -> bytes:
        _only(query, _NOT_YET)
        return self.site.answers.body(user_id, query)

    def picks_of(self, body: PicksBody) -> bytes:
        raise _not_yet()

    def users(self, query: PageQuery) -> UsersReply:
        total = len(self._model.users)
        page = range(query.offset, min(query.offset + query.n, total))
        lines = [
            UserLine(user_id=self._model.users[user_idx], history=n_ratings(self._model, user_idx))
            for user_idx in page
        ]
        return UsersReply(total=total, offset=query.offset, users=lines)

    def user(self, user_id: str, query: PageQuery) -> UserReply:
        history = self._history(user_id)
        return UserReply(
            user_id=user_id,
            known=user_id in self._model.users,
            counts=Counts(
                history=len(history),
                ratings=sum(entry.rating is not None for entry in history),
                likes=sum(entry.liked for entry in history),
                hidden=0,
                live=0,
            ),
            total=len(history),
            offset=query.offset,
            history=history[query.offset : query.offset + query.n],
        )

    def export(self, user_id: str) -> ExportReply:
        user_idx, profiles = self._model.users.get(user_id), self._model.histories.profiles
        return ExportReply(
            user_id=user_id,
            known=user_idx is not None,
            exported_at=datetime.now(UTC).isoformat(timespec="seconds"),
            model_version=self.version(),
            history=self._history(user_id),
            events=[],
            profile=None if user_idx is None or profiles is None else profiles[user_idx].tolist(),
        )

    def erase(self, user_id: str) -> None:
        raise _not_yet()

    def neighbors(self, user_id: str, query: NeighborsQuery) -> NeighborsReply:
        raise _not_yet()

    def put_rating(self, user_id: str, item_id: str, rating: float) -> RatingReply:
        raise _not_yet()

    def take_back(self, user_id: str, item_id: str) -> None:
        raise _not_yet()

    def add_events(self, events: Sequence[Event]) -> EventsReply:
        raise _not_yet()

    def items(self, query: ItemsQuery) -> ItemsReply:
        _only(query, ("where", "sort"))
        found = self.site.catalogue.search(query.q) if query.q else self._most_rated_first
        return self._page(found, query.n, query.offset)

    def item(self, item_id: str) -> ItemReply:
        item_idx = self._model.items.get(item_id)
        if item_idx is None:
            raise no_such_item(item_id)
        return self._item(item_idx)

    def put_item(self, item_id: str, body: ItemBody) -> ItemReply:
        raise _not_yet()

    def delete_item(self, item_id: str) -> None:
        raise _not_yet()

    def similar(self, item_id: str, query: SimilarQuery) -> SimilarReply:
        raise _not_yet()

    def popular(self, query: PageQuery) -> ItemsReply:
        found = self.site.recommender.popular(len(self._model.items))
        return self._page(found, query.n, query.offset)

    def recent(self, query: PageQuery) -> ItemsReply:
        raise _not_yet()

    def model(self) -> ModelReply:
        about, report = self._model.about, ModelReport.of(self._model.about.get("report"))
        return ModelReply(
            model_version=self.version(),
            trained_at=about.get("trained_at"),
            users=len(self._model.users),
            items=len(self._model.items),
            interactions=len(self._model.histories.item_idx),
            feedback=self._model.words.feedback,
            files=[
                file.name for account in report.every_account.values() for file in account.files
            ],
            contest=Contest(
                k=report.k,
                standings=[
                    Contender(**{name: getattr(one, name) for name in Contender.model_fields})
                    for one in report.holdout
                ],
            ),
        )

    def _page(self, found: Sequence[int], n: int, offset: int) -> ItemsReply:
        page = [self._item(item_idx) for item_idx in found[offset : offset + n]]
        return ItemsReply(total=len(found), offset=offset, items=page)

    def _item(self, item_idx: int) -> ItemReply:
        return ItemReply(
            item_id=self._model.items[item_idx],
            title=self.site.catalogue.title(item_idx),
            item=self.site.catalogue.facts(item_idx),
            n_ratings=int(self._model.n_ratings[item_idx]),
            n_likes=int(self._model.n_likes[item_idx]),
        )

    def _history(self, user_id: str) -> list[Entry]:
        """Newest first."""
        user_idx = self._model.users.get(user_id)
        if user_idx is None:
            return []
        histories, rated = self._model.histories, self._model.words.feedback == "rating"
        rows = histories.rows(user_idx)
        return [
            Entry(
                item_id=self._model.items[int(histories.item_idx[row])],
                title=self.site.catalogue.title(int(histories.item_idx[row])),
                kind="rating" if rated else "interaction",
                rating=float(histories.rating[row]) if rated else None,
                liked=bool(histories.rating[row] >= histories.like_from),
                hidden=False,
                time=_moment(histories.timestamp[row]) if len(histories.timestamp) else None,
                source="file",
            )
            for row in reversed(range(rows.start, rows.stop))
        ]


def _only(query: PicksQuery | ItemsQuery, not_yet: Sequence[str]) -> None:
    asked = [(name, getattr(query, name)) for name in not_yet if getattr(query, name)]
    if asked:
        wrong = [WrongValue(name, value, "not yet; leave it out") for name, value in asked]
        raise wrong_values("query", wrong)


def _not_yet() -> Problem:
    return resting("Live data is resting here; there is no store yet.")


def _moment(seconds: float) -> str | None:
    """ISO 8601; None where a file says what is no time."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return None
