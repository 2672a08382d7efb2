"""A rehearsal of `git push`: a clone of what is committed, and only what the deployment files say.

Needs the package index. One thing differs from a host: pip is told LIGHTFM_NO_CFLAGS, so that no
wheel for this very processor enters a cache that others share.
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bench.rig import ROOT, running_site

SECRET = {"SECRET_KEY": "of the rehearsal"}
# What a host has of its own; nothing that this process was told about a site.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "PIP_", "SSL_", "REQUESTS_", "HTTP", "http", "no_", "NO_")
BARE = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}


def run(*command: object, folder: Path, **environ: str) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=BARE | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A clone with its own environment, built as a buildpack builds it: (folder, PATH)."""
    folder = tmp_path_factory.mktemp("host") / "app"
    run("git", "clone", "--quiet", ROOT, folder, folder=ROOT)
    run(sys.executable, "-m", "venv", folder / ".heroku", folder=folder)
    path = f"{folder / '.heroku' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    requirements = ("pip", "install", "--quiet", "--disable-pip-version-check")
    run(*requirements, "-r", "requirements.txt", folder=folder, PATH=path, LIGHTFM_NO_CFLAGS="1")
    run(folder / "bin" / "post_compile", folder=folder, PATH=path)
    return folder, path


def web_command(folder: Path) -> list[str]:
    lines = (folder / "Procfile").read_text().splitlines()
    return shlex.split(next(line for line in lines if line.startswith("web:")).removeprefix("web:"))


def test_a_clone_answers_with_port_and_secret_key_alone(host: tuple[Path, str]) -> None:
    folder, path = host
    command = web_command(folder)
    with running_site(BARE | {"PATH": path} | SECRET, command, folder, inherit=False) as site:
        for check in json.loads((folder / "app.json").read_text())["healthchecks"]["web"]:
            assert site.get(check["path"])[0] == 200
        status, page = site.get("/")
        assert status == 200
        assert "The Shawshank Redemption" in page
        assert site.get("/users/1")[0] == 403
        assert site.get("/api/users/1/picks")[0] == 403


def test_post_compile_trains_nothing_where_a_model_is_mounted_or_committed(
    host: tuple[Path, str],
) -> None:
    folder, path = host
    model, aside = folder / "model.pkl", folder / "aside.pkl"
    model.rename(aside)
    run(folder / "bin" / "post_compile", folder=folder, PATH=path, MODEL_PATH="/mnt/model.pkl")
    assert not model.exists()
    aside.rename(model)
    before = model.stat().st_mtime_ns
    run(folder / "bin" / "post_compile", folder=folder, PATH=path)
    assert model.stat().st_mtime_ns == before


def refusal(host: tuple[Path, str], environ: dict[str, str]) -> str:
    """What is said by a site that must not start."""
    folder, path = host
    done = subprocess.run(
        web_command(folder),
        cwd=folder,
        env=BARE | {"PATH": path, "TOPPICKS_HOST": "127.0.0.1"} | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


def test_without_a_secret_key_it_does_not_start_and_says_why(host: tuple[Path, str]) -> None:
    lines = refusal(host, {"PORT": "1"}).splitlines()
    assert [line for line in lines if line.startswith("error: SECRET_KEY is not set; set it to")]


@pytest.mark.parametrize(("name", "value"), [("WEB_CONCURRENCY", "0"), ("PORT", "\u00b2")])
def test_impossible_numbers_are_named(host: tuple[Path, str], name: str, value: str) -> None:
    expected = f"error: {name} is {value!r}; expected a whole number"
    assert expected in refusal(host, SECRET | {name: value})
