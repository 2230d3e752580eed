"""What a product table would change: compared with what stands, line by line from old to new.

The same comparison is made for the page and, under lock, for the commit; its digest tells whether it is still the one
that the person saw.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import bridge, table
from .models import Product, Quota, Rate, Upload
from .table import Entry, Fault, QuotaCell, RateCell
from .terms import percent_text

TERMS = ("term_months", "term_days")
Text = str | Promise


@dataclass(frozen=True)
class Line:
    """One change as it is shown. `grave`: something that stood is corrected, which needs a reason."""

    row: int
    code: str
    name: str
    what: Text
    before: str
    after: str
    grave: bool = False


@dataclass(frozen=True)
class Change:
    """What is to be done with one product: its new terms, its rates and quotas with what each corrects."""

    product: Product | None
    entry: Entry
    own: dict[str, Any]  # the terms that differ
    rates: list[tuple[RateCell, Rate | None]]
    quotas: list[tuple[QuotaCell, Quota | None]]


@dataclass(frozen=True)
class Comparison:
    """Everything that an upload would do, or why it cannot be done."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    ignored: tuple[str, ...]
    changes: tuple[Change, ...]
    products: int  # named by the file
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def needs_reason(self) -> bool:
        return any(line.grave for line in self.lines)

    @property
    def digest(self) -> str:
        """Of what is shown: another colleague's import in between makes it another."""
        shown = [[line.code, str(line.what), line.before, line.after] for line in self.lines]
        return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def compare(upload: Upload) -> Comparison:
    """The upload's cells against the catalogue (4 queries)."""
    read = table.read_table(
        upload.cells["headers"], [(row, cells) for row, cells in upload.cells["rows"]],
        plain=bridge.plain, unit_of=bridge.unit_of,
    )  # fmt: skip
    standing = _Standing([entry.code for entry in read.entries])
    changes, lines, faults = [], list[Line](), [*read.faults, *_of_the_file(upload)]
    least = bridge.suitability().large_cd_least
    wording = bridge.wording()
    for entry in read.entries:
        product = standing.products.get(entry.code)
        whole = {**_own_of(product), **entry.own}
        faults += table.whole_faults(entry, whole, is_new=product is None, large_cd_least=least)
        faults += table.spoken_faults(entry, wording)
        if product is not None and entry.own.get("category", product.category) != product.category:
            why = _("类别不能改；另一类产品请用新的产品代码")
            faults.append(Fault(entry.rows["category"], table.header_of("category"), str(entry.own["category"]), why))
        change = standing.change(entry, product)
        found = list(_lines(change, whole))
        lines += found
        if found:
            changes.append(change)
    faults.sort(key=lambda fault: fault.row)
    return Comparison(tuple(lines), tuple(faults), read.ignored, tuple(changes), len(read.entries), _counts(changes))


def _of_the_file(upload: Upload) -> Iterator[Fault]:
    for header in upload.cells["doubles"]:
        yield Fault(0, header, "", _("这个表头出现两次，请只留一列"))
    for row, header in upload.cells["broken"]:
        yield Fault(row, header, "", _("公式没有结果，请粘贴为数值"))
    for row in upload.cells["misshapen"]:
        yield Fault(row, "", "", _("这一行的列数与表头不同"))


def _own_of(product: Product | None) -> dict[str, Any]:
    return {} if product is None else {name: getattr(product, name) for name in (*table.OWN, *TERMS)}


