"""One line for a refusal, everything for a mistake of ours."""

from __future__ import annotations

import logging
import sys

import pytest

from jiugong_desk.core.logs import OneLinePerRefusal


@pytest.mark.parametrize(
    ("name", "level", "kept"),
    [
        ("django.request", logging.WARNING, False),
        ("django.security.DisallowedHost", logging.ERROR, False),
        ("django.request", logging.ERROR, True),
        ("jiugong_desk.calls", logging.CRITICAL, True),
    ],
)
def test_a_traceback_is_kept_for_our_own_mistakes_only(name, level, kept):
    try:
        raise RuntimeError
    except RuntimeError:
        record = logging.LogRecord(name, level, "file.py", 1, "what happened", None, sys.exc_info())
    assert OneLinePerRefusal().filter(record)
    assert (record.exc_info is not None) is kept
    assert record.getMessage() == "what happened"
