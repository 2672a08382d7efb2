"""Log lines: one JSON object a line on standard error, or lines for people on a terminal.

Everything goes the same way: the requests (`toppicks.web.telemetry`), what the site says by itself
and what gunicorn says. A line holds no key, no cookie, no query, no id and no body; that is kept
by never handing such a thing to a logger, and by `Discreet` where others hand it.
"""

import logging
import logging.config
import os
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import orjson
import structlog
from structlog.typing import Processor

from toppicks.config import log_format

# What a line may say beside its text.
FIELDS = ("request_id", "route")

_Event = MutableMapping[str, Any]


def set_up(environ: Mapping[str, str] = os.environ) -> None:
    """Settle how lines are written, by structlog and by the standard library's loggers.

    Raises ConfigError where TOPPICKS_LOG is wrong.
    """
    json = log_format(environ) == "json"
    structlog.configure(
        processors=[*_shared(), _json if json else _console()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=(lambda *_: Lines(sys.stderr.fileno()))
        if json
        else structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_standard(_text if json else _console()))


def what_happened(error: BaseException) -> str:
    """Where an error came from and through which others, but not what they say.

    What an error says may quote what was sent: a body, an id, a row of the store.
    """
    lines = []
    seen: set[int] = set()
    inner: BaseException | None = error
    while inner is not None and id(inner) not in seen:
        seen.add(id(inner))
        lines.append(f"{type(inner).__module__}.{type(inner).__qualname__}\n")
        lines += reversed(traceback.format_tb(inner.__traceback__))
        inner = inner.__cause__ or (None if inner.__suppress_context__ else inner.__context__)
    return "".join(lines).rstrip()


class Lines:
    """Writes each line at once and whole, so that those of several workers never mix.

    structlog's own loggers let one thread write at a time, and all others wait for it.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def msg(self, line: bytes) -> None:
        os.write(self._handle, line + b"\n")

    debug = info = warning = warn = error = critical = exception = msg


class Discreet(logging.Filter):
    """Keeps what gunicorn quotes of a request out of its lines: a header may be a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = str(record.msg)
        if text.startswith("Invalid request from"):
            record.msg, record.args = "a request that is not well-formed was refused", ()
        elif text.startswith("Error handling request"):
            record.msg, record.args = "a request could not be handled", ()
        return True


def _shared() -> list[Processor]:
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]


def _exception(_: Any, __: str, event: _Event) -> _Event:
    """In place of the exception itself, where it came from."""
    told = event.pop("exc_info", None)
    if told and told[1]:
        event["exception"] = what_happened(told[1])
    return event


def _json(_: Any, __: str, event: _Event) -> bytes:
    return orjson.dumps(event, default=repr)


def _text(_: Any, __: str, event: _Event) -> str:
    return orjson.dumps(event, default=repr).decode()


def _console() -> Processor:
    return structlog.dev.ConsoleRenderer(timestamp_key="time", colors=sys.stderr.isatty())


def _standard(renderer: Processor) -> dict[str, Any]:
    """Configuration of the standard library's loggers, gunicorn's among them (its level stays)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {"gunicorn.error": {"handlers": ["stderr"], "propagate": False}},
        "filters": {"discreet": {"()": Discreet}},
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    renderer,
                ],
                "foreign_pre_chain": [
                    structlog.stdlib.add_logger_name,
                    structlog.stdlib.ExtraAdder(allow=FIELDS),
                    _exception,
                    *_shared(),
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["discreet"],
                "stream": "ext://sys.stderr",
            }
        },
    }
