"""What just changed, in a line at the edge of the page, with the way to take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import request, url_for

from toppicks.scoring.evidence import scale_of
from toppicks.serving.said import Said, said_about
from toppicks.web.cards.stars import on_scale
from toppicks.web.cards.wording import brief, isolated
from toppicks.web.pages.addresses import CHANGED, HIDDEN, LIKED, WAS
from toppicks.web.pages.viewer import Viewer

MOST = 20


@dataclass(frozen=True)
class Notice:
    """text: what holds now.   undo: what takes it back; None where nothing does.

    picks: the address of what has changed by it; None where nothing has.
    """

    text: str
    undo: "Undo | None" = None
    picks: str | None = None


class Undo(NamedTuple):
    """A button: the address that it sends to, its name and value, and what it says it does."""

    action: str
    name: str
    value: str = "1"
    text: str = "Undo"


def notice_for(viewer: Viewer) -> Notice | None:
    """About the items that the address says have changed; None where it names none, and for who
    never said anything.
    """
    site = viewer.site
    if not viewer.is_somebody:
        return None
    rows = [site.catalogue.idx(id_) for id_ in request.args.getlist(CHANGED)[:MOST]]
    items = [row for row in rows if row is not None]
    if not items:
        return None
    said = said_about(viewer.person, items)
    if len(items) == 1:
        return _of_one(viewer, items[0], said[0])
    # Groups are for visitors.
    return _of_several(viewer, items, said) if viewer.user_id is None else None


def _of_several(viewer: Viewer, items: Sequence[int], said: Sequence[Said]) -> Notice:
    site, picks = viewer.site, viewer.url("person.page")
    these = f"these {len(items)} {site.words.many}"
    if viewer.person.liked_idx.issuperset(items):
        ids = [site.catalogue.id(row) for row in items]
        undo = Undo(url_for("saying.like", item=ids), "remove")
        return Notice(f"You like {these}. Your picks have changed.", undo, picks)
    if any(one.something for one in said):
        return Notice(f"Of {these} you like or rated some. Your picks have changed.", None, picks)
    return Notice(f"You say nothing about {these}; your picks go without.", None, picks)


def _of_one(viewer: Viewer, item_idx: int, said: Said) -> Notice:
    catalogue = viewer.site.catalogue
    item_id, name = catalogue.id(item_idx), isolated(brief(catalogue.title(item_idx)))
    hide = viewer.url("saying.hide", item_id=item_id)
    if said.hidden:
        return Notice(f"{name} stays out of your picks.", Undo(hide, "show"))
    if request.args.get(WAS) == HIDDEN:
        return Notice(f"{name} may be among your picks again.", Undo(hide, "hide"))
    changed, picks = "Your picks have changed.", viewer.url("person.page")
    back = _back(viewer, item_id, said)
    if said.rating is not None:
        return Notice(f"You gave {name} {said.rating:g}. {changed}", back, picks)
    if said.liked:
        return Notice(f"You like {name}. {changed}", back, picks)
    return Notice(f"You say nothing about {name}; your picks go without.", back, picks)


def _back(viewer: Viewer, item_id: str, said: Said) -> Undo | None:
    """To what was said before, as the address has it, or to nothing; None where that holds now."""
    action, was = viewer.url("saying.rate", item_id=item_id), request.args.get(WAS, "")
    rating = on_scale(was, *scale_of(viewer.site.model.meaning))
    if rating is not None and rating != said.rating:
        # What it goes back to is said: anybody may have made the address.
        return Undo(action, "rating", f"{rating:g}", f"Undo: {rating:g}")
    if was == LIKED and not said.liked:
        return Undo(action, "like")
    return Undo(action, "remove") if said.rating is not None or said.liked else None
