"""Pages as tests read them: a tree of elements, and the rows and cards in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote

from flask.testing import FlaskClient

EMPTY = frozenset({"meta", "link", "img", "input", "br", "hr"})


@dataclass(eq=False)
class Element:
    """An element with what is in it, texts and others."""

    tag: str
    attributes: dict[str, str]
    inside: "list[Element | str]" = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def walk(self) -> "Iterator[Element]":
        for one in self.inside:
            if isinstance(one, Element):
                yield one
                yield from one.walk()

    def all(self, tag: str = "", class_: str = "", **attributes: str) -> "list[Element]":
        """What is in it of this tag and class and with these attributes (`_` is read as `-`)."""
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [
            one
            for one in self.walk()
            if tag in {"", one.tag}
            and (not class_ or class_ in one.get("class").split())
            and wanted.items() <= one.attributes.items()
        ]

    def one(self, tag: str = "", class_: str = "", **attributes: str) -> "Element":
        """The first of them; fails where there is none."""
        found = self.all(tag, class_, **attributes)
        assert found, f"no {tag} {class_} {attributes} in {self.text[:500]!r}"
        return found[0]

    @property
    def text(self) -> str:
        """All text in it, on one line."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for one in self.inside:
            if isinstance(one, str):
                yield one
            else:
                yield from one._texts()


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY:
            assert self._open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


class Links(HTMLParser):
    """Collects every address that a page names, but for those of forms that write something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("method", "post") not in attrs:
            self.found += [
                value for name, value in attrs if name in {"href", "src", "action"} and value
            ]


@dataclass(frozen=True)
class Row:
    """A row of cards. items: their ids.   more: the address of the whole list, "" without one."""

    id: str
    heading: str
    line: str
    items: list[str]
    whys: list[str]
    more: str


def read(html: str) -> Element:
    """Fails where an element is closed by the end of another."""
    return _Reader(html).root


def page_of(client: FlaskClient, address: str, status: int = 200) -> Element:
    """A page as it is answered, with the status that is expected."""
    response = client.get(address)
    assert response.status_code == status, f"{address}: {response.text[:2000]}"
    return read(response.text)


def cards(html: str) -> list[str]:
    """Ids of the items of all cards, in the order of the page."""
    return cards_in(read(html))


def cards_in(element: Element) -> list[str]:
    return [_item_of(card) for card in element.all("li", "card")]


def rows(element: Element) -> list[Row]:
    """Rows that have cards."""
    found = [one for one in element.all("section", "row") if one.all("ul", "cards")]
    return [_row(one) for one in found]


def button(element: Element, action: str, name: str = "", **attributes: str) -> Element:
    """The button that sends the page's form to this address, whatever place of the page it names;
    fails where there is none.
    """
    found = [
        one
        for one in element.all("button", **attributes)
        if one.get("formaction").partition("?")[0] == action and name in {"", one.get("name")}
    ]
    assert found, f"no button for {action} {name} {attributes}"
    return found[0]


def status(client: FlaskClient, address: str) -> int:
    return client.get(address).status_code


def _item_of(card: Element) -> str:
    """By its link, which says the same as the attribute that scripts go by."""
    address = card.one("a", "card-link")["href"].partition("?")[0]
    item_id = unquote(address.removeprefix("/items/"))
    assert card["data-item"] == item_id
    return item_id


def _row(section: Element) -> Row:
    head = section.one("div", "row-head")
    return Row(
        id=section["id"],
        heading=head.one("h2").text,
        line=" ".join(one.text for one in head.all("p")),
        items=cards_in(section),
        whys=[one.text for one in section.all("p", "why")],
        more="".join(one["href"] for one in head.all("a", "more")),
    )
