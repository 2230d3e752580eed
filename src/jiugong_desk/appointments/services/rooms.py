"""The talk rooms of an outlet, kept by its head."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...core.errors import Refused, Stale, hold
from ...core.pages import require_at
from ...core.verdict import Reason, refused
from ...organisation.models import Staff, Unit
from ..models import Room

NO_NAME = Reason("room_unnamed", _("请填写洽谈室名称。"), remedy=_("例如“洽谈室一”。"))
SAME_NAME = Reason("room_exists", _("网点已有同名的洽谈室。"), remedy=_("请换一个名称。"))
NO_OUTLET = Reason("room_nowhere", _("洽谈室只能设在网点。"), remedy=_("请选择网点。"))
CLOSED = Reason("room_closed", _("这间洽谈室已停用。"), remedy=_("请刷新页面；需要时可重新添加。"))


@transaction.atomic
def add_room(unit: Unit, *, name: str, by: Staff, at: datetime) -> Room:
    """From now on visits of the outlet take one of its rooms."""
    require_at(by, "appointment.rooms", unit)
    if unit.kind == Unit.Kind.DEPARTMENT:
        hold(refused(NO_OUTLET))
    room = Room(unit=unit, name=_named(name))
    _save(room, force_insert=True)
    _audit(room, "room.added", by=by, at=at)
    return room


@transaction.atomic
def rename_room(room: Room, *, name: str, by: Staff, at: datetime) -> None:
    require_at(by, "appointment.rooms", room.unit)
    _must_be_open(room)
    room.name = _named(name)
    _save(room, update_fields=["name"])
    _audit(room, "room.renamed", by=by, at=at)


@transaction.atomic
def close_room(room: Room, *, by: Staff, at: datetime) -> None:
    """Nobody is booked into it any more; the visits that are booked already stay there."""
    require_at(by, "appointment.rooms", room.unit)
    if not Room.objects.everyone().filter(pk=room.pk, closed_at=None).update(closed_at=at):
        raise Stale(CLOSED)
    room.closed_at = at
    _audit(room, "room.closed", by=by, at=at)


def _named(name: str) -> str:
    if not name.strip():
        raise Refused(refused(NO_NAME))
    return name.strip()


def _must_be_open(room: Room) -> None:
    if Room.objects.everyone().select_for_update().filter(pk=room.pk, closed_at=None).first() is None:
        raise Stale(CLOSED)


def _save(room: Room, **how: Any) -> None:
    try:
        with transaction.atomic():
            room.save(**how)
    except IntegrityError as error:
        raise Refused(refused(SAME_NAME)) from error


def _audit(room: Room, verb: str, *, by: Staff, at: datetime) -> None:
    audit_log.record(
        chain=room.unit.code, by=by.staff_no, at=at, verb=verb, about="room", ref=room.ref, facts={"name": room.name}
    )
