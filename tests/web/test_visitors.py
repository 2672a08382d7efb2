"""Visitors: their cookie, their pages, and that nobody else can be or see them."""

import hashlib
import json
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from tests.web.conftest import ClientOfModel, MakeClient
from tests.web.pages import page_of, rows
from tests.web.visiting import HERE, Kept, cookie, send, token
from toppicks.errors import StoreAway
from toppicks.scoring.meaning import Meaning
from toppicks.site_words import SiteWords
from toppicks.trained import TrainedModel
from toppicks.web.guards.visitors import visitor_id

WRITES = ("/me/ratings/00", "/me/hidden/00", "/me/erase")
FORM = {"rating": "4", "hide": "1"}


def history(client: FlaskClient) -> dict[str, str]:
    """What a visitor's own page of what they said has, by item, in its order."""
    return {
        line["data-item"]: " ".join(said.text for said in line.all("span", "said"))
        for line in page_of(client, "/me/history").all("li", "line")
    }


@pytest.mark.parametrize(
    "path",
    ["/", "/items/00", "/search?q=red", "/me", "/model", "/nothing", "/me/export", "/metrics"],
)
def test_who_only_looks_gets_no_cookie(visitor: FlaskClient, kept: Kept, path: str) -> None:
    response = visitor.get(path)
    assert "Set-Cookie" not in response.headers
    assert kept.said == {}


def test_the_first_rating_makes_a_visitor(visitor: FlaskClient, kept: Kept) -> None:
    response = send(visitor, "/me/ratings/00", rating="4.5")
    assert (response.status_code, response.location) == (303, "/items/00")
    ((user_id, said),) = kept.said.items()
    assert re.fullmatch(r"~[A-Za-z0-9_-]{22}", user_id)
    assert (said["00"].opinion, said["00"].rating) == ("rating", 4.5)
    assert history(visitor) == {"00": "4.5"}
    assert "based on your ratings" in visitor.get("/me").text
    assert page_of(visitor, "/items/00").one("input", name="rating")["value"] == "4.5"


def test_the_cookie_is_signed_and_for_this_site_alone(visitor: FlaskClient) -> None:
    morsel = cookie(send(visitor, "/me/ratings/00", rating="4"))["visitor"]
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    assert morsel["path"] == "/"
    assert not morsel["domain"]
    assert not morsel["secure"]
    assert re.search(r"20[2-9]\d", morsel["expires"])


def test_over_https_the_cookie_is_for_https_alone(visitor: FlaskClient) -> None:
    form = {"rating": "4", "csrf_token": token(visitor)}
    sent = visitor.post("/me/ratings/00", base_url="https://localhost", data=form, headers=HERE)
    assert cookie(sent)["visitor"]["secure"]


def test_behind_a_trusted_proxy_https_is_known(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_PROXIES="1")
    headers = HERE | {"X-Forwarded-Proto": "https"}
    form = {"rating": "4", "csrf_token": token(client)}
    assert cookie(client.post("/me/ratings/00", data=form, headers=headers))["visitor"]["secure"]


def test_it_is_set_anew_by_writing_and_not_by_looking(visitor: FlaskClient) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    for path in ("/me", "/items/00", "/", "/me/export"):
        assert "Set-Cookie" not in visitor.get(path).headers
    assert "visitor" in cookie(send(visitor, "/me/hidden/01", hide="1"))


def test_two_browsers_are_two_visitors(site: FlaskClient, kept: Kept) -> None:
    first, second = site.application.test_client(), site.application.test_client()
    send(first, "/me/ratings/00", rating="4")
    send(second, "/me/ratings/01", rating="3")
    assert len(kept.said) == 2
    assert history(first) == {"00": "4"}
    assert history(second) == {"01": "3"}


@pytest.mark.parametrize(
    "page", ["/", "/me", "/me/picks", "/me/history", "/items/00", "/search", "/try", "/me/export"]
)
@pytest.mark.parametrize("known", [False, True])
def test_what_depends_on_a_visitor_is_kept_out_of_shared_caches(
    visitor: FlaskClient, page: str, known: bool
) -> None:
    if known:
        send(visitor, "/me/ratings/00", rating="4")
    response = visitor.get(page)
    assert response.status_code == (404 if page == "/me/export" and not known else 200)
    assert "Cookie" in response.headers["Vary"]
    assert response.cache_control.private
    for path in ("/model", "/items/00/cover.svg", "/suggest?q=red"):
        assert not visitor.get(path).cache_control.private


def forged(visitor: str, key: str) -> str:
    """A cookie as the site itself makes it, signed with this key."""
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    signer = URLSafeTimedSerializer(key, salt="cookie-session", signer_kwargs=how)
    return str(signer.dumps({"visitor": visitor}))


