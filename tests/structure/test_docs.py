"""The documentation points at what exists, lists every setting, and says what the policy says."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.structure.source import DESK, LIBRARY, ROOT, python_files

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    gone = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / target).exists()]
    assert not gone


def test_every_setting_is_listed():
    used = {
        name
        for folder in (DESK, LIBRARY)
        for path in python_files(folder)
        for name in re.findall(r"\"(JIUGONG_[A-Z_]+[A-Z])\"", path.read_text(encoding="utf-8"))
    }
    listed = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert not {
        name for name in used - {"JIUGONG_PORT"} if f"`{name}" not in listed
    }  # the port: `serve --port` sets it


def test_every_admin_command_is_listed():
    from jiugong_desk.config.admin import app

    listed = (ROOT / "docs/reference/admin.md").read_text(encoding="utf-8")
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert names
    assert not [name for name in names if f"`admin {name}" not in listed]


def test_permissions_are_those_of_the_policy():
    assert subprocess.run([sys.executable, ROOT / "scripts/permissions.py", "--check"], check=False).returncode == 0
