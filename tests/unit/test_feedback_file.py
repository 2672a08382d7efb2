"""The caller's decisions in a TOML file."""

import math
from pathlib import Path

import pytest

from tests.commands import write
from toppicks.errors import InputError
from toppicks.ingest.feedback.scale import Feedback
from toppicks.ingest.feedback.settings import read_feedback

WHOLE = """
drive = "purchase"        # what is to be brought about
half_life_days = 90
[worth]
view = 0.1
purchase = 1
[kinds]
add_to_cart = "like"
"gone away" = "hide"
stars = "rating"
"""


def test_everything_is_read(tmp_path: Path) -> None:
    assert read_feedback(write(tmp_path / "f.toml", WHOLE)) == Feedback(
        drive="purchase",
        worth={"view": 0.1, "purchase": 1.0},
        half_life=90 * 86_400.0,
        kinds={"add_to_cart": "like", "gone away": "hide", "stars": "rating"},
    )


@pytest.mark.parametrize("content", ["", "# nothing\n", "\ufeff", "[worth]\n[kinds]\n"])
def test_everything_is_optional(tmp_path: Path, content: str) -> None:
    assert read_feedback(write(tmp_path / "f.toml", content)) == Feedback()


def test_no_days_at_all_mean_that_it_never_fades(tmp_path: Path) -> None:
    assert read_feedback(write(tmp_path / "f.toml", "half_life_days = 0")).half_life == math.inf
    assert read_feedback(write(tmp_path / "f.toml", "half_life_days = 0.5")).half_life == 43_200


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("drive = ", "is no TOML ("),
        ("a = 1\na = 2", "is no TOML ("),
        ("[worth]\nview = 1\n[worth]\n", "is no TOML ("),
        ("x = " + "9" * 5_000, "is no TOML ("),
        ("x = " + "[" * 5_000, "is no TOML ("),
        (b"drive = '\xe9'", "is not UTF-8; save the file as UTF-8"),
        (
            "driv = 'like'",
            "has the key 'driv'; expected drive, half_life_days, worth, kinds",
        ),
        ('"a\\nb" = 1', r"has the key 'a\nb'; expected"),
        ("drive = 'buy'", "drive is 'buy'; expected one of purchase, like, dwell, view"),
        ("drive = 'hide'", "drive is 'hide'; expected one of"),
        ("drive = ['like']", "drive is ['like']; expected one of"),
        ("drive = 1", "drive is 1; expected one of"),
        ("half_life_days = -1", "half_life_days is -1; expected a number from 0 to a million"),
        ("half_life_days = nan", "half_life_days is nan; expected a number"),
        ("half_life_days = inf", "half_life_days is inf; expected a number"),
        ("half_life_days = true", "half_life_days is True; expected a number"),
        ("half_life_days = '90'", "half_life_days is '90'; expected a number"),
        ("half_life_days = 1e-9", "half_life_days is 1e-09; expected 0.01 or more, or 0 where it"),
        ("half_life_days = 1e7", "half_life_days is 10000000.0; expected a number"),
        ("half_life_days = 0x" + "f" * 9_000, "half_life_days is a very long number; expected"),
        ("worth = 1", "worth is 1; expected a table, [worth]"),
        ("worth = [1]", "worth is [1]; expected a table, [worth]"),
        ("[[kinds]]\na = 'like'", "kinds is [{'a': 'like'}]; expected a table, [kinds]"),
        ("[worth]\nview = -0.1", "[worth] 'view' is -0.1; expected a number from 0 to a million"),
        ("[worth]\nview = 'much'", "[worth] 'view' is 'much'; expected a number"),
        ("[worth]\nview = nan", "[worth] 'view' is nan; expected a number"),
        ("[worth]\n4.5 = 1", "[worth] '4' is {'5': 1}; expected a number"),
        ('[worth]\n"a\\nb" = -1', r"[worth] 'a\nb' is -1; expected a number"),
        (
            "[kinds]\nbuy = 'buy'",
            "[kinds] 'buy' is 'buy'; expected one of view, like, dislike, hide",
        ),
        ("[kinds]\nx = 3", "[kinds] 'x' is 3; expected one of"),
        ('[kinds]\n"a\\nb" = 3', r"[kinds] 'a\nb' is 3; expected one of"),
        ("[kinds]\nx = 1979-05-27", "[kinds] 'x' is datetime.date(1979, 5, 27); expected one of"),
    ],
)
def test_what_is_no_such_file_is_one_line(tmp_path: Path, content: str | bytes, said: str) -> None:
    path = write(tmp_path / "mine.toml", content)
    with pytest.raises(InputError) as raised:
        read_feedback(path)
    text = str(raised.value)
    assert text.startswith(f"{path}: ")
    assert said in text
    assert "\n" not in text
    assert len(text) < len(str(path)) + 400


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "none.toml", "no such file"), (tmp_path, "cannot be read")):
        with pytest.raises(InputError, match=f"{path}: {said}"):
            read_feedback(path)


def test_what_is_far_too_large_is_not_even_read(tmp_path: Path) -> None:
    path = write(tmp_path / "f.toml", "#" * 1_000_001)
    with pytest.raises(InputError, match="is larger than 64 KB"):
        read_feedback(path)
