"""Small lists of words."""


def words(text: str) -> frozenset[str]:
    """Those between the spaces."""
    return frozenset(text.split())
