"""One and many: enough English to call a candy a candy and two of them candies."""

# Both ways; the plain rules below would get these wrong.
_IRREGULAR = {
    "person": "people", "child": "children", "man": "men", "woman": "women",
    "mouse": "mice", "foot": "feet", "tooth": "teeth", "goose": "geese",
    "knife": "knives", "life": "lives", "wife": "wives", "leaf": "leaves", "shelf": "shelves",
    "loaf": "loaves", "wolf": "wolves", "quiz": "quizzes", "index": "indices",
    "potato": "potatoes", "tomato": "tomatoes", "hero": "heroes",
    "bus": "buses", "gas": "gases", "lens": "lenses", "bonus": "bonuses", "virus": "viruses",
    "canvas": "canvases", "atlas": "atlases", "cache": "caches", "axe": "axes",
}  # fmt: skip
_IRREGULAR_MANY = {many: one for one, many in _IRREGULAR.items()}
_SAME = frozenset({
    "anime", "clothing", "equipment", "fish", "furniture", "jewelry", "jewellery", "manga", "media",
    "music", "news", "series", "sheep", "software", "species",
})  # fmt: skip
_IN_IE = frozenset({
    "brownie", "calorie", "cookie", "genie", "hoodie", "indie", "movie", "pie", "selfie",
    "smoothie", "tie", "zombie",
})  # fmt: skip
_HISSES = ("s", "x", "z", "ch", "sh")


def plural(noun: str) -> str:
    """Several of it, of a noun in lower case; of several words the last changes.

    >>> plural("candy"), plural("board game"), plural("dish"), plural("series")
    ('candies', 'board games', 'dishes', 'series')
    """
    start, space, last = noun.rpartition(" ")
    return start + space + _plural(last)


def singular(noun: str) -> str:
    """One of them; a noun that is no plural stays as it is.

    >>> singular("movies"), singular("boxes"), singular("candies"), singular("glass")
    ('movie', 'box', 'candy', 'glass')
    """
    start, space, last = noun.rpartition(" ")
    return start + space + _singular(last)


def _plural(noun: str) -> str:
    if noun in _SAME:
        return noun
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if noun.endswith("y") and noun[-2:-1] not in {"a", "e", "i", "o", "u", ""}:
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(_HISSES) else f"{noun}s"


def _singular(noun: str) -> str:
    if noun in _SAME or noun in _IRREGULAR:
        return noun
    if noun in _IRREGULAR_MANY:
        return _IRREGULAR_MANY[noun]
    if noun.endswith("ies") and noun[:-1] not in _IN_IE and len(noun) > 4:
        return f"{noun[:-3]}y"
    if noun.endswith(("sses", "xes", "zzes", "ches", "shes")):
        return noun[:-2]
    if noun.endswith("s") and not noun.endswith(("ss", "us", "is")):
        return noun[:-1]
    return noun
