"""Kinds of events, from what somebody passed over to what somebody bought."""

from collections.abc import Mapping

# An event that is a rating: what it comes to depends on the number beside it.
RATED = 8
KINDS = ("view", "like", "dislike", "hide", "purchase", "dwell", "skip")
_OTHER_NAMES = {
    "view": "views viewed viewitem viewitemlist selectitem productview click clicked clicks open "
    "opened visit visited pageview pv listen listened play played read watch watched",
    "like": "likes liked love loves loved favorite favourite favorited fav star starred upvote "
    "bookmark save saved thumbsup heart wishlist addtowishlist addtofavorites cart addtocart "
    "addedtocart basket addtobasket",
    "dislike": "disliked downvote thumbsdown",
    "hide": "hidden block blocked notinterested report",
    "purchase": "purchases purchased buy bought order ordered transaction checkout sale sold",
    "dwell": "dwelled stay stayed timespent",
    "rating": "rating rate rated ratings review reviewed score scored",
    "skip": "skipped pass passed ignored dismissed notclicked",
}
_BY_NAME = {
    **{kind: kind for kind in KINDS},
    **{other: kind for kind, names in _OTHER_NAMES.items() for other in names.split()},
}


def kind_of(text: str, own: Mapping[str, str] | None = None) -> str | None:
    """The kind that a cell names, in any case; None for what is none.

    own: the caller's own names, to kinds; they come before ours.
    """
    asked = text.strip().casefold()
    for name, kind in (own or {}).items():
        if name.strip().casefold() == asked:
            return kind
    return _BY_NAME.get("".join(letter for letter in text.casefold() if letter.isalnum()))
