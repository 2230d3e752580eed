"""Calls, checks and patterns for the tests of the room."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from jiugong_desk.calls.models import Call
from jiugong_desk.campaigns.models import Campaign
from jiugong_desk.organisation.models import Staff, Unit
from jiugong_desk.quality.models import Check, Draw, Flag
from tests.support.cast import NOW, make_customer, make_entry

YESTERDAY = NOW - timedelta(days=1)
_numbers = itertools.count(1)


def make_call(campaign: Campaign, by: Staff, unit: Unit, *, at: datetime = YESTERDAY, **values) -> Call:
    plain = {"outcome": "not_interested", "talk_seconds": 60, "purpose_disclosed": True, "note": "客户近期没有闲置资金"}
    customer = make_customer(unit, by)
    return Call.objects.create(
        submission=f"made-{next(_numbers)}", body_digest="", entry=make_entry(campaign, customer, by), by=by, at=at,
        **(plain | values),
    )  # fmt: skip


def make_check(call: Call, *, kind: str = "form") -> Check:
    day = call.at.date()
    lot, _made = Draw.objects.get_or_create(
        day=day, defaults={"seed": "s", "policy": "default", "calls": 1, "drawn_at": NOW}
    )
    return Check.objects.create(draw=lot, call=call, kind=kind, caller=call.by, unit=call.entry.customer.unit)


def make_flag(staff: Staff, unit: Unit, **values) -> Flag:
    plain = {"kind": "overlap", "day": YESTERDAY.date(), "facts": {"calls": 2, "refs": []}}
    return Flag.objects.create(key=f"k{next(_numbers)}", staff=staff, unit=unit, found_at=NOW, **(plain | values))


def marks(**changed: str) -> dict[str, str]:
    from jiugong_desk.quality import form

    return {item.key: "pass" for item in form.FORMS[form.CURRENT]} | changed


def posted(comment: str = "", **changed: str) -> dict[str, str]:
    return {f"mark_{key}": mark for key, mark in marks(**changed).items()} | {"comment": comment}
