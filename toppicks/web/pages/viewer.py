"""Whose page it is: the visitor's own, or in demo mode that of somebody of the data."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import request, url_for

from toppicks.ids import is_id, normal_id
from toppicks.serving.histories import Person
from toppicks.serving.lists import Lists
from toppicks.serving.picks import Wish
from toppicks.web.guards.access import may_write_pages, need_page_of
from toppicks.web.guards.visitors import visitor_id
from toppicks.web.pages.addresses import AS
from toppicks.web.problems import Problem
from toppicks.web.site import Site


@dataclass(frozen=True, eq=False)
class Viewer:
    """Who looks.

    user_id: of somebody of the data; None for a visitor.
    person:  everything that is known of them; a stranger, of a visitor who has said nothing yet.
    visits:  whether a visitor has said anything yet, so that something is kept about them.
    """

    site: Site
    user_id: str | None
    person: Person
    visits: bool

    @classmethod
    def of(cls, user_id: str | None) -> "Viewer":
        """Asked first in a request, so that one look into the store serves all of it.

        Raises Problem for somebody of the data whose page is not to be seen.
        """
        if user_id is not None:
            need_page_of(user_id)
        known = visitor_id() if user_id is None else user_id
        site = Site.current(known or "")
        person = site.recommender.histories.person("") if known is None else site.person(known)
        return cls(site, user_id, person, visits=user_id is None and known is not None)

    @classmethod
    def asking(cls) -> "Viewer":
        """Who looks at a page that is no person's own: `?as=ID` in demo mode, else the visitor."""
        text = request.args.get(AS)
        user_id = None if not text else normal_id(text)
        if user_id is not None and not is_id(user_id):
            raise Problem(
                HTTPStatus.NOT_FOUND, f"There is nobody with the id {user_id[:40]!r} to look as."
            )
        return cls.of(user_id)

    @property
    def is_somebody(self) -> bool:
        """Whether there is somebody of whom something can be known."""
        return self.user_id is not None or self.visits

    @property
    def may_say(self) -> bool:
        """Whether they can rate and hide: visitors always can."""
        return self.user_id is None or may_write_pages()

    def writes_as(self) -> str:
        """The id that what they say is kept under; a visitor gets one with their first word.

        Raises Problem 403 where they may only be looked at.
        """
        if not self.may_say:
            raise Problem(
                HTTPStatus.FORBIDDEN,
                "With TOPPICKS_API_KEY set, people of the data can only be looked at here; "
                "rate for them over the API.",
            )
        return self.user_id if self.user_id is not None else visitor_id(create=True) or ""

    def url(self, endpoint: str, **values: Any) -> str:
        """The address of one of their own pages."""
        if self.user_id is not None:
            values["user_id"] = self.user_id
        return url_for(endpoint, **values)

    def item_url(self, item_id: str, **values: Any) -> str:
        """The address of an item's page, as they see it."""
        if self.user_id is not None:
            values[AS] = self.user_id
        return url_for("items.item", item_id=item_id, **values)

    @property
    def has_history(self) -> bool:
        return len(self.person.history) > 0

    def lists(self, wish: Wish) -> Lists:
        """Everything that may be shown to them, in all orders; raises FilterError."""
        site, person = self.site, self.person

        def near(n: int) -> Sequence[tuple[float, Person]]:
            return site.knowledge.nearest(person, site.look, n)

        return Lists(site.recommender, person, near, wish)


def known_item(site: Site, item_id: str) -> int:
    """The row of an item; raises Problem 404 where there is none."""
    item_idx = site.catalogue.idx(item_id)
    if item_idx is None:
        raise Problem(
            HTTPStatus.NOT_FOUND, f"There is no {site.words.one} with the id {item_id!r}."
        )
    return item_idx
