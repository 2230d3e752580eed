"""Opaque public references: what stands in a URL tells nothing and cannot be counted through."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import models

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/i/l: people read references over the telephone
LENGTH = 14


def new_ref() -> str:
    """A fresh reference; 31**14 of them, so they cannot be guessed."""
    number, letters = secrets.randbelow(len(ALPHABET) ** LENGTH), []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField


class RefField(_CharField):
    """The public reference of a row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_length=LENGTH, unique=True, default=new_ref, editable=False)
        super().__init__(*args, **kwargs)
