"""Picks, for a person and for a history that is sent."""

from dataclasses import replace

from toppicks.scoring.reranking import Control
from toppicks.serving.histories import Person
from toppicks.serving.picks import Picks, Wish
from toppicks.store import Event
from toppicks.web.answers import Answered, picks_as_json
from toppicks.web.live_desk.slips import RESTING, understood
from toppicks.web.metrics import count_picks
from toppicks.web.problems import Place
from toppicks.web.schemas.picks import PicksBody, PicksQuery
from toppicks.web.site import Site


class PicksDesk:
    """Top picks as JSON."""

    def picks_version(self, user_id: str) -> str | None:
        site = Site.current(user_id)
        versions = site.look.versions
        if versions is None or site.resting:
            return None
        return f"{site.recommender.version}-{versions.user}-{versions.catalogue}"

    def picks(self, user_id: str, query: PicksQuery) -> bytes:
        site = Site.current(user_id)

        def compute() -> Answered:
            person = site.person(user_id)
            picks = _picks(site, person, query, "query")
            more = {"notice": RESTING} if site.resting else None
            version, catalogue = site.recommender.version, site.catalogue
            body = picks_as_json(user_id, picks, version, catalogue, more)
            return Answered(body, picks.source)

        version = self.picks_version(user_id)
        if version is None:
            answered = compute()
        else:
            answered = site.answers.get(version, user_id, query, compute)
        count_picks(answered.source)
        return answered.body

    def picks_of(self, body: PicksBody) -> bytes:
        site = Site.current()
        events = [
            Event("", entry.item_id, entry.kind or "rating", entry.rating) for entry in body.history
        ]
        unknown = sum(site.catalogue.row(event.item_id) is None for event in events)
        person = site.recommender.histories.person("", events)
        picks = replace(_picks(site, person, body.query, "body"), known=len(events) > unknown)
        count_picks(picks.source)
        more = {"unknown_items": unknown}
        return picks_as_json(None, picks, site.recommender.version, site.catalogue, more)


def _picks(site: Site, person: Person, query: PicksQuery, place: Place) -> Picks:
    wish = Wish(
        n=query.n,
        offset=query.offset,
        exclude=query.exclude,
        where=query.where,
        explain=query.explain,
        control=Control(query.novelty, query.diversity),
    )
    with understood(place):
        return site.recommender.picks(person, wish)
