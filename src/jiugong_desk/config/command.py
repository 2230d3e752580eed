"""What the desk's commands share: the folder option, opening it, and refusals turned into one message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from jiugong.errors import InputError, JiugongError

from . import database, runtime

Home = Annotated[Path, typer.Option("--dir", help="The desk's folder.", envvar="JIUGONG_HOME")]
DEFAULT_HOME = Path("var/desk")


class NotPossible(JiugongError):
    """A rule of the desk said no."""

    code = "refused"


def require_home(home: Path) -> None:
    runtime.refuse_lost_keys(home)
    if not runtime.is_home(home):
        raise InputError(
            f"no desk in this folder; make one with `jiugong admin init --dir {home}`, "
            f"or a fictional one with `jiugong demo --dir {home}`.",
            file=str(home),
        )


@contextmanager
def opened(home: Path, *, empty: bool = False, clock_offset_seconds: int = 0) -> Iterator[None]:
    """The desk of an existing folder, for one command. A refusal ends the command with its sentences, in English.

    `empty`: the command makes the database itself.
    """
    require_home(home)
    runtime.start_django(home, clock_offset_seconds=clock_offset_seconds)
    from django.utils import translation

    from ..core.errors import Refused

    with translation.override("en"), database.told():
        if not empty:
            database.require_present()
            database.check_version()
        try:
            yield
        except Refused as refusal:
            told = (f"{reason} {reason.remedy}".strip() for reason in refusal.verdict.reasons)
            raise NotPossible(" ".join(told)) from None
