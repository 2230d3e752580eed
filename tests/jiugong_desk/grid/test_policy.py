"""Versions of the policy's bands and values: four eyes, what would move before it is approved, in force on its day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.approvals import services as approvals
from jiugong_desk.approvals.models import Approval
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core import clock
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.customers import policies
from jiugong_desk.customers.models import Customer, Move
from jiugong_desk.customers.services import load_snapshot
from jiugong_desk.grid import bridge, services
from jiugong_desk.jobs.models import Job
from jiugong_desk.jobs.worker import Worker
from jiugong_desk.organisation.bridge import policy, written
from jiugong_desk.organisation.models import PolicyVersion
from jiugong_desk.organisation.policies import of_version, policy_labelled, policy_on
from tests.support import plans
from tests.support.bank_tables import balance, make_snapshot, person
from tests.support.cast import NOW, make_staff

DECEMBER, FEBRUARY = date(2025, 12, 31), date(2026, 2, 28)
STARTS = date(2026, 2, 1)
LOWER = written().replace("[50000, 500000]", "[45000, 500000]")


@pytest.fixture
def snapshot(tmp_path):
    """46,000 twice (one in South), 10,000 and 60,000; the second in North has no known income."""
    return make_snapshot(
        tmp_path, DECEMBER,
        customers=[person(1), person(2, branch_id="OU02", manager_id="2001"), person(3), person(4, annual_income=None)],
        balances=[balance(1, "46000.00"), balance(2, "46000.00"), balance(3, "10000.00"), balance(4, "60000.00")],
    )  # fmt: skip


@pytest.fixture
def warehouse(snapshot, monkeypatch):
    monkeypatch.setattr(bridge, "newest_snapshot", lambda: snapshot)


def drafted(by, **values):
    given = {"version": "2026-02", "effective_from": STARTS, "text": LOWER, "note": "门槛调低"} | values
    return services.draft(**given, by=by, at=NOW)


@pytest.fixture
def draft(cast, warehouse):
    return drafted(cast.planner)


def approved(cast, found):
    services.preview(found, by=found.drafted_by, at=NOW)
    plans.decide("policy", found, by=cast.management)
    return found


def work():
    Worker(now=lambda: NOW, machine=clock.machine_now, name="test", pulse=False).run(until_idle=True)


def codes(refusal):
    return refusal.value.verdict.codes


def test_who_may_not_draft_preview_or_decide_writes_nothing(cast, draft, login):
    before = AuditRecord.objects.count()
    for by in (cast.wang, cast.auditor, cast.admin, cast.steward, cast.compliance):
        with pytest.raises(PermissionDenied):
            drafted(by, version="x")
        with pytest.raises(PermissionDenied):
            services.preview(draft, by=by, at=NOW)
    services.preview(draft, by=cast.planner, at=NOW)
    before = AuditRecord.objects.count()
    for by in (cast.planner, cast.wang, cast.auditor, cast.admin, cast.steward, cast.compliance):
        with pytest.raises(PermissionDenied):
            plans.decide("policy", draft, by=by)
    for nobody in (cast.wang, cast.qian, cast.admin):
        assert login(nobody).get(reverse("policy_versions")).status_code == 403
        assert login(nobody).get(reverse("policy_version", args=[draft.ref])).status_code == 403
    assert (PolicyVersion.objects.count(), AuditRecord.objects.count()) == (1, before)


def test_nobody_approves_his_own_not_even_with_another_login(cast, warehouse):
    found = drafted(cast.management)
    services.preview(found, by=cast.management, at=NOW)
    again = make_staff("9104", "冯行", "management", cast.branch, person_key=cast.management.person_key)
    for same in (cast.management, again):
        with pytest.raises(Refused) as refusal:
            plans.decide("policy", found, by=same)
        assert codes(refusal) == ("own_work",)
    found.refresh_from_db()
    assert found.state == "draft"


def test_nobody_approves_what_nobody_has_previewed(cast, draft):
    with pytest.raises(Approval.DoesNotExist):
        plans.decide("policy", draft, by=cast.management)
    services.preview(draft, by=cast.planner, at=NOW)
    seen = waiting.open_for("policy", draft.ref)
    old = draft.digest
    services.edit(draft, effective_from=STARTS, text=LOWER + "# 再改\n", note="", digest=old, by=cast.planner, at=NOW)
    with pytest.raises(Stale):
        approvals.decide(seen, approve=True, comment="", by=cast.management, at=NOW)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_what_was_changed_meanwhile_is_not_approved(cast, draft):
    services.preview(draft, by=cast.planner, at=NOW)
    PolicyVersion.objects.filter(pk=draft.pk).update(digest="changed by other means")
    with pytest.raises(Stale):
        plans.decide("policy", draft, by=cast.management)
    with pytest.raises(Stale):
        services.edit(draft, effective_from=STARTS, text=LOWER, note="", digest="another", by=cast.planner, at=NOW)


@pytest.mark.parametrize(
    "changed", [{"effective_from": date(2026, 1, 20)}, {"note": "偷改"}, {"text": LOWER + "# 再改\n"}]
)
def test_an_approval_binds_the_day_and_the_note_as_well(cast, draft, changed):
    services.preview(draft, by=cast.planner, at=NOW)
    shown, seen = draft.digest, waiting.open_for("policy", draft.ref)
    kept = {"effective_from": STARTS, "text": LOWER, "note": "门槛调低"}
    services.edit(draft, **(kept | changed), digest=shown, by=cast.planner, at=NOW)
    services.preview(draft, by=cast.planner, at=NOW)
    with pytest.raises(Stale):
        approvals.decide(seen, approve=True, comment="", by=cast.management, at=NOW)
    plans.decide("policy", draft, by=cast.management)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"version": "2026-01"}, "version_taken"),
        ({"version": "二月"}, "plain_version"),
        ({"effective_from": date(2026, 1, 6)}, "past"),
        ({"text": LOWER.replace("45000", "900000")}, "wrong_policy"),
        ({"text": LOWER + "[calling]\nelderly_age = 50\n"}, "wrong_policy"),
        ({"text": "[grid"}, "wrong_policy"),
    ],
)
def test_a_draft_that_could_not_hold_is_refused(cast, values, code):
    with pytest.raises(Refused) as refusal:
        drafted(cast.planner, **values)
    assert codes(refusal) == (code,)
    assert not PolicyVersion.objects.exists()


def test_only_the_drafter_edits(cast, draft):
    with pytest.raises(Refused) as refusal:
        services.edit(
            draft, effective_from=STARTS, text=LOWER, note="", digest=draft.digest, by=cast.management, at=NOW
        )
    assert codes(refusal) == ("not_yours",)


def test_the_preview_counts_who_would_move_by_unit(cast, draft):
    services.preview(draft, by=cast.planner, at=NOW)
    moved = [flow for flow in draft.preview["flows"] if flow["before"] != flow["after"]]
    assert [(flow["unit"], flow["before"], flow["after"], flow["customers"], flow["examples"]) for flow in moved] == [
        ("OU01", [2, 1, 4], [2, 2, 5], 1, ["K00001"]), ("OU02", [2, 1, 4], [2, 2, 5], 1, ["K00002"]),
    ]  # fmt: skip
    assert sum(flow["customers"] for flow in draft.preview["flows"]) == 4
    assert not Customer.objects.everyone().exists()  # nothing is loaded by looking


def test_the_page_shows_matrix_units_and_those_examples_that_one_may_see(cast, draft, snapshot, login):
    load_snapshot(snapshot, by=cast.steward, at=NOW)
    services.preview(draft, by=cast.planner, at=NOW)
    page = login(cast.management).get(
        reverse("policy_version", args=[draft.ref]), {"before": "2.1.4", "after": "2.2.5"}
    )
    found = page.context["preview"]
    assert (found.total, found.moved, found.up, found.down) == (4, 2, 2, 0)
    assert {name: (total, moved) for name, total, moved in found.units} == {"北门网点": (3, 1), "南门网点": (1, 1)}
    assert [customer.customer_no for customer in page.context["examples"]] == ["K00001", "K00002"]
    assert "4 户中有 2 户换格" in page.text
    north = login(cast.management).get(reverse("policy_version", args=[draft.ref]), {"unit": "OU01"})
    assert north.context["preview"].total == 3


def test_an_approved_version_holds_from_its_day_and_for_the_next_load(cast, draft, snapshot, tmp_path):
    load_snapshot(snapshot, by=cast.steward, at=NOW)
    approved(cast, draft)
    assert policy_on(date(2026, 1, 31)) is policy()
    assert policy_on(STARTS).grid.asset_bands == (Decimal(45000), Decimal(500000))
    assert policies.grid() == policy().grid  # customers stand where the old bands put them
    later = make_snapshot(
        tmp_path / "later", FEBRUARY, customers=[person(1), person(3)],
        balances=[balance(1, "46000.00", month=date(2026, 2, 1)), balance(3, "46000.00", month=date(2026, 2, 1))],
    )  # fmt: skip
    load_snapshot(later, by=cast.steward, at=NOW)
    first = Customer.objects.everyone().get(customer_no="K00001")
    assert (first.asset_band, first.level, first.policy_version) == (2, 5, "default@2026-02")
    assert policies.grid().asset_bands[0] == 45000
    whys = dict(Move.objects.everyone().values_list("customer__customer_no", "why"))
    assert (whys["K00001"], whys["K00003"]) == ("policy", "assets")
    assert policy_labelled("default@2026-01") is policy()
    assert policy_labelled("unheard@of") is policy()


def test_a_dropped_draft_never_holds_and_says_why(cast, draft):
    services.preview(draft, by=cast.planner, at=NOW)
    with pytest.raises(Refused) as refusal:
        plans.decide("policy", draft, approve=False, comment="", by=cast.management)
    assert codes(refusal) == ("reason_needed",)
    seen = plans.decide("policy", draft, approve=False, comment="暂不调整", by=cast.management)
    assert (policy_on(date(2027, 1, 1)), draft.comment) == (policy(), "暂不调整")
    with pytest.raises(Stale):
        approvals.decide(seen, approve=True, comment="", by=cast.management, at=NOW)


def test_a_day_that_has_passed_meanwhile_is_not_approved(cast, draft):
    services.preview(draft, by=cast.planner, at=NOW)
    with pytest.raises(Refused) as refusal:
        plans.decide("policy", draft, by=cast.management, at=NOW + timedelta(days=400))
    assert codes(refusal) == ("past",)


def test_each_step_leaves_one_record(cast, draft):
    approved(cast, draft)
    assert list(AuditRecord.objects.order_by("number").values_list("verb", flat=True)) == [
        "policy.drafted", "approval.asked", "policy.previewed", "policy.approved", "approval.approved",
    ]  # fmt: skip


def test_the_whole_way_in_the_pages_keeps_the_text_as_it_was_uploaded(cast, warehouse, login):
    planner, management = login(cast.planner), login(cast.management)
    assert "asset_bands = [50000, 500000]" in planner.get(reverse("policy_new")).text
    text = LOWER + "# 会议纪要〔2026〕3 号\n"
    file = SimpleUploadedFile("标准.toml", text.encode())
    sent = {"version": "2027-01", "effective_from": "2027-01-01", "note": "门槛", "text": "", "file": file}
    answer = planner.post(reverse("policy_new"), sent)
    assert answer.status_code == 303
    found = PolicyVersion.objects.get()
    assert found.text == text
    assert planner.post(reverse("policy_preview", args=[found.ref])).status_code == 303
    assert "排队中" in planner.get(reverse("policy_progress", args=[found.ref])).text
    assert not management.get(reverse("policy_version", args=[found.ref])).context["preview"]
    work()
    page = management.get(reverse("policy_version", args=[found.ref]))
    decide = reverse("approval_decide", args=[waiting.open_for("policy", found.ref).ref])
    assert decide in page.text
    assert decide not in planner.get(reverse("policy_version", args=[found.ref])).text
    said = management.get(reverse("approval", args=[waiting.open_for("policy", found.ref).ref])).context["summary"]
    assert [text for _label, text in said] == ["2027-01", "2027-01-01", "门槛", found.text]
    assert management.post(decide, {}).status_code == 422
    assert management.post(decide, {"decision": "approve", "comment": "同意"}).status_code == 303
    assert "已批准" in planner.get(reverse("policy_versions")).text


def test_a_wrong_form_is_said_beside_its_field_and_nothing_is_lost(cast, login):
    client = login(cast.planner)
    sent = {"version": "2027-01", "effective_from": "2027-01-01", "note": "门槛", "text": LOWER.replace("45000", "'x'")}
    answer = client.post(reverse("policy_new"), sent)
    assert answer.status_code == 422
    assert "grid.asset_bands" in answer.text
    assert "门槛" in answer.text
    gbk = SimpleUploadedFile("a.toml", "[grid] # 门槛".encode("gbk"))
    assert "不是 UTF-8" in client.post(reverse("policy_new"), sent | {"file": gbk}).text
    assert not PolicyVersion.objects.exists()


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("45000, 500000", "500000, 45000", "grid.asset_bands 须大于 0 并由小到大排列，现为 [500000, 45000]"),
        ("[0.80, 0.90, 0.95]", "[0.80]", "value.yearly_retention 须有 3 个，每个资产档一个，现为 1"),
        ('"普通", ', "", "grid.asset_names 须有 3 个，每个资产档一个，现为 2"),
        ("horizon_years = 5", "horizon_years = 99", "value.horizon_years 须为 1 至 50 年，现为 99"),
        ("horizon_years = 5", "horizon_years = 2.5", "value.horizon_years 须为整数，现为 2.5"),
        ("demand = 0.018", "demand = 18", "value.margin.demand 须为年率的小数，例如 5% 写成 0.05，现为 18"),
        ("horizon_years = 5", "years = 5", "没有 value.years 这一项"),
        ("moves_prior", "# moves_prior", "缺少 value.moves_prior"),
        ("[value.margin]", "[calling]\n[value.margin]", "calling 不能在这里修改"),
        ("[grid]", "[grid", "不是合法的 TOML 文本"),
        ('"month_average"', '"weekly"', "grid.asset_measure"),  # what has no Chinese stays as the library says it
    ],
)
def test_what_is_wrong_in_the_text_is_said_in_chinese(cast, was, now, said):
    assert was in LOWER
    with pytest.raises(Refused) as refusal:
        drafted(cast.planner, text=LOWER.replace(was, now, 1))
    assert said in str(refusal.value.verdict)


def filled(client, address, **changed):
    """What a browser would send: every field of the form as it is shown, and the changes."""
    form = client.get(address).context["form"]
    return {"way": "fields"} | {field.name: field.value() or "" for field in form} | changed


def test_the_form_writes_the_text_that_holds_the_same(cast, login):
    client, address = login(cast.planner), reverse("policy_new")
    head = {"version": "2027-01", "effective_from": "2027-01-01", "note": "门槛"}
    assert client.post(address, filled(client, address, **head)).status_code == 303
    found = PolicyVersion.objects.get()
    same = of_version(found)
    assert (same.grid, same.value) == (policy().grid, policy().value)
    edit = reverse("policy_edit", args=[found.ref])
    given = {
        "asset_bands": "45,000\n500,000",
        "asset_names": '普通、"银"，\\沃德',
        "discount_rate": "4.5",
        "margin_time": "0.65",
    }
    assert client.post(edit, filled(client, edit, **given)).status_code == 303
    found.refresh_from_db()
    changed = of_version(found)
    assert changed.grid.asset_bands == (Decimal(45000), Decimal(500000))
    assert changed.grid.asset_names == ("普通", '"银"', "\\沃德")
    assert (changed.value.discount_rate, changed.value.margin["time"]) == (Decimal("0.045"), Decimal("0.0065"))
    assert changed.grid.excluded_status == policy().grid.excluded_status  # what the form does not ask for
    stale = client.post(edit, filled(client, edit, digest="another"))
    assert stale.status_code == 422
    assert "草稿已被修改或已决定" in stale.text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("version", "", "请填写版本号，例如 2026-07。"),
        ("asset_bands", "500000\n50000", "须大于 0 并由小到大排列，现为 500000、50000。"),
        ("income_bands", "0\n5", "须大于 0 并由小到大排列，现为 0、5。"),
        ("asset_bands", "五万", "“五万”不是数字"),
        ("asset_bands", "", "必填"),
        ("asset_names", "普通\n沃德", "资产门槛有 2 个，分成 3 档，这里也须是 3 个，现为 2 个。"),
        ("yearly_retention", "80", "现为 1 个。"),
        ("yearly_retention", "80\n90\n101", "须在 0 至 100 之间，现为 101。"),
        ("horizon_years", "51", "50"),
        ("asset_measure", "x", "x"),
    ],
)
def test_a_wrong_field_is_said_in_chinese_beside_it(cast, login, field, value, said):
    client, address = login(cast.planner), reverse("policy_new")
    head = {"version": "2027-01", "effective_from": "2027-01-01", "note": "门槛"}
    answer = client.post(address, filled(client, address, **head | {field: value}))
    assert answer.status_code == 422
    assert [said in error for error in answer.context["form"].errors[field]] == [True]
    assert "没有保存：请改正下面标出的内容。" in answer.text
    assert not PolicyVersion.objects.exists()


def test_the_draft_says_who_acts_next(cast, draft, login):
    address = reverse("policy_version", args=[draft.ref])
    client = login(cast.planner)
    assert f"待起草人 {cast.planner.name} 预览影响" in client.get(address).text
    services.preview(draft, by=cast.planner, at=NOW)
    assert "下一步：待另一位有审批权限的人员批准（行领导）。" in client.get(address).text
    plans.decide("policy", draft, by=cast.management)
    assert "下一步" not in client.get(address).text


def test_without_data_there_is_nothing_to_preview(cast, monkeypatch):
    monkeypatch.setattr(bridge, "newest_snapshot", lambda: None)
    with pytest.raises(Refused) as refusal:
        services.preview(drafted(cast.planner), by=cast.planner, at=NOW)
    assert codes(refusal) == ("no_snapshot",)


def test_a_preview_that_cannot_be_made_says_why_on_the_page(cast, monkeypatch, login):
    found = drafted(cast.planner)
    monkeypatch.setattr(bridge, "newest_snapshot", lambda: None)
    services.ask_preview(found, by=cast.planner, at=NOW)
    services.ask_preview(found, by=cast.planner, at=NOW)
    assert Job.objects.everyone().count() == 1  # asked twice, done once
    work()
    assert "数据仓库里还没有数据" in login(cast.planner).get(reverse("policy_version", args=[found.ref])).text
    PolicyVersion.objects.filter(pk=found.pk).update(state="dropped")
    with pytest.raises(Stale):
        services.ask_preview(found, by=cast.planner, at=NOW)
