"""Freeze watch lists at a month's end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from ...audit import services as audit_log
from ...core.bulk import insert_rows
from ...core.errors import Refused
from ...core.pages import require
from ...core.verdict import Reason, refused
from ...customers import policies
from ...customers.loading import lock_loads
from ...customers.models import Customer
from ...customers.standing_models import month_of
from ...organisation.models import Staff
from .. import bridge
from ..bridge import Frozen
from ..forms import month_name
from ..models import WatchEntry, WatchList
from ..reasons import FROZEN, NO_POST, NO_SNAPSHOT

if TYPE_CHECKING:
    from jiugong.warehouse import Snapshot

PERSONAL = frozenset({"name", "mobile", "id_number", "phone", "birth_date"})


@transaction.atomic
def freeze(lists: Iterable[Frozen], *, by: Staff, at: datetime) -> list[WatchList]:
    """Keep the lists of a month's end as they are; those that stand already, unchanged, are left. One audit record.

    Refused as a whole where one of them stands with other content. Customers whom the desk does not hold are counted.
    """
    require(by, "data.load")
    if by.home is None:
        raise Refused(refused(NO_POST))
    lock_loads()
    new = [made for given in lists if (made := _kept(given, by=by, at=at)) is not None]
    if new:
        audit_log.record(
            chain=by.home.code, by=by.staff_no, at=at, verb="watch.frozen", about="watch_list",
            ref=new[0].as_of.isoformat(), facts={"rows": WatchEntry.objects.everyone().filter(watch_list__in=new).count()}
            | {"list": {made.code: made.digest for made in new}},
        )  # fmt: skip
    return new


def freeze_month_end(snapshot: Snapshot, *, by: Staff, at: datetime) -> list[WatchList]:
    """Freeze the lists of the snapshot's last month-end that do not stand yet; a later snapshot leaves them alone."""
    lists = bridge.watched(snapshot, policies.policy_on(snapshot.as_of))
    standing = set(WatchList.objects.values_list("code", "month"))
    return freeze([found for found in lists if (found.code, month_of(found.as_of)) not in standing], by=by, at=at)


def freeze_newest(*, by: Staff, at: datetime) -> list[WatchList]:
    """The same of the newest snapshot; raises `Refused` where the warehouse is empty."""
    require(by, "data.load")
    snapshot = bridge.newest_snapshot()
    if snapshot is None:
        raise Refused(refused(NO_SNAPSHOT))
    return freeze_month_end(snapshot, by=by, at=at)


def _kept(given: Frozen, *, by: Staff, at: datetime) -> WatchList | None:
    """The list, written; None where it stands already."""
    digest, month = digest_of(given), month_of(given.as_of)
    standing = WatchList.objects.filter(code=given.code, month=month).first()
    if standing is not None:
        if standing.digest != digest:
            facts = {"name": given.name, "month": month_name(month)}
            raise Refused(refused(Reason(FROZEN.code, FROZEN.text, facts, FROZEN.remedy)))
        return None
    made = WatchList.objects.create(
        code=given.code, name=given.name, month=month, as_of=given.as_of, definition=given.definition,
        parameters=dict(given.parameters), policy_version=given.policy_version, digest=digest, frozen_at=at,
        frozen_by=by,
    )  # fmt: skip
    keys = dict(Customer.objects.everyone().values_list("customer_no", "pk"))
    rows = [(made.pk, keys[number], _plain(facts)) for number, facts in given.rows if number in keys]
    insert_rows(WatchEntry, ["watch_list", "customer", "facts"], rows)
    made.unknown = len(given.rows) - len(rows)
    made.save(update_fields=["unknown"])
    return made


def _plain(facts: Any) -> dict[str, str]:
    assert not PERSONAL & facts.keys(), "a watch list names customers by their number only"
    return {key: str(value) for key, value in facts.items()}


def digest_of(given: Frozen) -> str:
    """SHA-256 over what the list says, whatever the order of its rows."""
    head = [given.code, given.definition, given.as_of.isoformat(), given.policy_version, dict(given.parameters)]
    return hashlib.sha256("\n".join(_lines(head, given)).encode()).hexdigest()


def _lines(head: list[Any], given: Frozen) -> Iterator[str]:
    yield json.dumps(head, ensure_ascii=False, sort_keys=True)
    yield from sorted(
        json.dumps([number, _plain(facts)], ensure_ascii=False, sort_keys=True) for number, facts in given.rows
    )
