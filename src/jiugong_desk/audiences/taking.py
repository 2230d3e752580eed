"""Who fell out at a step of an audience, as a list that can be taken out; who is left alone by a hold-out, never."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..core.errors import Refused
from ..core.verdict import Reason, refused
from ..customers.models import Customer
from ..exports.sources import Line, Source
from ..organisation.models import Staff
from . import exclusions, listing
from .models import Audience
from .reading import YEARS

STOPPED = "stopped"
SECRET = Reason("secret_step", gettext_lazy("这一步的名单不得导出：谁在保留组，只能在系统内查看。"))


@dataclass(frozen=True)
class Stopped:
    """The step of this code of an audience, as it held on a day."""

    audience: Audience
    code: str
    on: date

    @property
    def label(self) -> str:
        return str(listing.label_of(self.audience.definition, self.audience.unit, self.code, on=self.on))


def terms_of(audience: Audience, code: str, on: date) -> dict[str, str]:
    return {"audience": audience.ref, "step": code, "on": on.isoformat()}


def _find(staff: Staff, terms: Mapping[str, str]) -> Stopped | None:
    audience = Audience.objects.visible_to(staff).filter(ref=terms.get("audience", "")).first()
    if audience is None:
        return None
    try:
        found = Stopped(audience, terms.get("step", ""), date.fromisoformat(terms.get("on", "")))
    except ValueError:
        return None
    if found.on.year not in YEARS:
        return None
    if exclusions.seen_by(found.code):
        raise Refused(refused(SECRET))
    return found if found.label else None


def _refs(staff: Staff, found: Stopped) -> list[str]:
    rows = listing.stopped_at(found.audience.definition, found.audience.unit, found.code, on=found.on)
    seen = rows.filter(pk__in=Customer.objects.visible_to(staff).values("pk"))
    return list(seen.order_by("customer_no").values_list("ref", flat=True))


def _lines(staff: Staff, found: Stopped, refs: Collection[str]) -> tuple[list[str], list[Line]]:
    rows: Any = Customer.objects.visible_to(staff).filter(ref__in=refs).select_related("unit", "manager")
    return [_("级别")], [(row, (row.level,)) for row in rows.order_by("customer_no")]


def _about(found: Stopped) -> list[tuple[str, str]]:
    audience = found.audience
    return [
        (_("客群"), str(audience)), (_("未列入的首个原因"), found.label), (_("日期"), found.on.isoformat()),
        (_("机构"), audience.unit.name), (_("指纹"), audience.digest[:16]),
    ]  # fmt: skip


SOURCE = Source(
    STOPPED, "customer.view", frozenset({"audience", "step", "on"}), find=_find, about=_about, refs=_refs, lines=_lines,
    title=lambda found: f"{found.audience} {_('未列入')}：{found.label}", name=lambda found: f"{found.audience.name}-{found.code}",
)  # fmt: skip
