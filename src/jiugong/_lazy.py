"""Names of a package that are imported when somebody asks for them: `--help` and the desk's pages never wait for the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy(package: dict[str, Any], homes: Mapping[str, str]) -> Callable[[str], Any]:
    """A module's `__getattr__` (PEP 562). `package`: its globals(); `homes`: public name -> the module that has it."""

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module '{package['__name__']}' has no attribute '{name}'")
        package[name] = getattr(import_module(homes[name], package["__package__"]), name)
        return package[name]

    return find
