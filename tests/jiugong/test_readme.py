"""The library code in both READMEs prints what stands below it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"```python\n(?P<code>.*?)```\n[^`]*?```\n(?P<printed>.*?)```", re.DOTALL)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_example_prints_what_it_says(name: str, tmp_path: Path) -> None:
    found = EXAMPLE.search((ROOT / name).read_text(encoding="utf-8"))
    assert found, "no python block with a printed block after it"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", found["code"]],
        cwd=tmp_path, env=os.environ | {"PYTHONUTF8": "1"}, capture_output=True, text=True, check=False,
        encoding="utf-8",
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == found["printed"]


def test_both_languages_show_the_same_program() -> None:
    """But for comments, labels and the language of the sentence."""

    def bare(name: str) -> str:
        code = EXAMPLE.search((ROOT / name).read_text(encoding="utf-8"))["code"]
        return re.sub(r'\s*#.*|print\(".*?[:：]"|_en\b', "", code)

    assert bare("README.md") == bare("README.zh-CN.md")
