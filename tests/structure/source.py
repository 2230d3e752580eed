"""Reading our own source: files, imports, calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "src" / "jiugong"
DESK = ROOT / "src" / "jiugong_desk"
ROOMS = (
    "audit",
    "organisation",
    "jobs",
    "documents",
    "approvals",
    "products",
    "duty",
    "training",
    "telephony",
    "customers",
    "consent",
    "exports",
    "grid",
    "imports",
    "audiences",
    "scripts",
    "campaigns",
    "holdout",
    "tasks",
    "appointments",
    "calls",
    "quality",
    "supervision",
    "evaluation",
)


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def templates() -> list[Path]:
    return sorted(DESK.rglob("templates/**/*.html"))


def said(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def type_checking_only(path: Path) -> set[int]:
    """Lines inside `if TYPE_CHECKING:`: nothing there runs."""
    lines: set[int] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            lines |= {inner.lineno for inner in ast.walk(node) if hasattr(inner, "lineno")}
    return lines


def imports(path: Path) -> Iterator[str]:
    """The absolute dotted name of everything that the file imports when it runs."""
    quiet = type_checking_only(path)
    package = list(path.relative_to(ROOT / "src").with_suffix("").parts[:-1])
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import) and node.lineno not in quiet:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.lineno not in quiet:
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *(node.module.split(".") if node.module else [])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def attributes(path: Path) -> Iterator[tuple[int, str]]:
    """Every dotted expression of the file with its line: `Customer.objects.get`, `clock.now`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            yield node.lineno, ast.unparse(node)
