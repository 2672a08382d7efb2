"""What a live reaction comes to on the scale of the files that the model was trained on.

The worth of each level of that scale was learnt; a live event is worth what the same event is worth
in a file. So a rating, a purchase or a view that comes live counts as it will once the model is
trained on it: the site and the training both ask here.
"""

from toppicks.scoring.meaning import Meaning
from toppicks.scoring.reactions import Reaction
from toppicks.scoring.strength import DRIVEN, STRENGTH

# Where the files hold no ratings, live ones are stars.
STARS = (0.5, 5.0)
FEWEST_LIKED, MOST_AGAINST = 4.0, 2.0


def scale_of(meaning: Meaning) -> tuple[float, float]:
    """The lowest and the highest rating that can be given."""
    return (meaning.low, meaning.high) if meaning.kind == "rating" else STARS


def evidence(
    reaction: Reaction, in_file: float | None, meaning: Meaning, top: float
) -> float | None:
    """The pair's number on the files' scale: a rating, a count, or the strength of an event.

    in_file: what the files say of the pair; None where they say nothing.
    top:     of counts, where the level begins that is worth most.

    None is given back where the pair is no evidence: nothing was done, it was taken back, or
    somebody is against it (what is hidden or disliked is never worth anything, whatever the lowest
    level is worth).
    """
    if reaction.against:
        return None
    base = None if reaction.replaces_file else in_file
    if meaning.kind == "rating":
        return _rating(reaction, base, meaning)
    liked = _liked(reaction, meaning)
    if liked is False:
        return None
    if meaning.kind == "event":
        return _event(reaction, base, meaning, liked is True)
    return _count(reaction, base, top, liked is True)


def _rating(reaction: Reaction, base: float | None, meaning: Meaning) -> float | None:
    """Who likes or buys gives the best rating there is, unless they said another."""
    if reaction.opinion == "rating":
        return reaction.rating
    if base is None and (reaction.opinion == "like" or reaction.bought):
        return meaning.high
    return base


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


def _event(reaction: Reaction, base: float | None, meaning: Meaning, liked: bool) -> float | None:
    """The strongest of everything that was done. A stay counts as a view: what is usual for the
    item is known to training alone.
    """
    done = {
        "skip": reaction.skips > 0,
        "view": reaction.glances > 0 or reaction.opinion == "rating",
        "like": liked,
        "purchase": reaction.bought,
    }
    strengths = [
        float(DRIVEN if kind == meaning.drive else STRENGTH[kind])
        for kind, is_done in done.items()
        if is_done
    ]
    return max([*strengths, *([] if base is None else [base])], default=None)


def _count(reaction: Reaction, base: float | None, top: float, liked: bool) -> float | None:
    """Times that something was done; who likes it counts as who does it often."""
    done = reaction.glances + reaction.bought + (reaction.opinion == "rating")
    count = (base or 0.0) + done
    if liked:
        return max(count, top, 1.0)
    return count or None
