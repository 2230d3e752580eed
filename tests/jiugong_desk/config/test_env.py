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
