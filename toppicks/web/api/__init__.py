"""JSON over HTTP: every operation, in the order in which they are shown."""

from toppicks.web.api.items import items
from toppicks.web.api.machines import machines
from toppicks.web.api.people import people
from toppicks.web.api.picks import picks
from toppicks.web.api.ratings import ratings
from toppicks.web.operations.routes import routes

GROUPS = (picks, ratings, people, items, machines)
api = routes("api", GROUPS)
