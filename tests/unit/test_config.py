"""Settings from the environment."""

from pathlib import Path

import pytest

from toppicks.config import Settings, log_format, warnings
from toppicks.errors import ConfigError


def _settings(**environ: str) -> Settings:
    return Settings.from_environment({"SECRET_KEY": "k"} | environ)


def test_defaults_need_only_a_secret_key() -> None:
    settings = _settings()
    assert settings == Settings(
        model_path=Path("model.pkl"),
        instance_path=Path("instance"),
        demo=False,
        secret_key="k",
        api_key=None,
        database_url=None,
        picks=6,
        remember=True,
        rate_limit="120/minute",
        redis_url=None,
        cors_origins=(),
        proxies=0,
        max_body=2**20,
    )


def test_every_setting_is_read() -> None:
    settings = _settings(
        MODEL_PATH="/m/x.pkl",
        TOPPICKS_INSTANCE="/i",
        TOPPICKS_DEMO="true",
        TOPPICKS_API_KEY="api",
        DATABASE_URL="postgres://x",
        TOPPICKS_PICKS="12",
        TOPPICKS_REMEMBER="0",
        REDIS_URL="redis://r/1",
        TOPPICKS_CORS_ORIGINS=" https://a.example , http://localhost:5173,https://a.example",
        TOPPICKS_PROXIES="2",
        TOPPICKS_MAX_BODY="4096",
    )
    assert settings == Settings(
        model_path=Path("/m/x.pkl"),
        instance_path=Path("/i"),
        demo=True,
        secret_key="k",
        api_key="api",
        database_url="postgres://x",
        picks=12,
        remember=False,
        rate_limit=None,
        redis_url="redis://r/1",
        cors_origins=("https://a.example", "http://localhost:5173"),
        proxies=2,
        max_body=4096,
    )


def test_an_empty_setting_is_an_absent_one() -> None:
    names = [
        "MODEL_PATH",
        "TOPPICKS_INSTANCE",
        "TOPPICKS_DEMO",
        "TOPPICKS_API_KEY",
        "DATABASE_URL",
        "TOPPICKS_PICKS",
        "TOPPICKS_REMEMBER",
        "TOPPICKS_RATE_LIMIT",
        "REDIS_URL",
        "TOPPICKS_CORS_ORIGINS",
        "TOPPICKS_PROXIES",
        "TOPPICKS_MAX_BODY",
    ]
    assert _settings(**dict.fromkeys(names, "")) == _settings()


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("TRUE", True), (" 0 ", False), ("False", False)]
)
def test_booleans_are_read_in_any_case(text: str, value: bool) -> None:
    assert _settings(TOPPICKS_DEMO=text).demo is value


@pytest.mark.parametrize("text", ["yes", "on", "2", "-"])
def test_a_wrong_boolean_names_itself_and_the_cure(text: str) -> None:
    with pytest.raises(ConfigError, match=f"TOPPICKS_DEMO is '{text}'; expected 1, 0, true"):
        _settings(TOPPICKS_DEMO=text)


@pytest.mark.parametrize("text", ["0", "101", "-1", "6.0", "six", "٣", "9" * 5000])
def test_a_wrong_number_of_picks_names_itself_and_the_range(text: str) -> None:
    with pytest.raises(ConfigError, match=r"TOPPICKS_PICKS is .*whole number from 1 to 100"):
        _settings(TOPPICKS_PICKS=text)


@pytest.mark.parametrize("text", ["1", "100", " 7 "])
def test_picks_may_be_at_either_end_of_the_range(text: str) -> None:
    assert _settings(TOPPICKS_PICKS=text).picks == int(text)


@pytest.mark.parametrize("demo", ["0", "1"])
@pytest.mark.parametrize("text", ["many", "120", "0/minute", "-1/minute", "5/fortnight"])
def test_a_wrong_rate_is_named_in_any_mode(text: str, demo: str) -> None:
    expected = f"TOPPICKS_RATE_LIMIT is '{text}'; expected requests and a time, such as 120/minute"
    with pytest.raises(ConfigError, match=expected):
        _settings(TOPPICKS_RATE_LIMIT=text, TOPPICKS_DEMO=demo)


@pytest.mark.parametrize(
    ("text", "demo", "limit"),
    [
        ("5/second; 100/hour", "0", "5/second; 100/hour"),
        ("None", "0", None),
        ("5/second", "1", None),
        ("", "1", None),
    ],
)
def test_a_rate_counts_outside_demo_mode(text: str, demo: str, limit: str | None) -> None:
    assert _settings(TOPPICKS_RATE_LIMIT=text, TOPPICKS_DEMO=demo).rate_limit == limit


