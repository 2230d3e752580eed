"""Draw the standing hold-out of a unit, and measure by it what all campaigns together brought."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ..audiences.listing import Candidate
from ..audit import services as audit_log
from ..campaigns.services.sealing import EIGHT_PLACES, stratum_of
from ..core.clock import bank_date
from ..core.errors import Refused, hold
from ..core.pages import require
from ..core.verdict import Reason, refused
from ..organisation.locks import lock_bank
from ..organisation.models import Staff, Unit
from . import queries, results, rules
from .bridge import draw, policy
from .models import Measurement, StandingHoldout, StandingMember

if TYPE_CHECKING:
    from .bridge import Draw

NOT_YOURS = Reason("unit_not_yours", _("没有选择机构，或该机构不在您的管辖范围。"), remedy=_("请从列表中选择。"))


@transaction.atomic
def draw_standing(unit: Unit, *, by: Staff, at: datetime, seed: str = "") -> StandingHoldout:
    """By lot within strata, among the unit's active customers on no open list, for the policy's months from today.

    `seed`: a fresh secret one where none is given; nobody has to be believed that he did not look for a lucky one.
    """
    require(by, "campaign.draw_standing")
    if unit not in queries.units_for(by):
        raise Refused(refused(NOT_YOURS))
    lock_bank(unit)
    today, terms = bank_date(at), policy().holdout
    everyone = queries.active_customers(unit)
    rows = _candidates(unit)
    until = queries.standing_until(unit, on=today)
    hold(rules.may_draw(share=terms.standing_share, customers=len(rows), until=until))
    drawn = draw(
        [row.customer_no for row in rows], [stratum_of(row) for row in rows],
        size=rules.size_of(len(rows), terms.standing_share), seed=seed or secrets.token_hex(16),
    )  # fmt: skip
    text = rules.as_text(_sealed(rows, drawn))
    made: StandingHoldout = StandingHoldout.objects.create(
        unit=unit, first_day=today, last_day=rules.last_day_of(today, terms.standing_months),
        share=terms.standing_share, seed=drawn.seed, customers=len(rows), held_out=len(drawn.held_out),
        on_lists=everyone.count() - len(rows),
        levels=rules.by_level({row.customer_no: row.level for row in rows}, drawn.held_out),
        sealed=zlib.compress(text.encode()), digest=rules.digest_of(text), policy_version=policy().label,
        snapshot_on=everyone.aggregate(newest=Max("snapshot_on"))["newest"], drawn_by=by, drawn_at=at,
    )  # fmt: skip
    members = [StandingMember(holdout=made, customer_id=row.pk) for row in rows if row.customer_no in drawn.held_out]
    StandingMember.objects.bulk_create(members, batch_size=1000)
    Measurement.objects.create(holdout=made, figures=results.measured(made, at=at), by=by, at=at)
    facts = {
        "customers": made.customers, "held_out": made.held_out, "share": f"{made.share:f}",
        "until": f"{made.last_day:%Y-%m-%d}", "list": made.digest,
    }  # fmt: skip
    _audit(made, "holdout.drawn", by=by, at=at, facts=facts)
    return made


@transaction.atomic
def measure(found: StandingHoldout, *, by: Staff, at: datetime) -> Measurement:
    """Look once more; every look is kept."""
    require(by, "report.write")
    made: Measurement = Measurement.objects.create(holdout=found, figures=results.measured(found, at=at), by=by, at=at)
    _audit(found, "holdout.measured", by=by, at=at, facts={"state": made.figures["status"]})
    return made


def _candidates(unit: Unit) -> list[Candidate]:
    rows = queries.active_customers(unit).exclude(pk__in=queries.on_open_lists())
    columns = ("pk", "customer_no", "unit_id", "unit__code", "level", "manager_id")
    return [Candidate(*row) for row in rows.values_list(*columns)]


def _sealed(rows: Iterable[Candidate], drawn: Draw) -> Iterable[rules.Row]:
    for row in rows:
        no = row.customer_no
        probability = Decimal(drawn.probability[no]).quantize(EIGHT_PLACES)
        yield rules.Row(no, no in drawn.held_out, drawn.strata[no], probability)


def _audit(found: StandingHoldout, verb: str, *, by: Staff, at: datetime, facts: dict[str, object]) -> None:
    audit_log.record(
        chain=found.unit.code, by=by.staff_no, at=at, verb=verb, about="holdout", ref=found.ref, facts=facts
    )
