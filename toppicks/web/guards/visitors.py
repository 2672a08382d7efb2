"""Visitors: a signed cookie holds the id that a visitor's history is kept under.

Nothing is set for who only looks. The cookie is for the site's own pages: under /api there is no
session at all, so whoever holds a cookie can do no more there than anybody else.
"""

import hashlib
import re
import secrets
from datetime import timedelta

from flask import Flask, Request, Response, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import generate_csrf

from toppicks.config import Settings
from toppicks.web.guards.access import VISITOR

COOKIE = "visitor"
KEPT = timedelta(days=365)
_VISITOR_ID = re.compile(re.escape(VISITOR) + r"[A-Za-z0-9_-]{22}\Z")


def register(app: Flask, settings: Settings) -> None:
    """Give the app's pages visitors."""
    app.secret_key = settings.secret_key
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=KEPT,
        # Set anew when something is written, not whenever somebody looks.
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.session_interface = VisitorSessions()


def visitor_id(create: bool = False) -> str | None:
    """The id of who asks; None for who has none yet, unless they are to have one from now on."""
    known = session.get(COOKIE)
    if isinstance(known, str) and _VISITOR_ID.match(known):
        if create:
            session.modified = True  # another year from now
        return known
    if not create:
        return None
    session.clear()
    session.permanent = True
    session[COOKIE] = made = VISITOR + secrets.token_urlsafe(16)
    generate_csrf()  # leaves in the session what the tokens of forms are compared with
    return made


def forget_visitor() -> None:
    """Take the cookie back; who comes next from there is somebody new."""
    session.clear()


class VisitorSessions(SecureCookieSessionInterface):
    """Flask's sessions, for pages alone; what depends on a visitor is kept out of shared caches."""

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith("/api/"):
            return None  # Flask makes of this a session that is always empty, and never saved
        if COOKIE not in request.environ.get("HTTP_COOKIE", ""):
            return self.session_class()
        return super().open_session(app, request)

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002
        return request.is_secure

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        super().save_session(app, session, response)
        if session.accessed or session.modified:
            # Nor in the browser's: whoever goes back would see what was erased, or was rated.
            response.cache_control.private = True
            response.cache_control.no_store = True
