"""Products, tables and offers, as small as a test needs them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from jiugong_desk.organisation.models import Staff
from jiugong_desk.products import services
from jiugong_desk.products.bridge import Cells
from jiugong_desk.products.models import Offer, Product, Quota, Rate, Upload
from tests.support.cast import NOW

_numbers = itertools.count(1)


def make_product(**values: Any) -> Product:
    """On sale since 2020; a one-year deposit from 50 yuan unless told otherwise."""
    number = next(_numbers)
    values.setdefault("code", f"P{number:04d}")
    values.setdefault("name", f"产品 {number}")
    values.setdefault("category", "time")
    values.setdefault("minimum", Decimal(50))
    values.setdefault("on_sale_from", date(2020, 1, 1))
    return Product.objects.create(**values)


def make_rate(product: Product, by: Staff, percent: str, day: date, **values: Any) -> Rate:
    return Rate.objects.create(
        product=product, percent=Decimal(percent), effective_from=day, entered_by=by, entered_at=NOW, **values
    )


def make_quota(product: Product, by: Staff, total: int, used: int, **values: Any) -> Quota:
    values.setdefault("starts_on", date(2026, 1, 1))
    values.setdefault("ends_on", date(2026, 3, 31))
    return Quota.objects.create(
        product=product, total=Decimal(total), used=Decimal(used), entered_by=by, entered_at=NOW, **values
    )


def offer_values(**values: Any) -> dict[str, Any]:
    """A service that the rules allow."""
    return {
        "product": None, "kind": "service", "title": "到店专人接待", "text": "提前预约，到店由理财经理接待，无需排队。",
        "valid_from": date(2026, 1, 1), "valid_until": date(2026, 3, 31), "cost": Decimal(0), "quota": None, **values,
    }  # fmt: skip


def make_offer(by: Staff, **values: Any) -> Offer:
    return services.draft_offer(offer_values(**values), by=by, at=NOW)


def cells(rows: Sequence[Mapping[str, str]], headers: Sequence[str] = ()) -> Cells:
    """What the reader makes of a file of these rows."""
    known = tuple(headers) or tuple(dict.fromkeys(header for row in rows for header in row))
    return Cells(known, tuple((number, dict(row)) for number, row in enumerate(rows, 2)))


ONE = {
    "产品代码": "TD012M", "产品名称": "整存整取一年", "类别": "定期存款", "期限": "1年", "起点金额": "50", "利率": "0.95%",
    "生效日期": "2025-05-20", "起售日期": "2015-01-01",
}  # fmt: skip


def make_upload(by: Staff, *rows: Mapping[str, str], name: str = "产品表.xlsx") -> Upload:
    """A table that waits to be looked at; of one deposit where nothing is said."""
    return services.keep(cells(rows or (ONE,)), name=name, digest="0" * 64, by=by, at=NOW)
