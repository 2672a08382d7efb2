"""A person's page: their rows. `/me` is the visitor's own."""

from flask import Blueprint, render_template

from toppicks.serving.picks import Wish
from toppicks.serving.rows import rows
from toppicks.serving.said import said_by
from toppicks.web.metrics import count_picks
from toppicks.web.pages.showing import shown_row
from toppicks.web.pages.viewer import Viewer

person_pages = Blueprint("person", __name__)


@person_pages.get("/me", defaults={"user_id": None})
@person_pages.get("/users/<id:user_id>")
def page(user_id: str | None) -> str:
    """Top picks and what else there is for somebody, row by row."""
    viewer = Viewer.of(user_id)
    site, person = viewer.site, viewer.person
    lists = viewer.lists(Wish(explain=True))
    source = site.recommender.source(person.history)
    count_picks(source)
    return render_template(
        "person.html",
        viewer=viewer,
        rows=[
            shown_row(viewer, lists, row, f"row-{at}" if at else "picks")
            for at, row in enumerate(rows(lists, site.settings.picks))
            if viewer.may_say or row.kind != "rate"
        ],
        source=source,
        n_said=len(said_by(person)),
        liked=site.cards.best_rated(person, site.settings.picks),
    )
