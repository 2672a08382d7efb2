"""Free text as weighed terms."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from toppicks.ingest.metadata import terms as terms_module
from toppicks.ingest.metadata.terms import rarities
from toppicks.scoring.feature_columns import TEXT_WEIGHT, FeatureColumn
from toppicks.scoring.terms import LONGEST_READ, terms

WORDS = ["red", "green", "blue", "house", "boat", "sea", "night"]


def _texts(n: int = 60) -> list[str]:
    rng = np.random.default_rng(0)
    return [" ".join(rng.choice(WORDS, rng.integers(0, 9))) for _ in range(n)]


def _tf_idf(texts: list[str]) -> tuple[list[str], NDArray[np.float32]]:
    """The terms, and what each counts in each text, brought to the length 1."""
    rarity = rarities(texts)
    column = FeatureColumn("x", "text", tuple(rarity), tuple(rarity.values()))
    weights = np.zeros((len(texts), len(column)), np.float32)
    for row, text in enumerate(texts):
        places, values = column.encode(text)
        weights[row, places] = np.array(values, np.float32) / np.float32(TEXT_WEIGHT)
    return list(rarity), weights


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Blue-Sky, 2", ["the", "blue", "sky", "2", "the blue", "blue sky", "sky 2"]),
        ("snake_case ¡Olé!", ["snake", "case", "olé", "snake case", "case olé"]),
        ("Straße", ["strasse"]),
        ("हिन्दी फ़िल्म", ["हिन्दी", "फ़िल्म", "हिन्दी फ़िल्म"]),
        ("한국 영화", ["한국", "영화", "한국 영화"]),
        ("千と千尋", ["千と", "と千", "千尋"]),
        ("見る見る", ["見る", "る見", "見る"]),
        ("水", ["水"]),
        ("Tokyo 東京, Japan", ["東京", "tokyo", "japan", "tokyo japan"]),
        ("ภาพ", ["ภา", "าพ"]),
        (" -- ", []),
        ("", []),
    ],
)
def test_terms_of_any_script(text: str, found: list[str]) -> None:
    assert sorted(terms(text)) == sorted(found)


def test_no_more_of_a_text_is_read_than_needed() -> None:
    assert len(list(terms("a b " * LONGEST_READ))) < LONGEST_READ


def _slow_tf_idf(texts: list[str]) -> dict[str, list[float]]:
    """Salton's weights, term by term, of single words and pairs."""
    counts = [
        Counter([*text.split(), *(f"{a} {b}" for a, b in pairwise(text.split()))]) for text in texts
    ]
    said = [one for one in counts if one]
    df = Counter(term for one in said for term in one)
    kept = [term for term, n in df.items() if 3 <= n <= len(said) / 2]
    weights = {
        term: [
            (1 + math.log(one[term])) * (1 + math.log((1 + len(said)) / (1 + df[term])))
            if one[term]
            else 0.0
            for one in counts
        ]
        for term in kept
    }
    lengths = [math.sqrt(sum(column[row] ** 2 for column in weights.values())) for row in range(60)]
    return {
        term: [weight / (length or 1) for weight, length in zip(column, lengths, strict=True)]
        for term, column in weights.items()
    }


def test_weights_are_those_of_a_slow_reading_of_the_formula() -> None:
    texts = _texts()
    names, matrix = _tf_idf(texts)
    expected = _slow_tf_idf(texts)
    assert sorted(names) == sorted(expected)
    assert {name.count(" ") for name in names} == {0, 1}
    for place, name in enumerate(names):
        np.testing.assert_allclose(matrix[:, place], expected[name], atol=1e-5)


def test_of_many_terms_those_that_are_used_most_often_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uses = Counter(term for text in _texts() for term in terms(text))
    names, _ = _tf_idf(_texts())
    monkeypatch.setattr(terms_module, "MOST_TERMS", 5)
    few, weights = _tf_idf(_texts())
    most = sorted((uses[name] for name in names), reverse=True)[:5]
    assert sorted((uses[name] for name in few), reverse=True) == most
    lengths = np.linalg.norm(weights, axis=1)
    np.testing.assert_allclose(lengths[lengths > 0], 1, rtol=1e-5)


def test_terms_may_be_learnt_from_a_part_of_the_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["red sea", "blue sea", "green", "red sea", "night"] * 24
    monkeypatch.setattr(terms_module, "MOST_LEARNT_FROM", 320)
    names, matrix = _tf_idf(texts)
    assert {"green", "night", "blue sea"} <= set(names)
    assert matrix.shape == (120, len(names))
    assert np.count_nonzero(matrix[:, names.index("night")]) == 24


@pytest.mark.parametrize(
    "texts",
    [[], ["", ""], ["a b", "c d", "e f"], ["a", "a", "b"], ["-", "!", "?"], ["the same"] * 9],
    ids=["none", "blank", "unshared", "by two", "no words", "all the same"],
)
def test_where_nothing_is_shared_there_are_no_terms(texts: list[str]) -> None:
    names, matrix = _tf_idf(texts)
    assert names == []
    assert matrix.shape == (len(texts), 0)