@pytest.mark.parametrize("way", ["another key", "cut", "altered", "text", "not a visitor's id"])
def test_a_cookie_that_we_did_not_sign_is_no_visitor(
    site: FlaskClient, visitor: FlaskClient, kept: Kept, way: str
) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    ours = visitor.get_cookie("visitor")
    assert ours
    (user_id,) = kept.said
    values = {
        "another key": forged(user_id, "another key"),
        "cut": ours.value[:-2],
        "altered": ours.value[:5] + ("A" if ours.value[5] != "A" else "B") + ours.value[6:],
        "text": user_id,
        "not a visitor's id": forged("u0", "of the tests"),
    }
    thief = site.application.test_client()
    thief.set_cookie("visitor", forged(user_id, "of the tests"))
    assert history(thief) == {"00": "4"}  # as it would be with our key
    thief.set_cookie("visitor", values[way])
    assert history(thief) == {}
    assert "You have told us nothing yet" in thief.get("/me").text
    assert thief.get("/me/export").status_code == 404


def test_a_cookie_gives_no_power_under_api(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_DEMO="1")
    for path in ("/who", "/api/who"):
        client.application.add_url_rule(path, path, lambda: {"visitor": visitor_id()})
    send(client, "/me/ratings/00", rating="4")
    (user_id,) = Kept(client).said
    assert client.get("/who").get_json() == {"visitor": user_id}
    assert client.get("/api/who").get_json() == {"visitor": None}
    response = client.get(f"/api/users/{user_id}/picks")
    assert response.status_code == 404
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    for page in (f"/users/{user_id}", f"/users/{user_id}/picks"):
        assert client.get(page).status_code == 404


# Forgery


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    "token_sent",
    ["", "x", "a.b.c", URLSafeTimedSerializer("other", salt="x").dumps("")],
    ids=["none", "letter", "parts", "another's"],
)
@pytest.mark.parametrize("headers", [{}, HERE])
def test_a_form_without_our_token_is_refused(
    visitor: FlaskClient,
    kept: Kept,
    path: str,
    known: bool,
    token_sent: str,
    headers: dict[str, str],
) -> None:
    if known:
        send(visitor, "/me/ratings/01", rating="4")
    before = json.dumps({user: list(said) for user, said in kept.said.items()})
    response = visitor.post(path, data=FORM | {"csrf_token": token_sent}, headers=headers)
    assert (response.status_code, response.mimetype) == (400, "text/html")
    assert "Set-Cookie" not in response.headers
    assert json.dumps({user: list(said) for user, said in kept.said.items()}) == before


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://localhost.evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
    ],
)
def test_a_form_of_another_site_is_refused_whatever_token_it_has(
    visitor: FlaskClient, kept: Kept, path: str, known: bool, headers: dict[str, str]
) -> None:
    if known:
        send(visitor, "/me/ratings/01", rating="4")
    response = visitor.post(path, data=FORM | {"csrf_token": token(visitor)}, headers=headers)
    assert response.status_code == 400
    assert all("00" not in said for said in kept.said.values())


@pytest.mark.parametrize("headers", [{}, HERE, {"Origin": "http://localhost"}])
def test_a_form_of_ours_is_taken_from_browsers_old_and_new(
    visitor: FlaskClient, headers: dict[str, str]
) -> None:
    for rating in ("4", "3"):
        form = {"rating": rating, "csrf_token": token(visitor)}
        assert visitor.post("/me/ratings/00", data=form, headers=headers).status_code == 303


def test_the_token_may_stand_in_a_header(visitor: FlaskClient) -> None:
    headers = HERE | {"X-CSRFToken": token(visitor)}
    assert visitor.post("/me/ratings/00", data={"rating": "4"}, headers=headers).status_code == 303


def test_one_visitors_token_is_not_anothers(site: FlaskClient, kept: Kept) -> None:
    first, second = site.application.test_client(), site.application.test_client()
    for one in (first, second):
        send(one, "/me/ratings/01", rating="4")
    form = {"rating": "4", "csrf_token": token(first)}
    assert second.post("/me/ratings/00", data=form, headers=HERE).status_code == 400


def test_a_page_from_before_the_first_rating_still_works(visitor: FlaskClient) -> None:
    """Two tabs: the first makes a visitor, and the other has the form of somebody unknown."""
    old = {"rating": "4", "csrf_token": token(visitor)}
    send(visitor, "/me/ratings/01", rating="4")
    # Where nothing vouches for it, anybody's token of a stranger could stand in a forged form.
    assert visitor.post("/me/ratings/00", data=old).status_code == 400
    assert visitor.post("/me/ratings/00", data=old, headers=HERE).status_code == 303


def test_a_strangers_token_gets_too_old(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"rating": "4", "csrf_token": token(visitor)}
    monkeypatch.setattr("toppicks.web.guards.forgery.FIRST_TOKEN_LASTS", -1)
    response = visitor.post("/me/ratings/00", data=form, headers=HERE)
    assert response.status_code == 400
    assert "load the page anew" in response.text


# What the pages do


def test_what_was_said_can_be_taken_back(visitor: FlaskClient, kept: Kept) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    send(visitor, "/me/hidden/01", hide="1")
    assert list(history(visitor).items()) == [("01", "hidden"), ("00", "4")]
    taken = send(visitor, "/me/ratings/00", remove="1", back="/me")
    assert (taken.status_code, taken.location) == (303, "/me?changed=00&was=4")
    send(visitor, "/me/hidden/01", show="1")
    assert "You have told us nothing yet" in visitor.get("/me").text


