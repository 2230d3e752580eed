"""A list of customers as a workbook: the list, every line marked with who took it, and a sheet that says what it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ..consent import conditions
from ..core.workbook import Sheet, xlsx
from ..customers.models import Customer
from ..organisation.models import Staff
from .sources import Line

UNTOUCHABLE = ("do_not_call", "no_consent")  # their numbers stay masked, whatever was approved


@dataclass(frozen=True)
class Taken:
    """Who takes a file out, when, and under which number: the mark on every line."""

    number: str
    by: Staff
    at: datetime

    @property
    def mark(self) -> str:
        return f"{self.by.staff_no} {_moment(self.at)} {self.number}"


def workbook(
    names: Sequence[str],
    lines: Sequence[Line],
    *,
    clear: Collection[str],
    about: Sequence[tuple[str, str]],
    taken: Taken,
) -> bytes:
    """`clear`: which of name and mobile stand unmasked; the mobile of nobody who may not be called."""
    mobile = (_("手机号"),) if "mobile" in clear else ()
    header = (_("客户号"), _("客户"), *mobile, *names, _("客户经理"), _("网点"), _("导出标记"))
    numbers = _numbers(lines) if mobile else {}
    body = [
        (*_named(customer, clear), *_mobile(customer, numbers), *cells, *_where(customer), taken.mark)
        for customer, cells in lines
    ]
    signed = [
        (_("户数"), f"{len(body):,}"), (_("导出人"), str(taken.by)), (_("导出时间"), _moment(taken.at)),
        (_("导出编号"), taken.number), (_("注意"), _("本文件含客户信息，仅限所列用途，不得转发；用毕删除。")),
    ]  # fmt: skip
    return xlsx(
        [Sheet(_("名单"), header, body), Sheet(_("说明"), (_("项目"), _("内容")), [*about, *signed])], at=taken.at
    )


def _numbers(lines: Sequence[Line]) -> dict[int, str]:
    """Customer -> mobile, in the clear for those who may be called only."""
    passing = dict(conditions.passing())
    rows = Customer.objects.everyone().filter(pk__in=[customer.pk for customer, _cells in lines])
    for code in UNTOUCHABLE:
        rows = rows.filter(passing[code])
    free = set(rows.values_list("pk", flat=True))
    return {row.pk: row.mobile if row.pk in free else row.masked_mobile for row, _cells in lines}


def _named(customer: Customer, clear: Collection[str]) -> tuple[str, str]:
    return customer.customer_no, customer.name if "name" in clear else customer.masked_name


def _mobile(customer: Customer, numbers: dict[int, str]) -> tuple[Any, ...]:
    return (numbers[customer.pk],) if numbers else ()


def _where(customer: Customer) -> tuple[str, str]:
    return customer.manager.name if customer.manager else "", customer.unit.name


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
