"""What a rating is worth: which ratings are likes."""

import math

import numpy as np
from numpy.typing import NDArray

from toppicks.errors import InputError

# Four of five stars, on whatever scale the file has: three quarters of the way up from its
# lowest rating to its highest (0.5 to 5 gives 3.875, 1 to 5 gives 4, 0 or 1 gives 0.75).
LIKE_SHARE = 0.75


def like_threshold(rating: NDArray[np.float32]) -> float:
    """The rating from which on something counts as liked.

    rating: (n,), at least one; the answer is one of them. Where all are equal, all are likes.
    """
    low, high = float(rating.min()), float(rating.max())
    return float(rating[rating >= low + LIKE_SHARE * (high - low)].min())


def given_threshold(rating: NDArray[np.float32], like_from: float) -> float:
    """The caller's own threshold; raises InputError where nothing would be a like."""
    if not math.isfinite(like_from) or not (rating >= like_from).any():
        raise InputError(
            f"--like-from {like_from:g}: expected a number that some rating reaches; "
            f"the highest is {float(rating.max()):g}"
        )
    return like_from
