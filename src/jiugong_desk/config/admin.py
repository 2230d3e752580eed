"""`jiugong admin ...`: what an administrator does at the command line, on the machine that holds the desk's folder.

Django is imported inside the commands: before, it must be told which folder it serves.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from jiugong.errors import InputError

from . import database, runtime
from .backup import put_back, write_backup
from .command import DEFAULT_HOME, Home, opened

app = typer.Typer(no_args_is_help=True, help="Administration of the desk.")

StaffNo = Annotated[str, typer.Option("--staff-no", help="Number to sign in with.")]
Ask = Annotated[bool, typer.Option("--ask", help="Ask for the password instead of making one.")]


@app.callback()
def admin() -> None:
    """Administration of the desk."""


@app.command()
def init(directory: Home = DEFAULT_HOME) -> None:
    """Make a desk's folder: secrets, database, calendar. What exists is kept; an older database is brought up to date."""
    runtime.init_home(directory)
    with opened(directory, empty=True):
        runtime.migrate()
        database.check_keys()
        from ..core import clock
        from ..organisation.services import seed_calendar

        year = clock.now().year
        seed_calendar(years=(year - 1, year, year + 1))
    typer.echo(
        f"desk ready in {directory}; keep a copy of its secrets folder in a safe place: data is unreadable without"
    )


@app.command()
def load(
    directory: Home = DEFAULT_HOME,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Which snapshot; the newest by default.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Staff number of the data steward who answers for it.")] = "",
) -> None:
    """Load organisation, customers and consents from the warehouse."""
    with opened(directory):
        from .load import load_snapshot

        for line in load_snapshot(as_of.date() if as_of else None, by_staff_no=by):
            typer.echo(line)


@app.command("add-unit")
def add_unit(
    code: Annotated[str, typer.Option("--code")],
    name: Annotated[str, typer.Option("--name")],
    kind: Annotated[str, typer.Option("--kind", help="head_office branch sub_branch outlet department")],
    parent: Annotated[str, typer.Option("--parent", help="Code of the unit above; none for the head office.")] = "",
    directory: Home = DEFAULT_HOME,
) -> None:
    """Add a unit to the organisation."""
    with opened(directory):
        from ..core import clock
        from ..organisation.models import Unit
        from ..organisation.services import create_unit

        if kind not in Unit.Kind.values:
            raise InputError(f"kind '{kind}' is unknown; it is one of: {', '.join(Unit.Kind.values)}.")
        create_unit(code=code, name=name, kind=kind, parent=_unit(parent) if parent else None, at=clock.now())
    typer.echo(f"unit {code} added")


@app.command("add-staff")
def add_staff(
    staff_no: StaffNo,
    name: Annotated[str, typer.Option("--name")],
    role: Annotated[str, typer.Option("--role", help="A role of the policy, such as administrator.")],
    unit: Annotated[str, typer.Option("--unit", help="Code of the unit.")],
    ask: Ask = False,
    directory: Home = DEFAULT_HOME,
) -> None:
    """Add a person with a first post. The password is made and shown once, unless --ask."""
    with opened(directory):
        from ..core import clock
        from ..organisation.services import create_staff

        password = _password(ask)
        create_staff(staff_no=staff_no, name=name, role=role, unit=_unit(unit), password=password, at=clock.now())
    _tell_password(staff_no, password, ask)


@app.command("set-password")
def set_password(staff_no: StaffNo, ask: Ask = False, directory: Home = DEFAULT_HOME) -> None:
    """A new password for somebody; their sessions end."""
    with opened(directory):
        from ..core import clock
        from ..organisation import services
        from ..organisation.models import Staff

        person = Staff.objects.filter(staff_no=staff_no).first()
        if person is None:
            raise InputError(f"no staff number {staff_no}; add the person with `jiugong admin add-staff`.")
        password = _password(ask)
        services.set_password(person, password=password, at=clock.now())
    _tell_password(staff_no, password, ask)


@app.command("audit-verify")
def audit_verify(directory: Home = DEFAULT_HOME) -> None:
    """Verify every audit chain; a break names the chain and its first bad record, and exits 1."""
    with opened(directory):
        from ..audit.models import AuditChain, AuditRecord
        from ..audit.services import verify

        firsts = {found.chain: found for found in reversed(list(verify()))}
        records, chains = AuditRecord.objects.count(), AuditChain.objects.count()
    for name, found in sorted(firsts.items()):
        typer.echo(f"audit chain {name}, record {found.number}: {found.what}", err=True)
    if firsts:
        raise typer.Exit(1)
    typer.echo(f"audit sound: {records:,} records in {chains} chains")


