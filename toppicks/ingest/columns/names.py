"""What columns are usually called, and which of them that makes what."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toppicks.errors import InputError


def words(text: str) -> frozenset[str]:
    """Those between the spaces."""
    return frozenset(text.split())


# Names are compared by their letters and digits alone. The stronger tier wins over the weaker:
# `title` names the item only where nothing else does.
NAMES: Mapping[str, Sequence[frozenset[str]]] = {
    "user": (
        words(
            "user userid users uid reviewer reviewerid customer customerid visitor visitorid login "
            "member memberid person personid client clientid account accountid shopper buyer"
        ),
        words("username userlogin reviewername customername membername nickname"),
    ),
    "item": (
        words(
            "item itemid items iid movie movieid film filmid product productid repo repoid "
            "repository artist artistid sku asin book bookid isbn song songid track trackid game "
            "gameid article articleid candy video videoid business businessid"
        ),
        words(
            "title itemname itemtitle movietitle moviename productname producttitle reponame "
            "artistname bookname booktitle songname songtitle trackname gamename"
        ),
    ),
    "rating": (words("rating ratings review stars score userrating overall grade vote liked"),),
    "weight": (words("weight count counts plays playcount listens quantity qty"),),
    "time": (
        words(
            "timestamp ts date time datetime ratedat reviewedat starredat createdat eventtime "
            "unixreviewtime boughtat playedat visitedat"
        ),
    ),
    "event": (
        words(
            "event eventtype eventname type kind action behavior behaviour reaction interaction "
            "interactiontype activity"
        ),
    ),
    "dwell": (words("dwell duration seconds dwelltime dwellseconds timespent"),),
}
# What is called so is never a rating by what it holds: it is a place, or tells against.
NO_RATING = words(
    "rank position place order index no number row line session age hour day month week"
)
AGAINST = (
    "skip",
    "return",
    "refund",
    "cancel",
    "dislike",
    "hide",
    "hidden",
    "block",
    "report",
    "bad",
)
# In a file of items or of people, the key may be called just that.
KEY_NAMES = frozenset({"id", "key", "name", "code"})


@dataclass(frozen=True)
class NamedColumns:
    """The columns that the caller named, by role; None where the data shall say."""

    by_role: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, **columns: str | None) -> "NamedColumns":
        return cls({role: name for role, name in columns.items() if name is not None})

    @property
    def are_places(self) -> bool:
        """Whether they are numbers of columns, as for a file without a header line."""
        return bool(self.by_role) and all(name.isdigit() for name in self.by_role.values())


def option_of(role: str) -> str:
    """The option that names a role's column."""
    return f"--{role}-col"


def folded(name: str) -> str:
    """A column's name as it is compared: "Movie ID", "movie_id" and "movieId" are one."""
    return re.sub(r"[\W_]", "", name.casefold())


def any_known(names: Sequence[str]) -> bool:
    """Whether some name says what the column is."""
    known = {word for tiers in NAMES.values() for tier in tiers for word in tier}
    return any(folded(name) in known for name in names)


def key_column(path: Path, names: Sequence[str], role: str, chosen: NamedColumns) -> str | None:
    """The column of ids in a file of items or people; None where no name says so.

    Raises InputError where several do.
    """
    named = chosen.by_role.get(role)
    if named in names:
        return named
    tiers = [*NAMES[role], KEY_NAMES]
    # What is known of an item is never its key where there is an id.
    return strongest(path, role, names, [tiers[0], KEY_NAMES & {"id", "key"}, *tiers[1:]])


def strongest(
    path: Path, role: str, names: Sequence[str], tiers: Sequence[frozenset[str]]
) -> str | None:
    """The one name of the strongest tier that has any; raises InputError where it has several."""
    for tier in tiers:
        found = [name for name in names if folded(name) in tier]
        if len(found) > 1:
            raise ambiguous(path, role, found)
        if found:
            return found[0]
    return None


def ambiguous(path: Path, role: str, names: Sequence[str]) -> InputError:
    """What to say where several columns could be the same thing."""
    several = " or ".join(map(repr, names))
    return InputError(
        f"{path}: the {role} column could be {several}; say which with {option_of(role)}"
    )
