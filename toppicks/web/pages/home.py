"""Home: what this is, and a way to say what one likes in less than a minute."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from toppicks.serving.picks import Wish
from toppicks.serving.said import said_by
from toppicks.web.cards.cards import Card
from toppicks.web.guards.access import need_demo
from toppicks.web.metrics import count_picks
from toppicks.web.pages.showing import shown, shown_picks
from toppicks.web.pages.viewer import Viewer

home_pages = Blueprint("home", __name__)


@dataclass(frozen=True)
class Group:
    """Items that go together, to be liked at once.

    shared: what they have in common.   liked: whether the visitor likes all of them.
    undo:   whether some of it was said here, and can be taken back at once.
    """

    cards: list[Card]
    shared: tuple[str, ...]
    liked: bool
    undo: bool


@home_pages.get("/")
def home() -> str:
    """Groups to like; the picks that come of it; in demo mode people to look at the site as."""
    viewer = Viewer.of(None)
    site = viewer.site
    model, recommender = site.model, site.recommender
    lists = viewer.lists(Wish(explain=True))
    count_picks(recommender.source(viewer.person.history))
    items = lists.ranking("picks").cut(site.settings.picks)
    people = site.knowledge.people(site.people_at_home, site.look).values()
    return render_template(
        "home.html",
        viewer=viewer,
        groups=_groups(viewer),
        picks=shown_picks(viewer, lists, "picks", lists.described(items)),
        n_said=len(said_by(viewer.person)),
        people=site.cards.people(people),
        n_users=len(model.users),
        n_items=len(model.items),
        n_interactions=len(model.histories.item_idx),
    )


@home_pages.get("/users")
def find_user() -> Response:
    """From the small form at home to a person's page."""
    need_demo()
    user_id = request.args.get("user_id", "").strip()
    address = url_for("person.page", user_id=user_id) if user_id else url_for(".home")
    return redirect(address)


def _groups(viewer: Viewer) -> list[Group]:
    """Groups to like, but for those with something that the visitor does not want to be shown."""
    recommender = viewer.site.recommender
    groups = []
    for taste in recommender.tastes:
        if viewer.person.hidden_idx.isdisjoint(taste):
            cards, liked = shown(viewer, taste), viewer.person.liked_idx.issuperset(taste)
            undo = any(card.said.liked for card in cards)
            groups.append(Group(cards, recommender.reasons.shared_by(taste), liked, undo))
    return groups
