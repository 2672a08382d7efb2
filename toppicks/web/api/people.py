"""People: who there is, what is known of one, and how it is erased."""

from toppicks.web.description import Answer, Group
from toppicks.web.desk import the_desk
from toppicks.web.schemas.paging import PageQuery
from toppicks.web.schemas.people import (
    ExportReply,
    NeighborsQuery,
    NeighborsReply,
    UserReply,
    UsersReply,
)

people = Group("People", "Who there is, what is known of them, and who is like them.")


@people.operation("GET", "/api/users", "people", query=PageQuery, reply=UsersReply)
def list_users(query: PageQuery) -> Answer:
    """All people.

    Everybody of the model's files, and everybody who came since.
    """
    return the_desk().users(query)


@people.operation("GET", "/api/users/<id:user_id>", "people", query=PageQuery, reply=UserReply)
def get_user(user_id: str, query: PageQuery) -> Answer:
    """One person.

    Counts, and the history page by page, newest first. Somebody who was never seen is no error:
    `known` is false, and the history empty.
    """
    return the_desk().user(user_id, query)


@people.operation("GET", "/api/users/<id:user_id>/export", "people", reply=ExportReply)
def export_user(user_id: str) -> Answer:
    """Export a person.

    Everything that is kept about them, in one document.
    """
    return the_desk().export(user_id)


@people.operation("DELETE", "/api/users/<id:user_id>", "write", ids={"user_id": "somebody"})
def delete_user(user_id: str) -> Answer:
    """Erase a person.

    Every live event is deleted, and what the model was trained with is ignored from then on, here
    and in every later training. What comes after it counts anew.
    """
    the_desk().erase(user_id)
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
    return the_desk().neighbors(user_id, query)