@app.command("quality-draw")
def quality_draw(
    directory: Home = DEFAULT_HOME,
    again: Annotated[
        datetime | None, typer.Option("--again", formats=["%Y-%m-%d"], help="Draw this day again from its kept seed.")
    ] = None,
) -> None:
    """Draw the calls of the days that are over for the quality check; the worker does so by itself every night."""
    with opened(directory):
        from ..core import clock
        from ..organisation.bridge import policy
        from ..quality import services
        from ..quality.models import Draw

        if again is None:
            made = services.draw_due(at=clock.now())
            lines = [f"{one.day}: {one.calls} calls, {one.checks_drawn()} drawn" for one in made]
            typer.echo("\n".join(lines) or "nothing to draw: every day that is over has its lot")
            return
        kept = Draw.objects.filter(day=again.date()).first()
        if kept is None:
            raise InputError(f"{again.date()} has no lot; `jiugong admin quality-draw` draws the days that are over.")
        same, label = services.drawn_again(kept), policy().label
        corrected = services.corrected_since(kept)
    if not same:
        typer.echo(
            f"{kept.day}: the seed gives other calls; drawn under {kept.policy}, in force {label}, "
            f"{corrected} calls corrected since",
            err=True,
        )
        raise typer.Exit(1)
    typer.echo(f"{kept.day}: seed {kept.seed} gives the calls that were drawn")


@app.command()
def work(
    directory: Home = DEFAULT_HOME,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when nothing waits.")] = False,
) -> None:
    """Do the work that waits in the background, until Ctrl+C. `serve` runs one worker itself; more are allowed."""
    from ..demo import folder

    with opened(directory, clock_offset_seconds=folder.clock_offset_seconds(directory)):
        from .worker import work

        typer.echo(f"jobs done: {work(until_idle=until_idle)}")


@app.command()
def backup(
    out: Annotated[Path, typer.Option("--out", help="The file to write; it must not exist yet.")],
    directory: Home = DEFAULT_HOME,
) -> None:
    """A consistent copy of the database while the site runs (SQLite)."""
    with opened(directory):
        size = write_backup(out)
    typer.echo(f"backup written: {out} ({size / 1e6:,.1f} MB); it is of use only together with the folder's secrets")


@app.command()
def restore(
    copy: Annotated[Path, typer.Option("--from", help="A backup of this desk.")],
    directory: Home = DEFAULT_HOME,
) -> None:
    """Put a backup in the place of the database (SQLite). Stop the site first. The old file is kept beside it."""
    with opened(directory, empty=True):
        kept = put_back(copy)
        runtime.migrate()
    typer.echo(f"restored from {copy}" + (f"; the database that was there is kept as {kept}" if kept else ""))
    typer.echo("next: `jiugong admin audit-verify`, then start the site")


@app.command()
def check(directory: Home = DEFAULT_HOME) -> None:
    """Check the settings, the policy, the database, its keys, and what must hold in it; exit 1 where something is wrong."""
    with opened(directory):
        from django.core import checks

        from ..core import clock
        from ..core.invariants import broken
        from ..organisation.bridge import policy

        for found in checks.run_checks():
            if found.level >= checks.WARNING and not found.is_silenced():
                raise runtime.WrongSetting(f"{found.id}: {found.msg} {found.hint or ''}".strip())
        database.check_file()
        database.check_keys()
        breaks = list(broken(clock.now()))
        for found_broken in breaks:
            typer.echo(f"broken: {found_broken}", err=True)
        if breaks:
            raise typer.Exit(1)
        typer.echo(f"sound; policy {policy().label}")


def _unit(code: str):  # type: ignore[no-untyped-def]  # the model cannot be named before Django starts
    from ..organisation.models import Unit

    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        known = ", ".join(Unit.objects.values_list("code", flat=True)[:10]) or "none yet: add one with add-unit"
        raise InputError(f"no unit {code}; the first units are: {known}.")
    return unit


def _password(ask: bool) -> str:
    if ask:
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    from ..organisation.passwords import new_password

    return new_password()


def _tell_password(staff_no: str, password: str, asked: bool) -> None:
    shown = "set" if asked else f"{password}   (shown once)"
    typer.echo(f"{staff_no}: password {shown}")
