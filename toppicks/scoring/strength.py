"""How strong each kind of event is: the numbers that histories of events are made of."""

from collections.abc import Mapping

# Weakest first: of several events about one thing, the strongest tells how far somebody went. What
# counts as nothing (an opinion against it) is worth nothing; the rest is learnt.
STRENGTH: Mapping[str, int] = {
    "against": 0,
    "skip": 1,
    "left": 2,
    "view": 3,
    "dwell": 4,
    "like": 5,
    "purchase": 6,
}
# A caller's own goal is stronger than everything else.
DRIVEN = 7
