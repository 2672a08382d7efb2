"""What the API can be asked, each operation declared once.

From the declaration come the route, the check of query and body, `/openapi.json` and `/docs`.
An operation's summary and description are its view's docstring.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel
from werkzeug.wrappers import Response as AnyResponse

from toppicks.web.schemas.described import Query

# machines: anybody, always. open: anybody, unless the site has a key, which is needed then.
# people, write: who has the key, or anybody in demo mode; of people's data, and of changes.
Access = Literal["machines", "open", "people", "write"]
Method = Literal["GET", "POST", "PUT", "DELETE"]
# What a view gives: a model, or its JSON where it has been written already; None is 204.
Answer = BaseModel | bytes | AnyResponse | None
View = Callable[..., Answer]

PATH_EXAMPLES = {"user_id": "1", "item_id": "318"}


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    path:     as Flask has it, with ids as `<id:user_id>`.
    reply:    what a good answer holds; None: nothing, which is 204.
    query, body: what is checked before the view is called with it, under these names.
    missing:  whether what the path names can be missing, which is 404.
    tagged:   whether the answer has an ETag, and is 304 where it is known already.
    ids:      ids for the path's example, where the usual ones would do harm.
    """

    method: Method
    path: str
    view: View
    access: Access
    reply: type[BaseModel] | None = None
    query: type[Query] | None = None
    body: type[BaseModel] | None = None
    missing: bool = False
    tagged: bool = False
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.view.__name__

    @property
    def summary(self) -> str:
        return self._told[0]

    @property
    def description(self) -> str:
        """The paragraphs after the first line; empty where there are none."""
        return self._told[1]

    @property
    def template(self) -> str:
        """The path as OpenAPI has it."""
        return re.sub(r"<id:(\w+)>", r"{\1}", self.path)

    @property
    def path_ids(self) -> list[str]:
        return re.findall(r"<id:(\w+)>", self.path)

    @property
    def status(self) -> HTTPStatus:
        """Of a good answer."""
        return HTTPStatus.NO_CONTENT if self.reply is None else HTTPStatus.OK

    @property
    def problems(self) -> list[HTTPStatus]:
        """What else may come of it, in order."""
        status = HTTPStatus
        reads = self.query is not None or self.body is not None or bool(self.path_ids)
        may_be: list[tuple[bool, Iterable[HTTPStatus]]] = [
            (
                self.body is not None,
                (
                    status.BAD_REQUEST,
                    status.REQUEST_ENTITY_TOO_LARGE,
                    status.UNSUPPORTED_MEDIA_TYPE,
                ),
            ),
            (self.access != "machines", (status.UNAUTHORIZED, status.TOO_MANY_REQUESTS)),
            (self.access in {"people", "write"}, (status.FORBIDDEN,)),
            (self.missing or "user_id" in self.path_ids, (status.NOT_FOUND,)),
            (reads, (status.UNPROCESSABLE_ENTITY,)),
            (self.access == "write", (status.SERVICE_UNAVAILABLE,)),
            (True, (status.INTERNAL_SERVER_ERROR,)),
        ]
        return sorted(one for holds, statuses in may_be if holds for one in statuses)

    @property
    def example_ids(self) -> dict[str, str]:
        return {name: self.ids.get(name, PATH_EXAMPLES[name]) for name in self.path_ids}

    @property
    def _told(self) -> tuple[str, str]:
        summary, _, rest = (inspect.getdoc(self.view) or self.name).partition("\n\n")
        return summary.rstrip("."), rest


class Group:
    """Operations about one thing, which stand together in the documents."""

    def __init__(self, name: str, about: str) -> None:
        self.name = name
        self.about = about
        self.operations: list[Operation] = []

    def operation(
        self, method: Method, path: str, access: Access, **more: Any
    ) -> Callable[[View], View]:
        """Declares the function below it; `more` as in Operation."""

        def declare(view: View) -> View:
            self.operations.append(Operation(method, path, view, access, **more))
            return view

        return declare
