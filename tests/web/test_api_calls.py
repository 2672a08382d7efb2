"""Every call of the API: a good one, and every way to be wrong that the contract names."""

import json
from datetime import datetime
from time import time
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.api import OPERATIONS, PROBLEM, breaches_of
from tests.web.conftest import MakeClient
from toppicks.web.operations.description import Operation
from toppicks.web.operations.openapi import example_of
from toppicks.web.operations.reading import LARGEST_BODY
from toppicks.web.site import House

KNOWN = {"user_id": "u0", "item_id": "00"}
WITH_BODY = [one for one in OPERATIONS if one.body]
WITH_QUERY = [one for one in OPERATIONS if one.query]
PAGED = [one for one in WITH_QUERY if one.query and "offset" in one.query.model_fields]
MISSING = [one for one in OPERATIONS if one.missing]
CLOSED = [one for one in OPERATIONS if one.access in {"people", "write"}]

each = pytest.mark.parametrize


def by_name(operations: list[Operation]) -> pytest.MarkDecorator:
    return each("operation", operations, ids=[one.name for one in operations])


@pytest.fixture(scope="module")
def client(make_client: MakeClient) -> FlaskClient:
    """In demo mode."""
    return make_client(TOPPICKS_DEMO="1")


def send(
    client: FlaskClient, operation: Operation, body: object = ..., query: str = "", **ids: str
) -> TestResponse:
    """The operation's own example, but for what is given."""
    path = operation.template.format(**{**KNOWN, **ids})
    sent = example_of(operation.body) if operation.body and body is ... else body
    json_body: dict[str, Any] = {} if sent is ... else {"json": sent}
    return client.open(f"{path}?{query}", method=operation.method, **json_body)


def send_raw(client: FlaskClient, operation: Operation, body: bytes, **more: Any) -> TestResponse:
    path = operation.template.format(**KNOWN)
    given = {"content_type": "application/json", **more}
    return client.open(path, method=operation.method, data=body, **given)


def fields(response: TestResponse) -> list[str]:
    return [error["field"] for error in response.get_json()["errors"]]


def is_problem(response: TestResponse, status: int) -> bool:
    told = response.get_json()
    return (
        (response.status_code, response.mimetype) == (status, PROBLEM)
        and told["status"] == status
        and all(told[name] for name in ("type", "title", "detail"))
    )


@by_name(OPERATIONS)
def test_a_good_call_is_answered_as_described(client: FlaskClient, operation: Operation) -> None:
    response = send(client, operation)
    assert response.status_code == operation.status
    assert breaches_of(operation, response) == []
    send(client, next(one for one in OPERATIONS if one.name == "put_item"), {"title": "Back"})


@by_name(PAGED)
def test_pages_follow_each_other(client: FlaskClient, operation: Operation) -> None:
    listed = {"users": "users", "history": "history", "items": "items", "picks": "picks"}
    whole = send(client, operation, query="n=4").get_json()
    name = next(name for name in listed if name in whole)
    halves = [send(client, operation, query=f"n=2&offset={offset}").get_json() for offset in (0, 2)]
    assert [*halves[0][name], *halves[1][name]] == whole[name]
    assert [half["total"] for half in halves] == [whole["total"]] * 2


@by_name(WITH_QUERY)
@each("query", ["n=0", "n=101", "n=abc", "n=6.0", "n=", "n=1&n=2", "n=true", "n=%EF%BC%96", "n=-1"])
def test_a_wrong_number_in_a_query(client: FlaskClient, operation: Operation, query: str) -> None:
    response = send(client, operation, query=query)
    assert is_problem(response, 422)
    assert fields(response) == ["n"]
    assert breaches_of(operation, response) == []


@by_name(WITH_QUERY)
@each("query", ["n=%FF", "%C0%AF=1", "&".join(["a=1"] * 3_000)], ids=["bytes", "name", "many"])
def test_a_query_that_cannot_be_read(client: FlaskClient, operation: Operation, query: str) -> None:
    response = send(client, operation, query=query)
    assert is_problem(response, 422)
    assert breaches_of(operation, response) == []


def test_bytes_of_a_query_that_are_not_encoded(client: FlaskClient) -> None:
    plain = client.get("/api/items", environ_overrides={"QUERY_STRING": "q=caf\u00c3\u00a9"})
    assert plain.status_code == 200
    broken = client.get("/api/items", environ_overrides={"QUERY_STRING": "q=caf\u00e9"})
    assert is_problem(broken, 422)


