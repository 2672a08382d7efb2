"""How sure a difference is: bootstrap intervals and a paired randomisation test over people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

# Draws times people that are kept in memory at once.
MOST_CELLS = 4_000_000
# A two-sided level: what happens by chance less often than this is called a difference.
LEVEL = 0.05
# In standard errors: what is better by less may be luck.
CLEAR = 2.0
BOOTSTRAP_DRAWS, SIGN_DRAWS = 1_000, 5_000


class Placed(Protocol):
    """What can be the best of several."""

    @property
    def role(self) -> str: ...

    @property
    def ndcg(self) -> float: ...


PlacedT = TypeVar("PlacedT", bound=Placed)
CandidateT = TypeVar("CandidateT")


@dataclass(frozen=True)
class Comparison:
    """Ours against one other, asked the same questions.

    gain:      mean of ours less theirs.
    low, high: the 95 % bootstrap interval of the gain.
    p:         two-sided, that a gain as large comes by chance.
    """

    against: str
    gain: float
    low: float
    high: float
    p: float

    @property
    def verdict(self) -> Literal["better", "worse", "level"]:
        """What may be claimed: "level" where the difference may be chance."""
        if self.p >= LEVEL or not self.gain:
            return "level"
        return "better" if self.gain > 0 else "worse"


def as_good(gains: NDArray[np.floating]) -> bool:
    """Whether a mean of (q,) gains is above 0, or not below it by more than its standard error."""
    return bool(gains.mean() >= -gains.std() / np.sqrt(len(gains)))


@dataclass
class Champion(Generic[CandidateT]):
    """The best of the candidates that are clearly better than the first; the first without any.

    Of many settings that are all as good, one is best by luck; so the first should be the one that
    is most trusted.
    """

    _first: tuple[CandidateT, NDArray[np.floating]] | None = None
    _best: tuple[CandidateT, NDArray[np.floating]] | None = None

    def meet(self, candidate: CandidateT, ndcg: NDArray[np.floating]) -> None:
        """A further candidate, and each person's nDCG by it: (q,), of the same people each time."""
        if self._first is None:
            self._first = self._best = candidate, ndcg
        gains = ndcg - self._first[1]
        clear = gains.mean() > CLEAR * gains.std() / np.sqrt(len(gains))
        if clear and ndcg.mean() > self.ndcg.mean():
            self._best = candidate, ndcg

    def __bool__(self) -> bool:
        return self._first is not None

    @property
    def winner(self) -> CandidateT:
        """Raises ValueError where nobody was met."""
        return self._winner[0]

    @property
    def ndcg(self) -> NDArray[np.floating]:
        """The winner's, (q,)."""
        return self._winner[1]

    @property
    def _winner(self) -> tuple[CandidateT, NDArray[np.floating]]:
        if self._best is None:
            raise ValueError("no candidate was met; nobody can win")
        return self._best


def bootstrap_interval(
    values: NDArray[np.floating], seed: int = 0, draws: int = BOOTSTRAP_DRAWS
) -> tuple[float, float]:
    """The 95 % percentile interval of the mean over people (Efron, 1979).

    values: (q,), one for each person; nan gives nan, and so does empty input.
    """
    if not len(values):
        return np.nan, np.nan
    rng = np.random.default_rng(seed)
    n = len(values)
    means = [values[rng.integers(0, n, (rows, n))].mean(axis=1) for rows in _blocks(draws, n)]
    low, high = np.quantile(np.concatenate(means), (0.025, 0.975))
    return float(low), float(high)


def paired(
    ours: NDArray[np.floating],
    theirs: NDArray[np.floating],
    against: str,
    seed: int = 0,
    draws: int = SIGN_DRAWS,
) -> Comparison:
    """Ours less theirs, person by person.

    p is that of a sign-flip randomisation test (Fisher, 1935; Smucker, Allan and Carterette,
    2007): were both alike, each person's difference would be as likely with the other sign. Of
    m random sets of signs, b give a mean at least as far from 0: p = (b + 1) / (m + 1).

    ours, theirs: (q,), the same people in the same order. Nobody gives a gain of nan and p = 1.
    """
    if ours.shape != theirs.shape:
        raise ValueError(
            f"ours has the shape {ours.shape} and theirs {theirs.shape}; expected one figure "
            "each for the same people: ask both the same questions"
        )
    gains = np.asarray(ours, np.float64) - theirs
    low, high = bootstrap_interval(gains, seed)
    gain = float(gains.mean()) if len(gains) else np.nan
    return Comparison(against, gain, low, high, _sign_flip(gains, seed, draws))


def best_of(standings: Sequence[PlacedT]) -> PlacedT:
    """The highest nDCG of all that were not made by this project's formula; the first of equals.

    What is served (role "served") is left out: this is whom it has to beat. Nobody else to
    choose from is a ValueError.
    """
    others = [standing for standing in standings if standing.role != "served"]
    return max(others, key=lambda standing: standing.ndcg)


def _sign_flip(gains: NDArray[np.float64], seed: int, draws: int) -> float:
    """The p of the mean of (q,) differences."""
    # Who has no difference has it under any sign.
    gains = gains[gains != 0]
    rng = np.random.default_rng(seed)
    # Sums that are equal on paper differ by rounding.
    reached = abs(gains.sum()) - 1e-9 * np.abs(gains).sum()
    as_far = 0
    for rows in _blocks(draws, len(gains)):
        signs = 2 * rng.integers(0, 2, (rows, len(gains)), np.int8) - 1
        as_far += int(np.count_nonzero(np.abs(signs @ gains) >= reached))
    return (as_far + 1) / (draws + 1)


def _blocks(draws: int, n: int) -> Iterator[int]:
    """How many draws of n values each to make at a time, so that all are made."""
    most = max(1, MOST_CELLS // max(1, n))
    for done in range(0, draws, most):
        yield min(most, draws - done)
