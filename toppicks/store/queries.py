"""What is asked of the database, and what is told to it.

All of it is written here with SQLAlchemy, turned into SQL once, and run by the driver itself: the
look-up that every request makes then costs microseconds, and a rating a sixth less.
"""

from typing import Any

from sqlalchemy import (
    BindParameter,
    Dialect,
    Select,
    UpdateBase,
    bindparam,
    case,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from toppicks.store.tables import erased, events, items, marks, versions

CATALOGUE = "catalogue"
# Of whom events are asked for in one look-up.
USERS_AT_ONCE = 50


def subject_of(user_id: str) -> str:
    """The row in `versions` of a user; no user's is the catalogue's."""
    return f"user:{user_id}"


class Queries:
    """The SQL of every read for one kind of database; parameters are named."""

    def __init__(self, dialect: Dialect) -> None:
        event = [
            events.c.user_id,
            events.c.item_id,
            events.c.kind,
            events.c.value,
            events.c.time,
            events.c.event_id,
        ]

        def sql(statement: Select[Any]) -> str:
            return str(statement.compile(dialect=dialect))

        deed = [events.c.item_id, events.c.kind, events.c.value, events.c.time]
        of_user = versions.c.subject == bindparam("subject")
        of_catalogue = versions.c.subject == literal_column(f"'{CATALOGUE}'")
        self.versions = sql(
            select(
                select(versions.c.version).where(of_user).scalar_subquery(),
                select(versions.c.version).where(of_catalogue).scalar_subquery(),
            )
        )
        by_user = events.c.user_id == bindparam("user_id")
        self.events_of = sql(select(*event).where(by_user).order_by(events.c.seq))
        self.deeds_of = sql(select(*deed).where(by_user).order_by(events.c.seq))
        among = events.c.user_id.in_([bindparam(f"user_{at}") for at in range(USERS_AT_ONCE)])
        # By user, in the order of arrival; of `user_0` and so on, which may be the same.
        self.events_of_some = sql(
            select(*event).where(among).order_by(events.c.user_id, events.c.seq)
        )
        self.all_events = sql(select(*event).order_by(events.c.user_id, events.c.seq))

        since: BindParameter[int] = bindparam("since")
        item = [items.c.item_id, items.c.fields, items.c.version]
        self.items_since = sql(
            select(*item).where(items.c.version > since).order_by(items.c.version)
        )
        self.erased_since = sql(
            select(erased.c.user_id).where(erased.c.version > since).order_by(erased.c.version)
        )
        self.catalogue_version = sql(select(versions.c.version).where(of_catalogue))
        self.knows_version = sql(select(literal_column("1")).where(marks.c.version == since))
        self.users = sql(
            select(events.c.user_id, func.count(), func.max(events.c.time))
            .group_by(events.c.user_id)
            .order_by(events.c.user_id)
            .limit(bindparam("n"))
            .offset(bindparam("skipped"))
        )


class Changes:
    """The SQL of every write for one kind of database; each takes a list of rows.

    Parameters are named, by the columns that are written.
    """

    def __init__(self, dialect: Dialect) -> None:
        insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert

        def sql(statement: UpdateBase, *columns: str) -> str:
            return str(statement.compile(dialect=dialect, column_keys=list(columns)))

        bump = insert(versions)
        higher = versions.c.version + literal_column("1")
        now = bump.excluded.version
        self.bump = sql(
            bump.on_conflict_do_update(
                index_elements=[versions.c.subject],
                set_={"version": case((now > higher, now), else_=higher)},
            ),
            "subject",
            "version",
        )
        # Inline: the numbers that the rows get are nobody's business.
        add = insert(events).inline()
        self.add_events = sql(
            add.on_conflict_do_nothing(index_elements=[events.c.event_id]),
            *(column.name for column in events.c if column is not events.c.seq),
        )
        self.forget_events = sql(events.delete().where(events.c.user_id == bindparam("user_id")))
        tombstone = insert(erased)
        self.bury = sql(
            tombstone.on_conflict_do_update(
                index_elements=[erased.c.user_id], set_={"version": tombstone.excluded.version}
            ),
            "user_id",
            "version",
        )
        put = insert(items)
        self.put_item = sql(
            put.on_conflict_do_update(
                index_elements=[items.c.item_id],
                set_={"fields": put.excluded.fields, "version": put.excluded.version},
            ),
            "item_id",
            "fields",
            "version",
        )
        self.mark = sql(insert(marks).inline().on_conflict_do_nothing(), "version")
