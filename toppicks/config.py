"""Settings of the site, read from the environment once, at the door."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toppicks.errors import ConfigError

BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True)
class Settings:
    """What the environment says; see the table in docs/deploy.md.

    model_path:   the artifact.               picks: how many are shown at first.
    demo:         anybody may look at the site as any person of the data.
    secret_key:   will sign visitors' cookies. api_key: None, or what callers must present.
    database_url: None means a SQLite file under `instance_path`.
    remember:     keep answers that are often asked for, until the model changes.
    """

    model_path: Path
    instance_path: Path
    demo: bool
    secret_key: str
    api_key: str | None
    database_url: str | None
    picks: int
    remember: bool

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check every setting; raises ConfigError that names the setting and the cure."""
        database_url, instance_path = store_place(environ)
        demo = _boolean(environ, "TOPPICKS_DEMO")
        return cls(
            model_path=Path(environ.get("MODEL_PATH") or "model.pkl"),
            instance_path=instance_path,
            demo=demo,
            secret_key=environ.get("SECRET_KEY") or _own_secret_key(demo, instance_path),
            api_key=environ.get("TOPPICKS_API_KEY") or None,
            database_url=database_url,
            picks=_integer(environ, "TOPPICKS_PICKS", default=6, low=1, high=100),
            remember=_boolean(environ, "TOPPICKS_REMEMBER", default=True),
        )


def store_place(environ: Mapping[str, str] = os.environ) -> tuple[str | None, Path]:
    """Where live events are: DATABASE_URL, or None, and the folder for what the site keeps.

    Alone, because what makes the tables before a start needs no other setting.
    """
    return environ.get("DATABASE_URL") or None, Path(environ.get("TOPPICKS_INSTANCE") or "instance")


def warnings(settings: Settings, environ: Mapping[str, str] = os.environ) -> list[str]:
    """What is allowed but unwise, a sentence each; empty where all is well."""
    # Heroku and Dokku both say which of their processes this is.
    on_host = "DYNO" in environ
    if on_host and not (settings.database_url or "").startswith(("postgres:", "postgresql")):
        return [
            "DATABASE_URL does not name a PostgreSQL, so live events would go to a SQLite file on "
            "this host's disk, and THE NEXT DEPLOY WIPES IT; "
            'add a PostgreSQL (docs/deploy.md, "Where live events live")'
        ]
    return []


def _boolean(environ: Mapping[str, str], name: str, default: bool = False) -> bool:
    text = environ.get(name, "").strip().lower()
    if not text:
        return default
    if text not in BOOLEANS:
        raise ConfigError(f"{name} is {environ[name]!r}; expected 1, 0, true or false")
    return BOOLEANS[text]


def _integer(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    # The length first: int() itself refuses thousands of digits.
    if not (re.fullmatch(r"[0-9]{1,9}", text) and low <= int(text) <= high):
        raise ConfigError(f"{name} is {text[:40]!r}; expected a whole number from {low} to {high}")
    return int(text)


def _own_secret_key(demo: bool, instance_path: Path) -> str:
    """In demo mode: the key made at the first start, kept so that cookies survive a restart."""
    if not demo:
        raise ConfigError(
            "SECRET_KEY is not set; set it to a long random text, for example from "
            "`python -c 'import secrets; print(secrets.token_hex(32))'`"
        )
    path = instance_path / "secret_key"
    try:
        # An empty one is what a start that was cut short leaves.
        key = path.read_text().strip() if path.exists() else ""
        if not key:
            instance_path.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            key = secrets.token_hex(32)
            path.write_text(key)
        return key
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot keep a secret key there ({error.strerror}); set SECRET_KEY"
        ) from error