class _Standing:
    """What the catalogue holds of these products."""

    def __init__(self, codes: list[str]) -> None:
        self.products = {product.code: product for product in Product.objects.filter(code__in=codes)}
        keys = [product.pk for product in self.products.values()]
        self._rates = {
            (rate.product_id, rate.effective_from): rate
            for rate in Rate.objects.filter(product__in=keys, corrected_by=None)
        }
        self._quotas = {
            (quota.product_id, quota.starts_on): quota
            for quota in Quota.objects.filter(product__in=keys, corrected_by=None)
        }

    def change(self, entry: Entry, product: Product | None) -> Change:
        if product is None:
            rates = [(cell, None) for cell in entry.rates]
            return Change(None, entry, dict(entry.own), list(rates), [(cell, None) for cell in entry.quotas])
        own = {name: value for name, value in entry.own.items() if getattr(product, name) != value}
        pairs = [(cell, self._rates.get((product.pk, cell.effective_from))) for cell in entry.rates]
        quotas = [(cell, self._quotas.get((product.pk, cell.starts_on))) for cell in entry.quotas]
        return Change(
            product, entry, own,
            [(cell, rate) for cell, rate in pairs if not rate or (rate.percent, rate.percent_high) != (cell.percent, cell.percent_high)],
            [(cell, quota) for cell, quota in quotas if not quota or not _same_quota(cell, quota)],
        )  # fmt: skip


def _same_quota(cell: QuotaCell, quota: Quota) -> bool:
    used = quota.used if cell.used is None else cell.used
    return (cell.ends_on, cell.total, used) == (quota.ends_on, quota.total, quota.used)


def is_usage(cell: QuotaCell, quota: Quota) -> bool:
    """Whether only more was used: the course of business, no correction."""
    return (cell.ends_on, cell.total) == (quota.ends_on, quota.total) and (cell.used is None or cell.used >= quota.used)


def _lines(change: Change, whole: dict[str, Any]) -> Iterator[Line]:
    entry, product = change.entry, change.product
    name = str(whole.get("name", ""))
    if product is None:
        yield Line(entry.row, entry.code, name, _("新产品"), "", " · ".join(_described(whole)))
    elif change.own:
        for what, before, after in _own_changes(change, product):
            yield Line(entry.row, entry.code, name, what, before, after, grave=True)
    label = _("利率/业绩比较基准")
    for cell, rate in change.rates:
        text = percent_text(cell.percent, cell.percent_high)
        before = rate.text if rate else ""
        yield Line(
            cell.row, entry.code, name, label, before, f"{text}（{cell.effective_from} 起）", grave=rate is not None
        )
    for cell_, quota in change.quotas:
        before = _quota_text(quota.total, quota.used, quota.starts_on, quota.ends_on) if quota else ""
        used = cell_.used if cell_.used is not None else quota.used if quota else Decimal(0)
        after = _quota_text(cell_.total, used, cell_.starts_on, cell_.ends_on)
        grave = quota is not None and not is_usage(cell_, quota)
        yield Line(cell_.row, entry.code, name, _("额度（已用/总额）"), before, after, grave=grave)


def _described(whole: dict[str, Any]) -> Iterator[str]:
    category = whole.get("category")
    if category:
        yield str(category.label)
    if "term_months" in whole:
        yield str(Product(term_months=whole["term_months"], term_days=whole["term_days"]).term)
    if whole.get("minimum"):
        yield f"{whole['minimum']:,.0f}"
    if whole.get("product_risk"):
        yield str(whole["product_risk"])


def _own_changes(change: Change, product: Product) -> Iterator[tuple[Text, str, str]]:
    after = Product(**{**_own_of(product), **change.own})
    if set(change.own) & set(TERMS):
        yield table.header_of("term_months"), str(product.term), str(after.term)
    for name in table.OWN:
        if name in change.own:
            yield table.header_of(name), said(getattr(product, name)), said(change.own[name])


def said(value: Any) -> str:
    """A term as text: amounts grouped, nothing as a dash."""
    if value in (None, ""):
        return "—"
    return f"{value:,.2f}".removesuffix(".00") if isinstance(value, Decimal) else str(value)


def _quota_text(total: Decimal, used: Decimal, first: date, last: date) -> str:
    return f"{used:,.0f}/{total:,.0f}（{first} – {last}）"


def _counts(changes: list[Change]) -> dict[str, int]:
    """For the record of the import."""
    rates = [rate for change in changes for _cell, rate in change.rates]
    return {
        "products_new": sum(change.product is None for change in changes),
        "products_changed": sum(change.product is not None and bool(change.own) for change in changes),
        "rates_new": sum(rate is None for rate in rates),
        "rates_corrected": sum(rate is not None for rate in rates),
        "quotas": sum(len(change.quotas) for change in changes),
    }
