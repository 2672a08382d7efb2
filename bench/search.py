"""How long a search by title takes, as it is written, with mistakes, and for nonsense.

    python bench/search.py               # needs model.pkl (make train)

On the bundled films, and on made-up titles of which there are many more. Each query is asked three
times and its shortest wait counts, because machines are shared; nothing is remembered in between.
"""

import statistics
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from timeit import repeat

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from toppicks.ids import IdMap
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.recommender import Recommender

MODEL = Path(__file__).resolve().parent.parent / "model.pkl"
SYLLABLES = [first + then for first in "bdfgklmnprstvw" for then in "aeiou"]
KINDS = {"one letter": (1, 1), "nonsense": (3, 9), "200 letters": (22, 8)}


def many(films: ItemCatalogue, n: int, rng: np.random.Generator) -> ItemCatalogue:
    """As many made-up titles of 1 to 7 words, a few of which are in very many of them."""
    words = ["".join(rng.choice(SYLLABLES, rng.integers(1, 6))) for _ in range(n)]
    drawn = (rng.zipf(1.1, 8 * n) - 1) % len(words)
    at = iter(drawn.tolist())
    titles = [" ".join(words[next(at)] for _ in range(k)) for k in rng.integers(1, 8, n).tolist()]
    items, fields = IdMap(map(str, range(n))), {"title": titles}
    model = replace(films.trained.model, items=items, fields=fields, n_ratings=rng.zipf(1.5, n))
    return ItemCatalogue.of(model)


def query(title: str, kind: str, rng: np.random.Generator) -> str:
    if kind == "exact":
        return title
    letters = list("abcdefghijklmnopqrstuvwxyz")
    if kind == "misspelt":
        at = rng.integers(len(title))
        return f"{title[:at]}{rng.choice(letters)}{title[at + 1 :]}"
    n_words, size = KINDS[kind]
    return " ".join("".join(rng.choice(letters, size)) for _ in range(n_words))


@click.command()
@click.option("--titles", default=200_000, show_default=True)
@click.option("--asked", default=300, show_default=True)
def main(titles: int, asked: int) -> None:
    rng = np.random.default_rng(1)
    films = Recommender.load(MODEL).catalogue
    for catalogue in (films, many(films, titles, rng)):
        print(f"{len(catalogue):,} titles, ms:")
        for kind in ("exact", "misspelt", *KINDS):
            waits = []
            for title in rng.choice(catalogue.trained.names, asked):
                search = partial(catalogue.search, query(title, kind, rng))
                waits.append(1_000 * min(repeat(search, number=1, repeat=3)))
            print(f"  {kind:12} median {statistics.median(waits):6.2f}   worst {max(waits):6.2f}")


if __name__ == "__main__":
    main()