def test_taking_back_what_was_never_said_makes_no_visitor(visitor: FlaskClient, kept: Kept) -> None:
    for path, name in (("/me/ratings/00", "remove"), ("/me/hidden/00", "show")):
        response = send(visitor, path, **{name: "1"})
        assert response.status_code == 303
        assert "Set-Cookie" not in response.headers
    assert kept.said == {}


@pytest.mark.parametrize("rating", ["", "x", "nan", "inf", "-1", "1e9", "0x4", "5.0001", "true"])
def test_a_rating_that_is_none_is_named(visitor: FlaskClient, kept: Kept, rating: str) -> None:
    response = send(visitor, "/me/ratings/00", rating=rating)
    assert response.status_code == 422
    assert "expected a number from" in response.text
    assert kept.said == {}


@pytest.mark.parametrize("item", ["unheard-of", "%3Cscript%3E", "00'--", "..%2F00"])
@pytest.mark.parametrize("path", ["/me/ratings/", "/me/hidden/"])
def test_an_item_that_is_not_there_is_404(
    visitor: FlaskClient, kept: Kept, path: str, item: str
) -> None:
    response = send(visitor, path + item, rating="4")
    assert response.status_code == 404
    assert "<script>" not in response.text
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "users/u0", "me2"])
def test_a_form_leads_back_to_our_own_pages_alone(visitor: FlaskClient, back: str) -> None:
    assert send(visitor, "/me/ratings/00", rating="4", back=back).location == "/items/00"


def test_ones_own_data_can_be_had(visitor: FlaskClient, kept: Kept) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    response = visitor.get("/me/export")
    assert response.mimetype == "application/json"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.cache_control.private
    (user_id,) = kept.said
    told = response.get_json()
    assert told["user_id"] == user_id
    assert [one["item_id"] for one in told["history"]] == ["00"]
    assert [one["kind"] for one in told["events"]] == ["rating"]


def test_erasing_oneself_takes_the_cookie_too(visitor: FlaskClient, kept: Kept) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    (before,) = kept.said
    response = send(visitor, "/me/erase")
    assert (response.status_code, response.location) == (303, "/")
    assert cookie(response)["visitor"]["expires"].startswith("Thu, 01 Jan 1970")
    assert visitor.get_cookie("visitor") is None
    assert kept.said == {}
    send(visitor, "/me/ratings/00", rating="4")
    assert list(kept.said) != [before]


@pytest.mark.parametrize("path", ["/me/ratings/00", "/me/hidden/00", "/me/erase"])
def test_writing_is_never_a_matter_of_looking(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 405


def test_where_nobody_rates_one_likes(
    client_of_model: ClientOfModel, tiny_model: TrainedModel
) -> None:
    words = SiteWords("repo", "repos", feedback="presence")
    meaning = Meaning("presence", 1, 1, 0)
    client = client_of_model(replace(tiny_model, words=words, meaning=meaning))
    assert 'type="number"' not in client.get("/items/00").text
    assert send(client, "/me/ratings/00", like="1").status_code == 303
    (said,) = Kept(client).said.values()
    assert said["00"].opinion == "like"
    assert page_of(client, "/me/history").one("li", "line")["data-item"] == "00"
    assert "liked" in history(client)["00"]


# The store away


def test_while_the_store_is_away_pages_answer_and_say_so(visitor: FlaskClient, kept: Kept) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    kept.go_away()
    for path in ("/me", "/me/picks", "/me/history", "/items/00", "/", "/search", "/try", "/model"):
        response = visitor.get(path)
        assert response.status_code == 200
        assert "Ratings are resting" in response.text
    assert len(rows(page_of(visitor, "/me"))[0].items) == 6


@pytest.mark.parametrize(
    ("method", "path"), [("POST", path) for path in WRITES] + [("GET", "/me/export")]
)
def test_while_the_store_is_away_writes_are_503_and_nobody_is_forgotten(
    visitor: FlaskClient, kept: Kept, method: str, path: str
) -> None:
    send(visitor, "/me/ratings/01", rating="4")
    form = FORM | {"csrf_token": token(visitor)}
    kept.go_away()
    response = visitor.open(path, method=method, data=form, headers=HERE)
    assert (response.status_code, response.mimetype) == (503, "text/html")
    assert int(response.headers["Retry-After"]) > 0
    assert str(kept.file) not in response.text
    kept.come_back()
    assert history(visitor) == {"01": "4"}


def test_under_api_it_is_a_problem_document(make_client: MakeClient) -> None:
    def fail() -> str:
        raise StoreAway("disk", 5)

    app = make_client(TOPPICKS_DEMO="1").application
    app.add_url_rule("/api/away", view_func=fail)
    response = app.test_client().get("/api/away")
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert response.headers["Retry-After"] == "5"
