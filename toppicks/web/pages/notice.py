"""What just changed, in a line at the edge of the page, with the way to take it back."""

from dataclasses import dataclass

from flask import request, url_for

from toppicks.serving.said import Said, said_about
from toppicks.web.cards.wording import brief, isolated
from toppicks.web.pages.addresses import CHANGED
from toppicks.web.pages.viewer import Viewer

MOST = 20


@dataclass(frozen=True)
class Notice:
    """text: what holds now.   action, name: of the button that takes it back; None without one.

    picks: the address of what has changed by it; None where nothing has.
    """

    text: str
    action: str | None
    name: str | None
    picks: str | None = None


def notice_for(viewer: Viewer) -> Notice | None:
    """About the items that the address says have changed; None where it names none."""
    site = viewer.site
    rows = [site.catalogue.idx(id_) for id_ in request.args.getlist(CHANGED)[:MOST]]
    items = [row for row in rows if row is not None]
    if not items:
        return None
    ids = [site.catalogue.id(row) for row in items]
    said = said_about(viewer.person, items)
    if len(items) == 1:
        name = isolated(brief(site.catalogue.title(items[0])))
        return _of_one(viewer, ids[0], name, said[0])
    these, picks = f"these {len(items)} {site.words.many}", viewer.url("person.page")
    if all(one.liked for one in said):
        undo = url_for("saying.like", item=ids)
        return Notice(f"You like {these}. Your picks have changed.", undo, "remove", picks)
    if any(one.something for one in said):
        return None  # some of them, by an address that no form of ours leads to
    return Notice(f"You took back {these}. Your picks have changed.", None, None, picks)


def _of_one(viewer: Viewer, item_id: str, name: str, said: Said) -> Notice:
    picks = viewer.url("person.page")
    rate = viewer.url("saying.rate", item_id=item_id)
    if said.hidden:
        hide = viewer.url("saying.hide", item_id=item_id)
        return Notice(f"{name} will not be shown again.", hide, "show")
    if said.rating is not None:
        text = f"You gave {name} {said.rating:g}. Your picks have changed."
        return Notice(text, rate, "remove", picks)
    if said.liked:
        return Notice(f"You like {name}. Your picks have changed.", rate, "remove", picks)
    text = f"You say nothing about {name} any more. Your picks have changed."
    return Notice(text, None, None, picks)
