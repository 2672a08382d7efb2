"""Tell me what you like: picks for a few things that somebody names, and nothing is kept."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for

from toppicks.scoring.reactions import Reaction
from toppicks.serving.picks import Wish
from toppicks.web.cards.cards import Card
from toppicks.web.metrics import count_picks
from toppicks.web.pages.showing import shown_picks
from toppicks.web.pages.viewer import Viewer

MOST_LIKES = 20
PICKS = 12
FOUND_SHOWN = 8

try_pages = Blueprint("try", __name__)


@try_pages.get("/try")
def tried() -> str:
    """`/try?like=ID&like=ID`, an address to pass on; `q` is what is being looked for."""
    viewer = Viewer.of(None)
    catalogue = viewer.site.catalogue
    named = dict.fromkeys(catalogue.idx(id_) for id_ in request.args.getlist("like")[:MOST_LIKES])
    likes = [row for row in named if row is not None]
    q = request.args.get("q", "").strip()
    found = [row for row in catalogue.search(q) if row not in likes]
    cards = viewer.site.cards
    return render_template(
        "try.html",
        viewer=viewer,
        likes=[(cards.item(row), _address(viewer, likes, without=row)) for row in likes],
        q=q,
        found=[(cards.item(row), _address(viewer, likes, also=row)) for row in found[:FOUND_SHOWN]],
        n_found=len(found),
        picks=_picks(viewer, likes) if likes else [],
        full=len(likes) == MOST_LIKES,
    )


def _picks(viewer: Viewer, likes: Sequence[int]) -> list[tuple[Card, str]]:
    """Cards of what is picked for these likes alone, and the address with one more."""
    recommender, catalogue = viewer.site.recommender, viewer.site.catalogue
    said = {catalogue.id(row): Reaction(opinion="like") for row in likes}
    somebody = Viewer(viewer.site, None, recommender.histories.reacting("", said), visits=False)
    lists = somebody.lists(Wish(explain=True))
    count_picks(recommender.source(somebody.person.history))
    items = lists.ranking("picks").cut(PICKS)
    cards = shown_picks(somebody, lists, "picks", lists.described(items))
    return [
        (card, _address(viewer, likes, also=row)) for card, row in zip(cards, items, strict=True)
    ]


def _address(
    viewer: Viewer, likes: Sequence[int], also: int | None = None, without: int | None = None
) -> str:
    rows = [row for row in likes if row != without] + ([also] if also is not None else [])
    ids = [viewer.site.catalogue.id(row) for row in rows[:MOST_LIKES]]
    return url_for("try.tried", like=ids) if ids else url_for("try.tried")
