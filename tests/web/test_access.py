"""Who may ask for what: strangers, who has the key, and visitors' ids in addresses."""

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import MakeClient
from toppicks.web.guards.access import Access, need, need_person

PROBLEM = "application/problem+json"
KEY = "s\u00e9same-1"
BEARER = {"Authorization": f"Bearer {KEY}".encode().decode("latin-1")}
ACCESSES: tuple[Access, ...] = ("open", "people", "write")

# Every address that leads to a person. Those of the API that are not there yet are 404 for now.
PAGES_OF_PEOPLE = ("/users/{}", "/users/{}/picks", "/users/{}/picks?page=2")
API_OF_PEOPLE = ("/api/users/{}/picks",)


def with_gates(client: FlaskClient) -> FlaskClient:
    """The same site, with one address for each kind of access."""
    app = client.application

    def gate(access: Access) -> str:
        need(access)
        return "passed"

    def gate_of(access: Access, user_id: str) -> str:
        need_person(user_id, access)
        return "passed"

    app.add_url_rule("/api/gate/<access>", view_func=gate, methods=["GET", "PUT"])
    app.add_url_rule("/api/gate/<access>/<id:user_id>", view_func=gate_of)
    return app.test_client()


@pytest.fixture(scope="module")
def closed(make_client: MakeClient) -> FlaskClient:
    return with_gates(make_client())


@pytest.fixture(scope="module")
def demo(make_client: MakeClient) -> FlaskClient:
    return with_gates(make_client(TOPPICKS_DEMO="1"))


@pytest.fixture(scope="module", params=["0", "1"])
def locked(request: pytest.FixtureRequest, make_client: MakeClient) -> FlaskClient:
    return with_gates(make_client(TOPPICKS_API_KEY=KEY, TOPPICKS_DEMO=request.param))


@pytest.mark.parametrize("access", ["people", "write"])
@pytest.mark.parametrize("person", ["", "/u0", "/~somebody"])
def test_without_a_key_outside_demo_mode_people_and_writes_are_closed(
    closed: FlaskClient, access: str, person: str
) -> None:
    response = closed.get(f"/api/gate/{access}{person}")
    assert (response.status_code, response.mimetype) == (403, PROBLEM)
    assert "TOPPICKS_API_KEY" in response.get_json()["detail"]
    # A key that nobody set opens nothing.
    for sent in ("Bearer ", "Bearer None", "Bearer x"):
        headers = {"Authorization": sent}
        assert closed.get(f"/api/gate/{access}{person}", headers=headers).status_code == 403


def test_the_catalogue_is_open_without_a_key(closed: FlaskClient, demo: FlaskClient) -> None:
    assert closed.get("/api/gate/open").text == "passed"
    assert demo.get("/api/gate/open").text == "passed"


@pytest.mark.parametrize("access", ACCESSES)
def test_demo_mode_opens_people_and_writes(demo: FlaskClient, access: str) -> None:
    assert demo.get(f"/api/gate/{access}/u0").text == "passed"


@pytest.mark.parametrize("access", ACCESSES)
def test_a_key_that_is_set_is_needed_by_every_call(locked: FlaskClient, access: str) -> None:
    for path in (f"/api/gate/{access}", f"/api/gate/{access}/u0", f"/api/gate/{access}/~v"):
        response = locked.get(path)
        assert (response.status_code, response.mimetype) == (401, PROBLEM)
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert locked.get(path, headers=BEARER).text == "passed"


@pytest.mark.parametrize("path", ["/api/health/live", "/api/health/ready"])
def test_health_needs_no_key(locked: FlaskClient, path: str) -> None:
    assert locked.get(path).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer  ",
        KEY.encode().decode("latin-1"),
        "Basic " + KEY.encode().decode("latin-1"),
        BEARER["Authorization"] + "x",
        BEARER["Authorization"][:-1],
        BEARER["Authorization"].upper(),
        BEARER["Authorization"] + ", " + BEARER["Authorization"],
        "Bearer " + KEY,  # Latin-1 instead of UTF-8
        "Bearer \xff\xfe\x80",
        "Bearer " + "x" * 8000,
        "\xa0",
        "Bearer %73%C3%A9same-1",
    ],
)
def test_odd_and_wrong_keys_are_refused(locked: FlaskClient, sent: str) -> None:
    response = locked.get("/api/users/u0/picks", headers={"Authorization": sent})
    assert response.status_code == 401


