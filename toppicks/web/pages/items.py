"""An item: what is known of it, why it suits somebody, what is like it, how people rated it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flask import Blueprint, Response, render_template, request

from toppicks.scoring.evidence import scale_of
from toppicks.serving.picks import Wish
from toppicks.serving.ratings import Level
from toppicks.serving.reasons import Part
from toppicks.serving.said import Said, said_about
from toppicks.web.cards.cards import Card
from toppicks.web.pages.showing import shown
from toppicks.web.pages.viewer import Viewer, known_item
from toppicks.web.site import Site

COVER_MAX_AGE = 86_400
# Parts of an explanation that are seen at once; others are folded away, and of a very long history
# those that count least are only added up, unless somebody asks for all of them.
PARTS_AT_ONCE, PARTS_FOLDED = 8, 120
PARTS, ALL = "parts", "all"

item_pages = Blueprint("items", __name__)


@dataclass(frozen=True)
class ShownPart:
    """What an item of the history adds to the score.

    said:  what the person says of it.   width: of its bar, 0 to 1 of the longest.
    """

    card: Card
    said: Said
    points: float
    shared: Sequence[str]
    width: float


@dataclass(frozen=True)
class Explained:
    """A score taken apart: all parts, `general` and `profile` add up to it.

    first, folded: the parts, those that count most first.
    n_more:        how many there are after the first; they come to `more_points` together.
    """

    match: float | None
    score: float
    first: Sequence[ShownPart]
    folded: Sequence[ShownPart]
    n_more: int
    more_points: float
    general: float
    profile: float


@item_pages.get("/items/<id:item_id>")
def item(item_id: str) -> str:
    """What is known of an item, and what it is to who asks."""
    viewer = Viewer.asking()
    site = viewer.site
    item_idx = known_item(site, item_id)
    (card,) = shown(viewer, [item_idx])
    explained = _explained(viewer, item_idx) if viewer.has_history else None
    similar = _similar(viewer, item_idx, site.settings.picks)
    levels = site.recommender.tools.ratings.of(item_idx)
    return render_template(
        "item.html",
        viewer=viewer,
        card=card,
        scale=scale_of(site.model.meaning),
        explained=explained,
        similar=shown(viewer, similar),
        levels=levels,
        most=max((level.n for level in levels), default=0),
        mean=_mean(levels),
        n_ratings=site.catalogue.n_ratings(item_idx),
        n_likes=site.catalogue.n_likes(item_idx),
        chips=site.cards.chips(item_idx),
        details=site.cards.details(item_idx),
    )


@item_pages.get("/items/<id:item_id>/cover.svg")
def cover(item_id: str) -> Response:
    """The item's picture, drawn by us."""
    site = Site.current()
    response = Response(site.cards.cover(known_item(site, item_id)), mimetype="image/svg+xml")
    response.cache_control.public = True
    response.cache_control.max_age = COVER_MAX_AGE
    return response


def _similar(viewer: Viewer, item_idx: int, n: int) -> list[int]:
    """The n items most like this one, but for what somebody does not want to be shown."""
    hidden = viewer.person.hidden_idx
    near = viewer.site.recommender.similarity.of(item_idx, n + len(hidden))
    return [one.item_idx for one in near if one.item_idx not in hidden][:n]


def _explained(viewer: Viewer, item_idx: int) -> Explained:
    recommender = viewer.site.recommender
    scored = recommender.scorer.scored(viewer.person.history)
    account = recommender.reasons.account(item_idx, scored, viewer.person)
    asks_for_all = request.args.get(PARTS) == ALL
    most = None if asks_for_all else PARTS_AT_ONCE + PARTS_FOLDED
    shown_parts = _parts(viewer, item_idx, account.parts[:most])
    more = account.parts[PARTS_AT_ONCE:]
    (pick,) = recommender.described(np.array([item_idx]), scored, viewer.person, Wish())
    return Explained(
        match=pick.match,
        score=account.score,
        first=shown_parts[:PARTS_AT_ONCE],
        folded=shown_parts[PARTS_AT_ONCE:],
        n_more=len(more),
        more_points=sum(part.points for part in more),
        general=account.general,
        profile=account.profile,
    )


def _parts(viewer: Viewer, item_idx: int, parts: Sequence[Part]) -> list[ShownPart]:
    longest = max((abs(part.points) for part in parts), default=0.0) or 1.0
    rows = [part.item_idx for part in parts]
    said = said_about(viewer.person, rows)
    shared = viewer.site.recommender.reasons.shared

    def part_of(part: Part, said: Said) -> ShownPart:
        card = viewer.site.cards.item(part.item_idx)
        in_common = shared(part.item_idx, item_idx)
        return ShownPart(card, said, part.points, in_common, abs(part.points) / longest)

    return [part_of(part, one) for part, one in zip(parts, said, strict=True)]


def _mean(levels: Sequence[Level]) -> float | None:
    """The mean rating, where each level is one rating; None where there is no telling."""
    n = sum(level.n for level in levels)
    if not n or any(level.low != level.high for level in levels):
        return None
    return sum(level.low * level.n for level in levels) / n
