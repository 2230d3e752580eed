"""Who may not see or do it, first; then the way of a report from the progress page to the signature."""

from __future__ import annotations

from datetime import date

import pytest

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core import clock
from jiugong_desk.evaluation import documents, services
from jiugong_desk.evaluation.models import Report
from tests.support.cast import make_staff, make_unit
from tests.support.worked import at

NOW = at(11, 9)
TENTH = date(2026, 1, 10)
KINDS = ("bulletin", "ten_day")


@pytest.fixture(autouse=True)
def _eleventh_of_january(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def stranger(cast):
    """Head of a sub-branch that has no part in the campaign."""
    return make_staff("8001", "外人", "management", make_unit("SB09", "城西支行", "sub_branch", cast.branch))


@pytest.fixture
def drafts(cast, worked, warehouse):
    return {
        kind: services.make_report(worked, kind=kind, period_end=TENTH, by=cast.department, at=NOW) for kind in KINDS
    }


@pytest.fixture
def issued(cast, drafts):
    services.decide_report(drafts["ten_day"], decision="continue", by=cast.department, at=NOW)
    for report in drafts.values():
        services.issue(report, by=cast.management, at=NOW)
    return drafts


def state_of_everything():
    return list(Report.objects.everyone().order_by("pk").values()), AuditRecord.objects.count()


PAGES = ("/reports/{ref}/", "/reports/{ref}/pdf/")
DEEDS = {
    "/reports/{ref}/comments/": {"version": 1, "highlights": "好"},
    "/reports/{ref}/decision/": {"version": 1, "decision": "pause"},
    "/reports/{ref}/issue/": {"version": 1},
}


def test_to_a_stranger_no_report_exists_and_nothing_is_written(login, stranger, drafts):
    client = login(stranger)
    before = state_of_everything()
    for report in drafts.values():
        for page in PAGES:
            assert client.get(page.format(ref=report.ref)).status_code == 404
        for deed, values in DEEDS.items():
            assert client.post(deed.format(ref=report.ref), values).status_code == 404
        campaign = report.campaign.ref
    assert client.get(f"/reports/campaign/{campaign}/").status_code == 404
    assert (
        client.post(f"/reports/campaign/{campaign}/make/", {"kind": "bulletin", "period_end": TENTH}).status_code == 404
    )
    assert report.ref not in client.get("/reports/").content.decode()
    assert state_of_everything() == before


@pytest.mark.parametrize("who", ["wang", "zhao", "planner", "compliance", "auditor"])
def test_a_draft_exists_only_for_who_writes_or_signs_it(cast, login, drafts, who):
    client = login(getattr(cast, who))
    for report in drafts.values():
        for page in PAGES:
            assert client.get(page.format(ref=report.ref)).status_code == 404
        assert report.ref not in client.get("/reports/").content.decode()


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("wang", {"bulletin"}), ("li", {"bulletin"}), ("zhao", {"bulletin"}), ("planner", set(KINDS)),
        ("department", set(KINDS)), ("compliance", set(KINDS)), ("management", set(KINDS)), ("auditor", set(KINDS)),
        ("sun", set()),
    ],
)  # fmt: skip
def test_who_reads_what_once_it_is_issued_on_the_page_and_as_a_document(cast, login, issued, who, seen, monkeypatch):
    """Sun takes no part in the campaign; those who do read the bulletin only."""
    monkeypatch.setattr(documents, "pdf", lambda report: b"%PDF")  # what is in it: test_documents
    client = login(getattr(cast, who))
    for kind, report in issued.items():
        for page in PAGES:
            assert client.get(page.format(ref=report.ref)).status_code == (200 if kind in seen else 404)


@pytest.mark.parametrize("who", ["steward", "admin", "qian"])
def test_posts_without_reports_may_not_enter_the_room(cast, login, issued, who):
    client = login(getattr(cast, who))
    assert client.get("/reports/").status_code == 403
    assert client.get(f"/reports/{issued['bulletin'].ref}/").status_code == 404


@pytest.mark.parametrize(
    ("who", "deeds"), [("management", ("comments", "decision")), ("department", ("issue",))]
)  # fmt: skip
def test_the_signer_does_not_write_and_the_writer_does_not_sign(cast, login, drafts, who, deeds):
    client, report = login(getattr(cast, who)), drafts["ten_day"]
    before = state_of_everything()
    for deed in deeds:
        address = f"/reports/{report.ref}/{deed}/"
        values = next(values for page, values in DEEDS.items() if page.endswith(f"/{deed}/"))
        assert client.post(address, values).status_code == 403
    assert state_of_everything() == before


@pytest.mark.parametrize(
    ("who", "status"), [("wang", 403), ("planner", 200), ("zhao", 200), ("sun", 404), ("department", 200)]
)
def test_who_may_follow_the_progress(cast, login, worked, who, status):
    assert login(getattr(cast, who)).get(f"/reports/campaign/{worked.ref}/").status_code == status


def test_only_the_department_makes_reports(cast, login, worked, warehouse):
    for who in ("management", "compliance", "auditor", "zhao"):
        answer = login(getattr(cast, who)).post(
            f"/reports/campaign/{worked.ref}/make/", {"kind": "bulletin", "period_end": TENTH}
        )
        assert answer.status_code == 403
    assert not Report.objects.everyone().exists()


