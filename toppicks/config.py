"""Settings of the site, read from the environment once, at the door."""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toppicks.environment import boolean, choice, integer, key, origins, rate, url
from toppicks.errors import ConfigError

RATE_LIMIT = "120/minute"
MAX_BODY = 2**20
LOGS = ("json", "console")


@dataclass(frozen=True)
class Settings:
    """What the environment says; see the table in docs/deploy.md.

    model_path:   the artifact.               picks: how many are shown at first.
    demo:         anybody may look at the site as any person of the data.
    secret_key:   signs visitors' cookies.    api_key: None, or what callers must present.
    database_url: None means a SQLite file under `instance_path`.
    remember:     keep answers that are often asked for, until the model changes.
    rate_limit:   requests of one client in a time; None for no limit, as in demo mode.
    redis_url:    where the workers count requests together; None means each for itself.
    cors_origins: whose pages may call the API from a browser; `*` is anybody's.
    proxies:      how many proxies in front are believed about address and scheme.
    max_body:     bytes that a request may send.

    What is secret is not in its repr.
    """

    model_path: Path
    instance_path: Path
    demo: bool
    secret_key: str = field(repr=False)
    api_key: str | None = field(repr=False)
    database_url: str | None = field(repr=False)
    picks: int
    remember: bool
    rate_limit: str | None = RATE_LIMIT
    redis_url: str | None = field(default=None, repr=False)
    cors_origins: tuple[str, ...] = ()
    proxies: int = 0
    max_body: int = MAX_BODY

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check every setting; raises ConfigError that names the setting and the cure."""
        database_url, instance_path = store_place(environ)
        demo = boolean(environ, "TOPPICKS_DEMO")
        # Read in demo mode too, where it does not count: a slip is told wherever it is made.
        rate_limit = rate(environ, "TOPPICKS_RATE_LIMIT", RATE_LIMIT)
        return cls(
            model_path=Path(environ.get("MODEL_PATH") or "model.pkl"),
            instance_path=instance_path,
            demo=demo,
            secret_key=environ.get("SECRET_KEY") or _own_secret_key(demo, instance_path),
            api_key=key(environ, "TOPPICKS_API_KEY"),
            database_url=database_url,
            picks=integer(environ, "TOPPICKS_PICKS", default=6, low=1, high=100),
            remember=boolean(environ, "TOPPICKS_REMEMBER", default=True),
            rate_limit=None if demo else rate_limit,
            redis_url=url(environ, "REDIS_URL", ("redis", "rediss", "unix")),
            cors_origins=origins(environ, "TOPPICKS_CORS_ORIGINS"),
            proxies=integer(environ, "TOPPICKS_PROXIES", int(_on_host(environ)), 0, 10),
            max_body=integer(environ, "TOPPICKS_MAX_BODY", MAX_BODY, 1024, 2**30),
        )


def store_place(environ: Mapping[str, str] = os.environ) -> tuple[str | None, Path]:
    """Where live events are: DATABASE_URL, or None, and the folder for what the site keeps.

    Alone, because what makes the tables before a start needs no other setting.
    """
    return environ.get("DATABASE_URL") or None, Path(environ.get("TOPPICKS_INSTANCE") or "instance")


def log_format(environ: Mapping[str, str] = os.environ) -> str:
    """How log lines are written, `json` or `console`: for people where they look on."""
    default = "console" if sys.stderr is not None and sys.stderr.isatty() else "json"
    return choice(environ, "TOPPICKS_LOG", default, LOGS)


def warnings(settings: Settings, environ: Mapping[str, str] = os.environ) -> list[str]:
    """What is allowed but unwise, a sentence each; empty where all is well."""
    if _on_host(environ) and not (settings.database_url or "").startswith(
        ("postgres:", "postgresql")
    ):
        return [
            "DATABASE_URL does not name a PostgreSQL, so live events would go to a SQLite file on "
            "this host's disk, and THE NEXT DEPLOY WIPES IT; "
            'add a PostgreSQL (docs/deploy.md, "Where live events live")'
        ]
    return []


def _on_host(environ: Mapping[str, str]) -> bool:
    """Heroku and Dokku both say which of their processes this is; both put a proxy in front."""
    return "DYNO" in environ


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
