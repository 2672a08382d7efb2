"""Pages of a list: `?page=2`."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import abort, redirect, request

from toppicks.web.pages.addresses import CHANGED, this_page
from toppicks.web.problems import Problem

LAST_PAGE = 10**6


@dataclass(frozen=True)
class Paging:
    """The page that is asked for. total: how many items all pages hold."""

    page: int
    per_page: int
    total: int

    @classmethod
    def asked(cls, total: int, per_page: int) -> "Paging":
        """By the address; raises Problem 404 where there is no such page."""
        text = request.args.get("page", "1")
        if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= LAST_PAGE):
            raise Problem(
                HTTPStatus.NOT_FOUND, f"There is no page {text[:40]!r}; pages count from 1."
            )
        paging = cls(int(text[:9]), per_page, total)
        if paging.page > paging.pages and CHANGED in request.args:
            # What was said of the last item of the last page has taken the page away.
            abort(redirect(this_page(page=paging.pages)))
        if paging.page > paging.pages:
            raise Problem(
                HTTPStatus.NOT_FOUND, f"There is no page {paging.page}; the list ends before it."
            )
        return paging

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.per_page

    @property
    def slice(self) -> slice:
        return slice(self.offset, self.offset + self.per_page)

    @property
    def first(self) -> int:
        """The place of the page's first item, from 1."""
        return self.offset + 1

    @property
    def last(self) -> int:
        return min(self.total, self.offset + self.per_page)
