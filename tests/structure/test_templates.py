"""Templates: nothing unescaped, nothing inline (strict CSP), no personal data but masked, no rule."""

from __future__ import annotations

import re

import pytest

from tests.structure.source import DESK, python_files, said, templates

UNESCAPED = re.compile(r"\|\s*safe\b|\bautoescape\s+off|\bsafeseq\b")
INLINE = {
    "a script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "a handler": re.compile(r"\son[a-z]+\s*=|javascript:|hx-on\b|hx-vals\s*=\s*['\"]?js:", re.IGNORECASE),
}
# `customer.name`, `entry.customer.mobile`, ... in the clear; `masked_name` and a staff member's name are fine.
RAW = re.compile(r"customer\.(name|mobile|id_number)\b")
ELSEWHERE = re.compile(r"""(?:src|href|action|hx-(?:get|post))\s*=\s*["'](?:https?:)?//""")


@pytest.mark.parametrize("path", templates(), ids=said)
def test_template(path):
    text = path.read_text(encoding="utf-8")
    assert not UNESCAPED.search(text), "everything is escaped"
    for what, pattern in INLINE.items():
        assert not pattern.search(text), f"{what} inline"
    assert not RAW.search(text), "personal data unmasked"
    assert not ELSEWHERE.search(text), "an address outside the desk"


@pytest.mark.parametrize("path", templates(), ids=said)
def test_every_post_form_carries_its_token(path):
    text = path.read_text(encoding="utf-8")
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL | re.IGNORECASE)
    assert all("{% csrf_token %}" in form for form in forms)


def test_nothing_is_marked_safe_by_hand():
    marked = [said(path) for path in python_files(DESK) if "mark_safe" in path.read_text(encoding="utf-8")]
    assert not marked
