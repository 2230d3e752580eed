"""The environment's loud helpers."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from jiugong_desk.config import env


@pytest.mark.parametrize("content", [b"", b"\n", "密钥".encode()])
def test_an_empty_or_damaged_secret_stops_the_start(tmp_path, monkeypatch, content):
    monkeypatch.delenv("JIUGONG_DIGEST_KEY", raising=False)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "jiugong_digest_key").write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match="empty or damaged"):
        env.secret("JIUGONG_DIGEST_KEY", tmp_path)


def test_a_malformed_field_key_stops_the_start(tmp_path, monkeypatch):
    good = Fernet.generate_key().decode()
    monkeypatch.setenv("JIUGONG_FIELD_KEYS", f"{good} zzz")
    with pytest.raises(ImproperlyConfigured, match="no key"):
        env.field_keys("JIUGONG_FIELD_KEYS", tmp_path)
    monkeypatch.setenv("JIUGONG_FIELD_KEYS", f"{good} {good}")
    assert env.field_keys("JIUGONG_FIELD_KEYS", tmp_path) == [good, good]


def test_what_follows_the_databases_name_is_kept_or_refused(tmp_path):
    found = env.database(
        "postgresql://u:p%40ss@db.bank:6432/desk%20one?sslmode=verify-full&connect_timeout=5", tmp_path
    )
    assert (found["NAME"], found["PASSWORD"], found["PORT"]) == ("desk one", "p@ss", "6432")
    assert found["OPTIONS"]["sslmode"] == "verify-full"
    assert found["OPTIONS"]["connect_timeout"] == "5"
    for wrong, why in (("/desk?sslmod=require", "sslmod"), ("/desk?options=-c%20a=b", "options"), (":x/desk", "port")):
        with pytest.raises(ImproperlyConfigured, match=why):
            env.database(f"postgresql://u:p@db.bank{wrong}", tmp_path)


@pytest.mark.parametrize("folder", ["Desk #1", "what?", "50%"])
def test_the_path_of_a_sqlite_file_stands_for_itself(tmp_path, folder):
    """# and ? would begin a fragment and a query of an address; the database would lie elsewhere."""
    file = str(tmp_path / folder / "desk.sqlite3")
    assert env.database("", tmp_path / folder)["NAME"] == file
    assert env.database(f"sqlite:///{file}", tmp_path)["NAME"] == file
