"""What a live reaction comes to on the scale of the files that the model was trained on.

The worth of each level of that scale was learnt; a live event is worth what the same event is worth
in a file. So a rating, a purchase or a view that comes live counts as it will once the model is
trained on it: the site and the training both ask here.
"""

import math
from typing import NamedTuple

from toppicks.scoring.meaning import Meaning
from toppicks.scoring.reactions import Reaction
from toppicks.scoring.strength import DRIVEN, STRENGTH

# Where the files hold no ratings, live ones are stars.
STARS = (0.5, 5.0)
FEWEST_LIKED, MOST_AGAINST = 4.0, 2.0


def scale_of(meaning: Meaning) -> tuple[float, float]:
    """The lowest and the highest rating that can be given."""
    return (meaning.low, meaning.high) if meaning.kind == "rating" else STARS


class Evidence(NamedTuple):
    """What a pair comes to.

    number: on the files' scale: a rating, a count, or the strength of an event.
    time:   epoch seconds of the deed that it is due to; None where it is the files' own row.
    """

    number: float
    time: float | None


def stands(reaction: Reaction, in_file: float | None, meaning: Meaning) -> float | None:
    """What is left of the files' number: where people rate, an opinion or its taking back replaces
    the rating in the files; what was done otherwise, bought say, stays done.
    """
    return None if meaning.kind == "rating" and reaction.opinion is not None else in_file


def evidence(
    reaction: Reaction, in_file: float | None, meaning: Meaning, top: float
) -> Evidence | None:
    """What files and live events say of a pair together.

    in_file: what the files say of the pair; None where they say nothing.
    top:     of counts, where the level begins that is worth most.

    None is given back where the pair is no evidence: nothing was done, it was taken back, or
    somebody is against it (what is hidden or disliked is never worth anything, whatever the lowest
    level is worth).
    """
    if reaction.against:
        return None
    base = stands(reaction, in_file, meaning)
    if meaning.kind == "rating":
        return _rating(reaction, base, meaning)
    liked = _liked(reaction, meaning)
    if liked is False:
        return None
    if meaning.kind == "event":
        return _event(reaction, base, meaning, liked is True)
    return _count(reaction, base, top, liked is True)


def _rating(reaction: Reaction, base: float | None, meaning: Meaning) -> Evidence | None:
    """Who likes or buys gives the best rating there is, unless they said another."""
    if reaction.opinion == "rating" and reaction.rating is not None:
        return Evidence(reaction.rating, reaction.said_at)
    if base is not None:
        return Evidence(base, None)
    if reaction.opinion == "like":
        return Evidence(meaning.high, reaction.said_at)
    return Evidence(meaning.high, reaction.bought_at) if reaction.bought else None


def _liked(reaction: Reaction, meaning: Meaning) -> bool | None:
    """Whether an opinion is for it, by the borders of the files' own ratings or by stars; None
    where it is neither for nor against, or there is none.
    """
    if reaction.opinion == "like":
        return True
    if reaction.opinion != "rating" or reaction.rating is None:
        return None
    against, like = meaning.rated or (MOST_AGAINST, FEWEST_LIKED)
    return True if reaction.rating >= like else False if reaction.rating <= against else None


def _event(
    reaction: Reaction, base: float | None, meaning: Meaning, liked: bool
) -> Evidence | None:
    """The strongest of everything that was done, and when that was: an old purchase stays old. A
    stay counts as a view: what is usual for the item is known to training alone.
    """
    done = [
        ("skip", reaction.skips > 0, reaction.skipped_at),
        ("view", reaction.glances > 0, reaction.glanced_at),
        ("view", reaction.opinion == "rating", reaction.said_at),
        ("like", liked, reaction.said_at),
        ("purchase", reaction.bought, reaction.bought_at),
    ]
    found = [] if base is None else [Evidence(base, None)]
    found += [
        Evidence(float(DRIVEN if kind == meaning.drive else STRENGTH[kind]), time)
        for kind, is_done, time in done
        if is_done
    ]
    return max(found, key=_strength_then_time, default=None)


def _strength_then_time(one: Evidence) -> tuple[float, float]:
    return one.number, -math.inf if one.time is None else one.time


def _count(reaction: Reaction, base: float | None, top: float, liked: bool) -> Evidence | None:
    """Times that something was done; who likes it counts as who does it often."""
    done = [
        (reaction.glances, reaction.glanced_at),
        (int(reaction.bought), reaction.bought_at),
        (int(reaction.opinion == "rating" or liked), reaction.said_at),
    ]
    times = [time for n, time in done if n]
    if not times:
        return None if base is None else Evidence(base, None)
    # A like is no further time, but says as much as many.
    n = sum(n for n, _ in done) - int(reaction.opinion == "like")
    count = (base or 0.0) + n
    return Evidence(max(count, top, 1.0) if liked else count, max(times))
