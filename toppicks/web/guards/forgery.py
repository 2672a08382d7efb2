"""Forms are ours: no other site can make somebody's browser send one (CSRF).

A visitor's forms carry a token of Flask-WTF's, bound to their cookie. Who has no cookie yet gets a
token that is bound to nothing, since nothing is to be set for who only looks; there, and wherever
else, the browser's own word that a form comes from another site is believed first. So a forged form
neither acts for a visitor nor makes somebody a visitor in place of who they are.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, current_app, request, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import ValidationError

from toppicks.web.guards.visitors import visitor_id
from toppicks.web.problems import Problem

FIELD, HEADER = "csrf_token", "X-CSRFToken"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Seconds. A visitor's token is as good as the cookie that it is bound to.
FIRST_TOKEN_LASTS = 86_400


def register(app: Flask) -> None:
    """Let templates put `form_token()` into the field `csrf_token` of their forms."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None)
    app.jinja_env.globals["form_token"] = form_token


def form_token() -> str:
    """A token for a form on the page that is being made."""
    if visitor_id() is not None:
        return str(generate_csrf())
    return str(_first_tokens().dumps(""))


def refuse_forgery() -> None:
    """Before each request of the pages: raises Problem 400 for a form that is not ours."""
    if request.method in SAFE:
        return
    ours = _is_from_here()
    token = request.form.get(FIELD) or request.headers.get(HEADER, "")
    if ours is False or not (_is_bound(token) or (_is_first(token) and _may_be_first(ours))):
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "This form did not come from this site, or is too old. Go back, load the page anew "
            "and send it again.",
        )


def _is_from_here() -> bool | None:
    """What the browser says about where the form stands; None if it does not say."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said == "same-origin"
    origin = request.headers.get("Origin")
    # Without the scheme: a proxy may have taken off the TLS.
    return None if origin is None else urlsplit(origin).netloc == request.host


def _is_bound(token: str) -> bool:
    if FIELD not in session:
        return False
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True


def _is_first(token: str) -> bool:
    try:
        _first_tokens().loads(token, max_age=FIRST_TOKEN_LASTS)
    except BadData:
        return False
    return True


def _may_be_first(ours: bool | None) -> bool:
    """A visitor may send a form from before they were one, if the browser vouches for it."""
    return visitor_id() is None or ours is True


def _first_tokens() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="a form before any visit")
