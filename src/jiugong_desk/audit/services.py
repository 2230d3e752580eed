"""Write one audit record in the caller's transaction, and verify the chains."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from .models import AuditChain, AuditRecord

GENESIS = "0" * 64


def record(
    *, chain: str, by: str, at: datetime, verb: str, about: str, ref: str, facts: Mapping[str, Any] | None = None
) -> AuditRecord:
    """Append to the unit's chain; must run inside the transaction of the change that it records.

    `chain` is a unit code, `by` a staff number, `about` and `ref` name the object. No personal data in `facts`.
    Call it last in the transaction: it holds the chain's row until the commit.
    """
    assert transaction.get_connection().in_atomic_block, "an audit record belongs to the transaction of its change"
    head = _head(chain)
    row = AuditRecord(
        chain=chain,
        number=head.length + 1,
        at=at,
        by=by,
        verb=verb,
        about=about,
        about_ref=ref,
        facts=_canonical(facts or {}),
        previous=head.head,
    )
    row.digest = digest_of(row)
    row.save(force_insert=True)
    AuditChain.objects.filter(name=chain).update(length=row.number, head=row.digest)
    return row


def _head(chain: str) -> AuditChain:
    """The end of the chain, locked; begun where there is none yet."""
    heads = AuditChain.objects.select_for_update().filter(name=chain)
    found = heads.first()
    if found is None:
        AuditChain.objects.get_or_create(name=chain)  # of two who begin it at once one waits here for the other
        found = heads.get()
    return found


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def digest_of(row: AuditRecord) -> str:
    """SHA-256 over every column of the record, the previous digest included."""
    moment = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [row.chain, row.number, moment, row.by, row.verb, row.about, row.about_ref, row.facts, row.previous]
    return hashlib.sha256(_canonical(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """Where a chain no longer holds."""

    chain: str
    number: int
    what: str


def verify() -> Iterator[Break]:
    """Every break in every chain, in order; nothing for a sound log."""
    lengths = {head.name: head for head in AuditChain.objects.all()}
    previous, number, chain = GENESIS, 0, ""
    for row in AuditRecord.objects.order_by("chain", "number").iterator(chunk_size=2000):
        if row.chain != chain:
            yield from _tail(lengths, chain, number, previous)
            chain, previous, number = row.chain, GENESIS, 0
        if row.number != number + 1:
            yield Break(chain, number + 1, "missing")
        elif row.previous != previous:
            yield Break(chain, row.number, "does not follow the record before it")
        if digest_of(row) != row.digest:
            yield Break(chain, row.number, "changed after it was written")
        previous, number = row.digest, row.number
    yield from _tail(lengths, chain, number, previous)
    for name, head in lengths.items():
        if head.length:
            yield Break(name, 1, "all records gone")


def _tail(lengths: dict[str, AuditChain], chain: str, number: int, last: str) -> Iterator[Break]:
    if not chain:
        return
    head = lengths.pop(chain, None)
    if head is None or head.length != number or head.head != last:
        yield Break(chain, number + 1, "the end was cut or replaced")
