"""Items as people see them: their metadata, and search by title."""

import unicodedata
from typing import Any

from toppicks.trained import TrainedModel


def fold(text: str) -> str:
    """Text as it is compared in a search: no accents, no case, words parted by one space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(
        letter if letter.isalnum() else " "
        for letter in decomposed
        if not unicodedata.combining(letter)
    )
    return " ".join(plain.split())


class ItemCatalogue:
    """The items of a model by row."""

    def __init__(self, model: TrainedModel) -> None:
        self._ids = model.items
        self._titles = model.fields.get("title", [None] * len(model.items))
        facts = {name: column for name, column in model.fields.items() if name != "title"}
        self._facts = [
            {
                name: column[item_idx]
                for name, column in facts.items()
                if column[item_idx] is not None and column[item_idx] != []
            }
            for item_idx in range(len(self._ids))
        ]
        self._most_rated_first = (-model.n_ratings).argsort(kind="stable").tolist()
        self._folded = [f" {fold(self.title(item_idx))} " for item_idx in range(len(self._ids))]

    def title(self, item_idx: int) -> str:
        """The title, or the id of an item that has none."""
        return self._titles[item_idx] or self._ids[item_idx]

    def facts(self, item_idx: int) -> dict[str, Any]:
        """What is known of an item beside its title, not to be changed; what is not is absent."""
        return self._facts[item_idx]

    def search(self, query: str) -> list[int]:
        """Items whose title holds every word of the query as the beginning of a word.

        The whole query as a title comes first, then the most rated. A query without a letter or
        digit finds nothing.
        """
        words = fold(query).split()
        if not words:
            return []
        found = [
            item_idx
            for item_idx in self._most_rated_first
            if all(f" {word}" in self._folded[item_idx] for word in words)
        ]
        whole = f" {' '.join(words)} "
        return sorted(found, key=lambda item_idx: self._folded[item_idx] != whole)
