"""Where each method's settings are searched, and the sensible ones that are tried first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from optuna import Trial

from toppicks.ingest.feedback.scale import Scale
from toppicks.recommenders.ease import Ease
from toppicks.recommenders.graph import MOST_SPECTRAL, GraphFilter, RP3Beta
from toppicks.recommenders.neighbours import ItemKNN, UserKNN
from toppicks.recommenders.protocol import Method
from toppicks.recommenders.references import BPR, IALS
from toppicks.scoring.worth import Worth


@dataclass(frozen=True)
class Space:
    """A family of methods.

    served: whether the formula can hold it. first: settings that are tried before any other.
    """

    name: str
    suggest: Callable[[Trial], Method]
    first: Sequence[dict[str, Any]]
    served: bool = True


def _ease(trial: Trial) -> Method:
    return Ease(
        ridge=trial.suggest_float("ridge", 5, 5_000, log=True),
        dropout=trial.suggest_float("dropout", 0, 0.8),
        damping=trial.suggest_float("damping", 0, 1),
        fewest=trial.suggest_int("fewest", 1, 5),
    )


def _item_knn(trial: Trial) -> Method:
    return ItemKNN(
        shrinkage=trial.suggest_float("shrinkage", 0.1, 200, log=True),
        neighbours=trial.suggest_int("neighbours", 20, 500, log=True),
    )


def _rp3beta(trial: Trial) -> Method:
    return RP3Beta(
        alpha=trial.suggest_float("alpha", 0.3, 1.5),
        beta=trial.suggest_float("beta", 0, 0.9),
        neighbours=trial.suggest_int("neighbours", 20, 500, log=True),
    )


def _graph_filter(trial: Trial) -> Method:
    return GraphFilter(
        damping=trial.suggest_float("damping", 0.2, 0.7),
        popular=trial.suggest_float("popular", 0, 0.6),
        sharpness=trial.suggest_float("sharpness", 0.5, 1.1),
        spectral=trial.suggest_float("spectral", 0, 1),
    )


def _user_knn(trial: Trial) -> Method:
    return UserKNN(
        shrinkage=trial.suggest_float("shrinkage", 0.1, 200, log=True),
        neighbours=trial.suggest_int("neighbours", 20, 500, log=True),
    )


def _ials(trial: Trial) -> Method:
    return IALS(
        factors=trial.suggest_int("factors", 8, 128, log=True),
        regularization=trial.suggest_float("regularization", 0.1, 300, log=True),
        alpha=trial.suggest_float("alpha", 0.5, 60, log=True),
        iterations=trial.suggest_int("iterations", 5, 20),
    )


def _bpr(trial: Trial) -> Method:
    return BPR(
        factors=trial.suggest_int("factors", 8, 128, log=True),
        learning_rate=trial.suggest_float("learning_rate", 0.005, 0.2, log=True),
        regularization=trial.suggest_float("regularization", 1e-4, 0.3, log=True),
        iterations=trial.suggest_int("iterations", 30, 200, log=True),
    )


MANY_ROWS = 300_000
EASE, GRAPH = Ease.name, GraphFilter.name

SPACES = (
    Space(
        EASE,
        _ease,
        [
            {"ridge": 100.0, "dropout": 0.0, "damping": 0.0, "fewest": 3},
            {"ridge": 300.0, "dropout": 0.5, "damping": 0.3, "fewest": 3},
        ],
    ),
    Space(
        GRAPH,
        _graph_filter,
        [{"damping": 0.5, "popular": 0.3, "sharpness": 0.8, "spectral": 0.5}],
    ),
    Space("RP3beta", _rp3beta, [{"alpha": 0.7, "beta": 0.4, "neighbours": 200}]),
    Space("item-KNN", _item_knn, [{"shrinkage": 10.0, "neighbours": 100}]),
    Space("user-KNN", _user_knn, [{"shrinkage": 5.0, "neighbours": 80}], served=False),
    Space(
        "iALS",
        _ials,
        [{"factors": 32, "regularization": 10.0, "alpha": 5.0, "iterations": 10}],
        served=False,
    ),
    Space(
        "BPR",
        _bpr,
        [{"factors": 32, "learning_rate": 0.05, "regularization": 0.01, "iterations": 100}],
        served=False,
    ),
)


def suited(spaces: Sequence[Space], worth: sp.csr_array) -> tuple[list[Space], list[str]]:
    """The spaces for data of this size, and a sentence for what is left out and by what replaced.

    EASE, or where it takes too much memory or time, the graph filter in its stead.
    """
    suited, left_out = list(spaces), []
    names = {space.name for space in spaces}
    if {EASE, GRAPH} <= names and Ease().can_fit(worth):
        suited = [space for space in suited if space.name != GRAPH]
    elif {EASE, GRAPH} <= names:
        suited = [space for space in suited if space.name != EASE]
        n = len(Ease().items(worth))
        left_out.append(
            f"EASE over {n:,} items takes too much memory or time; a graph filter takes its place"
        )
        if worth.shape[1] > MOST_SPECTRAL:
            left_out.append(
                f"its spectral part compares more than {MOST_SPECTRAL:,} items with "
                "each other; it is left out"
            )
    if worth.nnz > MANY_ROWS and BPR.name in names:
        suited = [space for space in suited if space.name != BPR.name]
        left_out.append(f"BPR over {worth.nnz:,} likes takes too long, and is left out")
    return suited, left_out


@dataclass(frozen=True)
class Levels:
    """The levels of feedback whose worth is learnt.

    starts:    the lowest rating of each, rising; the last level is worth 1.
    nothing:   how many of the lowest are against an item, and worth nothing whatever is learnt.
    alike:     whether all levels are positives, as counts are: then the likeliest is that they are
               worth the same.
    given:     what the caller says that each is worth: then nothing is learnt.
    half_life: of what is suggested, in seconds.
    """

    starts: tuple[float, ...]
    nothing: int = 0
    alike: bool = False
    given: Worth | None = None
    half_life: float = np.inf

    @classmethod
    def of(cls, scale: Scale, rating: NDArray[np.float32]) -> "Levels":
        """Those of a scale; rating: (n,), what there is to learn from."""
        half_life = np.inf if scale.half_life is None else scale.half_life
        if scale.worth:
            return cls(scale.worth.starts, given=replace(scale.worth, half_life=half_life))
        if scale.borders is None:
            levels = cls.of_ratings(rating) if len(rating) else cls((-np.inf,))
            return replace(levels, half_life=half_life)
        nothing = int(scale.names[:1] == ("against",))
        return cls(scale.borders, nothing, scale.kind != "event", half_life=half_life)

    @classmethod
    def of_ratings(cls, rating: NDArray[np.float32]) -> "Levels":
        """Up to the middle of the scale, up to three quarters, and above; what nobody gave is no
        level of its own. On a scale that goes below zero, or of yes and no alone, what is negative
        or a no is against.
        """
        low, high = float(rating.min()), float(rating.max())
        if low == high:
            return cls((-np.inf,))
        two_sided = low < 0 <= high
        zero = {0.0} if two_sided else set()
        borders = [-np.inf, *sorted(zero | {low + share * (high - low) for share in (0.5, 0.75)})]
        bins = np.digitize(rating, borders[1:])
        given = [border for level, border in enumerate(borders) if (bins == level).any()]
        yes_or_no = bool(np.isin(rating, (0, 1)).all())
        return cls((-np.inf, *given[1:]), nothing=int(two_sided or yes_or_no))

    def clearest(self) -> Worth:
        """Only the highest level counts; all where they are alike."""
        lower = [float(self.alike)] * (len(self.starts) - 1)
        return self.given or Worth(self.starts, (*lower, 1.0), self.half_life)

    def suggest(self, trial: Trial) -> Worth:
        """Never falling, by construction: each level takes a part of what is left to 1."""
        if self.given:
            return self.given
        values, value = [0.0] * self.nothing, 0.0
        for name in self._learnt:
            value += (1 - value) * trial.suggest_float(name, 0, 1)
            values.append(value)
        return Worth(self.starts, (*values, 1.0), self.half_life)

    def first(self) -> list[dict[str, float]]:
        """Only likes count; and everything does. Of levels that are alike, all the same first."""
        names = self._learnt
        likely = (1.0, 0.5) if self.alike else (0.0, 0.6)
        return [dict.fromkeys(names, value) for value in likely] if names else [{}]

    @property
    def _learnt(self) -> list[str]:
        """A name for each level whose worth is looked for."""
        if self.given:
            return []
        return [f"worth{level}" for level in range(self.nothing, len(self.starts) - 1)]
