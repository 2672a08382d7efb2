"""Search: items by title, and suggestions while somebody types."""

import orjson
from flask import Blueprint, Response, render_template, request, url_for

from toppicks.web.pages.showing import shown
from toppicks.web.pages.viewer import Viewer
from toppicks.web.site import Site

FOUND_SHOWN = 48
SUGGESTED = 8

search_pages = Blueprint("search", __name__)


@search_pages.get("/search")
def search() -> str:
    """Items by title."""
    viewer = Viewer.asking()
    q = request.args.get("q", "").strip()
    found = viewer.site.catalogue.search(q)
    return render_template(
        "search.html",
        viewer=viewer,
        q=q,
        results=shown(viewer, found[:FOUND_SHOWN]),
        total=len(found),
    )


@search_pages.get("/suggest")
def suggest() -> Response:
    """The first few items by title, for a script of ours that shows them under the field."""
    site = Site.current()
    found = site.catalogue.search(request.args.get("q", "").strip())[:SUGGESTED]
    cards = [site.cards.item(row) for row in found]
    said = [
        {
            "item_id": card.item_id,
            "title": card.title,
            "fact": card.facts[0].text if card.facts else "",
            "cover": url_for("items.cover", item_id=card.item_id),
            "url": url_for("items.item", item_id=card.item_id),
        }
        for card in cards
    ]
    response = Response(orjson.dumps(said), mimetype="application/json")
    response.cache_control.no_cache = True
    return response
