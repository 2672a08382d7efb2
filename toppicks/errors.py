"""What can go wrong by somebody's input, said in one line.

Only the doors turn these into something else: the command line into exit code 2,
the web into a problem document or a page.
"""


class TopPicksError(Exception):
    """Anything wrong that the caller can mend; its text is one line: what, where, what to do."""


def one_line(error: BaseException) -> str:
    """What another library said, short enough to be part of one line."""
    return " ".join(str(error).split())[:200]


def reason_of(error: Exception) -> str:
    """What the network's libraries give as the reason, often an error itself, or else the error;
    never empty.
    """
    inner = getattr(error, "reason", error)
    return getattr(inner, "strerror", None) or str(inner) or type(inner).__name__


class ConfigError(TopPicksError):
    """A setting is missing or has a value that it cannot have."""


class InputError(TopPicksError):
    """A file of the caller's cannot be read or lacks what is needed."""


class ArtifactError(TopPicksError):
    """A model file is missing, damaged, from a newer version, or not a model at all."""


class DownloadError(TopPicksError):
    """Another server did not give what it was asked for."""


class StoreAway(TopPicksError):
    """The database cannot be reached, or cannot be written, now; it may heal by itself.

    retry_after: seconds after which it is worth another try.
    """

    def __init__(self, reason: str, retry_after: int = 5) -> None:
        super().__init__(f"the store is away: {reason}; try again in {retry_after} s")
        self.reason = reason
        self.retry_after = retry_after
