"""Attach an exchange, change its secret, say whose extension is whose; keep what an exchange tells."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from ..audit import services as audit
from ..core.errors import Refused, Stale
from ..core.pages import require
from ..core.verdict import refused
from ..organisation.models import Staff
from . import queries, rules
from .bridge import telephony
from .message import Said
from .models import Event, Extension, Pbx, Secret

A_MINUTE = timedelta(minutes=1)


@transaction.atomic
def attach(*, name: str, by: Staff, at: datetime) -> tuple[Pbx, str]:
    """A new exchange, and the secret that it signs with: shown once, kept encrypted."""
    require(by, "telephony.manage")
    try:
        with transaction.atomic():
            pbx = Pbx.objects.create(name=name.strip(), attached_by=by, attached_at=at)
    except IntegrityError:
        raise Refused(refused(rules.NAME_TAKEN)) from None
    value = _new_secret(pbx, 1, at)
    _record("pbx.attached", "pbx", pbx.ref, {}, by=by, at=at)
    return pbx, value


@transaction.atomic
def rotate(pbx: Pbx, *, seen: int, at_once: bool = False, by: Staff, at: datetime) -> str:
    """A new secret. The one before holds on for the policy's hours, so that nothing is lost while it is put in.

    seen : number of the secret that is replaced: pressed twice, the second changes nothing
    at_once : the old ones end now, for a secret that has become known
    """
    require(by, "telephony.manage")
    hours = 0 if at_once else telephony().overlap_hours
    if not Secret.objects.filter(pbx=pbx, number=seen, until=None).update(until=at + timedelta(hours=hours)):
        raise Stale(rules.CHANGED)
    if at_once:
        Secret.objects.filter(pbx=pbx, until__gt=at).update(until=at)
    value = _new_secret(pbx, seen + 1, at)
    _record("pbx.rotated", "pbx", pbx.ref, {"hours": hours}, by=by, at=at)
    return value


def _new_secret(pbx: Pbx, number: int, at: datetime) -> str:
    value = secrets.token_urlsafe(32)
    Secret.objects.create(pbx=pbx, number=number, value=value, made_at=at)
    return value


@transaction.atomic
def switch(pbx: Pbx, *, enabled: bool, by: Staff, at: datetime) -> None:
    """Hear it again, or hear nothing of it from now on."""
    require(by, "telephony.manage")
    if not Pbx.objects.filter(pk=pbx.pk, enabled=not enabled).update(enabled=enabled):
        raise Stale(rules.CHANGED)
    _record("pbx.enabled" if enabled else "pbx.disabled", "pbx", pbx.ref, {}, by=by, at=at)


@transaction.atomic
def give_extension(pbx: Pbx, *, number: str, staff: Staff, by: Staff, at: datetime) -> Extension:
    """This telephone is theirs from now on."""
    require(by, "telephony.manage")
    try:
        with transaction.atomic():
            made = Extension.objects.create(pbx=pbx, number=number, staff=staff, since=at, given_by=by)
    except IntegrityError:
        taken = Extension.objects.filter(pbx=pbx, number=number, until=None).exists()
        raise Refused(refused(rules.EXTENSION_TAKEN if taken else rules.HAS_EXTENSION)) from None
    facts = {"extension": number, "member": staff.staff_no}
    _record("extension.given", "extension", made.ref, facts, by=by, at=at)
    return made


@transaction.atomic
def end_extension(extension: Extension, *, by: Staff, at: datetime) -> None:
    """It is nobody's now. What came while they had it stays theirs."""
    require(by, "telephony.manage")
    if not Extension.objects.filter(pk=extension.pk, until=None).update(until=max(at, extension.since)):
        raise Stale(rules.EXTENSION_ENDED)
    facts = {"extension": extension.number, "member": extension.staff.staff_no}
    _record("extension.ended", "extension", extension.ref, facts, by=by, at=at)


def receive(pbx: Pbx, said: Said, *, body: bytes, at: datetime) -> Event:
    """Keep a message, once: the same id with the same body is the same message, with another body it is refused.

    The exchange has been recognised by the caller. No audit record: the message itself can be neither changed nor
    deleted, and changes nothing else.
    """
    digest = hashlib.sha256(body).hexdigest()
    if (earlier := _earlier(pbx, said, digest)) is not None:
        return earlier
    if Event.objects.filter(pbx=pbx, received_at__gt=at - A_MINUTE).count() >= telephony().events_per_minute:
        raise Refused(refused(rules.TOO_MANY))
    try:
        with transaction.atomic():
            return Event.objects.create(
                pbx=pbx, event_id=said.id, digest=digest, kind=said.kind, at=said.at, received_at=at,
                extension=said.extension, staff=queries.holder_of(pbx, said.extension, said.at), call=said.call,
                about=said.about, recording=said.recording, talk_seconds=said.talk_seconds,
            )  # fmt: skip
    except IntegrityError:  # sent twice at once: the other one has won
        earlier = _earlier(pbx, said, digest)
        assert earlier is not None
        return earlier


def _earlier(pbx: Pbx, said: Said, digest: str) -> Event | None:
    found = Event.objects.filter(pbx=pbx, event_id=said.id).first()
    if found is not None and found.digest != digest:
        raise Refused(refused(rules.EVENT_REUSED))
    return found


def _record(verb: str, about: str, ref: str, facts: dict[str, Any], *, by: Staff, at: datetime) -> None:
    assert by.home is not None  # who holds the permission holds a post
    audit.record(chain=by.home.code, by=by.staff_no, at=at, verb=verb, about=about, ref=ref, facts=facts)
