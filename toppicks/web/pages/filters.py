"""The form above a list: filters by metadata and two sliders, all of it in the address.

f.genres=Drama&f.genres=Crime   several values of a list, all of which hold
f.mpaa=PG                       a value
f.year.from=1990&f.year.to=     the ends of a range, either of them open
novelty=0.4&diversity=0.2       familiar - adventurous, focused - varied
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from werkzeug.datastructures import MultiDict

from toppicks.scoring.reranking import Control
from toppicks.serving.filters import RANGE
from toppicks.web.cards.choices import Choice
from toppicks.web.problems import Problem

PREFIX = "f."
START, END = ".from", ".to"
SLIDERS = ("novelty", "diversity")


@dataclass(frozen=True)
class Field:
    """A field of the form as it stands.

    name:   of the parameter; of a range, what comes before `.from` and `.to`.
    chosen: values; of a range its two ends, "" where it is open.
    """

    choice: Choice
    name: str
    chosen: tuple[str, ...]

    @property
    def options(self) -> list[str]:
        """What there is to choose from, and what was chosen though it is not offered."""
        return list(dict.fromkeys((*self.choice.options, *filter(None, self.chosen))))

    def clauses(self) -> Iterator[str]:
        """Conditions, as `serving.filters` understands them."""
        field = self.choice.field
        if self.choice.kind == "range":
            if any(self.chosen):
                yield f"{field}:{self.chosen[0]}{RANGE}{self.chosen[1]}"
        else:
            yield from (f"{field}:{value}" for value in self.chosen)


@dataclass(frozen=True)
class Form:
    """What is asked for."""

    fields: Sequence[Field]
    control: Control

    @classmethod
    def asked(cls, args: "MultiDict[str, str]", choices: Sequence[Choice]) -> "Form":
        """By the address; raises Problem 422 for a slider that is no number from 0 to 1."""
        fields = [Field(choice, PREFIX + choice.field, _chosen(args, choice)) for choice in choices]
        return cls(fields, Control(*(_slider(args, name) for name in SLIDERS)))

    @property
    def where(self) -> tuple[str, ...]:
        return tuple(clause for field in self.fields for clause in field.clauses())

    @property
    def query(self) -> dict[str, Any]:
        """The same as parameters of an address; what is as it always is stays away."""
        said: dict[str, Any] = {}
        for field in self.fields:
            if field.choice.kind == "range":
                ends = zip((START, END), field.chosen, strict=True)
                said |= {field.name + end: value for end, value in ends if value}
            elif field.chosen:
                said[field.name] = list(field.chosen)
        turned = {"novelty": self.control.novelty, "diversity": self.control.diversity}
        return said | {name: f"{value:g}" for name, value in turned.items() if value}


def _chosen(args: "MultiDict[str, str]", choice: Choice) -> tuple[str, ...]:
    name = PREFIX + choice.field
    if choice.kind == "range":
        return tuple(args.get(name + end, "").strip() for end in (START, END))
    values = dict.fromkeys(value.strip() for value in args.getlist(name))
    return tuple(value for value in values if value)


def _slider(args: "MultiDict[str, str]", name: str) -> float:
    text = args.get(name, "").strip()
    try:
        value = float(text) if text else 0.0
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"{name} is {text[:40]!r}; expected a number from 0 to 1",
        )
    return value
