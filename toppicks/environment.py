"""One setting of the environment: its value, or a ConfigError that names it and the cure."""

import re
from collections.abc import Mapping

from limits import parse_many

from toppicks.errors import ConfigError
from toppicks.site_words import is_origin

Environ = Mapping[str, str]

BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


def boolean(environ: Environ, name: str, default: bool = False) -> bool:
    """Yes or no; the default where it is not set."""
    text = environ.get(name, "").strip().lower()
    if not text:
        return default
    if text not in BOOLEANS:
        raise ConfigError(f"{name} is {environ[name]!r}; expected 1, 0, true or false")
    return BOOLEANS[text]


def integer(environ: Environ, name: str, default: int, low: int, high: int) -> int:
    """A whole number from low to high; the default where it is not set."""
    text = environ.get(name, "").strip()
    if not text:
        return default
    # The length first: int() itself refuses thousands of digits.
    if not (re.fullmatch(r"[0-9]{1,10}", text) and low <= int(text) <= high):
        raise ConfigError(f"{name} is {text[:40]!r}; expected a whole number from {low} to {high}")
    return int(text)


def choice(environ: Environ, name: str, default: str, choices: tuple[str, ...]) -> str:
    """One of these words, in any case; the default where it is not set."""
    text = environ.get(name, "").strip().lower() or default
    if text not in choices:
        raise ConfigError(f"{name} is {text[:40]!r}; expected {' or '.join(choices)}")
    return text


def key(environ: Environ, name: str) -> str | None:
    """A key that callers present; None where it is not set. No error ever shows it."""
    text = environ.get(name) or None
    if text is not None and (text != text.strip() or not text.isprintable()):
        raise ConfigError(
            f"{name} begins or ends with a space, or holds a line break or another character that "
            "no header can carry; expected one line of letters and digits"
        )
    return text


def rate(environ: Environ, name: str, default: str) -> str | None:
    """How many requests in which time, such as `120/minute`; None for `none`."""
    text = environ.get(name, "").strip().lower() or default
    if text == "none":
        return None
    try:
        limits = parse_many(text)
    except ValueError:
        limits = []
    if not limits or any(limit.amount < 1 for limit in limits):
        raise ConfigError(
            f"{name} is {text[:40]!r}; expected requests and a time, such as 120/minute or "
            "2/second;1000/hour, or none"
        )
    return text


def origins(environ: Environ, name: str) -> tuple[str, ...]:
    """Origins between commas, or `*` for any; empty where it is not set."""
    texts = [text.strip() for text in environ.get(name, "").split(",") if text.strip()]
    if texts == ["*"]:
        return ("*",)
    for text in texts:
        if not is_origin(text):
            raise ConfigError(
                f"{name} holds {text[:80]!r}; expected origins such as https://shop.example "
                "between commas, or * alone"
            )
    return tuple(dict.fromkeys(texts))


def url(environ: Environ, name: str, schemes: tuple[str, ...]) -> str | None:
    """An address with one of these schemes. No error ever shows it: it may hold a password."""
    text = environ.get(name, "").strip() or None
    if text is not None and not text.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        raise ConfigError(f"{name} begins with none of {', '.join(f'{s}://' for s in schemes)}")
    return text
