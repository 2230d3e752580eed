"""The audit log: only those who may read it, in words, newest first, and its verification."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from jiugong_desk.audit import services, triggers
from jiugong_desk.audit.models import AuditRecord
from tests.support.cast import NOW
from tests.support.fingerprint import fingerprint

DIGEST = "0123456789abcdef" * 4


@pytest.fixture
def log(cast):
    """Three records in North and one in South, a day apart."""
    with transaction.atomic():
        for day, (chain, by, verb) in enumerate(
            [("OU01", "1001", "entry.claimed"), ("OU01", "1003", "consent.granted"), ("OU02", "2001", "entry.claimed"),
             ("OU01", "9007", "staff.deactivated")]
        ):  # fmt: skip
            services.record(
                chain=chain, by=by, at=NOW + timedelta(days=day), verb=verb, about="entry", ref="r" * 14,
                facts={"attempts": 2, "digest": DIGEST, "reason": ""},
            )  # fmt: skip
    return cast


def shown(page: str) -> list[str]:
    """Chain and number of each record, as the page lists them."""
    found = re.findall(r'(\w+) <span class="text-secondary">#(\d+)</span>', page)
    return [f"{chain}#{number}" for chain, number in found]


def test_only_the_auditor_reads_it_and_a_refusal_writes_nothing(log, login):
    clients = [login(staff) for staff in (log.wang, log.zhao, log.management, log.steward, log.admin)]
    before = fingerprint()
    for client in clients:
        assert client.get(reverse("audit")).status_code == 403
        assert client.post(reverse("audit_verify")).status_code == 403
    assert fingerprint() == before


def test_newest_first_in_words(log, login):
    page = login(log.auditor).get(reverse("audit")).content.decode()
    assert shown(page) == ["OU01#3", "OU02#1", "OU01#2", "OU01#1"]
    for words in ("停用工号", "领取客户", "登记同意营销", "王晓北(1001)", "已拨次数", "文件指纹"):
        assert words in page
    assert f">{DIGEST[:12]}…<" in page
    assert f'title="{DIGEST}"' in page
    assert "attempts" not in page


@pytest.mark.parametrize(
    ("asked", "records"),
    [
        ({"chain": "OU02"}, ["OU02#1"]),
        ({"verb": "entry.claimed"}, ["OU02#1", "OU01#1"]),
        ({"by": "1003"}, ["OU01#2"]),
        ({"since": "2026-01-08", "until": "2026-01-09"}, ["OU02#1", "OU01#2"]),
        ({"since": "no day"}, ["OU01#3", "OU02#1", "OU01#2", "OU01#1"]),
        ({"chain": "OU09"}, []),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_filters(log, login, asked, records):
    page = login(log.auditor).get(reverse("audit"), asked).content.decode()
    assert shown(page) == records
    assert ("没有符合条件的记录" in page) is (not records)


def test_a_sound_log_is_said_to_be_sound_but_not_twice_a_minute(log, login):
    client = login(log.auditor)
    assert "链条完整" in client.post(reverse("audit_verify")).content.decode()
    again = client.post(reverse("audit_verify"))
    assert again.status_code == 409
    assert "一分钟内刚核验过" in again.content.decode()


def test_a_break_is_named_with_chain_and_number(log, login):
    with connection.cursor() as cursor:
        for statement in triggers.drop_statements(connection.vendor):
            cursor.execute(statement)
    AuditRecord.objects.filter(chain="OU01", number=2).update(by="9999")
    page = login(log.auditor).post(reverse("audit_verify")).content.decode()
    assert 'data-integrity="broken"' in page
    assert re.search(r"链 OU01 自第 2 条起.写入后被改动", page)
