"""Recording wishes from the customer page: strangers, wrong posts, then what each form does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.consent import services
from jiugong_desk.consent.models import Complaint, ConsentRecord, Contact, DoNotCall
from tests.support.cast import NOW, make_customer

WITHDRAW = {"channel": "call", "granted": "no"}
GRANT = {"channel": "call", "granted": "yes", "text_version": "v3", "evidence": "签署单 A12"}
ACTIONS = [("consent_record", WITHDRAW), ("consent_stop", {}), ("complaint_open", {})]


@pytest.fixture
def customer(cast):
    return make_customer(cast.north, cast.wang)


def post(client, route, ref, data=None, **more):
    return client.post(reverse(route, args=[ref]), data or {}, **more)


def nothing_was_written():
    return (
        ConsentRecord.objects.count() == 1
        and not DoNotCall.objects.exists()
        and not AuditRecord.objects.exists()
        and not Complaint.objects.everyone().filter(settled_at__isnull=False).exists()
    )


@pytest.mark.parametrize(("route", "data"), ACTIONS)
def test_strangers_get_404_and_wrong_posts_403_and_nothing_is_written(cast, customer, login, route, data):
    for stranger in (cast.li, cast.sun, cast.qian, cast.admin):
        assert post(login(stranger), route, customer.ref, data).status_code == 404
    for reader in (cast.auditor, cast.management, cast.steward):
        assert post(login(reader), route, customer.ref, data).status_code == 403
    assert login(cast.wang).get(reverse(route, args=[customer.ref])).status_code == 405
    assert not Complaint.objects.everyone().exists()
    assert nothing_was_written()


def test_settling_is_hidden_from_strangers_and_refused_to_managers(cast, customer, login):
    complaint = services.open_complaint(customer, source_ref="", by=cast.wang, at=NOW, audit=False)
    data = {"resolution": "已向客户致歉"}
    assert post(login(cast.li), "complaint_settle", complaint.ref, data).status_code == 404
    assert post(login(cast.wang), "complaint_settle", complaint.ref, data).status_code == 403
    assert post(login(cast.auditor), "complaint_settle", complaint.ref, data).status_code == 403
    assert nothing_was_written()


def test_withdrawing_is_one_click(cast, customer, login):
    answer = post(login(cast.wang), "consent_record", customer.ref, WITHDRAW)
    assert (answer.status_code, answer.url) == (303, reverse("customer", args=[customer.ref]))
    newest = customer.consents.first()
    assert (newest.granted, newest.by, newest.evidence) == (False, cast.wang, "客户要求")
    text = login(cast.wang).get(answer.url).text
    assert "没有客户同意电话营销的有效记录" in text
    assert "谁可解除：客户本人" in text


@pytest.mark.parametrize("missing", ["text_version", "evidence", "channel", "granted"])
def test_giving_consent_needs_text_and_evidence(cast, customer, login, missing):
    answer = post(login(cast.wang), "consent_record", customer.ref, GRANT | {missing: ""}, follow=True)
    assert answer.context["messages"]
    assert nothing_was_written()


def test_giving_consent_keeps_version_and_evidence(cast, login):
    silent = make_customer(cast.north, cast.wang, consent=False)
    post(login(cast.zhao), "consent_record", silent.ref, GRANT)
    entry = silent.consents.get()
    assert (entry.granted, entry.text_version, entry.evidence, entry.by) == (True, "v3", "签署单 A12", cast.zhao)


def test_do_not_call_and_complaint_show_in_header_and_panel(cast, customer, login):
    client = login(cast.wang)
    post(client, "consent_stop", customer.ref)
    text = post(client, "complaint_open", customer.ref, follow=True).text
    for words in (
        "勿扰",
        "勿扰：不作营销",
        "投诉中",
        "客户已要求勿再致电。",
        "客户有未办结的投诉。",
        "要求勿再致电",
        "提出投诉",
    ):
        assert words in text
    assert reverse("consent_stop", args=[customer.ref]) not in text
    assert "登记同意" not in text  # nobody asks again after a final refusal


def test_the_head_settles_a_complaint_with_its_outcome(cast, customer, login):
    complaint = services.open_complaint(customer, source_ref="", by=cast.wang, at=NOW)
    client = login(cast.zhao)
    post(client, "complaint_settle", complaint.ref, {"resolution": "行"})
    assert Complaint.objects.everyone().get().settled_at is None
    post(client, "complaint_settle", complaint.ref, {"resolution": "已向客户致歉"})
    settled = Complaint.objects.everyone().get()
    assert (settled.resolution, settled.settled_by) == ("已向客户致歉", cast.zhao)
    assert post(client, "complaint_settle", complaint.ref, {"resolution": "已向客户致歉"}).status_code == 409
    assert [record.verb for record in AuditRecord.objects.all()] == ["complaint.settled", "complaint.opened"]
    assert "致歉" not in AuditRecord.objects.first().facts


def test_readers_see_the_wishes_without_the_forms(cast, customer, login):
    text = login(cast.auditor).get(reverse("customer", args=[customer.ref])).text
    assert "营销意愿" in text
    assert "可列入名单" in text
    for form in ("consent_record", "consent_stop", "complaint_open"):
        assert reverse(form, args=[customer.ref]) not in text


# Contacts that staff make themselves


@pytest.fixture
def agreeing(cast, settings):
    """Somebody who agreed to messages too; on a Wednesday morning."""
    settings.CLOCK_OFFSET_SECONDS = int((NOW - timezone.now()).total_seconds())
    customer = make_customer(cast.north, cast.wang)
    for channel in ("sms", "wecom"):
        ConsentRecord.objects.create(
            customer=customer, channel=channel, granted=True, text_version="v1", evidence="柜面", at=NOW
        )
    return customer


def note(client, customer, channel="wecom", about="marketing"):
    return post(client, "contact_note", customer.ref, {"channel": channel, "about": about}, follow=True)


def test_strangers_get_404_and_readers_403_and_no_contact_is_noted(cast, agreeing, login):
    data = {"channel": "wecom", "about": "marketing"}
    for stranger in (cast.li, cast.sun, cast.qian, cast.admin):
        assert post(login(stranger), "contact_note", agreeing.ref, data).status_code == 404
    for reader in (cast.auditor, cast.management, cast.steward):
        assert post(login(reader), "contact_note", agreeing.ref, data).status_code == 403
    assert login(cast.wang).get(reverse("contact_note", args=[agreeing.ref])).status_code == 405
    assert not Contact.objects.exists()
    assert not AuditRecord.objects.exists()


def test_a_noted_contact_is_counted_and_shown_with_who_made_it(cast, agreeing, login):
    client = login(cast.wang)
    before = client.get(reverse("customer", args=[agreeing.ref])).text
    assert "30 天内还可营销 4/4 次" in before
    assert "还没有联系过" in before
    text = note(client, agreeing).text
    assert "已登记，现在可以联系客户。" in text
    assert "30 天内还可营销 3/4 次" in text
    assert "企业微信 · 营销" in text
    made = Contact.objects.get()
    assert (made.channel, made.kind, made.subject, made.reached) == ("wecom", "marketing", "", True)
    assert (made.by, made.at - NOW < timedelta(minutes=1)) == (cast.wang, True)
    record = AuditRecord.objects.get()
    assert (record.verb, record.about_ref, record.by) == ("contact.noted", agreeing.ref, "1001")


def test_a_cap_that_is_used_up_is_told_with_its_end_and_nothing_is_written(cast, agreeing, login):
    client = login(cast.wang)
    note(client, agreeing, "sms")
    note(client, agreeing, "wecom")
    text = note(client, agreeing, "wecom").text
    assert "最近 7 天内，各渠道营销联系合计已达 2 次。" in text
    assert "2026-01-14 10:30 以后可再联系。" in text
    assert "谁可解除：到时自动解除" in text
    assert Contact.objects.count() == AuditRecord.objects.count() == 2
    assert "已登记，现在可以联系客户。" in note(client, agreeing, "wecom", "maturity").text
    assert Contact.objects.filter(kind="service", subject="maturity").count() == 1


def test_without_consent_to_the_channel_there_is_no_marketing_but_service(cast, agreeing, customer, login):
    client = login(cast.wang)
    assert "没有客户同意企业微信营销的有效记录。" in note(client, customer, "wecom").text
    assert not Contact.objects.exists()
    note(client, customer, "wecom", "request")
    assert Contact.objects.get().kind == "service"


def test_marketing_calls_are_not_noted_here(cast, agreeing, login):
    client = login(cast.wang)
    assert "营销电话不在这里登记。" in note(client, agreeing, "call").text
    assert not Contact.objects.exists()
    note(client, agreeing, "call", "security")
    assert Contact.objects.get().subject == "security"


@pytest.mark.parametrize("data", [{}, {"channel": "fax", "about": "marketing"}, {"channel": "sms", "about": "gift"}])
def test_a_contact_without_channel_or_subject_is_not_noted(cast, agreeing, login, data):
    answer = post(login(cast.wang), "contact_note", agreeing.ref, data, follow=True)
    assert "请从列表中选择。" in answer.text
    assert not Contact.objects.exists()


def test_readers_see_the_contacts_without_the_form(cast, agreeing, login):
    note(login(cast.wang), agreeing, "sms")
    text = login(cast.auditor).get(reverse("customer", args=[agreeing.ref])).text
    assert "短信 · 营销" in text
    assert reverse("contact_note", args=[agreeing.ref]) not in text
