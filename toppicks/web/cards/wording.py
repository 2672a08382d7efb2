"""How the pages speak: a site's words, put so that they cannot disturb the text around them."""

import re
import unicodedata
from dataclasses import dataclass

from toppicks.site_words import Feedback, SiteWords, turns_text

# Text that runs from the right, or that sets out to turn what follows, is kept to itself.
_FROM_THE_RIGHT = frozenset({"R", "AL"})
# Longer titles are cut where there is little room.
LONGEST_BRIEF = 28
_BRACKETS_AT_THE_END = re.compile(r"(?:\s*\([^()]*\))+\s*\Z")
_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


@dataclass(frozen=True)
class _Verb:
    """What people do with an item, where they do not rate it they choose it."""

    do: str
    did: str
    done: str
    thing: str
    things: str


_RATE = _Verb("rate", "rated", "rated", "rating", "ratings")
_CHOOSE = _Verb("choose", "chose", "chosen", "choice", "choices")
# What somebody's history is called, and in which order it is shown.
_HISTORIES: dict[Feedback, tuple[str, str]] = {
    "rating": ("liked", "their best ratings"),
    "count": ("chose", "the most often first"),
    "event": ("chose", "the clearest choices first"),
    "presence": ("chose", "the best-known first"),
}


@dataclass(frozen=True)
class Wording:
    """The words of the pages.

    one, many, name: as in SiteWords, fit to stand in any sentence.
    rated:   whether people rate; else they choose, and nothing speaks of ratings.
    do, did, done, thing, things: as in "to rate", "they rated", "it is rated", "a rating".
    likes, liked: as in "likes A, B", "you liked A": of what somebody gave their best feedback to.
    basis:   what a person's picks are based on.
    match:   what a match is the chance of.
    history, history_order: as in "what they liked", "their best ratings".
    """

    words: SiteWords
    one: str
    many: str
    name: str
    rated: bool
    do: str
    did: str
    done: str
    thing: str
    things: str
    likes: str
    liked: str
    basis: str
    match: str
    history: str
    history_order: str

    @classmethod
    def of(cls, words: SiteWords) -> "Wording":
        rated = words.feedback == "rating"
        verb = _RATE if rated else _CHOOSE
        history, order = _HISTORIES[words.feedback]
        return cls(
            words=words,
            one=isolated(words.one),
            many=isolated(words.many),
            name=isolated(words.name),
            rated=rated,
            **vars(verb),
            likes="likes" if rated else "chose",
            liked="liked" if rated else "chose",
            basis="your ratings" if rated else "what you chose",
            match=f"chance that somebody who {'comes to rate' if rated else 'tries'} it likes it",
            history=history,
            history_order=order,
        )

    @property
    def brand(self) -> tuple[str, str]:
        """The site's name: its first word, and the rest."""
        first, space, rest = self.words.name.strip().partition(" ")
        return first, space + rest

    @property
    def hosts(self) -> list[str]:
        """Where pictures come from, as people read it."""
        return [origin.partition("://")[2] for origin in self.words.image_hosts]

    def given(self, feedback: float) -> str:
        """What somebody gave an item: "rated 4.5", "12 times"; empty where there is no telling."""
        if self.rated:
            return f"rated {feedback:g}"
        if self.words.feedback == "count":
            return "once" if feedback == 1 else f"{feedback:,g} times"
        return ""

    def level(self, start: float | None, end: float | None) -> str:
        """A range of feedback: "below 3", "3 to below 4", "4 or more"."""
        if end is None:
            return f"any {self.thing}" if start is None else f"{start:g} or more"
        return f"below {end:g}" if start is None else f"{start:g} to below {end:g}"


def isolated(text: str) -> str:
    """A text that leaves the direction of what stands around it alone, without any markup.

    For where an element `bdi` cannot be: attributes, titles, sentences that are put together. Text
    that runs from left to right comes back as it is; of other text, marks that turn what follows
    are dropped, since one too many would end the isolation.

    >>> isolated("films"), ascii(isolated("\u05e1\u202e"))
    ('films', "'\\\\u2068\\\\u05e1\\\\u2069'")
    """
    if text.isascii():
        return text
    kept = "".join(char for char in text if not turns_text(char))
    from_right = any(unicodedata.bidirectional(char) in _FROM_THE_RIGHT for char in kept)
    return f"{_ISOLATE}{kept}{_END}" if from_right else kept


def brief(title: str) -> str:
    """A long title without what stands in brackets at its end: other names, mostly.

    For where there is little room; whatever is unlike this stays as it is.

    >>> brief("Das Boot (Boat, The)"), brief("Pan's Labyrinth (El Laberinto del fauno)")
    ('Das Boot (Boat, The)', "Pan's Labyrinth")
    """
    return (_BRACKETS_AT_THE_END.sub("", title) or title) if len(title) > LONGEST_BRIEF else title


def listed(names: list[str], most: int = 3) -> str:
    """As in "a, b and c", or "a, b, c and 4 others"."""
    shown = names[:most]
    if len(names) > most:
        shown.append(f"{len(names) - most} others")
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
