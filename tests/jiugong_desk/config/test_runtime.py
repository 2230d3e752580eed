"""A desk's folder: secrets are made once, and never replaced beside data that they alone can read."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from jiugong_desk.config import database, runtime
from tests.support.cast import make_customer
from tests.support.commands import clean_environment


@pytest.fixture(autouse=True)
def _no_secrets_in_the_environment(monkeypatch):
    for name in runtime.SECRETS:
        monkeypatch.delenv(name.upper(), raising=False)


def secrets(home):
    return {file.name: file.read_text() for file in (home / "secrets").iterdir()}


def test_secrets_are_made_once_for_the_owner_alone(tmp_path):
    runtime.init_home(tmp_path / "desk")
    first = secrets(tmp_path / "desk")
    runtime.init_home(tmp_path / "desk")
    assert secrets(tmp_path / "desk") == first
    assert set(first) == set(runtime.SECRETS)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "desk" / "secrets").iterdir()}
    assert modes == {0o600}


def test_a_secret_of_the_environment_is_not_made_a_second_time(tmp_path, monkeypatch):
    monkeypatch.setenv("JIUGONG_FIELD_KEYS", Fernet.generate_key().decode())
    runtime.init_home(tmp_path)
    assert "jiugong_field_keys" not in secrets(tmp_path)
    assert runtime.is_home(tmp_path)
    monkeypatch.delenv("JIUGONG_FIELD_KEYS")
    assert not runtime.is_home(tmp_path)


@pytest.mark.parametrize("lost", list(runtime.SECRETS))
def test_a_lost_secret_is_not_replaced_beside_a_database(tmp_path, lost):
    runtime.init_home(tmp_path)
    (tmp_path / "desk.sqlite3").write_bytes(b"data")
    (tmp_path / "secrets" / lost).unlink()
    before = secrets(tmp_path)
    with pytest.raises(runtime.WrongSetting, match=lost):
        runtime.init_home(tmp_path)
    assert secrets(tmp_path) == before


def test_keys_of_another_desk_are_found_out(cast, settings):
    database.check_keys()  # nobody there yet
    make_customer(cast.north, cast.wang)
    database.check_keys()
    right = settings.DIGEST_KEY
    settings.DIGEST_KEY = "another"
    with pytest.raises(database.WrongKeys, match="JIUGONG_DIGEST_KEY"):
        database.check_keys()
    settings.DIGEST_KEY = right
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(database.WrongKeys, match="JIUGONG_FIELD_KEYS"):
        database.check_keys()


def test_a_desk_starts_without_the_engine_and_the_numerical_packages(tmp_path):
    """They cost every command and every web process seconds; only a load, a draw or an evaluation needs them."""
    runtime.init_home(tmp_path)
    script = (
        "import sys; from pathlib import Path; from jiugong_desk.config import runtime; "
        f"runtime.start_django(Path({str(tmp_path)!r})); from django.urls import reverse; reverse('home'); "
        "print(*{'duckdb', 'ibis', 'matplotlib', 'numpy', 'pandas', 'pyarrow', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=clean_environment()
    )
    assert done.stdout.split() == []