def test_a_key_beyond_latin_1_is_refused_too(locked: FlaskClient) -> None:
    environ = {"HTTP_AUTHORIZATION": "Bearer \u2603"}
    assert locked.get("/api/users/u0/picks", environ_overrides=environ).status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_the_word_bearer_is_read_in_any_case(locked: FlaskClient, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {KEY}".encode().decode("latin-1")}
    assert locked.get("/api/users/u0/picks", headers=headers).status_code == 200


def test_a_key_in_the_query_or_a_cookie_opens_nothing(locked: FlaskClient) -> None:
    assert locked.get(f"/api/users/u0/picks?api_key={KEY}&key={KEY}").status_code == 401
    cookie = {"HTTP_COOKIE": f"Authorization=Bearer {KEY}; key={KEY}"}
    assert locked.get("/api/users/u0/picks", environ_overrides=cookie).status_code == 401


@pytest.mark.parametrize("pattern", PAGES_OF_PEOPLE + API_OF_PEOPLE)
@pytest.mark.parametrize(
    "visitor", ["~", "~abcdefghijklmnopqrstuv", "%7Eabc", "~a%2Fb", "~e%CC%81"]
)
def test_a_visitors_id_in_an_address_leads_nowhere_in_demo_mode(
    demo: FlaskClient, pattern: str, visitor: str
) -> None:
    response = demo.get(pattern.format(visitor))
    assert response.status_code == 404
    assert "nobody to be found" in response.text
    # The same for everybody who is not there: nothing tells one visitor from another.
    assert response.data == demo.get(pattern.format("~nobody-at-all")).data


@pytest.mark.parametrize("pattern", PAGES_OF_PEOPLE)
@pytest.mark.parametrize("user_id", ["u0", "nobody", "~v"])
def test_peoples_pages_are_closed_outside_demo_mode_to_whoever_asks(
    closed: FlaskClient, make_client: MakeClient, pattern: str, user_id: str
) -> None:
    assert closed.get(pattern.format(user_id)).status_code == 403
    # The API's key is none of the pages'.
    keyed = make_client(TOPPICKS_API_KEY=KEY)
    assert keyed.get(pattern.format(user_id), headers=BEARER).status_code == 403


@pytest.mark.parametrize("pattern", API_OF_PEOPLE)
@pytest.mark.parametrize("user_id", ["u0", "nobody", "~v"])
def test_the_apis_people_are_closed_outside_demo_mode(
    closed: FlaskClient, pattern: str, user_id: str
) -> None:
    response = closed.get(pattern.format(user_id))
    assert (response.status_code, response.mimetype) == (403, PROBLEM)


def test_who_has_the_key_may_look_at_a_visitor(locked: FlaskClient) -> None:
    answer = locked.get("/api/users/~v/picks", headers=BEARER)
    assert answer.get_json()["user_id"] == "~v"


TRICKS = (
    "' OR '1'='1",
    "u0'; DROP TABLE events; --",
    'u0" UNION SELECT * FROM events --',
    "<script>alert(1)</script>",
    "{{ config }}",
    "../../instance/secret_key",
    "..%2F..%2Fetc%2Fpasswd",
    "%2e%2e%2fmodel.pkl",
    "u0%00",
    "u0%0d%0aSet-Cookie:%20a=b",
    "~%2F..%2Fu0",
    "%",
    "u0?n=1000",
    "$" + "{jndi:ldap://x}",
)


@pytest.mark.parametrize("trick", TRICKS)
def test_tricks_in_ids_and_queries_do_nothing(
    demo: FlaskClient, closed: FlaskClient, trick: str
) -> None:
    from urllib.parse import quote

    for sent in (trick, quote(trick, safe="")):
        for pattern in (*PAGES_OF_PEOPLE, *API_OF_PEOPLE, "/items/{}", "/search?q={}"):
            path = pattern.format(sent)
            response = demo.get(path)
            assert response.status_code in {200, 308, 404, 422}, path
            assert "<script>" not in response.text or response.is_json
            assert "Set-Cookie" not in response.headers
            assert "SECRET_KEY" not in response.text
    for path in ("/api/users/u0/picks", "/users/u0/picks"):
        assert closed.get(path, query_string={"exclude": trick, "key": trick}).status_code == 403