def test_nobody_reads_without_signing_in(client, drafts):
    for page in ("/reports/", f"/reports/{drafts['bulletin'].ref}/", f"/reports/{drafts['bulletin'].ref}/pdf/"):
        answer = client.get(page)
        assert answer.status_code == 302
        assert answer.url.startswith("/login/")


def test_a_head_follows_the_own_outlet_only(cast, login, worked):
    page = login(cast.zhao).get(f"/reports/campaign/{worked.ref}/").content.decode()
    assert "北门网点" in page
    assert "南门网点" not in page
    assert cast.li.name not in page
    assert "以下只含您所辖网点的客户" in page
    whole = login(cast.department).get(f"/reports/campaign/{worked.ref}/").content.decode()
    assert "南门网点" in whole
    assert "以下只含您所辖网点的客户" not in whole


def test_a_final_report_is_offered_once_the_campaign_is_over(cast, login, worked):
    address, option = f"/reports/campaign/{worked.ref}/", '<option value="final">'
    client = login(cast.department)
    assert option not in client.get(address).content.decode()
    type(worked).objects.everyone().update(state="closed")
    assert option in client.get(address).content.decode()


def test_the_figures_come_alone_for_htmx(cast, login, worked):
    answer = login(cast.department).get(f"/reports/campaign/{worked.ref}/", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "chart-funnel" in page
    assert "<html" not in page


def test_the_way_of_an_evaluation_from_the_progress_page_to_the_signature(cast, login, worked, warehouse):
    department, management = login(cast.department), login(cast.management)
    answer = department.post(f"/reports/campaign/{worked.ref}/make/", {"kind": "ten_day", "period_end": TENTH})
    assert answer.status_code == 303
    page = department.get(answer.url).content.decode()
    report = Report.objects.everyone().get()
    assert "办结 52.5% · 时间进度 31.8%" in page
    assert cast.wang.name in page
    version = report.version
    words = {"version": version, "highlights": "北门做法好", "problems": "", "next_steps": "<b>继续</b>"}
    assert department.post(f"/reports/{report.ref}/comments/", words).status_code == 303
    late = department.post(f"/reports/{report.ref}/comments/", words)
    assert late.status_code == 409  # the second tab still shows the first version
    assert (
        department.post(
            f"/reports/{report.ref}/decision/", {"version": version + 1, "decision": "continue"}
        ).status_code
        == 303
    )
    unseen = management.post(f"/reports/{report.ref}/issue/", {"version": version})
    assert unseen.status_code == 409
    assert management.post(f"/reports/{report.ref}/issue/", {"version": version + 2}).status_code == 303
    report.refresh_from_db()
    assert (report.state, report.issued_by) == ("issued", cast.management)
    page = management.get(f"/reports/{report.ref}/").content.decode()
    assert "&lt;b&gt;继续&lt;/b&gt;" in page
    assert report.digest in page
    assert "签发时的摘要不一致" not in page


def test_an_incomplete_form_says_what_is_missing_and_writes_nothing(cast, login, drafts):
    before = state_of_everything()
    client = login(cast.department)
    campaign = drafts["bulletin"].campaign.ref
    assert (
        client.post(f"/reports/campaign/{campaign}/make/", {"kind": "bulletin", "period_end": "soon"}).status_code
        == 422
    )
    answer = client.post(f"/reports/{drafts['ten_day'].ref}/decision/", {"version": 1, "decision": "dance"})
    assert answer.status_code == 422
    assert "处置决定" in answer.content.decode()
    assert client.get(f"/reports/{drafts['ten_day'].ref}/issue/").status_code == 405
    assert state_of_everything() == before


def test_a_changed_report_says_so_to_every_reader(cast, login, issued):
    report = issued["bulletin"]
    report.figures["execution"]["done"] += 1
    report.save()
    assert "签发时的摘要不一致" in login(cast.zhao).get(f"/reports/{report.ref}/").content.decode()


def test_the_corrected_report_points_to_the_new_one(cast, login, issued, worked):
    again = services.make_report(worked, kind="bulletin", period_end=TENTH, by=cast.department, at=NOW)
    services.issue(again, by=cast.management, at=NOW)
    client = login(cast.wang)
    assert f"/reports/{again.ref}/" in client.get(f"/reports/{issued['bulletin'].ref}/").content.decode()
    assert "更正并替代第 1 期" in client.get(f"/reports/{again.ref}/").content.decode()


def test_the_document_comes_as_a_pdf_whose_name_tells_no_customer(cast, login, issued):
    answer = login(cast.zhao).get(f"/reports/{issued['bulletin'].ref}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert issued["bulletin"].ref in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"


def test_pages_read_in_english(cast, login, issued):
    client = login(cast.department)
    client.post("/language/", {"language": "en", "next": "/reports/"})
    for report in issued.values():
        page = client.get(f"/reports/{report.ref}/").content.decode()
        assert "Was the plan carried out?" in page
        assert "营销漏斗" not in page
