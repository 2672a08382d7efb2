"""What must hold of every page: whole, named, within its window, and accessible by axe's rules."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}

axe = Axe()


def violations(page: Page) -> list[str]:
    """What axe finds, a line for each rule and element."""
    found: list[dict[str, Any]] = axe.run(page, options=RULES).response["violations"]
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


NOT_SAID = re.compile(r"\b(None|undefined|NaN)\b")
# What is wrong with a page, a line each.
WRONG = """() => {
  const found = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const note = (what, elements) => elements.forEach(
    (one) => found.push(`${what}: ${one.outerHTML.slice(0, 160)}`));
  const spoken = (one) => one.getAttribute("aria-label") || one.hasAttribute("aria-labelledby");
  const text = (one) => spoken(one) || one.textContent.trim();

  if (!document.documentElement.lang) found.push("no language");
  if (!document.title) found.push("no title");
  if (all("h1").length !== 1) found.push(`${all("h1").length} h1`);
  const past = document.documentElement.scrollWidth - innerWidth;
  if (past > 0) found.push(`${past} px stick out`);
  note("the same id", all("[id]").filter((one, at, every) =>
    every.findIndex((other) => other.id === one.id) !== at));
  note("no alt", all("img:not([alt])"));
  note("no label", all("input:not([type=hidden]), select, textarea").filter((one) =>
    !one.labels.length && !spoken(one)));
  note("no name", all("button, a, summary, [role=button]").filter((one) => !text(one)));
  note("scripts hold up the page", all("script").filter((one) =>
    one.type !== "module" && !one.defer && !one.async && one.src));
  note("a style of its own", all("[style], style"));
  note("a script in the page", all("script:not([src])"));
  return found;
}"""


def check_markup(page: Page) -> None:
    """What a browser has of a page is whole, named, and within its window."""
    assert page.evaluate(WRONG) == []
    # Titles may be any word: "And Then There Were None".
    said = re.sub(r"And Then There Were None", "", page.locator("body").inner_text())
    assert not NOT_SAID.search(said)


def check(page: Page) -> None:
    """The same, and nothing that axe finds."""
    check_markup(page)
    assert violations(page) == []
