"""Browsers that say something, and what a site keeps of it."""

import re
from contextlib import suppress
from http.cookies import SimpleCookie
from time import sleep

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from toppicks.errors import StoreAway
from toppicks.scoring.reactions import Reaction, reactions
from toppicks.web.site import House

HERE = {"Sec-Fetch-Site": "same-origin"}


class Kept:
    """What a site's store holds of everybody, by person and item; and a way to take it away."""

    def __init__(self, client: FlaskClient) -> None:
        house = House.of(client.application)
        self.store = house.knowledge.store
        self.file = house.settings.instance_path / "live.db"

    @property
    def said(self) -> dict[str, dict[str, Reaction]]:
        people = [one.user_id for one in self.store.users()]
        found = {one: reactions(self.store.events_of(one)) for one in people}
        return {
            one: {item: reaction for item, reaction in said.items() if not reaction.says_nothing}
            for one, said in found.items()
        }

    def go_away(self) -> None:
        self.file.rename(self.file.with_suffix(".away"))

    def come_back(self) -> None:
        self.file.with_suffix(".away").rename(self.file)
        while True:
            with suppress(StoreAway):
                self.store.versions("")
                return
            sleep(0.05)


def token(client: FlaskClient, page: str = "/items/00") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    return found[1]


def send(client: FlaskClient, path: str, **form: str) -> TestResponse:
    """As a browser sends a form of the item's page."""
    return client.post(path, data=form | {"csrf_token": token(client)}, headers=HERE)


def cookie(response: TestResponse) -> SimpleCookie:
    return SimpleCookie("; ".join(response.headers.getlist("Set-Cookie")))
