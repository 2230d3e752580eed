"""The way through the pages: from a list's button to the form, to the approver's inbox, to the file."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from jiugong_desk.audiences import exclusions
from jiugong_desk.audiences.services import keep
from jiugong_desk.core.errors import Refused
from jiugong_desk.exports import services
from jiugong_desk.exports.models import ExportFile, ExportRequest
from tests.support import exporting
from tests.support.cast import NOW, make_customer
from tests.support.exporting import REASON, asked, decided, numbers_of, smaller, terms

pytestmark = pytest.mark.django_db
NAME, MOBILE = "鸢尾兰芷", "14099990000"


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


@pytest.fixture
def people(cast):
    return [make_customer(cast.north, cast.wang, name=NAME, mobile=MOBILE) for _ in range(3)]


@pytest.fixture
def found(cast, people):
    return exporting.watch_list(cast, people)


def sent(found, **values):
    given = {"source": "watch", "terms": json.dumps(terms(found)), "purpose": "contact", "reason": REASON}
    return given | values


def test_a_small_list_is_a_file_at_once(cast, found, people, login):
    answer = login(cast.wang).post(reverse("watch_export", args=[found.ref]))
    assert answer.headers["Content-Type"].endswith("sheet")
    assert len(numbers_of(answer.content)) == 3


def test_a_larger_one_opens_the_form_which_says_why(cast, found, login, monkeypatch):
    smaller(monkeypatch, rows_without_approval=2)
    answer = login(cast.wang).post(reverse("watch_export", args=[found.ref]))
    assert answer.status_code == 409
    assert "名单有 3 户，未经审批一次最多导出 2 户。" in answer.text
    assert f'action="{reverse("export_new")}"' in answer.text
    assert "近于门槛" in answer.text
    assert not ExportFile.objects.everyone().exists()


def test_the_form_opens_also_below_the_limit_and_offers_what_ones_post_may(cast, found, login):
    ask = {"ask": "1"}
    page = login(cast.wang).post(reverse("watch_export", args=[found.ref]), ask)
    assert page.status_code == 200
    assert "手机号（明文）" in page.text
    assert "证件号码（明文）" not in page.text
    assert "手机号（明文）" not in login(cast.planner).post(reverse("watch_export", args=[found.ref]), ask).text


def test_what_is_missing_is_said_and_nothing_typed_is_lost(cast, found, login):
    page = login(cast.wang).post(reverse("export_new"), sent(found, purpose="", reason="看", clear=["mobile"]))
    assert page.status_code == 422
    assert "请选择用途。" in page.text
    assert "请写明事由" in page.text
    assert ">\n看</textarea>" in page.text or ">看</textarea>" in page.text
    assert 'value="mobile"' in page.text
    assert "checked" in page.text
    assert not ExportRequest.objects.everyone().exists()


@pytest.mark.parametrize(
    "wrong",
    [{"terms": "{"}, {"terms": "[]"}, {"terms": '{"list": 5}'}, {"source": "nothing"}, {"terms": '{"list": "x"}'}],
)
def test_a_list_that_is_none_is_refused(cast, found, login, wrong):
    answer = login(cast.wang).post(reverse("export_new"), sent(found) | wrong)
    assert answer.status_code == 409
    assert "这份名单已不存在" in answer.text
    assert not ExportRequest.objects.everyone().exists()


def test_the_whole_way(cast, found, people, login):
    wang, head = login(cast.wang), login(cast.zhao)
    answer = wang.post(reverse("export_new"), sent(found))
    made = ExportRequest.objects.everyone().get()
    address = reverse("export_request", args=[made.ref])
    assert (answer.status_code, answer.url) == (303, address)
    assert "下载 .xlsx" not in wang.get(address).text
    inbox = head.get(reverse("approvals"))
    assert "客户名单导出" in inbox.text
    assert "不到 1 小时" in inbox.text
    page = head.get(address)
    assert REASON in page.text
    assert "无，全部遮盖" in page.text
    assert page.context["places"] == [("北门网点", 3)]
    decision = head.post(
        reverse("approval_decide", args=[exporting.approval_of(made).ref]), {"decision": "approve", "comment": ""}
    )
    assert (decision.status_code, decision.url) == (303, address)
    assert "可下载至" in wang.get(address).text
    assert "已下载 0 / 2 次" in wang.get(reverse("exports")).text
    file = wang.post(reverse("export_download", args=[made.ref]))
    assert numbers_of(file.content) == [customer.customer_no for customer in people]
    assert "no-store" in file["Cache-Control"]
    assert "1 / 2 次" in wang.get(address).text
    registered = head.get(reverse("exports")).text
    assert made.title in registered
    assert "经审批" in registered


def test_the_menu_counts_what_waits_to_be_fetched(cast, found, login):
    made = asked(found, cast.wang)
    entry = next(one for one in login(cast.wang).get(reverse("exports")).context["menu"] if one.address == "/exports/")
    assert entry.waiting == 0
    decided(made, cast.zhao)
    entry = next(one for one in login(cast.wang).get(reverse("exports")).context["menu"] if one.address == "/exports/")
    assert entry.waiting == 1
    login(cast.wang).post(reverse("export_download", args=[made.ref]))
    entry = next(one for one in login(cast.wang).get(reverse("exports")).context["menu"] if one.address == "/exports/")
    assert entry.waiting == 0


def test_a_refusal_is_said_on_the_page(cast, found, login):
    made = decided(asked(found, cast.wang), cast.zhao)
    answer = login(cast.zhao).post(reverse("export_download", args=[made.ref]))
    assert answer.status_code == 409
    assert "只有申请人本人可以下载" in answer.text
    assert login(cast.sun).post(reverse("export_download", args=[made.ref])).status_code == 404


def test_one_takes_a_request_back(cast, found, login):
    made, client = asked(found, cast.wang), login(cast.wang)
    page = reverse("export_request", args=[made.ref])
    withdraw = reverse("approval_withdraw", args=[exporting.approval_of(made).ref])
    assert withdraw in client.get(page).text
    assert withdraw not in login(cast.zhao).get(page).text
    assert client.post(withdraw)["Location"] == page
    assert client.post(withdraw).status_code == 409
    assert exporting.again(made).state == "withdrawn"
    assert withdraw not in client.get(page).text


def test_others_files_are_seen_by_who_watches_and_no_name_anywhere(cast, found, login):
    login(cast.wang).post(reverse("watch_export", args=[found.ref]))
    made = asked(found, cast.wang, clear=("name", "mobile"))
    for who, sees in (
        ("wang", True),
        ("zhao", True),
        ("compliance", True),
        ("auditor", True),
        ("sun", False),
        ("li", False),
    ):
        page = login(getattr(cast, who)).get(reverse("exports")).text
        assert ("王晓北" in page.split("<main")[-1]) is sees or who == "wang"
        if sees:
            assert NAME not in login(getattr(cast, who)).get(reverse("export_request", args=[made.ref])).text


def test_who_is_left_alone_by_a_hold_out_is_never_a_file(cast, login):
    """Those who may know look on the page; no step that is a secret leaves the desk, approved or not."""
    audience = keep(
        unit=cast.sub_branch, name="客群", note="", raw=[{"field": "level", "op": "known"}], by=cast.planner, at=NOW
    )
    assert exclusions.seen_by("standing_holdout")
    client = login(cast.planner)
    address = reverse("audience_stopped", args=[audience.ref, "standing_holdout"])
    assert "导出电子表格" not in client.get(address).text
    for body in ({}, {"ask": "1"}):
        answer = client.post(address, body)
        assert answer.status_code == 409
        assert "这一步的名单不得导出" in answer.text
    hidden = {"audience": audience.ref, "step": "standing_holdout", "on": "2026-01-07"}
    given = {"source": "stopped", "terms": json.dumps(hidden), "purpose": "contact", "reason": REASON}
    assert client.post(reverse("export_new"), given).status_code == 409
    assert not ExportRequest.objects.everyone().exists()
    assert not ExportFile.objects.everyone().exists()


def test_faulty_rows_of_anothers_file_count_and_of_ones_own_do_not(cast, monkeypatch):
    """The uploader has had the rows anyway."""

    smaller(monkeypatch, rows_without_approval=2, rows_per_day=2)
    given = {"title": "批次1 错误行", "rows": 3, "clear": True, "at": NOW}
    services.note("import_faults", free=True, by=cast.steward, **given)
    with pytest.raises(Refused, match="over_file"):
        services.note("import_faults", free=False, by=cast.steward, **given)
    assert ExportFile.objects.everyone().get().rows_taken == 3


def test_whoever_decides_on_a_list_reads_what_it_is_and_of_no_customer(cast, found, login):
    made = asked(found, cast.wang, clear=("name", "mobile"))
    page = login(cast.compliance).get(reverse("approval", args=[exporting.approval_of(made).ref]))
    said = {str(label): text for label, text in page.context["summary"]}
    assert (
        said.items()
        >= {"用途": "联系客户前的准备", "事由": REASON, "户数": "3", "明文": "姓名（明文）、手机号（明文）"}.items()
    )
    assert NAME not in page.text
    assert MOBILE not in page.text
