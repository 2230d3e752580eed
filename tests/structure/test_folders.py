"""The folder list is the drawing: what is where, and what may import what."""

from __future__ import annotations

import subprocess

import pytest

from tests.structure.source import DESK, LIBRARY, ROOMS, ROOT, attributes, imports, python_files, said

LIBRARY_ROOMS = {"policy", "warehouse", "segment", "evaluate", "forecast", "simulate", "cli"}
DESK_ROOMS = {*ROOMS, "core", "ui", "demo", "config"}
NOW = {"datetime.now", "datetime.today", "datetime.utcnow", "date.today", "timezone.now", "time.time"}


def packages(folder):
    return {path.parent.name for path in folder.glob("*/__init__.py")}


def test_the_rooms_are_those_of_the_drawing():
    assert packages(LIBRARY) == LIBRARY_ROOMS
    assert packages(DESK) == DESK_ROOMS


def test_every_room_has_its_tests_beside_it():
    beside = {path.name for path in (ROOT / "tests" / "jiugong_desk").iterdir() if path.is_dir()}
    assert beside >= DESK_ROOMS
    beside = {path.name for path in (ROOT / "tests" / "jiugong").iterdir() if path.is_dir()}
    assert beside >= LIBRARY_ROOMS


def test_import_contracts_hold():
    done = subprocess.run([ROOT / ".venv/bin/lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("room", [*ROOMS, "core", "ui"])
def test_only_bridges_meet_the_library(room):
    met = [
        f"{said(path)} imports {name}"
        for path in python_files(DESK / room)
        if path.name != "bridge.py"
        for name in imports(path)
        if name.split(".")[0] == "jiugong"
    ]
    assert not met


@pytest.mark.parametrize("room", ROOMS)
def test_rules_are_pure(room):
    """No database, no settings, no services or queries, no clock: everything is handed in."""
    path = DESK / room / "rules.py"
    if not path.exists():
        return
    for name in imports(path):
        parts = name.split(".")
        assert name not in ("jiugong_desk.core.clock.now",)
        assert parts[0:2] not in (["django", "db"], ["django", "conf"])
        assert not {"services", "queries"} & set(parts), f"{said(path)} imports {name}"
    for line, dotted in attributes(path):
        assert dotted not in NOW, f"{said(path)}:{line} {dotted}"
        assert dotted.rsplit(".", 1)[-1] not in {"objects", "rows", "save"}, f"{said(path)}:{line} {dotted}"


PAGE_MATTERS = ("django.http", "django.shortcuts", "django.contrib.messages", "jiugong_desk.core.http")


@pytest.mark.parametrize("room", ROOMS)
def test_services_queries_and_models_know_no_page(room):
    """The same verb serves a click, a command and a load: none of them is a request."""
    met = [
        f"{said(path)} imports {name}"
        for path in python_files(DESK / room)
        if {"services", "queries", "models"} & {path.stem, path.parent.name}
        for name in imports(path)
        if name.startswith(PAGE_MATTERS)
    ]
    assert not met


def test_nobody_asks_for_the_time_but_the_clock():
    """A service is given `at`, a view has `request.now`; commands ask the desk's clock."""
    asked = [
        f"{said(path)}:{line} {dotted}"
        for folder in (DESK, LIBRARY)
        for path in python_files(folder)
        if path != DESK / "core" / "clock.py"
        for line, dotted in attributes(path)
        if dotted in NOW
    ]
    assert not asked


def test_only_commands_and_middleware_read_the_clock():
    """One seam more: the calendar may be seeded from a command that names no moment."""
    allowed = {DESK / "core" / "middleware.py", DESK / "organisation" / "services" / "calendar.py"}
    asked = [
        f"{said(path)}:{line}"
        for path in python_files(DESK)
        if path not in allowed and path.parent.name not in {"config", "demo"}
        for line, dotted in attributes(path)
        if dotted.endswith("clock.now")
    ]
    assert not asked
