"""The reference pages say what the code does: no setting, command or permission is missing, none is gone."""

from __future__ import annotations

import importlib.util
import re

import typer.main

from jiugong_desk.config.admin import app
from tests.structure.source import DESK, LIBRARY, ROOT, python_files

REFERENCE = ROOT / "docs" / "reference"
VARIABLE = re.compile(r"\bJIUGONG_[A-Z_]+\b")
INNER = {"JIUGONG_PORT"}  # from `serve --port` to gunicorn


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def test_every_setting_is_listed():
    read = {
        name
        for path in [*python_files(DESK), *python_files(LIBRARY), ROOT / "tests" / "support" / "database.py"]
        for name in VARIABLE.findall(path.read_text(encoding="utf-8"))
    }
    listed = set(VARIABLE.findall(page("settings.md")))
    assert read - INNER - listed == set()
    assert listed - read == {"JIUGONG_DATA"}  # the tests of the example read it


def test_every_command_of_the_administrator_is_listed():
    listed = set(re.findall(r"\| `admin ([a-z-]+)", page("admin.md")))
    assert listed == set(typer.main.get_command(app).commands)


def test_the_permissions_are_those_of_the_policy():
    spec = importlib.util.spec_from_file_location("permissions", ROOT / "scripts" / "permissions.py")
    permissions = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(permissions)
    assert page("permissions.md") == permissions.page()