@by_name(WITH_QUERY)
def test_names_in_a_query_that_are_not_known_are_ignored(
    client: FlaskClient, operation: Operation
) -> None:
    assert send(client, operation, query="_=1&_=2&unheard=of").status_code == 200


@by_name(WITH_BODY)
@each(
    "body",
    [b"", b"{", b"nothing", b"NaN", b'{"a": NaN}', b"[Infinity]", b"\xff", b'"\\ud800"',
     b"[" * 5_000 + b"]" * 5_000, b"9" * 5_000, b"\xef\xbb\xbf{}", b"{'a': 1}"],
)  # fmt: skip
def test_what_is_not_json(client: FlaskClient, operation: Operation, body: bytes) -> None:
    response = send_raw(client, operation, body)
    assert is_problem(response, 400)
    assert breaches_of(operation, response) == []


@by_name(WITH_BODY)
@each("content_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "json"])
def test_what_is_not_said_to_be_json(
    client: FlaskClient, operation: Operation, content_type: str | None
) -> None:
    response = send_raw(client, operation, b"{}", content_type=content_type)
    assert is_problem(response, 415)
    assert breaches_of(operation, response) == []


@by_name(WITH_BODY)
def test_what_is_compressed(client: FlaskClient, operation: Operation) -> None:
    response = send_raw(client, operation, b"{}", headers={"Content-Encoding": "gzip"})
    assert is_problem(response, 415)


@by_name(WITH_BODY)
def test_what_is_too_large(client: FlaskClient, operation: Operation) -> None:
    response = send_raw(client, operation, b" " * (LARGEST_BODY + 1))
    assert is_problem(response, 413)
    assert breaches_of(operation, response) == []


@by_name(WITH_BODY)
@each("body", [None, True, 1, 1.5, "text", [[]], [None], {"unheard": {"of": 1}}])
def test_a_body_of_a_wrong_shape(client: FlaskClient, operation: Operation, body: object) -> None:
    response = send_raw(client, operation, json.dumps(body).encode())
    assert is_problem(response, 422)
    assert breaches_of(operation, response) == []


@by_name([one for one in OPERATIONS if one.path_ids])
@each("bad", ["x" * 201, "a%00b", "%1F", "%2E%2E", "a%0A"])
def test_an_id_that_cannot_be(client: FlaskClient, operation: Operation, bad: str) -> None:
    for name in operation.path_ids:
        response = send(client, operation, **{name: bad})
        assert is_problem(response, 422)
        assert [(e["in"], e["field"]) for e in response.get_json()["errors"]] == [("path", name)]
        assert breaches_of(operation, response) == []


@by_name([one for one in OPERATIONS if one.path_ids])
@each("bad", ["\u00ff", "a\u00c0\u00af", "\u00ed\u00a0\u0080"])
def test_bytes_that_are_no_text_are_no_id(
    client: FlaskClient, operation: Operation, bad: str
) -> None:
    # A server hands the bytes of a path over as Latin-1; the test client would encode them.
    path = operation.template.format(**{**KNOWN, operation.path_ids[-1]: bad})
    body = {"json": example_of(operation.body)} if operation.body else {}
    response = client.open(method=operation.method, environ_overrides={"PATH_INFO": path}, **body)
    assert is_problem(response, 422)
    assert [error["field"] for error in response.get_json()["errors"]] == operation.path_ids[-1:]


@by_name([one for one in OPERATIONS if one.path_ids])
def test_an_empty_id_is_no_other(client: FlaskClient, operation: Operation) -> None:
    for name in operation.path_ids:
        assert is_problem(send(client, operation, **{name: ""}), 404)


@by_name(MISSING)
def test_an_item_that_is_not_there(client: FlaskClient, operation: Operation) -> None:
    response = send(client, operation, item_id="unheard%20of")
    assert is_problem(response, 404)
    assert "'unheard of'" in response.get_json()["detail"]
    assert breaches_of(operation, response) == []


@by_name(OPERATIONS)
def test_a_method_that_a_path_does_not_know(client: FlaskClient, operation: Operation) -> None:
    response = client.patch(operation.template.format(**KNOWN))
    assert is_problem(response, 405)
    assert operation.method in response.headers["Allow"].split(", ")


@by_name(CLOSED)
def test_without_a_key_people_and_writes_are_closed(
    make_client: MakeClient, operation: Operation
) -> None:
    closed = make_client()
    response = send(closed, operation)
    assert is_problem(response, 403)
    assert breaches_of(operation, response) == []
    # Who may not ask is not told what is wrong with the question.
    assert is_problem(send(closed, operation, body=1, query="n=0"), 403)


@by_name(CLOSED)
def test_with_a_key_it_is_asked_for(make_client: MakeClient, operation: Operation) -> None:
    locked = make_client(TOPPICKS_API_KEY="sesame", TOPPICKS_DEMO="1")
    response = send(locked, operation)
    assert is_problem(response, 401)
    assert breaches_of(operation, response) == []


@by_name([one for one in OPERATIONS if one.access in {"open", "machines"}])
def test_the_catalogue_is_open(make_client: MakeClient, operation: Operation) -> None:
    open_ = make_client()
    assert send(open_, operation).status_code == 200


@by_name([one for one in OPERATIONS if one.access == "write"])
def test_without_a_database_nothing_is_taken(make_client: MakeClient, operation: Operation) -> None:
    nowhere = "postgresql://nobody:secret@127.0.0.1:9/nothing"
    response = send(make_client(TOPPICKS_DEMO="1", DATABASE_URL=nowhere), operation)
    assert is_problem(response, 503)
    assert int(response.headers["Retry-After"]) > 0
    assert breaches_of(operation, response) == []


@each("address", ["/api", "/api/", "/api/unheard", "/openapi.json/", "/api/items/00/unheard"])
def test_no_such_route(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert (response.mimetype == PROBLEM) == (not address.startswith("/openapi.json/"))


@each("address", ["/openapi.json", "/docs"])
def test_the_documents_have_problems_too(client: FlaskClient, address: str) -> None:
    response = client.post(address)
    assert is_problem(response, 405)
    assert "GET" in response.headers["Allow"]


class TestPicks:
    picks = "/api/users/u0/picks"

    def test_a_tag_that_is_known_spares_the_answer(self, client: FlaskClient) -> None:
        first = client.get(self.picks)
        tag = first.headers["ETag"]
        for sent in (tag, f'W/{tag}, "other"', f'"other", {tag}', "*"):
            again = client.get(self.picks, headers={"If-None-Match": sent})
            assert (again.status_code, again.data) == (304, b"")
            assert again.headers["ETag"] == tag
        assert client.get(self.picks, headers={"If-None-Match": '"other"'}).data == first.data

    def test_the_tag_changes_with_query_and_history(self, make_client: MakeClient) -> None:
        client = make_client(TOPPICKS_DEMO="1")
        before = client.get(self.picks).headers["ETag"]
        assert client.get(self.picks + "?n=7").headers["ETag"] != before
        client.put("/api/users/u1/ratings/00", json={"rating": 4})
        assert client.get(self.picks).headers["ETag"] == before
        client.put("/api/users/u0/ratings/00", json={"rating": 4})
        assert client.get(self.picks).headers["ETag"] != before

    @each(
        "query",
        ["n=3&offset=2&exclude=00&exclude=e%CC%81&where=year:1980..1989&explain=TRUE",
         "novelty=0.5&diversity=1e-1", "where=genres:Red&where=year:1985&explain=1&n=100"],
    )  # fmt: skip
    def test_wishes_are_the_same_in_an_address_and_in_a_body(
        self, client: FlaskClient, query: str
    ) -> None:
        wishes = parse_qs(query)
        body: dict[str, Any] = {name: json.loads(text[0].lower()) for name, text in wishes.items()
                                if name not in {"exclude", "where"}}  # fmt: skip
        body |= {name: wishes[name] for name in ("exclude", "where") if name in wishes}
        body["explain"] = bool(body.get("explain"))
        told = client.get(f"/api/users/stranger/picks?{query}").get_json()
        sent = client.post("/api/picks", json={"history": []} | body).get_json()
        assert told["picks"]
        assert sent["picks"] == told["picks"]
        assert sent["total"] == told["total"]

    @each(
        ("query", "field"),
        [("explain=yes", "explain"), ("explain=", "explain"), ("novelty=nan", "novelty"),
         ("novelty=1.01", "novelty"), ("diversity=-0.1", "diversity"), ("novelty=1_0", "novelty"),
         ("novelty=%201", "novelty"), ("where=year", "where"), ("where=:1990", "where"),
         ("where=year:", "where"), ("where=unheard:of", "where"), ("exclude=", "exclude"),
         ("exclude=a%00b", "exclude"), ("exclude=..", "exclude"),
         ("offset=" + "9" * 5_000, "offset"),
         ("&".join(f"where=year:{n}" for n in range(21)), "where")],
    )  # fmt: skip
    def test_wishes_that_cannot_be(self, client: FlaskClient, query: str, field: str) -> None:
        response = client.get(f"{self.picks}?{query}")
        assert is_problem(response, 422)
        assert fields(response) == [field]

    def test_a_history_of_strangers_counts_for_nothing(self, client: FlaskClient) -> None:
        history = [{"item_id": "unheard of", "rating": 5}]
        answer = client.post("/api/picks", json={"history": history}).get_json()
        assert (answer["user_id"], answer["known"], answer["unknown_items"]) == (None, False, 1)

    @each(
        ("body", "field"),
        [({}, "history"), ({"history": {}}, "history"), ({"history": [1]}, "history[0]"),
         ({"history": [{"item_id": "1"}]}, "history[0]"),
         ({"history": [{"item_id": "1", "rating": 1, "kind": "like"}]}, "history[0]"),
         ({"history": [{"item_id": 1, "rating": 1}]}, "history[0].item_id"),
         ({"history": [{"item_id": "1", "rating": True}]}, "history[0].rating"),
         ({"history": [{"item_id": "1", "rating": "5"}]}, "history[0].rating"),
         ({"history": [{"item_id": "1", "rating": "NaN"}]}, "history[0].rating"),
         ({"history": [{"item_id": "1", "kind": "loved"}]}, "history[0].kind"),
         ({"history": [{"item_id": "1", "kind": "like", "x": 1}]}, "history[0].x"),
         ({"history": [], "n": 0}, "n"), ({"history": [], "n": 101}, "n"),
         ({"history": [], "n": "6"}, "n"), ({"history": [], "n": True}, "n"),
         ({"history": [], "n": 6.5}, "n"), ({"history": [], "explain": 1}, "explain"),
         ({"history": [], "novelty": 2}, "novelty"), ({"history": [], "where": "a:b"}, "where"),
         ({"history": [], "exclude": ["a\0"]}, "exclude[0]"), ({"history": [], "N": 6}, "N")],
    )  # fmt: skip
    def test_bodies_that_cannot_be(self, client: FlaskClient, body: object, field: str) -> None:
        response = client.post("/api/picks", json=body)
        assert is_problem(response, 422)
        assert fields(response) == [field]


class TestRatings:
    path = "/api/users/u0/ratings/00"

    def test_a_rating_is_told_back_and_taken_back(self, client: FlaskClient) -> None:
        answer = client.put(self.path, json={"rating": 4}).get_json()
        assert answer == {"user_id": "u0", "item_id": "00", "rating": 4.0}
        assert client.delete(self.path).status_code == 204

    @each(
        "rating", [True, "4", "NaN", None, [4], {}, "x" * 10_000, "\0"],
    )  # fmt: skip
    def test_what_is_no_rating(self, client: FlaskClient, rating: object) -> None:
        response = client.put(self.path, json={"rating": rating})
        assert is_problem(response, 422)
        assert fields(response) == ["rating"]

    @each("raw", [b'{"rating": 1e400}', b'{"rating": NaN}', b'{"rating": -Infinity}'])
    def test_what_is_no_number_in_json(self, client: FlaskClient, raw: bytes) -> None:
        response = client.put(self.path, data=raw, content_type="application/json")
        assert is_problem(response, 400)

    @each("rating", [0.99, 5.01, -1, 1e308])
    def test_what_is_not_on_the_scale(self, make_client: MakeClient, rating: float) -> None:
        client = make_client(TOPPICKS_DEMO="1")
        put = client.put(self.path, json={"rating": rating})
        assert is_problem(put, 422)
        assert "expected 1 to 5" in put.get_json()["detail"]
        good = {"user_id": "u", "item_id": "i", "kind": "rating", "value": 3}
        posted = client.post("/api/events", json=[good, good | {"value": rating}])
        assert is_problem(posted, 422)
        assert fields(posted) == ["[1].value"]
        history = {"history": [{"item_id": "1", "rating": rating}]}
        assert fields(client.post("/api/picks", json=history)) == ["history[0].rating"]
        assert client.get("/api/users/u/export").get_json()["events"] == []


class TestEvents:
    good = {"user_id": "u", "item_id": "00", "kind": "view"}  # noqa: RUF012

    def kept(self, client: FlaskClient) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = client.get("/api/users/u/export").get_json()["events"]
        return events

    def test_events_are_counted(self, client: FlaskClient) -> None:
        first, strange = self.good | {"event_id": "1"}, self.good | {"item_id": "unheard"}
        client.post("/api/events", json=[first])
        answer = client.post("/api/events", json=[first, strange, self.good]).get_json()
        assert answer == {"accepted": 3, "new": 2, "unknown_items": 1}

    @each(
        "timestamp",
        ["2026-11-25T20:15:00Z", "2026-11-25T21:15:00+01:00", "2026-11-25t20:15:00z",
         "2026-11-25T20:15", "20261125T201500", 1795637700, 1795637700.0, None],
    )  # fmt: skip
    def test_times_of_every_kind(self, client: FlaskClient, timestamp: Any) -> None:
        response = client.post("/api/events", json=[self.good | {"timestamp": timestamp}])
        assert response.status_code == 200
        kept = datetime.fromisoformat(self.kept(client)[-1]["time"]).timestamp()
        assert kept == (pytest.approx(time(), abs=60) if timestamp is None else 1795637700.0)

    @each("timestamp", ["1970-01-01T00:00:00+14:00", "2099-12-31T23:59:59-14:00", 0, 4102444800])
    def test_the_first_and_the_last_moment(self, client: FlaskClient, timestamp: Any) -> None:
        response = client.post("/api/events", json=[self.good | {"timestamp": timestamp}])
        assert response.status_code == 200
        kept = datetime.fromisoformat(self.kept(client)[-1]["time"]).timestamp()
        # What is still to come would make all else look old.
        assert kept == 0 or kept == pytest.approx(time(), abs=60)

    @each(
        "wrong",
        [{"timestamp": 1795637700000}, {"timestamp": -1}, {"timestamp": True},
         {"timestamp": "1795637700"}, {"timestamp": "yesterday"}, {"timestamp": "2026-02-30"},
         {"timestamp": "1969-12-31T23:59:59Z"}, {"timestamp": "2100-01-01T00:00:01Z"},
         {"timestamp": "0001-01-01T00:00:00+14:00"}, {"timestamp": "9999-12-31T23:59:59-14:00"},
         {"timestamp": []}, {"kind": "loved"}, {"kind": None}, {"kind": "LIKE"}, {"kind": 1},
         {"user_id": 1}, {"user_id": ""}, {"user_id": None}, {"item_id": "a\0"},
         {"item_id": "x" * 201}, {"event_id": 7}, {"event_id": ""}, {"extra": 1},
         {"value": "3"}, {"value": True}, {"value": "NaN"}],
    )  # fmt: skip
    def test_one_wrong_event_spoils_all(self, client: FlaskClient, wrong: dict[str, Any]) -> None:
        before = self.kept(client)
        response = client.post("/api/events", json=[self.good, self.good | wrong])
        assert is_problem(response, 422)
        assert fields(response) == [f"[1].{name}" for name in wrong]
        assert self.kept(client) == before

    @each("wrong", [{"kind": "rating"}, {"kind": "dwell"}, {"kind": "dwell", "value": -1}])
    def test_kinds_that_need_a_value(self, client: FlaskClient, wrong: dict[str, Any]) -> None:
        response = client.post("/api/events", json=[self.good | wrong])
        assert is_problem(response, 422)
        assert fields(response) == ["[0]"]

    @each(("n", "status"), [(0, 422), (1, 200), (1_000, 200), (1_001, 422)])
    def test_how_many(self, client: FlaskClient, n: int, status: int) -> None:
        assert client.post("/api/events", json=[self.good] * n).status_code == status

    def test_a_thousand_wrong_ones_are_not_all_named(self, client: FlaskClient) -> None:
        response = client.post("/api/events", json=[{"item_id": "x" * 9_999}] * 100)
        assert len(response.get_json()["errors"]) == 20
        assert "and 280 more" in response.get_json()["detail"]
        assert len(response.data) < 10_000


class TestItems:
    def test_an_item_is_told_back_whole(self, client: FlaskClient) -> None:
        sent = {"title": "N\u00e9w", "year": 2026, "genres": ["Crime", "Drama"], "seen": None,
                "good": True, "a b": 1.5}  # fmt: skip
        answer = client.put("/api/items/new%2Fone", json=sent).get_json()
        assert (answer["item_id"], answer["title"]) == ("new/one", "N\u00e9w")
        known = {name: value for name, value in sent.items() if value is not None}
        assert {"title": answer["title"], **answer["item"]} == known
        assert client.get("/api/items/new%2Fone").get_json() == answer
        assert client.delete("/api/items/new%2Fone").status_code == 204
        assert is_problem(client.get("/api/items/new%2Fone"), 404)

    @each("body", [{}, {"title": ""}, {"x" * 100: "y" * 10_000}, {"tags": ["t"] * 200},
                   {f"f{n}": n for n in range(100)}])  # fmt: skip
    def test_metadata_of_every_size(self, client: FlaskClient, body: object) -> None:
        assert client.put("/api/items/large", json=body).status_code == 200

    @each(
        ("body", "field"),
        [({"title": 1}, "body"), ({"title": None}, "body"), ({"title": ["a"]}, "body"),
         ({"a": {}}, "a"), ({"a": [1]}, "a"), ({"a": [["b"]]}, "a"), ({"a": [None]}, "a"),
         ({"a": "x" * 10_001}, "a"), ({"a": ["x" * 10_001]}, "a"), ({"a": ["t"] * 201}, "a"),
         ({"a": "\0"}, "a"), ({"": 1}, "body"), ({"x" * 101: 1}, "x" * 101), ({"a\n": 1}, "a\n"),
         ({f"f{n}": n for n in range(101)}, "body")],
    )  # fmt: skip
    def test_metadata_that_cannot_be(self, client: FlaskClient, body: object, field: str) -> None:
        response = client.put("/api/items/wrong", json=body)
        assert is_problem(response, 422)
        assert fields(response) == [field]


def test_the_model_is_told_with_its_contest(client: FlaskClient) -> None:
    answer = client.get("/api/model").get_json()
    assert answer["model_version"] == client.get("/api/health/ready").get_json()["model_version"]
    assert answer["contest"]["standings"]
    assert json.dumps(answer)


@each(("metric", "status"), [("cosine", 200), ("euclidean", 200), ("taxicab", 422), ("", 422)])
def test_neighbors_by_two_distances(client: FlaskClient, metric: str, status: int) -> None:
    response = client.get(f"/api/users/u0/neighbors?metric={metric}")
    assert response.status_code == status


@each("n", ["1e20", "18446744073709551616", "1e308", "-1e19"])
def test_whole_numbers_that_json_cannot_hold(client: FlaskClient, n: str) -> None:
    body = f'{{"history": [], "n": {n}}}'.encode()
    response = client.post("/api/picks", data=body, content_type="application/json")
    assert is_problem(response, 422)
    assert fields(response) == ["n"]


@by_name(WITH_BODY)
def test_what_is_nested_more_deeply_than_can_be_said_again(
    client: FlaskClient, operation: Operation
) -> None:
    nested = b"[" * 300 + b"1" + b"]" * 300
    response = send_raw(client, operation, b'{"a": ' + nested + b"}")
    assert is_problem(response, 422)


def test_the_sites_own_limit_counts_for_the_api(make_client: MakeClient) -> None:
    small = make_client(TOPPICKS_DEMO="1", TOPPICKS_MAX_BODY="2000")
    history = [{"item_id": f"{n:04}", "rating": 4} for n in range(100)]
    assert is_problem(small.post("/api/picks", json={"history": history}), 413)
    assert small.post("/api/picks", json={"history": history[:9]}).status_code == 200


def test_a_rating_of_what_was_deleted_can_be_taken_back(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_DEMO="1")
    client.put("/api/users/u/ratings/07", json={"rating": 5})
    assert client.delete("/api/items/07").status_code == 204
    assert client.delete("/api/users/u/ratings/07").status_code == 204
    assert client.get("/api/users/u").get_json()["history"] == []
    assert is_problem(client.delete("/api/users/u/ratings/unheard"), 404)


def test_what_was_deleted_is_on_no_page(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_DEMO="1")
    title = client.get("/api/items/00").get_json()["title"]
    client.delete("/api/items/00")
    for page in ("/", "/model", "/users/u0", f"/search?q={title}"):
        assert 'href="/items/00"' not in client.get(page).text


def test_who_erased_themselves_stays_erased_while_the_database_is_away(
    make_client: MakeClient,
) -> None:
    client = make_client(TOPPICKS_DEMO="1")
    assert client.get("/api/users/u3").get_json()["known"]
    assert client.delete("/api/users/u3").status_code == 204
    file = House.of(client.application).settings.instance_path / "live.db"
    file.rename(file.with_suffix(".away"))
    told = client.get("/api/users/u3").get_json()
    assert (told["known"], told["history"]) == (False, [])
    assert "resting" in told["notice"]
