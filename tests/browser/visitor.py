"""Somebody at the site in a browser of their own, with scripts or without."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

# What the pages put into an address for the next page to say.
CHANGES = frozenset({"changed", "was"})
WAIT_MS = 15_000
# One that nothing but a document loaded anew takes away.
MARK = "() => { window.stillThis = true; }"
HAS_MARK = "() => window.stillThis === true"
HAS_FOCUS = "() => document.activeElement !== document.body"

expect.set_options(timeout=WAIT_MS)


@dataclass
class Visitor:
    """A page of a fresh context, and what must hold of it whatever is pressed.

    scripted:  whether scripts run.
    documents: the address of every document that was loaded, in order.
    """

    page: Page
    scripted: bool
    documents: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("domcontentloaded", lambda page: self.documents.append(page.url))

    @property
    def notice(self) -> Locator:
        """The line that says what just changed."""
        return self.page.locator("#notice[role=status]")

    @property
    def address(self) -> str:
        """Path, query and fragment, without what just changed."""
        parts = urlsplit(self.page.url)
        kept = [pair for pair in parts.query.split("&") if pair.partition("=")[0] not in CHANGES]
        return parts.path + "?" * any(kept) + "&".join(kept)

    @property
    def asked(self) -> dict[str, list[str]]:
        """What the address asks for, beside the path."""
        return parse_qs(urlsplit(self.address).query)

    def goto(self, path: str) -> None:
        self.page.goto(path)

    def back(self) -> None:
        """Go back; while another page is on its way, that is an error of the browser's."""
        self.settles()
        self.page.go_back()

    def card(self, item_id: str, section: str = "main") -> Locator:
        return self.page.locator(f'#{section} [data-item="{item_id}"]')

    def items(self, section: str) -> list[str]:
        """The ids of the items in a section, in order."""
        self.settles()
        found = self.page.locator(f"#{section} .cards > [data-item]")
        expect(found.first).to_be_visible()
        ids: list[str] = found.evaluate_all("cards => cards.map(card => card.dataset.item)")
        return ids

    def star(self, item_id: str, stars: int, section: str = "main") -> Locator:
        """A button that gives an item so many stars."""
        return self.card(item_id, section).get_by_role("button", name=f"{stars} of 5")

    def hide(self, item_id: str, section: str = "main") -> Locator:
        return self.card(item_id, section).get_by_role("button", name="Not interested")

    @contextmanager
    def stays(self) -> Iterator[None]:
        """What is pressed here changes the page in place where scripts run, else loads another."""
        self.settles()
        if self.scripted:
            self.page.evaluate(MARK)
        loaded = len(self.documents)
        yield
        if not self.scripted:
            self.loads(loaded + 1)
        self.settles()
        if self.scripted:
            assert self.page.evaluate(HAS_MARK)
            assert len(self.documents) == loaded
            assert not CHANGES & parse_qs(urlsplit(self.page.url).query).keys()
            assert self.page.evaluate(HAS_FOCUS), "the focus is lost"

    @contextmanager
    def hears(self, said: str | re.Pattern[str]) -> Iterator[None]:
        """What is pressed here is said to who sees and to who listens, and the page stays."""
        with self.stays():
            yield
            expect(self.notice).to_contain_text(said)

    def loads(self, n_documents: int) -> None:
        """Wait until so many documents are there: one that is on its way looks like the last."""
        deadline = monotonic() + WAIT_MS / 1000
        while len(self.documents) < n_documents:
            assert monotonic() < deadline, f"no document came after {self.documents[-1:]}"
            self.page.wait_for_timeout(20)

    def settles(self) -> None:
        """Wait until nothing is on its way."""
        self.page.wait_for_load_state()
        expect(self.page.locator("main")).not_to_have_attribute("aria-busy", "true")
