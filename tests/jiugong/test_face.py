"""The public face: its names are there, sorted, and cost nothing until they are used."""

from __future__ import annotations

import subprocess
import sys
import types

import pytest

import jiugong

HEAVY = ("ibis", "pyarrow", "numpy", "scipy", "pandas", "duckdb", "django", "typer")


@pytest.mark.parametrize("name", jiugong.__all__)
def test_each_name_is_there_and_is_no_package(name: str) -> None:
    assert not isinstance(getattr(jiugong, name), types.ModuleType)


def test_the_names_are_sorted_and_complete() -> None:
    assert jiugong.__all__ == sorted(jiugong.__all__)
    assert {
        "segment", "draw_holdout", "smallest_detectable_effect", "effect_on_balance", "load_policy", "ingest",
        "simulate_bank", "open_snapshot", "JiugongError", "InputError", "PolicyError", "MisuseError",
    } <= set(jiugong.__all__)  # fmt: skip


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'jiugong' has no attribute 'segments'"):
        _ = jiugong.segments


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_loads_no_engine() -> None:
    loaded = run("import sys, jiugong; print(*sorted({name.split('.')[0] for name in sys.modules}))").split()
    assert not set(loaded) & set(HEAVY)


@pytest.mark.parametrize("first", ["jiugong.segment", "jiugong.segment.run", "jiugong.cli.segment", "jiugong"])
def test_segment_is_the_function_whatever_was_imported_first(first: str) -> None:
    code = f"import {first}; from jiugong.segment import segment as one; from jiugong import segment as two; "
    assert run(code + "print(one is two, callable(two))") == "True True"
