"""Issued for good, acknowledged once by who is posted there, replaced only by another document."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.documents import bridge, queries, services
from jiugong_desk.documents.models import Document, Receipt, Series, Template
from jiugong_desk.documents.services.issuing import BUSY
from jiugong_desk.organisation.models import Posting
from tests.support.cast import NOW, make_staff, make_unit
from tests.support.notices import filed, issued, notice, parts, spoilt

pytestmark = pytest.mark.django_db


def quick(cast, about="matter-1", **values):
    more = {name: values.pop(name) for name in ("supersedes", "guard") if name in values}
    return filed(notice(cast, **values), about=about, by=cast.management, **more)


def test_a_document_is_filed_with_number_words_files_and_receipts(cast):
    made = issued(cast)
    found = Document.objects.everyone().get()
    assert found.number == made.number == "滨银综〔2026〕1号"
    assert found.content["number"] == found.number
    assert bytes(found.docx[:2]) == b"PK"
    assert bytes(found.pdf[:5]) == b"%PDF-"
    assert found.is_untouched
    receipts = Receipt.objects.everyone().filter(document=found)
    assert [(one.unit, one.acknowledged_at) for one in receipts] == [(cast.north, None), (cast.south, None)]
    record = AuditRecord.objects.get(verb="document.issued")
    assert json.loads(record.facts) == {
        "addressees": 2, "digest": found.digest, "kind": "plan_notice", "number": found.number,
    }  # fmt: skip
    assert record.chain == cast.sub_branch.code


@pytest.mark.parametrize("who", ["planner", "compliance", "zhao", "auditor", "admin"])
def test_nobody_else_issues(cast, who):
    with pytest.raises(PermissionDenied):
        filed(notice(cast), about="matter-1", by=getattr(cast, who))
    assert not Document.objects.everyone().exists()
    assert not Series.objects.exists()


def test_numbers_run_on_by_unit_word_and_year(cast):
    numbers = [
        quick(cast, about="1").number,
        quick(cast, about="2").number,
        quick(cast, about="3", word="滨银合").number,
        quick(cast, about="4", dated_on=date(2027, 1, 4)).number,
        quick(cast, about="5", issuer=cast.branch).number,
        quick(cast, about="6").number,
    ]
    assert numbers == [
        "滨银综〔2026〕1号", "滨银综〔2026〕2号", "滨银合〔2026〕1号", "滨银综〔2027〕1号", "滨银综〔2026〕1号", "滨银综〔2026〕3号",
    ]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(st.booleans(), max_size=8))
def test_no_number_is_missing_however_many_were_given_up(cast, fates):
    """A document that is refused at the last moment takes no number."""

    def guard():
        raise Stale(BUSY)

    with transaction.atomic():
        for place, lives in enumerate(fates):
            try:
                quick(cast, about=f"matter-{place}", guard=None if lives else guard)
            except Stale:
                continue
        places = list(Document.objects.everyone().order_by("place").values_list("place", flat=True))
        assert places == list(range(1, sum(fates) + 1))
        transaction.set_rollback(True)


def test_what_is_incomplete_is_refused_before_it_costs_a_number(cast):
    with pytest.raises(Refused) as refusal:
        quick(cast, addressees=(), word="x")
    assert refusal.value.verdict.codes == ("wrong_word", "no_addressee")
    assert not Series.objects.exists()


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_no_row_of_the_archive_changes_or_goes(cast, verb):
    quick(cast)
    rows = Document.rows.all()
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        rows.update(title="另一份") if verb == "update" else rows._raw_delete(rows.db)
    assert Document.objects.everyone().get().title == notice(cast).title


def test_a_correction_names_what_it_replaces_and_has_receipts_of_its_own(cast):
    first = quick(cast)
    services.acknowledge(first, unit=cast.north, by=cast.zhao, at=NOW)
    second = quick(cast, supersedes=first)
    assert (
        second.content["blocks"][-1]["text"]
        == f"本文件自印发之日起执行，原《{first.title}》（{first.number}）同时废止。"
    )
    assert queries.standing("campaign", "matter-1", "plan_notice") == second
    assert queries.count_for(cast.zhao, NOW) == 1
    assert [one.ref for one in queries.archive(cast.zhao)] == [second.ref, first.ref]


def test_a_matter_has_one_original_and_a_document_one_successor(cast):
    first = quick(cast)
    with pytest.raises(Stale):
        quick(cast)
    quick(cast, supersedes=first)
    with pytest.raises(Stale):
        quick(cast, supersedes=first)
    assert Series.objects.get().last == 2


def test_an_outlet_acknowledges_once_by_its_own_head(cast):
    made = quick(cast)
    for stranger in (cast.management, cast.department):  # they may acknowledge, but are posted elsewhere
        with pytest.raises(Refused) as refusal:
            services.acknowledge(made, unit=cast.north, by=stranger, at=NOW)
        assert refusal.value.verdict.codes == ("not_an_addressee",)
    with pytest.raises(PermissionDenied):
        services.acknowledge(made, unit=cast.north, by=cast.wang, at=NOW)
    with pytest.raises(Refused):
        services.acknowledge(made, unit=cast.south, by=cast.zhao, at=NOW)
    services.acknowledge(made, unit=cast.north, by=cast.zhao, at=NOW)
    with pytest.raises(Stale):
        services.acknowledge(made, unit=cast.north, by=cast.zhao, at=NOW)
    receipt = Receipt.objects.everyone().get(document=made, unit=cast.north)
    assert (receipt.acknowledged_by, receipt.acknowledged_at) == (cast.zhao, NOW)
    assert AuditRecord.objects.filter(verb="document.acknowledged", chain=cast.north.code).count() == 1


def test_a_head_of_two_places_speaks_only_where_he_is_head(cast):
    made = quick(cast)
    Posting.objects.create(staff=cast.zhao, unit=cast.south, role="customer_manager")
    fresh = type(cast.zhao).objects.get(pk=cast.zhao.pk)
    assert [receipt.unit for receipt in queries.mine(made, fresh)] == [cast.north]
    with pytest.raises(Refused):
        services.acknowledge(made, unit=cast.south, by=fresh, at=NOW)


def test_who_sees_a_document(cast):
    made = quick(cast, addressees=(cast.north,))
    far = make_staff("9998", "远行", "management", make_unit("BR09", "远城分行", "branch", cast.head_office))
    seen = {
        name
        for name in (
            "wang", "zhao", "qian", "li", "planner", "department", "compliance", "management", "auditor", "admin"
        )
        if Document.objects.visible_to(getattr(cast, name)).filter(pk=made.pk).exists()
    }  # fmt: skip
    assert seen == {"wang", "zhao", "qian", "planner", "department", "compliance", "management", "auditor"}
    assert not Document.objects.visible_to(far).exists()
    assert not queries.receipts(made, cast.li, now=NOW)


def test_receipts_say_who_is_late_and_an_outlet_sees_only_its_own(cast):
    made = quick(cast)
    services.acknowledge(made, unit=cast.north, by=cast.zhao, at=NOW + timedelta(hours=1))
    later = NOW + timedelta(days=3)
    lines = [(line.receipt.unit, line.days) for line in queries.receipts(made, cast.management, now=later)]
    assert lines == [(cast.south, 3), (cast.north, None)]
    assert [line.receipt.unit for line in queries.receipts(made, cast.zhao, now=later)] == [cast.north]


def test_what_waits_comes_first_and_is_counted_in_one_query(cast, django_assert_num_queries):
    old, new = quick(cast, about="1"), quick(cast, about="2")
    services.acknowledge(new, unit=cast.north, by=cast.zhao, at=NOW)
    zhao = type(cast.zhao).objects.get(pk=cast.zhao.pk)
    assert zhao.current_postings
    with django_assert_num_queries(1):
        assert queries.count_for(zhao, NOW) == 1
    assert [one.ref for one in queries.archive(zhao)] == [old.ref, new.ref]
    assert queries.count_for(cast.wang, NOW) == 0
    assert [one.ref for one in queries.archive(zhao, waiting=True)] == [old.ref]


def test_a_template_is_tried_before_it_is_used_and_used_from_then_on(cast):
    changed = spoilt(lambda text: text.replace("印发</w:t>", "印制</w:t>"))
    made = services.upload(changed, note="换用新措辞", by=cast.department, at=NOW)
    assert any("印制" in text for _style, text in made.outline)
    assert queries.in_force() is None
    assert issued(cast, about="1").template is None
    services.activate(made, by=cast.department, at=NOW)
    document = issued(cast, about="2")
    assert document.template == made
    assert document.template_digest == made.digest
    assert "印制".encode() in parts(bytes(document.docx))["word/document.xml"]
    with pytest.raises(Stale):
        services.activate(made, by=cast.department, at=NOW)
    verbs = list(AuditRecord.objects.filter(about="template").order_by("id").values_list("verb", flat=True))
    assert verbs == ["template.uploaded", "template.activated"]


def test_a_template_that_does_not_do_is_refused_in_words_and_not_kept(cast):
    spoiled = spoilt(lambda text: text.replace("{{ 成文日期 }}", "{{ 客户姓名 }}"))
    with pytest.raises(Refused) as refusal:
        services.upload(spoiled, note="试一试看", by=cast.department, at=NOW)
    assert str(refusal.value.verdict) == "模板中有不认识的变量：客户姓名。"
    with pytest.raises(Refused) as refusal:
        services.upload(b"x" * ((bridge.MEGABYTES << 20) + 1), note="试一试看", by=cast.department, at=NOW)
    assert refusal.value.verdict.codes == ("too_big",)
    with pytest.raises(PermissionDenied):
        services.upload(bridge.default_template(), note="试一试看", by=cast.management, at=NOW)
    assert not Template.objects.exists()


def test_a_template_that_fails_at_the_last_refuses_the_issue(cast, monkeypatch):
    def fail(template, content):
        raise bridge.BadTemplate("too_much")

    monkeypatch.setattr(bridge, "fill", fail)
    with pytest.raises(Refused) as refusal:
        issued(cast)
    assert refusal.value.verdict.codes == ("too_much",)
    assert not Document.objects.everyone().exists()
