"""A product table is committed as one; what stands is never overwritten; the same again changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.products import queries, services
from jiugong_desk.products.changes import compare
from jiugong_desk.products.models import Product, Quota, Rate, Revision, Upload
from tests.support.cast import NOW, make_staff
from tests.support.products import ONE, cells, make_product, make_quota, make_rate, make_upload

pytestmark = pytest.mark.django_db

LARGE = {
    "产品代码": "CD036M", "产品名称": "大额存单三年", "类别": "大额存单", "期限": "36个月", "起点金额": "20万元", "利率": "1.55%",
    "生效日期": "2025-05-20", "起售日期": "2025-05-20", "额度": "5000万元", "已用额度": "1000万元", "额度开始日": "2026-01-01",
    "额度结束日": "2026-03-31",
}  # fmt: skip


def commit(cast, *rows, reason="", at=NOW):
    upload = make_upload(cast.steward, *rows)
    return services.commit(upload, seen=compare(upload).digest, reason=reason, by=cast.steward, at=at)


def codes(refusal) -> tuple[str, ...]:
    return refusal.value.verdict.codes


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Product, Rate, Quota, Revision))


def test_products_rates_and_quotas_come_in_as_one(cast):
    done = commit(cast, ONE, LARGE)
    assert done == {"products_new": 2, "products_changed": 0, "rates_new": 2, "rates_corrected": 0, "quotas": 1}
    large = queries.standing_of(Product.objects.get(code="CD036M"), date(2026, 1, 7))
    assert (large.product.minimum, large.rate.percent) == (Decimal(200_000), Decimal("1.55"))
    assert large.quota.left == 40_000_000
    record = AuditRecord.objects.get()
    assert (record.verb, record.chain, record.by) == ("products.imported", "BR01", "9005")


def test_the_same_file_again_changes_nothing(cast):
    commit(cast, ONE, LARGE)
    before = counts()
    upload = make_upload(cast.steward, ONE, LARGE)
    assert compare(upload).lines == ()
    with pytest.raises(Refused) as refusal:
        services.commit(upload, seen=compare(upload).digest, reason="再来一次", by=cast.steward, at=NOW)
    assert codes(refusal) == ("nothing_changes",)
    assert counts() == before
    upload.refresh_from_db()
    assert upload.state == Upload.State.REVIEW


def test_a_new_rate_stands_beside_the_old_one(cast):
    commit(cast, ONE)
    commit(cast, {"产品代码": "TD012M", "利率": "0.90%", "生效日期": "2026-02-01"})
    product = Product.objects.get()
    rates = {day: queries.standing_of(product, day).rate for day in (date(2025, 5, 19), date(2025, 5, 20), date(2026, 1, 31), date(2026, 2, 1))}  # fmt: skip
    assert [rate and rate.text for rate in rates.values()] == [None, "0.95%", "0.95%", "0.90%"]


def test_a_correction_needs_a_reason_keeps_the_old_row_and_is_audited(cast):
    commit(cast, ONE)
    wrong = {**ONE, "利率": "0.96%"}
    with pytest.raises(Refused) as refusal:
        commit(cast, wrong, reason=" 错 ")
    assert codes(refusal) == ("reason_needed",)
    assert Rate.objects.count() == 1
    done = commit(cast, wrong, reason="总行通知更正")
    assert done["rates_corrected"] == 1
    new, old = queries.rates_of(Product.objects.get())
    assert (old.percent, old.corrected_by, new.corrects, new.reason) == (Decimal("0.95"), new, old, "总行通知更正")
    assert queries.standing_of(Product.objects.get(), NOW.date()).rate == new
    facts = json.loads(AuditRecord.objects.latest("pk").facts)
    assert facts["reason"] == "总行通知更正"
    assert facts["corrected"][0][2:] == ["0.95%", "0.96%（2025-05-20 起）"]


def test_only_the_newest_row_of_a_day_can_be_corrected(cast):
    """The database itself lets a row have one successor, and a day one first row."""
    product = make_product()
    first = make_rate(product, cast.steward, "1", date(2026, 1, 1))
    make_rate(product, cast.steward, "2", date(2026, 1, 1), corrects=first, reason="更正")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_rate(product, cast.steward, "3", date(2026, 1, 1), corrects=first, reason="更正")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_rate(product, cast.steward, "3", date(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_quota(product, cast.steward, 0, 0)


def test_changed_terms_keep_their_history(cast):
    commit(cast, ONE)
    commit(cast, {**ONE, "起点金额": "100", "期限": "365天"}, reason="产品改版")
    product = Product.objects.get()
    assert (product.minimum, product.term_months, product.term_days, product.version) == (100, None, 365, 2)
    revision = Revision.objects.get()
    assert revision.changes == {"minimum": ["50", "100"], "term_months": ["12", "—"], "term_days": ["—", "365"]}
    assert [before for _what, before, _after in queries.revisions_of(product)[0][1]] == ["50", "12", "—"]


def test_more_use_of_a_quota_is_no_correction_and_less_is(cast):
    commit(cast, LARGE)
    commit(cast, {**LARGE, "已用额度": "1200万元"})
    with pytest.raises(Refused) as refusal:
        commit(cast, {**LARGE, "已用额度": "1100万元"})
    assert codes(refusal) == ("reason_needed",)
    commit(cast, {**LARGE, "额度": "6000万元", "已用额度": ""}, reason="追加额度")
    quota = queries.standing_of(Product.objects.get(), NOW.date()).quota
    assert (quota.total, quota.used) == (60_000_000, 12_000_000)
    assert Quota.objects.count() == 3


def test_blank_cells_keep_what_stands(cast):
    commit(cast, {**ONE, "流动性说明": "可提前支取"})
    upload = make_upload(cast.steward, {**ONE, "产品名称": "", "起点金额": "—", "流动性说明": ""})
    assert compare(upload).lines == ()


def test_a_faulty_table_is_refused_whole(cast):
    upload = make_upload(cast.steward, ONE, {**LARGE, "起点金额": "5万元"})
    found = compare(upload)
    assert [(fault.row, str(fault.column)) for fault in found.faults] == [(3, "起点金额")]
    with pytest.raises(Refused) as refusal:
        services.commit(upload, seen=found.digest, reason="", by=cast.steward, at=NOW)
    assert codes(refusal) == ("faulty_table",)
    assert counts() == (0, 0, 0, 0)


def test_what_customers_hear_of_a_product_promises_nothing(cast):
    found = compare(make_upload(cast.steward, ONE, {**LARGE, "产品说明": "保 本保息"}))
    assert [(fault.row, str(fault.column)) for fault in found.faults] == [(3, "产品说明")]


def test_what_the_reader_saw_of_the_file_is_a_fault_too(cast):
    found = replace(_cells(), doubles=("利率",), broken=((2, "起点金额"),), misshapen=(7,))
    upload = services.keep(found, name="a.xlsx", digest="1", by=cast.steward, at=NOW)
    assert [(fault.row, str(fault.column)) for fault in compare(upload).faults] == [
        (0, "利率"),
        (2, "起点金额"),
        (7, ""),
    ]


def test_a_product_does_not_change_its_category(cast):
    commit(cast, ONE)
    upload = make_upload(cast.steward, {**ONE, "类别": "国债"})
    assert [fault.row for fault in compare(upload).faults] == [2]


def test_what_was_not_seen_is_not_committed(cast):
    first = make_upload(cast.steward, ONE)
    seen = compare(first).digest
    commit(cast, {**ONE, "利率": "0.90%"})
    with pytest.raises(Stale) as refusal:
        services.commit(first, seen=seen, reason="更正原因", by=cast.steward, at=NOW)
    assert codes(refusal) == ("catalogue_moved_on",)


def test_an_upload_is_committed_once(cast):
    upload = make_upload(cast.steward)
    seen = compare(upload).digest
    services.commit(upload, seen=seen, reason="", by=cast.steward, at=NOW)
    with pytest.raises(Stale) as refusal:
        services.commit(upload, seen=seen, reason="", by=cast.department, at=NOW)
    assert codes(refusal) == ("upload_is_in",)


@pytest.mark.parametrize("who", ["planner", "compliance", "management", "auditor", "wang", "admin"])
def test_only_stewards_and_the_department_bring_tables_in(cast, who):
    upload = make_upload(cast.department)
    with pytest.raises(PermissionDenied):
        services.commit(upload, seen="", reason="", by=getattr(cast, who), at=NOW)
    with pytest.raises(PermissionDenied):
        make_upload(getattr(cast, who))


def test_who_lost_his_post_does_not_commit(cast):
    upload = make_upload(cast.steward)
    nobody = make_staff("9105", "旧数", "data_steward", cast.branch)
    nobody.postings.update(ended_on=date(2020, 1, 1))
    with pytest.raises((PermissionDenied, Refused)):
        services.commit(upload, seen=compare(upload).digest, reason="", by=nobody, at=NOW)


def test_what_nobody_committed_for_a_week_goes(cast):
    old = make_upload(cast.steward)
    services.keep(_cells(), name="b.csv", digest="1", by=cast.department, at=NOW + timedelta(days=6))
    assert Upload.objects.filter(pk=old.pk).exists()
    services.keep(_cells(), name="c.csv", digest="2", by=cast.department, at=NOW + timedelta(days=8))
    assert not Upload.objects.filter(pk=old.pk).exists()


def _cells():
    return cells([ONE])
