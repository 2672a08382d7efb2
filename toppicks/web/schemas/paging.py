"""Which page of a list."""

from pydantic import Field

from toppicks.web.schemas.described import Query
from toppicks.web.schemas.values import Count, Offset

SHOWN = 24


class PageQuery(Query):
    """Which page of a list."""

    n: Count = Field(default=SHOWN, description="How many.", examples=[6])
    offset: Offset = Field(default=0, description="How many to pass over; for paging.")
