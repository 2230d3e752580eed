"""Fields whose value is ciphertext in the table (class-2 data of JR/T 0171-2020), and digests to look them up by.

Keys are Fernet keys in `settings.FIELD_KEYS`: the first encrypts, all decrypt, so a key is rotated by putting a new
one in front. Why our own field of forty lines: docs/decisions/0004-field-encryption.md.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    return _cipher(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The clear text; raises `cryptography.fernet.InvalidToken` where no key fits (never returns rubbish)."""
    return _cipher(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()


def digest(text: str) -> str:
    """A keyed fingerprint for equality search; useless without the key. Empty text has no fingerprint."""
    if not text:
        return ""
    return hmac.new(settings.DIGEST_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is encrypted at rest; the empty string stays empty. It cannot be filtered on: use a digest column."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise TypeError(f"'{self.name}' is encrypted and cannot be searched by '{lookup_name}'; use its digest column")
