"""What this room adds to the reasons that keep somebody off a list: the standing hold-out. How many, never who."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .queries import members

CODE = "standing_holdout"
LABEL = _("在全局保留组：期内不参加任何营销活动。")
SEEN_BY = "campaign.see_holdout"


def not_left_alone(plan_id: int | None, on: date) -> Q:
    """Who is in no standing hold-out whose period reaches to this day; the plan does not matter."""
    return ~Q(pk__in=members(until=on).values("customer"))
