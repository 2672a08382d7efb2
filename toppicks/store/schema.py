"""Which tables a database has, and how it gets those that are needed."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from toppicks.errors import ConfigError

# Every migration that there is, oldest first; the last is what this version of the site needs.
REVISIONS = ("0001",)
NEWEST = REVISIONS[-1]
MIGRATIONS = Path(__file__).parent / "migrations"
REVISION_QUERY = "SELECT version_num FROM alembic_version"


class NewerSchema(ConfigError):
    """The database was made by a newer version of the site."""

    def __init__(self, revision: str, where: str) -> None:
        super().__init__(
            f"{where} has tables of version {revision}, newer than {NEWEST}, which this version of "
            "the site knows; deploy the newer version again, or name another database"
        )


def revision_of(connection: Connection) -> str | None:
    """The migration that a database is at; None where there are no tables of ours yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text(REVISION_QUERY)).scalar()


def is_current(revision: str | None, where: str) -> bool:
    """Whether nothing is to be done; raises NewerSchema where nothing can be done."""
    if revision is not None and revision not in REVISIONS:
        raise NewerSchema(revision, where)
    return revision == NEWEST


def check_current(revision: str | None, where: str) -> None:
    """Raises ConfigError unless the tables are there, as this version of the site needs them."""
    if not is_current(revision, where):
        found = "no tables of this site" if revision is None else f"tables of version {revision}"
        raise ConfigError(
            f"{where} has {found}; name the site's own database, and bring it up to date with "
            "`python -m toppicks.store migrate`"
        )


def upgrade(connection: Connection) -> None:
    """Run what is missing, on a connection whose transaction the caller began and ends."""
    # Here, because a site whose tables are there needs none of it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, NEWEST)
