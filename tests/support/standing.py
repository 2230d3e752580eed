"""A standing hold-out as a row, for tests that only read it; and one drawn by the service with its own policy."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from jiugong_desk.customers.models import Customer
from jiugong_desk.holdout import rules
from jiugong_desk.holdout.models import StandingHoldout, StandingMember
from jiugong_desk.organisation.models import Staff, Unit
from tests.support.cast import NOW


def holdout(
    unit: Unit, *, by: Staff, members: Iterable[Customer] = (), others: Iterable[Customer] = (), **values: Any
) -> StandingHoldout:
    """Of these customers, from 1 January for a year."""
    everyone = [(one, True) for one in members] + [(one, False) for one in others]
    probability = Decimal(1) - Decimal(sum(held for _one, held in everyone) or 1) / (len(everyone) or 2)
    rows = [rules.Row(one.customer_no, held, f"{one.level}|{unit.code}", probability) for one, held in everyone]
    text = rules.as_text(rows)
    levels = rules.by_level(
        {one.customer_no: one.level for one, _held in everyone}, [r.customer_no for r in rows if r.held_out]
    )
    values.setdefault("first_day", date(2026, 1, 1))
    values.setdefault("last_day", date(2026, 12, 31))
    made: StandingHoldout = StandingHoldout.objects.create(
        unit=unit, share=Decimal("0.01"), seed="seed", customers=len(rows) or 2, held_out=sum(row.held_out for row in rows),
        on_lists=0, levels=levels, sealed=zlib.compress(text.encode()), digest=rules.digest_of(text),
        policy_version="default@2026-01", drawn_by=by, drawn_at=NOW, **values,
    )  # fmt: skip
    StandingMember.objects.bulk_create([StandingMember(holdout=made, customer=one) for one, held in everyone if held])
    return made


def shares(monkeypatch: Any, share: str, *, months: int = 12) -> None:
    """Let the policy leave so many alone."""
    from jiugong_desk.holdout import bridge

    policy = bridge.policy()
    terms = replace(policy.holdout, standing_share=Decimal(share), standing_months=months)
    for room in ("services", "queries"):
        monkeypatch.setattr(f"jiugong_desk.holdout.{room}.policy", lambda: replace(policy, holdout=terms))
