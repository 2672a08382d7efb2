"""How good the picks are, over several seeds, on the bundled films or on your own file.

    python bench/quality.py                          # seeds 1 to 5
    python bench/quality.py --seeds 10 --ratings my.csv --items items.csv

A seed changes LightFM, which people are held out, and what is chosen; so the spread of a column
tells how much of a difference is luck. Nothing is written.
"""

import sys
from pathlib import Path

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from toppicks.evaluation.judging import Judgement
from toppicks.training import Source, Trainer, gather, train


@click.command()
@click.option("--seeds", default=5, show_default=True)
@click.option("--ratings", type=click.Path(path_type=Path))
@click.option("--items", type=click.Path(path_type=Path))
def main(seeds: int, ratings: Path | None, items: Path | None) -> None:
    """Train once a seed and print a line each, then the means."""
    source = Source((ratings,), items) if ratings else Source.bundled_films()
    materials = gather(source)
    lines = []
    for seed in range(1, seeds + 1):
        _, report = train(materials, Trainer(seed))
        if seed == 1:
            print("seed " + " ".join(f"{heading:>10}" for heading in _headings(report.judgement)))
        lines.append(_line(report.judgement))
        print(f"{seed:4} " + " ".join(f"{figure:10.4f}" for figure in lines[-1]))
    print("mean " + " ".join(f"{figure:10.4f}" for figure in np.mean(lines, axis=0)))


def _headings(judgement: Judgement) -> list[str]:
    """Everybody's nDCG@10, then what is served less popularity on people held out."""
    lengths = ["all" if row.length is None else row.length for row in judgement.people]
    return ["popularity", "own", "fold-in", "served", *(f"gain@{length}" for length in lengths)]


def _line(judgement: Judgement) -> list[float]:
    gains = [row.served - row.popularity for row in judgement.people]
    return [standing.ndcg for standing in judgement.holdout] + gains


if __name__ == "__main__":
    main()
