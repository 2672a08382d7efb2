"""What can be wrong with a request only at this moment: items, fields and the scale."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from toppicks.scoring.evidence import scale_of
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.filters import FilterError
from toppicks.serving.listing import SortError
from toppicks.web.guards.access import VISITOR, is_visitor, may_see_visitors
from toppicks.web.problems import Place, WrongValue, no_such_item, wrong_values
from toppicks.web.site import Site


@contextmanager
def understood(place: Place) -> Iterator[None]:
    """422 where a filter or an order cannot be understood."""
    try:
        yield
    except FilterError as error:
        raise wrong_values(place, [WrongValue("where", error.clause, str(error))]) from error
    except SortError as error:
        raise wrong_values(place, [WrongValue("sort", error.sort, str(error))]) from error


def known_item(catalogue: ItemCatalogue, item_id: str) -> int:
    """The row of an item; 404 where it is unknown or deleted."""
    item_idx = catalogue.idx(item_id)
    if item_idx is None:
        raise no_such_item(item_id)
    return item_idx


def check_no_visitors(named: Sequence[tuple[str, str]]) -> None:
    """422 that names every visitor whom only the site's own pages may speak for.

    named: where in the body it stands, and the id.
    """
    if may_see_visitors():
        return
    wrong = [
        WrongValue(field, id_, f"expected an id that does not begin with {VISITOR}")
        for field, id_ in named
        if is_visitor(id_)
    ]
    if wrong:
        raise wrong_values("body", wrong)


def check_on_scale(site: Site, rated: Sequence[tuple[str, float]]) -> None:
    """422 that names every rating which is not on the scale of the data.

    rated: where in the body it stands, and the rating.
    """
    low, high = scale_of(site.model.meaning)
    expected = f"expected {low:g} to {high:g}"
    wrong = [
        WrongValue(field, rating, expected) for field, rating in rated if not low <= rating <= high
    ]
    if wrong:
        raise wrong_values("body", wrong)
