"""Two tables and two edits at once."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from jiugong_desk.products import queries, services
from jiugong_desk.products.changes import compare
from jiugong_desk.products.models import Product, Rate
from tests.support.cast import NOW, make_cast
from tests.support.products import ONE, make_offer, make_product, make_rate, make_upload, offer_values
from tests.support.races import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def commit(upload, seen, by):
    return partial(services.commit, upload, seen=seen, reason="更正通知", by=by, at=NOW)


def test_one_table_is_committed_once_and_two_tables_make_one_product():
    cast = make_cast()
    for number in range(ROUNDS):
        row = {**ONE, "产品代码": f"A{number}"}
        uploads = [make_upload(cast.steward, row), make_upload(cast.department, row)]
        seen = compare(uploads[0]).digest
        verbs = [
            commit(uploads[0], seen, cast.steward),
            commit(uploads[0], seen, cast.steward),
            commit(uploads[1], seen, cast.department),
        ]
        results = at_once(*verbs)
        assert sum(isinstance(result, dict) for result in results) == 1
        product = Product.objects.get(code=row["产品代码"])
        assert Rate.objects.filter(product=product).count() == 1


def test_of_two_corrections_one_stands():
    cast = make_cast()
    for number in range(ROUNDS):
        product = make_product(code=f"B{number}")
        make_rate(product, cast.steward, "1.00", date(2026, 1, 1))
        rows = [{"产品代码": product.code, "利率": rate, "生效日期": "2026-01-01"} for rate in ("1.10%", "1.20%")]
        uploads = [make_upload(cast.steward, row) for row in rows]
        assert winners(at_once(*(commit(upload, compare(upload).digest, cast.steward) for upload in uploads))) == 1
        assert len([rate for rate in queries.rates_of(product) if not hasattr(rate, "corrected_by")]) == 1
        assert Rate.objects.filter(product=product).count() == 2


def test_of_two_edits_of_an_offer_one_stands():
    cast = make_cast()
    offer = make_offer(cast.planner)
    for version in range(1, ROUNDS + 1):
        verbs = (
            partial(services.edit_offer, offer, offer_values(title=title), version=version, by=cast.planner, at=NOW)
            for title in ("甲", "乙")
        )
        assert winners(at_once(*verbs)) == 1
        offer.refresh_from_db()
        assert offer.version == version + 1
