"""Tastes to begin with: small groups of well-known items that go together, far from each other."""

import numpy as np

from toppicks.scoring.ranking import rank
from toppicks.scoring.reranking import diversified
from toppicks.scoring.scorer import Scorer
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.similar import Similarity

# Groups are chosen among what most people like: enough for variety, few enough to be known.
WELL_KNOWN = 240
# Each begins with one of the best known, so that a glance tells what it is about.
BEST_KNOWN = 80
N_GROUPS, GROUP_SIZE = 8, 3

Taste = tuple[int, ...]


def tastes(
    scorer: Scorer,
    catalogue: ItemCatalogue,
    similarity: Similarity,
    n: int = N_GROUPS,
    size: int = GROUP_SIZE,
) -> list[Taste]:
    """Up to n groups of `size` rows each, no row in two of them.

    The groups begin with items that most people like and that are least like each other (maximal
    marginal relevance); each then takes, one after the other, what is nearest to those it has. None
    where there are fewer items than a group holds.
    """
    known = rank(scorer.every_popularity, catalogue.deleted_idx, WELL_KNOWN)
    best = known[:BEST_KNOWN]
    directions = similarity.directions
    first = diversified(best, scorer.every_popularity[best], directions[best], 1.0, n)
    groups = [[int(row)] for row in first[: len(known) // size]]
    left = [int(row) for row in known if row not in {group[0] for group in groups}]
    for _ in range(size - 1):
        for group in groups:
            nearness = directions[left] @ directions[group].sum(axis=0)
            group.append(left.pop(int(np.argmax(nearness))))
    return [tuple(group) for group in groups]
