"""Freeze watch lists; take figures of the board out of the desk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from ..audit import services as audit_log
from ..core.bulk import insert_rows
from ..core.errors import Refused
from ..core.pages import require
from ..core.verdict import Reason, refused
from ..core.workbook import xlsx
from ..customers.models import Customer
from ..customers.standing_models import month_of
from ..organisation.models import Staff, Unit
from . import workbook
from .bridge import Frozen
from .forms import BoardChoice, month_name
from .models import WatchEntry, WatchList
from .reasons import FROZEN, NO_POST, NOTHING_RECORDED

PERSONAL = frozenset({"name", "mobile", "id_number", "phone", "birth_date"})


@transaction.atomic
def export_board(choice: BoardChoice, *, by: Staff, at: datetime) -> bytes:
    """The board's sums as a workbook, with one audit record of what was taken out."""
    require(by, "customer.view")
    sheets = workbook.sheets(by, choice, at=at)
    if not sheets or choice.month is None or by.home is None:
        raise Refused(refused(NOTHING_RECORDED))
    audit_log.record(
        chain=by.home.code, by=by.staff_no, at=at, verb="board.exported", about="board", ref=month_name(choice.month),
        facts={
            "unit": choice.unit.code if choice.unit else "", "manager": choice.manager.staff_no if choice.manager else "",
            "rows": sum(len(sheet.rows) for sheet in sheets),
        },
    )  # fmt: skip
    return xlsx(sheets, at=at)


@transaction.atomic
def freeze(lists: Iterable[Frozen], *, by: Staff, at: datetime) -> list[WatchList]:
    """Keep the lists of a month's end as they are; those that stand already, unchanged, are left. One audit record.

    Refused as a whole where one of them stands with other content. Customers whom the desk does not hold are counted.
    """
    require(by, "data.load")
    if by.home is None:
        raise Refused(refused(NO_POST))
    Unit.objects.select_for_update(no_key=True).get(pk=by.home.pk)  # as a load: one after the other
    new = [made for given in lists if (made := _kept(given, by=by, at=at)) is not None]
    if new:
        audit_log.record(
            chain=by.home.code, by=by.staff_no, at=at, verb="watch.frozen", about="watch_list",
            ref=new[0].as_of.isoformat(), facts={"rows": WatchEntry.objects.everyone().filter(watch_list__in=new).count()}
            | {"list": {made.code: made.digest for made in new}},
        )  # fmt: skip
    return new


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
