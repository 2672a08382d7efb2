"""Items on pages, with what the person whose page it is said about them, and why they are there."""

from collections.abc import Sequence
from dataclasses import dataclass

from toppicks.serving.lists import Kind, Lists
from toppicks.serving.picks import Pick
from toppicks.serving.rows import Row
from toppicks.serving.said import said_about, said_by
from toppicks.web.cards.cards import Card
from toppicks.web.cards.wording import brief, isolated
from toppicks.web.pages.viewer import Viewer

# Of all reasons so many are named on a card, the most telling first; one alone where their titles
# are longer than this together.
NAMED, LONGEST_NAMED = 2, 48
# Below this match a thing is not shown for what somebody likes, whatever speaks for it.
GOOD = 0.5


@dataclass(frozen=True)
class ShownRow:
    """A row as a template has it.

    id:   of its place in the page.   line: what it is, in a few words.
    more: the address of the whole list; None where all of it is here.
    """

    id: str
    heading: str
    line: str
    cards: Sequence[Card]
    more: str | None


def shown(viewer: Viewer, items: Sequence[int]) -> list[Card]:
    """Items as they are, in this order."""
    said = said_about(viewer.person, items)
    return [viewer.site.cards.item(row, said=one) for row, one in zip(items, said, strict=True)]


def shown_picks(
    viewer: Viewer, lists: Lists, kind: Kind, picks: Sequence[Pick], seed: int | None = None
) -> list[Card]:
    """Picks of one of somebody's lists."""
    return [
        viewer.site.cards.item(
            pick.item_idx, match=pick.match, why=why(viewer, lists, kind, pick, seed)
        )
        for pick in picks
    ]


def shown_row(viewer: Viewer, lists: Lists, row: Row, id_: str) -> ShownRow:
    """A row with its heading."""
    heading, line = headings(viewer, row.kind, row.seed)
    query: dict[str, object] = {} if row.kind == "picks" else {"list": row.kind}
    if row.seed is not None:
        query["about"] = viewer.site.catalogue.id(row.seed)
    return ShownRow(
        id=id_,
        heading=heading,
        line=line,
        cards=shown_picks(viewer, lists, row.kind, row.picks, row.seed),
        more=viewer.url("lists.picks", **query) if row.more else None,
    )


def headings(viewer: Viewer, kind: Kind, seed: int | None) -> tuple[str, str]:
    """What a list is called, and the line under it."""
    words = viewer.site.words
    said: dict[Kind, tuple[str, str]] = {
        "picks": ("top picks", _basis(viewer)),
        "because": (
            "" if seed is None else _because_you(viewer, [seed]),
            "the picks that it speaks for most",
        ),
        "recent": ("recent releases", f"the newest {words.many} that you haven't {words.done}"),
        "people": (
            "people like you enjoyed",
            f"what those nearest to you {words.liked} most, of all that you haven't {words.done}",
        ),
        "gems": ("hidden gems", f"a good match, and {words.done} by few people"),
        "rate": (
            f"{words.do} more",
            f"{words.do} what you know of these, and your picks improve",
        ),
        "popular": (
            "popular now",
            f"the {words.many} that most people {words.liked}",
        ),
    }
    return said[kind]


def why(viewer: Viewer, lists: Lists, kind: Kind, pick: Pick, seed: int | None) -> str:
    """One line that says why an item is in a list."""
    words = viewer.site.words
    if kind == "people":
        fans = lists.fans
        liked = "liked" if words.rated else words.done
        return f"{liked} by {fans.counts[pick.item_idx]} of the {fans.people} nearest to you"
    if kind in {"rate", "popular"}:
        return _fame(viewer, pick.item_idx)
    if kind == "because" and seed is not None:
        shared = viewer.site.recommender.reasons.shared(seed, pick.item_idx)
        return (
            f"both: {', '.join(map(isolated, shared))}" if shared else _fame(viewer, pick.item_idx)
        )
    suits = pick.match is None or pick.match >= GOOD
    return (_because(viewer, pick) if suits else "") or _fame(viewer, pick.item_idx)


def _because(viewer: Viewer, pick: Pick) -> str:
    """What somebody likes that speaks for it most; empty without reasons."""
    others = [one.item_idx for one in pick.because if one.item_idx != pick.item_idx]
    named = others[:NAMED]
    if sum(len(brief(viewer.site.catalogue.title(item_idx))) for item_idx in named) > LONGEST_NAMED:
        named = named[:1]
    return _because_you(viewer, named) if named else ""


def _because_you(viewer: Viewer, items: Sequence[int]) -> str:
    """Where people choose instead of rating, they still like what they say that they like."""
    words, title = viewer.site.words, viewer.site.catalogue.title
    said_so = not words.rated and viewer.person.told_likes_idx.issuperset(items)
    names = " and ".join(isolated(brief(title(item_idx))) for item_idx in items)
    return f"because you {'liked' if said_so else words.liked} {names}"


def _fame(viewer: Viewer, item_idx: int) -> str:
    """How many people know it."""
    n, done = viewer.site.catalogue.n_ratings(item_idx), viewer.site.words.done
    return (
        f"{done} by {n:,} {'person' if n == 1 else 'people'}" if n else f"not {done} by anybody yet"
    )


def _basis(viewer: Viewer) -> str:
    """What somebody's picks come about by."""
    words, person = viewer.site.words, viewer.person
    source = viewer.site.recommender.source(person.history)
    if source == "personal":
        return f"based on {words.basis}, we recommend these {words.many}"
    if source == "profile":
        return (
            f"based on what we know about you, since there are no {words.things} yet, "
            f"we recommend these {words.many}"
        )
    nothing = (
        "what you told us says too little yet" if said_by(person) else "there are no likes yet"
    )
    return f"{nothing} to go by, so these are the most popular {words.many}"
