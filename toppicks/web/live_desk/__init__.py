"""The desk that the API answers from: the live model and the store, in the API's words."""

from toppicks.web.live_desk.catalogue import CatalogueDesk
from toppicks.web.live_desk.people import PeopleDesk
from toppicks.web.live_desk.picks import PicksDesk
from toppicks.web.live_desk.ratings import RatingsDesk


class LiveDesk(PicksDesk, PeopleDesk, RatingsDesk, CatalogueDesk):
    """Answers from what is known at this moment; see `toppicks.web.desk.Desk`."""


__all__ = ["LiveDesk"]
