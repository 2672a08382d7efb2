"""The tables, as the newest migration leaves them."""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

# By code points on both databases, as Python sorts.
ID = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite numbers rows by itself in a column of this very type only.
SEQ = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

# One row an event, in the order of arrival.
events = Table(
    "events",
    metadata,
    Column("seq", SEQ, primary_key=True, autoincrement=True),
    Column("user_id", ID, nullable=False),
    Column("item_id", ID, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Double),
    Column("time", Double, nullable=False),
    Column("event_id", ID),
    UniqueConstraint("event_id", name="events_event_id"),
    Index("events_user_id_seq", "user_id", "seq"),
    # Numbers of erased events are never used again.
    sqlite_autoincrement=True,
)

# One row an item that was ever put or deleted; `fields` is JSON, or null where it was deleted.
items = Table(
    "items",
    metadata,
    Column("item_id", ID, primary_key=True),
    Column("fields", Text),
    Column("version", BigInteger, nullable=False),
    Index("items_version", "version"),
)

# One row a user whose history from files is to be ignored.
erased = Table(
    "erased",
    metadata,
    Column("user_id", ID, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Index("erased_version", "version"),
)

# One row a version that the catalogue ever had: whoever knows one can tell whether it was here, or
# in a database that a backup has replaced.
marks = Table(
    "marks", metadata, Column("version", BigInteger, primary_key=True, autoincrement=False)
)

# One row for the catalogue, and one a user who ever wrote.
versions = Table(
    "versions",
    metadata,
    Column("subject", ID, primary_key=True),
    Column("version", BigInteger, nullable=False),
)
