"""People: who there is, what is known of one, and how it is erased."""

from collections.abc import Sequence

from toppicks.web.exports import entry_of, export_of
from toppicks.web.guards.access import is_visitor, may_see_visitors
from toppicks.web.operations.description import Answer, Group
from toppicks.web.schemas.paging import PageQuery
from toppicks.web.schemas.people import (
    Counts,
    ExportReply,
    Neighbor,
    NeighborsQuery,
    NeighborsReply,
    SharedItem,
    UserLine,
    UserReply,
    UsersReply,
)
from toppicks.web.site import RESTING, House, Site

people = Group("People", "Who there is, what is known of them, and who is like them.")


@people.operation("GET", "/api/users", "people", query=PageQuery, reply=UsersReply)
def list_users(query: PageQuery) -> Answer:
    """All people.

    Everybody of the model's files, and everybody who came since.
    """
    site = Site.current()
    ids = site.knowledge.everybody(site.look)
    if not may_see_visitors():
        ids = [user_id for user_id in ids if not is_visitor(user_id)]
    page = ids[query.offset : query.offset + query.n]
    known = site.knowledge.people(page, site.look)
    lines = [
        UserLine(user_id=one, history=len(known[one].pairs) if one in known else 0) for one in page
    ]
    return UsersReply(total=len(ids), offset=query.offset, users=lines)


@people.operation("GET", "/api/users/<id:user_id>", "people", query=PageQuery, reply=UserReply)
def get_user(user_id: str, query: PageQuery) -> Answer:
    """One person.

    Counts, and the history page by page, newest first. Somebody who was never seen is no error:
    `known` is false, and the history empty.
    """
    site = Site.current(user_id)
    person = site.person(user_id)
    entries = person.entries()
    page = entries[query.offset : query.offset + query.n]
    return UserReply(
        user_id=user_id,
        known=person.known,
        counts=Counts(
            history=len(entries),
            ratings=sum(entry.rating is not None for entry in entries),
            likes=sum(entry.liked for entry in entries),
            hidden=sum(entry.hidden for entry in entries),
            live=sum(entry.source == "live" for entry in entries),
        ),
        total=len(entries),
        offset=query.offset,
        history=[entry_of(site, entry) for entry in page],
        **({"notice": RESTING} if site.resting else {}),
    )


@people.operation("GET", "/api/users/<id:user_id>/export", "people", reply=ExportReply)
def export_user(user_id: str) -> Answer:
    """Export a person.

    Everything that is kept about them, in one document.
    """
    site = Site.current(user_id)
    return export_of(site, site.person(user_id))


@people.operation("DELETE", "/api/users/<id:user_id>", "write", ids={"user_id": "somebody"})
def delete_user(user_id: str) -> Answer:
    """Erase a person.

    Every live event is deleted, and what the model was trained with is ignored from then on, here
    and in every later training. What comes after it counts anew.
    """
    House.current().knowledge.erase(user_id)
    return None


@people.operation(
    "GET",
    "/api/users/<id:user_id>/neighbors",
    "people",
    query=NeighborsQuery,
    reply=NeighborsReply,
)
def get_neighbors(user_id: str, query: NeighborsQuery) -> Answer:
    """People like them.

    By the distance of their histories, with what both like and what the others liked besides.
    """
    site = Site.current(user_id)
    person = site.person(user_id)
    near = site.knowledge.neighbours(person, site.look, query.n, query.metric)

    def named(rows: Sequence[int]) -> list[SharedItem]:
        ids, titles = site.catalogue.id, site.catalogue.title
        return [SharedItem(item_id=ids(row), title=titles(row)) for row in rows]

    return NeighborsReply(
        user_id=user_id,
        known=person.known,
        metric=query.metric,
        neighbors=[
            Neighbor(
                user_id=one.user_id,
                distance=one.distance,
                n_shared=one.n_shared,
                shared=named(one.shared),
                liked=named(one.liked),
            )
            for one in near
        ],
    )
