"""Where the focus is, and whether somebody can see it: the way of the Tab key through a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

MOST_STOPS = 150
# Of a control that is made invisible, what is drawn in its place stands after it.
FOCUSED = """() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  const drawn = [element, element.nextElementSibling].filter(Boolean).map(getStyle);
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const own = [element, ...(element.labels ?? [])];
  function getStyle(one) { return getComputedStyle(one); }
  return {
    tag: element.tagName.toLowerCase(),
    name: element.getAttribute("aria-label") ?? element.innerText ?? "",
    markup: element.outerHTML.slice(0, 200),
    inside: box.width > 0 && box.height > 0 && box.top >= -1 && box.left >= -1
      && box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1,
    outlined: drawn.some((style) => style.outlineStyle !== "none"
      && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== "rgba(0, 0, 0, 0)"),
    covered: !middle?.contains(element) && !own.some((one) => one.contains(middle)),
  };
}"""


@dataclass(frozen=True)
class Stop:
    """What has the focus.

    inside: whether it is in the window.   outlined: whether it is drawn as what has the focus.
    covered: whether something lies over its middle.
    """

    tag: str
    name: str
    markup: str
    inside: bool
    outlined: bool
    covered: bool

    @property
    def seen(self) -> bool:
        return self.inside and self.outlined and not self.covered


def focused(page: Page) -> Stop:
    found: dict[str, Any] = page.evaluate(FOCUSED)
    return Stop(**found)


def stops(page: Page, key: str = "Tab") -> Iterator[Stop]:
    """Press the key again and again; ends where the page ends."""
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        stop = focused(page)
        if stop.tag == "body":
            return
        assert stop.seen, stop
        yield stop
    raise AssertionError(f"more than {MOST_STOPS} stops")


def tab_to(page: Page, name: str, tag: str = "") -> Stop:
    """Press Tab until something has the focus whose name begins so."""
    for stop in stops(page):
        if stop.name.strip().startswith(name) and tag in {"", stop.tag}:
            return stop
    raise AssertionError(f"no stop named {name}")
