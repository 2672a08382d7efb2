"""Bodies of requests, no longer than the setting says, however they are sent."""

import io
from functools import cached_property
from typing import IO

from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge


class BoundedRequest(Request):
    """A request whose body is 413 beyond `MAX_CONTENT_LENGTH`, also without a Content-Length.

    Werkzeug (3.1) cuts a chunked body off at the limit and goes on with what it has.
    """

    @cached_property
    def stream(self) -> IO[bytes]:
        limit = self.max_content_length
        if limit is None or "CONTENT_LENGTH" in self.environ or not self._is_chunked():
            return super().stream
        try:
            body = self.environ["wsgi.input"].read(limit + 1)
        except Exception as error:
            # Whatever the server says of chunks that are none; it has errors of its own.
            raise ClientDisconnected from error
        if len(body) > limit:
            raise RequestEntityTooLarge
        return io.BytesIO(body)

    def _is_chunked(self) -> bool:
        return "chunked" in self.environ.get("HTTP_TRANSFER_ENCODING", "").lower()
