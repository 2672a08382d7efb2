"""The first tables: live events, changed items, erased users, versions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("seq", SEQ, primary_key=True, autoincrement=True),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("time", sa.Double, nullable=False),
        sa.Column("event_id", ID),
        sa.UniqueConstraint("event_id", name="events_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_user_id_seq", "events", ["user_id", "seq"])
    op.create_table(
        "items",
        sa.Column("item_id", ID, primary_key=True),
        sa.Column("fields", sa.Text),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_index("items_version", "items", ["version"])
    op.create_table(
        "erased",
        sa.Column("user_id", ID, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_index("erased_version", "erased", ["version"])
    op.create_table(
        "marks", sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False)
    )
    op.create_table(
        "versions",
        sa.Column("subject", ID, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
