"""Pages for people."""

from flask import Flask

from toppicks.web.pages.addresses import here
from toppicks.web.pages.history import history_pages
from toppicks.web.pages.home import home_pages
from toppicks.web.pages.items import item_pages
from toppicks.web.pages.lists import list_pages
from toppicks.web.pages.notice import notice_for
from toppicks.web.pages.person import person_pages
from toppicks.web.pages.saying import saying_pages
from toppicks.web.pages.search import search_pages
from toppicks.web.pages.trying import try_pages

blueprints = (
    home_pages,
    person_pages,
    list_pages,
    item_pages,
    search_pages,
    try_pages,
    history_pages,
    saying_pages,
)


def register(app: Flask) -> None:
    """Add the pages, and what their templates ask for."""
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.jinja_env.globals |= {"here": here, "notice_for": notice_for}
