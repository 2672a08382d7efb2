"""z: values by how far they are from the catalogue's mean, in standard deviations."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

# Of the largest value: a spread below this is float32's.
NOISE = 1e-6
# In deviations; nothing is farther from the mean, however much closer the others are to it.
FARTHEST = 1e6


class Standard(NamedTuple):
    """What values are standardised by: z = (value / unit - mean) / deviation.

    A deviation of 0 stands for a constant: z of anything is 0.
    """

    unit: np.float32
    mean: np.float32
    deviation: np.float32

    @property
    def spread(self) -> float:
        """The standard deviation in the values' own unit."""
        return float(self.unit) * float(self.deviation)

    def z(self, values: NDArray[np.float32]) -> Scores:
        """(n,) values beside those that it was taken from -> (n,) float32."""
        if not self.deviation:
            return np.zeros(values.size, np.float32)
        with np.errstate(over="ignore"):
            z: Scores = (values / self.unit - self.mean) / self.deviation
        return np.clip(z, -FARTHEST, FARTHEST)


CONSTANT = Standard(np.float32(1), np.float32(0), np.float32(0))


def standardise(values: NDArray[np.floating]) -> Scores:
    """z: mean 0 and standard deviation 1 over the whole catalogue; a constant gives zeros, and
    so does what differs by no more than float32's noise. In which unit the values are is of no
    consequence.

    (n,) -> (n,) float32. Empty input gives empty output.
    """
    return standardised(values)[0]


def standardised(values: NDArray[np.floating]) -> tuple[Scores, Standard]:
    """z, and by what it was taken."""
    if values.size == 0:
        return np.zeros(0, np.float32), CONSTANT
    values = np.asarray(values, np.float32)
    unit = np.abs(values).max()
    if not unit:
        return np.zeros(values.size, np.float32), CONSTANT
    centred: Scores = values / unit
    mean = np.add.reduce(centred) / np.float32(centred.size)
    centred -= mean
    spread = math.sqrt(np.dot(centred, centred) / centred.size)
    # A "constant" of float32 may differ in its last digits: that is noise, not a preference.
    if spread <= NOISE:
        return np.zeros(values.size, np.float32), CONSTANT
    deviation = np.float32(spread)
    centred /= deviation
    return centred, Standard(unit, mean, deviation)
