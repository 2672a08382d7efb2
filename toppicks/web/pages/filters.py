"""The form above a list: filters by metadata and two sliders, all of it in the address.

f.genres=Drama&f.genres=Crime   several values of a list, all of which hold
f.mpaa=PG                       a value
f.year.from=1990&f.year.to=     the ends of a range, either of them open
novelty=0.4&diversity=0.2       familiar - adventurous, focused - varied
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from toppicks.scoring.reranking import Control
from toppicks.serving.filters import RANGE
from toppicks.web.cards.choices import Choice
from toppicks.web.cards.stars import on_scale

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

    @property
    def slip(self) -> str | None:
        """What is wrong with the ends of a range; None where they can be."""
        if self.choice.kind != "range":
            return None
        for end in filter(None, self.chosen):
            if _number(end) is None:
                return f"{self.choice.label}: “{end[:40]}” is no number"
        low, high = (_number(end) for end in self.chosen)
        if low is not None and high is not None and low > high:
            return f"{self.choice.label}: from {low:g} to {high:g} there is nothing"
        return None

    def clauses(self) -> Iterator[str]:
        """Conditions, as `serving.filters` understands them; none of a slip."""
        if self.slip is not None:
            return
        field = self.choice.field
        if self.choice.kind == "range":
            if any(self.chosen):
                yield f"{field}:{self.chosen[0]}{RANGE}{self.chosen[1]}"
        else:
            yield from (f"{field}:{value}" for value in self.chosen)


@dataclass(frozen=True)
class Form:
    """What is asked for. slips: what is wrong with it, a sentence each."""

    fields: Sequence[Field]
    control: Control
    slips: Sequence[str] = ()

    @classmethod
    def asked(
        cls, args: "MultiDict[str, str]", choices: Sequence[Choice], turns: bool = True
    ) -> "Form":
        """By the address. turns: whether the list has sliders at all."""
        fields = [Field(choice, PREFIX + choice.field, _chosen(args, choice)) for choice in choices]
        turned = {name: _turned(args.get(name, "")) for name in SLIDERS} if turns else {}
        slips = [slip for field in fields if (slip := field.slip)]
        slips += [
            f"{name}: “{args[name][:40]}” is no number from 0 to 1"
            for name, value in turned.items()
            if value is None
        ]
        control = Control(**{name: value or 0.0 for name, value in turned.items()})
        return cls(fields, control, slips)

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


def is_wordy(args: "MultiDict[str, str]") -> bool:
    """Whether an address says of the form what holds anyhow, as of every field that is empty."""
    return any(
        value.strip() in ({"", "0"} if name in SLIDERS else {""})
        for name, value in args.items(multi=True)
        if name.startswith(PREFIX) or name in SLIDERS
    )


def _chosen(args: "MultiDict[str, str]", choice: Choice) -> tuple[str, ...]:
    name = PREFIX + choice.field
    if choice.kind == "range":
        return tuple(args.get(name + end, "").strip() for end in (START, END))
    # In any case, as filters are understood: one that is offered is the one that was meant.
    offered = {option.casefold(): option for option in choice.options}
    asked = (value.strip() for value in args.getlist(name))
    return tuple(dict.fromkeys(offered.get(one.casefold(), one) for one in asked if one))


def _turned(text: str) -> float | None:
    """Where a slider stands: at 0 where nothing is said; None of what is none of its places."""
    return on_scale(text.strip() or "0", 0, 1)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
