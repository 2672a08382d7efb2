"""The words of a site, and what they must never hold."""

from typing import Any

import pytest

from toppicks.site_words import (
    LONGEST_URL,
    MOST_IMAGE_HOSTS,
    SiteWords,
    image_origin,
    is_origin,
    is_year_like,
)

GIVEN: dict[str, Any] = {
    "one": "repo",
    "many": "repos",
    "name": "Star 🍬 Gazer <b>",
    "feedback": "event",
    "facts": ("language", "stargazers"),
    "labels": {"stargazers": "stars"},
    "image_hosts": ("https://a.example", "http://127.0.0.1:8000"),
}


def test_words_go_to_plain_values_and_back() -> None:
    words = SiteWords(**GIVEN)
    plain = words.to_plain()
    assert plain["facts"] == ["language", "stargazers"]
    lists = {name: tuple(plain[name]) for name in ("facts", "image_hosts")}
    assert SiteWords(**plain | lists) == words


def test_a_field_is_called_by_its_label_or_its_name() -> None:
    words = SiteWords(**GIVEN)
    assert words.label("stargazers") == "stars"
    assert words.label("open_issues") == "open issues"
    assert words.label("_") == "_"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("one", ""),
        ("one", "  "),
        ("one", None),
        ("many", "x" * 61),
        ("many", "two\nlines"),
        ("many", "two\u2028lines"),
        ("name", "turned \u202e"),
        ("name", "turned \u2067"),
        ("name", "half \ud800"),
        ("feedback", "stars"),
        ("feedback", []),
        ("facts", ("a", "a")),
        ("facts", ("a", "b", "c", "d", "e")),
        ("facts", (7,)),
        ("labels", {"a": ""}),
        ("labels", {"a": 7}),
        ("labels", {7: "a"}),
        ("image_hosts", ("https://a.example; default-src *",)),
        ("image_hosts", ("https://a.example", "*")),
        ("image_hosts", tuple(f"https://h{n}" for n in range(MOST_IMAGE_HOSTS + 1))),
    ],
)
def test_words_that_could_do_harm_are_refused(part: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{part} is "):
        SiteWords(**GIVEN | {part: value})


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example", "https://a.example"),
        ("https://a.example/", "https://a.example"),
        ("HTTPS://A.Example/B.jpg", "https://a.example"),
        ("http://a-b.example:8080?x=1&y=é", "http://a-b.example:8080"),
        ("https://a.example/é;x'", None),
        ("https://a.example/é;x,(1)", "https://a.example"),
        ("http://127.0.0.1:65535/x", "http://127.0.0.1:65535"),
        ("http://a.example:65536/x", None),
        ("http://a.example:0/x", None),
        ("http://a.example:/x", None),
        ("https://a.example/" + "x" * LONGEST_URL, None),
        ("https://*.example/x", None),
        ("https://*/x", None),
        ("https://a.example;script-src/x", None),
        ("https://a.example,b.example/x", None),
        ("https://a.example 'unsafe-inline'/x", None),
        ("https://me@a.example/x", None),
        ("https://a.example\\@b.example/x", None),
        ("https://a_b.example/x", None),
        ("https://-a.example/x", None),
        ("https://a..example/x", None),
        ("https://a.example./x", None),
        ("https://[::1]/x", None),
        ("https://é.example/x", None),
        ("https:///x", None),
        ("https://a.example/x\n", None),
        ("https://a.example\n/x", None),
        ("https://a.example/\u202ex", None),
        ("https://a.example/x y", None),
        (" https://a.example/x", None),
        ("//a.example/x", None),
        ("/x.jpg", None),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,AAAA", None),
        ("ftp://a.example/x", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_only_a_well_formed_address_has_an_origin(url: object, origin: str | None) -> None:
    assert image_origin(url) == origin


@pytest.mark.parametrize(
    "text", ["https://a.example/", "https://A.example", "a.example", "*", "'self'"]
)
def test_an_origin_is_scheme_host_and_port_alone(text: str) -> None:
    assert not is_origin(text)


def test_years_are_known_by_their_fields_name() -> None:
    assert is_year_like("year", [1994, 3, -750])
    assert is_year_like("original_publication_year", [1994])
    assert is_year_like("released", [1994])
    assert not is_year_like("years_old", [7])
    assert not is_year_like("stars", [1994])
    assert not is_year_like("year", [19_940])
    assert not is_year_like("year", ["1994"])
