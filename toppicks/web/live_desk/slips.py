"""What can be wrong with a request only at this moment, as problems."""

from collections.abc import Iterator
from contextlib import contextmanager

from toppicks.errors import StoreAway
from toppicks.serving.filters import FilterError
from toppicks.serving.listing import SortError
from toppicks.web.problems import Place, WrongValue, no_such_item, resting, wrong_values
from toppicks.web.site import Site

RESTING = "Ratings are resting: the database is away. Picks come from the model meanwhile."


@contextmanager
def may_rest() -> Iterator[None]:
    """503 where what is asked needs the store, and it is away."""
    try:
        yield
    except StoreAway as error:
        raise resting(RESTING, error.retry_after) from error


@contextmanager
def understood(place: Place) -> Iterator[None]:
    """422 where a filter or an order cannot be understood."""
    try:
        yield
    except FilterError as error:
        raise wrong_values(place, [WrongValue("where", error.clause, str(error))]) from error
    except SortError as error:
        raise wrong_values(place, [WrongValue("sort", error.sort, str(error))]) from error


def known_item(site: Site, item_id: str) -> int:
    """The row of an item; 404 where it is unknown or deleted."""
    item_idx = site.catalogue.idx(item_id)
    if item_idx is None:
        raise no_such_item(item_id)
    return item_idx
