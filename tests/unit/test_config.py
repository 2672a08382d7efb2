"""Settings from the environment."""

from pathlib import Path

import pytest

from toppicks.config import Settings, warnings
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
    )
    assert settings == Settings(
        Path("/m/x.pkl"), Path("/i"), True, "k", "api", "postgres://x", 12, False
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
