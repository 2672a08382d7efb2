"""Where the database is, from what DATABASE_URL says."""

from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from toppicks.errors import ConfigError

FILE_NAME = "live.db"
EXPECTED = (
    "postgresql://USER:PASSWORD@HOST/NAME, sqlite:///PATH, or nothing for a file under instance/"
)
_POSTGRES = {"postgres", "postgresql", "postgresql+psycopg"}


def address_of(url: str | None, instance: Path, called: str = "DATABASE_URL") -> Path | URL:
    """The path of a SQLite file, or the address of a PostgreSQL as SQLAlchemy wants it.

    called: what gave the URL, for people.

    Raises ConfigError, which never shows the password, for anything else.
    """
    if url is None:
        return (instance / FILE_NAME).absolute()
    try:
        parsed = make_url(url.strip())
    # A port that is no number is a ValueError.
    except (ArgumentError, ValueError) as error:
        scheme = url.strip().partition(":")[0][:20] if "://" in url else ""
        raise ConfigError(
            f"{called} {f'({scheme}://...) ' if scheme else ''}cannot be read; expected {EXPECTED}"
        ) from error
    if parsed.drivername in _POSTGRES:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database and not parsed.host:
        if parsed.database.startswith((":memory:", "file:")) or parsed.query:
            raise ConfigError(f"{called} is {shown(parsed)}; expected a file: sqlite:///PATH")
        return Path(parsed.database).absolute()
    raise ConfigError(f"{called} is {shown(parsed)}; expected {EXPECTED}")


def shown(address: Path | URL) -> str:
    """An address to read: without the password, and without options, which may hold another."""
    if isinstance(address, Path):
        return str(address)
    scheme = address.drivername.removesuffix("+psycopg")
    return address.set(drivername=scheme, query={}).render_as_string(hide_password=True)


def name_of(address: Path | URL) -> str:
    """What a database is called, for everybody to read: not where it is, nor who may enter."""
    return address.name if isinstance(address, Path) else f"{address.database} (PostgreSQL)"


def secrets_of(address: Path | URL) -> list[str]:
    """What must never be shown, longest first, whichever way it is written."""
    if isinstance(address, Path):
        return []
    plain = [address.password, address.query.get("password"), address.query.get("sslpassword")]
    texts = {str(text) for text in plain if text}
    written = {quote(text, safe="") for text in texts}
    return sorted(texts | written, key=len, reverse=True)
