"""What the audit page shows, and what the verify button found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from ..core.clock import midnight
from . import labels, services
from .models import AuditChain, AuditRecord

FINGERPRINT = re.compile(r"[0-9a-f]{40,}")


@dataclass(frozen=True)
class Filters:
    """What to show; empty shows everything. Both dates are included."""

    chain: str = ""
    verb: str = ""
    by: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Fact:
    """`short`: as it stands in the table; a long fingerprint shows its beginning, the whole on hover."""

    label: str
    value: str
    short: str


@dataclass(frozen=True)
class Line:
    record: AuditRecord
    verb: str
    who: str
    about: str
    chain: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Integrity:
    """What a verification found: the first break of every broken chain."""

    records: int
    chains: int
    breaks: tuple[tuple[str, int, str], ...]
    at: datetime


def records(filters: Filters) -> QuerySet[AuditRecord]:
    """Newest first."""
    rows = AuditRecord.objects.all()
    for field in ("chain", "verb", "by"):
        if value := getattr(filters, field):
            rows = rows.filter(**{field: value})
    if filters.since:
        rows = rows.filter(at__gte=midnight(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=midnight(filters.until + timedelta(days=1)))
    return rows


def lines(rows: Iterable[AuditRecord]) -> list[Line]:
    """The records of one page in words (one query for the names)."""
    page = list(rows)
    names = _names({row.by for row in page})
    return [
        Line(
            row,
            labels.verb(row.verb),
            names.get(row.by) or labels.who(row.by),
            labels.about(row.about),
            labels.chain(row.chain),
            _facts(row),
        )
        for row in page
    ]


def _names(numbers: set[str]) -> dict[str, str]:
    people: Any = get_user_model()
    found = people.objects.filter(**{f"{people.USERNAME_FIELD}__in": numbers})
    return {person.get_username(): str(person) for person in found}


def _facts(row: AuditRecord) -> tuple[Fact, ...]:
    return tuple(_fact(key, value) for key, value in json.loads(row.facts).items() if value != "")


def _fact(key: str, value: Any) -> Fact:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Fact(labels.fact(key), text, f"{text[:12]}…" if FINGERPRINT.fullmatch(text) else text)


def chains() -> list[str]:
    return list(AuditChain.objects.order_by("name").values_list("name", flat=True))


def integrity(at: datetime) -> Integrity:
    """Verify every chain; reads the whole log once."""
    firsts = {found.chain: found for found in reversed(list(services.verify()))}
    breaks = tuple((name, found.number, str(labels.BREAKS[found.what])) for name, found in sorted(firsts.items()))
    return Integrity(AuditRecord.objects.count(), AuditChain.objects.count(), breaks, at)
