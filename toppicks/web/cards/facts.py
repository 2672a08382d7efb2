"""What is known of an item, as cards and pages show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toppicks.english import singular
from toppicks.site_words import IMAGE_FIELD, SiteWords, is_year_like
from toppicks.web.cards.choices import choices
from toppicks.web.cards.wording import isolated

# A card has one line; the item's page has the whole.
LONGEST_ON_A_CARD = 40
MOST_CHIPS = 12
MINUTES = frozenset({"runtime"})
BADGES = frozenset({"mpaa"})


@dataclass(frozen=True)
class Fact:
    """One thing that a card says of an item.

    text:  as it is shown: "1994", "142 min", "12,345 stars", "Python".
    label: what it is, for who hears it alone, of a text that stands in a frame (`badge`).
    """

    text: str
    label: str
    badge: bool = False


@dataclass(frozen=True)
class Detail:
    """A line of an item's page: a text, or a list of them of which `more` are not shown."""

    label: str
    text: str = ""
    chips: tuple[str, ...] = ()
    more: int = 0


class Facts:
    """Facts of the items of one model, in its site's words."""

    def __init__(self, fields: Mapping[str, list[Any]], words: SiteWords) -> None:
        self.words = words
        self.choices = choices(fields, words)
        self._lists = [name for name, values in fields.items() if _is_list_field(values)]
        self._lists.sort(key=lambda name: name != "genres")
        self._years = {
            name
            for name, values in fields.items()
            if is_year_like(name, [value for value in values if value is not None])
        }

    @property
    def kinds(self) -> str | None:
        """The field that says what kind of thing an item is: genres, or any other list."""
        return self._lists[0] if self._lists else None

    def on_card(self, known: Mapping[str, Any]) -> tuple[list[Fact], list[Fact]]:
        """What a card shows, in the order of the words; the last field's stands with the match.

        Of what is true or false, its label where it is true, and else nothing.

        known: field -> value of an item, without what is not known.
        """
        names = self.words.facts
        start, end = (names[:-1], names[-1:]) if len(names) > 1 else (names, ())
        return self._facts(start, known), self._facts(end, known)

    def chips(self, known: Mapping[str, Any]) -> Detail | None:
        """What kind of thing an item is."""
        kinds = self.kinds
        return self._detail(kinds, known[kinds]) if kinds is not None and kinds in known else None

    def others(self, known: Mapping[str, Any]) -> list[Detail]:
        """What stands neither on the card nor among the chips, by name."""
        shown = {*self.words.facts, self.kinds, IMAGE_FIELD}
        return [self._detail(name, value) for name, value in known.items() if name not in shown]

    def _facts(self, names: Sequence[str], known: Mapping[str, Any]) -> list[Fact]:
        told = (name for name in names if known.get(name, False) is not False)
        return [self._fact(name, known[name]) for name in told]

    def _fact(self, name: str, value: Any) -> Fact:
        label = isolated(self.words.label(name))
        if value is True:
            return Fact(label, label)
        if not isinstance(value, int | float):
            text = isolated(_shortened(self._text(name, value)))
            return Fact(text, label, name in BADGES)
        number = self._text(name, value)
        if name in self._years:
            return Fact(number, label)
        if name in MINUTES:
            return Fact(f"{number}\N{NO-BREAK SPACE}min", label)
        return Fact(_counted(number, value, label), label)

    def _detail(self, name: str, value: Any) -> Detail:
        label = self.words.label(name)
        if isinstance(value, list):
            return Detail(label, "", tuple(value[:MOST_CHIPS]), max(0, len(value) - MOST_CHIPS))
        return Detail(label, self._text(name, value))

    def _text(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list):
            return ", ".join(value)
        if isinstance(value, str):
            return value
        return str(value) if name in self._years else _number(value)


def _counted(number: str, value: float, label: str) -> str:
    """A number with its label: "12,345 stars", "1 star"; "price 12.5" of what is not counted."""
    one = singular(label)
    if one == label:
        return f"{label} {number}"
    return f"{number}\N{NO-BREAK SPACE}{one if value == 1 else label}"


def _number(value: float) -> str:
    """With thousands separators, and no more digits than say something."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:.3g}"


def _shortened(text: str) -> str:
    text = " ".join(text[: 4 * LONGEST_ON_A_CARD].split())
    return text if len(text) <= LONGEST_ON_A_CARD else f"{text[: LONGEST_ON_A_CARD - 1]}…"


def _is_list_field(values: list[Any]) -> bool:
    lists = sum(isinstance(value, list) for value in values)
    return 0 < lists == len(values) - values.count(None)