@pytest.mark.parametrize(
    "text",
    ["https://a.example/", "a.example", "https://*.example", "*, https://a.example", "null"],
)
def test_what_is_no_origin_is_named(text: str) -> None:
    with pytest.raises(ConfigError, match=r"TOPPICKS_CORS_ORIGINS holds '.*'; expected origins"):
        _settings(TOPPICKS_CORS_ORIGINS=text)


def test_a_star_is_any_origin() -> None:
    assert _settings(TOPPICKS_CORS_ORIGINS=" * ").cors_origins == ("*",)


def test_a_proxy_is_believed_where_the_host_has_one() -> None:
    assert _settings(DYNO="web.1").proxies == 1
    assert _settings(DYNO="web.1", TOPPICKS_PROXIES="0").proxies == 0


@pytest.mark.parametrize("text", ["http://h", "localhost:6379", "redis:/h"])
def test_a_wrong_address_of_redis_is_told_without_showing_it(text: str) -> None:
    with pytest.raises(ConfigError, match="REDIS_URL begins with none of redis://") as told:
        _settings(REDIS_URL=text)
    assert text not in str(told.value)


@pytest.mark.parametrize("text", [" hush", "hush\n", "hush\nhush", "hush\x00", "hush\x7f"])
def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ConfigError, match="TOPPICKS_API_KEY begins or ends with") as told:
        _settings(TOPPICKS_API_KEY=text)
    assert "hush" not in str(told.value)


def test_nothing_secret_is_in_the_repr() -> None:
    shown = repr(
        _settings(
            SECRET_KEY="hush-1",
            TOPPICKS_API_KEY="hush-2",
            DATABASE_URL="postgres://me:hush-3@h/d",
            REDIS_URL="redis://:hush-4@h",
        )
    )
    assert "hush" not in shown
    assert "max_body=1048576" in shown


def test_logs_are_for_people_where_they_look_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert log_format({"TOPPICKS_LOG": "CONSOLE"}) == "console"
    for terminal, expected in ((True, "console"), (False, "json")):
        monkeypatch.setattr("sys.stderr.isatty", lambda answer=terminal: answer)
        assert log_format({}) == expected
    with pytest.raises(ConfigError, match="TOPPICKS_LOG is 'xml'; expected json or console"):
        log_format({"TOPPICKS_LOG": "xml"})


def test_no_secret_key_outside_demo_mode_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY is not set"):
        Settings.from_environment({"TOPPICKS_INSTANCE": str(tmp_path)})
    assert not list(tmp_path.iterdir())


def test_demo_mode_makes_a_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    environ = {"TOPPICKS_DEMO": "1", "TOPPICKS_INSTANCE": str(tmp_path / "new" / "instance")}
    first = Settings.from_environment(environ).secret_key
    kept = tmp_path / "new" / "instance" / "secret_key"
    assert len(first) == 64
    assert kept.stat().st_mode & 0o777 == 0o600
    assert Settings.from_environment(environ).secret_key == first


def test_two_places_get_two_keys(tmp_path: Path) -> None:
    keys = {
        Settings.from_environment(
            {"TOPPICKS_DEMO": "1", "TOPPICKS_INSTANCE": str(tmp_path / name)}
        ).secret_key
        for name in "ab"
    }
    assert len(keys) == 2


def test_a_key_file_left_empty_is_filled(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    environ = {"TOPPICKS_DEMO": "1", "TOPPICKS_INSTANCE": str(tmp_path)}
    assert len(Settings.from_environment(environ).secret_key) == 64


def test_a_place_that_cannot_hold_a_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environ = {"TOPPICKS_DEMO": "1", "TOPPICKS_INSTANCE": str(tmp_path / "file")}
    with pytest.raises(ConfigError, match=r"file/secret_key: cannot keep .*; set SECRET_KEY"):
        Settings.from_environment(environ)


@pytest.mark.parametrize("url", ["", "sqlite:///x.db", "mysql://postgres"])
def test_a_disk_that_the_next_deploy_wipes_is_warned_of(url: str) -> None:
    environ = {"DYNO": "web.1", "DATABASE_URL": url}
    (warning,) = warnings(_settings(**environ), environ)
    assert "DATABASE_URL does not name a PostgreSQL" in warning
    assert "THE NEXT DEPLOY WIPES IT" in warning


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"DATABASE_URL": "sqlite:///x.db"},
        {"DYNO": "web.1", "DATABASE_URL": "postgres://h/d"},
        {"DYNO": "web.1", "DATABASE_URL": "postgresql+psycopg://h/d"},
    ],
)
def test_where_all_is_well_nothing_is_warned_of(environ: dict[str, str]) -> None:
    assert warnings(_settings(**environ), environ) == []
