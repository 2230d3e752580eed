"""Why a demo is not built: a wrong folder, or a build that is under way."""

from __future__ import annotations

from pathlib import Path

from .bridge import InputError


class NotOurs(InputError):
    """The folder belongs to something else; nothing in it was touched."""

    code = "not_a_demo"

    def __init__(self, folder: Path, found: str) -> None:
        super().__init__(
            f"{found}, and a demo makes its folder anew; name another folder with --dir. Nothing was changed.",
            file=str(folder),
        )


class BeingBuilt(InputError):
    """Another process builds a demo there."""

    code = "demo_being_built"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            "another process is building a demo here; wait until it has finished, or name another folder with --dir.",
            file=str(folder),
        )


class DamagedDemo(InputError):
    """The demo's own file of figures cannot be read."""

    code = "demo_damaged"

    def __init__(self, file: Path) -> None:
        super().__init__("is damaged; build the demo anew with --fresh. Nothing was changed.", file=str(file))
