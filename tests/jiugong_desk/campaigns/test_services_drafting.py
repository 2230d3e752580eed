"""Writing, submitting and deciding: who may, what is bound, what an edit makes void."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.approvals import services as approvals
from jiugong_desk.approvals.models import Approval
from jiugong_desk.audiences.reading import WrongRule
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.gate import is_approved, is_reviewed
from jiugong_desk.campaigns.models import Campaign
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.scripts.services import create_script
from tests.support import plans
from tests.support.cast import NOW, make_staff
from tests.support.scripts import conforming

pytestmark = pytest.mark.django_db


def decided():
    return [one for one in Approval.objects.everyone() if one.state in ("approved", "rejected")]


def codes(refusal: pytest.ExceptionInfo[Refused]) -> tuple[str, ...]:
    return refusal.value.verdict.codes


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("id").values_list("verb", flat=True))


@pytest.mark.parametrize("who", ["wang", "zhao", "department", "compliance", "management", "auditor", "admin"])
def test_only_planners_draft_and_nothing_is_written(cast, who):
    with pytest.raises(PermissionDenied):
        services.draft(unit=cast.sub_branch, by=getattr(cast, who), at=NOW, **plans.fields())
    assert Campaign.objects.everyone().count() == 0
    assert verbs() == []


def test_a_draft_keeps_its_plan_and_one_audit_record(cast):
    campaign = services.draft(unit=cast.sub_branch, by=cast.planner, at=NOW, **plans.fields())
    assert (campaign.state, campaign.version) == ("draft", 1)
    assert campaign.plan_versions.get().plan["audience"] == [{"kind": "all", "rules": plans.NEW_HOME}]
    assert verbs() == ["campaign.drafted"]


def test_the_seed_is_drawn_by_lot_where_none_is_given(cast):
    first, second = (
        services.draft(unit=cast.sub_branch, by=cast.planner, at=NOW, **{**plans.fields(), "seed": seed})
        for seed in ("given", "given")
    )
    assert first.seed == second.seed == "given"
    values = plans.fields()
    del values["seed"]
    third = services.draft(unit=cast.sub_branch, by=cast.planner, at=NOW, **values)
    assert len(third.seed) == 16


def test_a_rule_outside_the_catalogue_is_refused(cast):
    audience = [{"field": "gender", "op": "is", "value": "f"}]
    with pytest.raises(WrongRule):
        services.draft(unit=cast.sub_branch, by=cast.planner, at=NOW, **plans.fields(audience=audience))
    assert Campaign.objects.everyone().count() == 0


def test_a_period_that_ends_before_it_begins_is_refused(cast):
    with pytest.raises(Refused) as refusal:
        services.draft(unit=cast.sub_branch, by=cast.planner, at=NOW, **plans.fields(ends_on=date(2026, 1, 1)))
    assert codes(refusal) == ("wrong_period",)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({name: "长" * 4001}, "long_text")
        for name in ("summary", "background", "goal", "strategy", "means", "purpose", "title", "complaint_contact")
    ]
    + [
        ({"starts_on": date(1999, 12, 31), "ends_on": date(2000, 1, 31)}, "period_outside"),
        ({"starts_on": date(2100, 12, 1), "ends_on": date(2101, 1, 1)}, "period_outside"),
        ({"ends_on": date(2027, 1, 6)}, "long_period"),
        ({"budget": Decimal("-0.01")}, "budget_negative"),
    ],
)
def test_a_text_or_a_period_without_measure_is_refused(cast, values, code):
    with pytest.raises(Refused) as refusal:
        services.draft(unit=cast.sub_branch, by=cast.planner, at=NOW, **plans.fields(**values))
    assert codes(refusal) == (code,)
    assert Campaign.objects.everyone().count() == 0
    campaign = plans.drafted(cast, goal="长" * 2000 + "\r\n" + "长" * 1999, ends_on=date(2027, 1, 5))
    with pytest.raises(Refused) as refusal:
        services.edit(campaign, version=campaign.version, by=cast.planner, at=NOW, **values)
    assert codes(refusal) == (code,)


def test_an_edit_makes_a_version(cast):
    campaign = plans.drafted(cast)
    services.edit(campaign, version=2, by=cast.planner, at=NOW, goal="新目标")
    assert (campaign.goal, campaign.version) == ("新目标", 3)
    assert list(campaign.plan_versions.values_list("number", flat=True)) == [3, 2, 1]


def test_a_stale_form_is_told_what_changed_and_writes_nothing(cast):
    campaign = plans.drafted(cast)
    services.edit(campaign, version=2, by=cast.planner, at=NOW, goal="新目标", holdout_size=5)
    with pytest.raises(services.PlanChanged) as refusal:
        services.edit(campaign, version=2, by=cast.planner, at=NOW, goal="别的目标")
    assert refusal.value.names == ("goal", "holdout_size")
    assert "周策 已改动：目标、保留组户数" in str(refusal.value.verdict)
    campaign.refresh_from_db()
    assert campaign.goal == "新目标"


def test_a_stale_form_is_told_who_took_the_step(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    seen = campaign.version
    plans.decide("plan_review", campaign, by=cast.compliance)
    plans.decide("plan", campaign, by=cast.management)
    with pytest.raises(services.PlanChanged) as refusal:
        services.edit(campaign, version=seen, by=cast.planner, at=NOW, goal="别的目标")
    assert refusal.value.names == ()
    assert f"{cast.management.name} 已改动：办理状态" in str(refusal.value.verdict)


def test_participants_must_be_callers_of_the_unit(cast):
    campaign = plans.drafted(cast)
    other = make_staff("3001", "外人", "customer_manager", cast.branch)
    for wrong in (cast.zhao, other):
        with pytest.raises(Refused) as refusal:
            services.set_participants(campaign, daily_calls={wrong: 10}, by=cast.planner, at=NOW)
        assert codes(refusal) == ("not_a_caller",)
    with pytest.raises(Refused) as refusal:
        services.set_participants(campaign, daily_calls={cast.wang: 0}, by=cast.planner, at=NOW)
    assert codes(refusal) == ("wrong_daily_calls",)
    assert campaign.participants.count() == 2


def test_an_incomplete_plan_is_not_submitted_and_says_all_that_is_missing(cast):
    campaign = services.draft(
        unit=cast.sub_branch, by=cast.planner, at=NOW,
        **plans.fields(complaint_contact="", goal="保 本存款，送礼", goals=[], budget=None),
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        services.submit(campaign, by=cast.planner, at=NOW)
    assert codes(refusal) == (
        "contact", "goals", "budget", "impact", "wording", "script", "audience", "holdout", "power", "participants",
    )  # fmt: skip
    assert "保本、送礼" in str(refusal.value.verdict)
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_whoever_wrote_any_version_does_not_decide_under_any_login(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    second_login = make_staff("9104", "周策", "management", cast.branch, person_key=cast.planner.person_key)
    with pytest.raises(Refused) as refusal:
        plans.decide("plan", campaign, by=second_login)
    assert codes(refusal) == ("own_work",)
    editor = make_staff("9105", "何策", "planner", cast.branch)
    services.edit(campaign, version=campaign.version, by=editor, at=NOW, goal="改")
    services.submit(campaign, by=cast.planner, at=NOW)
    his_login = make_staff("9106", "何策", "management", cast.branch, person_key=editor.person_key)
    with pytest.raises(Refused):
        plans.decide("plan", campaign, by=his_login)
    assert not decided()


@pytest.mark.parametrize("who", ["planner", "compliance", "department", "auditor", "zhao"])
def test_only_management_decides(cast, who):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    with pytest.raises(PermissionDenied):
        plans.decide("plan", campaign, by=getattr(cast, who))
    assert not decided()


def test_an_approval_binds_exactly_the_plan(cast):
    plans.customers(cast)
    campaign = plans.approved(cast)
    assert campaign.state == "approved"
    assert is_approved(campaign)
    assert is_reviewed(campaign)
    assert {one.digest for one in decided()} == {campaign.plan_versions.first().digest}


def test_an_edit_makes_the_approval_void(cast):
    plans.customers(cast)
    campaign = plans.approved(cast)
    services.edit(campaign, version=campaign.version, by=cast.planner, at=NOW, holdout_size=5)
    assert campaign.state == "draft"
    assert not is_approved(campaign)
    assert not is_reviewed(campaign)
    with pytest.raises(Refused) as refusal:
        services.launch(campaign, by=cast.management, at=NOW)
    assert codes(refusal) == ("wrong_state",)


@pytest.mark.parametrize("change", ["row", "participant", "script"])
def test_a_plan_changed_behind_the_services_is_not_launched(cast, change):
    plans.customers(cast)
    campaign = plans.approved(cast)
    if change == "row":
        Campaign.objects.everyone().filter(pk=campaign.pk).update(goal="暗改")
    elif change == "participant":
        campaign.participants.update(daily_calls=99)
    else:
        campaign.script.content["steps"][0]["say"] = "暗改"
        campaign.script.save()
    campaign = Campaign.objects.everyone().get(pk=campaign.pk)
    with pytest.raises(Refused) as refusal:
        services.launch(campaign, by=cast.management, at=NOW)
    assert codes(refusal) == ("reviewed", "approved")


def test_sending_back_needs_a_reason_and_returns_the_plan(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    with pytest.raises(Refused) as refusal:
        plans.decide("plan", campaign, approve=False, comment=" ", by=cast.management)
    assert codes(refusal) == ("reason_needed",)
    plans.decide("plan", campaign, approve=False, comment="保留组请增至 5 户", by=cast.management)
    assert campaign.state == "draft"
    services.submit(campaign, by=cast.planner, at=NOW)
    assert campaign.state == "submitted"


def test_a_decision_is_about_the_plan_that_was_handed_in(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    seen = waiting.open_for("plan", campaign.ref)
    services.edit(campaign, version=campaign.version, by=cast.planner, at=NOW, goal="改")
    services.submit(campaign, by=cast.planner, at=NOW)
    with pytest.raises(Stale):
        approvals.decide(seen, approve=True, comment="", by=cast.management, at=NOW)
    seen.refresh_from_db()
    assert seen.state == "void"
    plans.decide("plan_review", campaign, by=cast.compliance)
    plans.decide("plan", campaign, by=cast.management)
    assert campaign.state == "approved"


def test_who_sends_back_ends_the_other_decision_too(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    plans.decide("plan_review", campaign, approve=False, comment="告知不完整", by=cast.compliance)
    assert campaign.state == "draft"
    assert {one.kind: one.state for one in waiting.of_matter(campaign.ref)} == {
        "plan": "void",
        "plan_review": "rejected",
    }


def test_management_decides_after_the_review_and_no_notice_goes_out_before(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    with pytest.raises(Refused) as refusal:
        plans.decide("plan", campaign, by=cast.management)
    assert codes(refusal) == ("review_first",)
    assert "须先通过消保审查" in str(refusal.value.verdict)
    with pytest.raises(Refused):
        services.issue_notice(campaign, word="示", copies=(), replaces="", by=cast.management, at=NOW)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.sealed_digest) == ("submitted", "")
    plans.decide("plan_review", campaign, by=cast.compliance)
    plans.decide("plan", campaign, by=cast.management)
    assert campaign.state == "approved"


def test_a_finance_that_sends_back_after_the_approval_takes_the_plan_back(cast):
    plans.customers(cast)
    finance = make_staff("9108", "钱财", "finance_hr", cast.branch)
    campaign = plans.submitted(cast, incentive="按季考核后发放。")
    plans.decide("plan_review", campaign, by=cast.compliance)
    plans.decide("plan", campaign, by=cast.management)
    plans.decide("incentive", campaign, approve=False, comment="总额超出授权", by=finance)
    assert campaign.state == "draft"
    services.submit(campaign, by=cast.planner, at=NOW)
    assert not is_approved(campaign)  # the old approval was of the same words, and counts no more


def test_the_planner_takes_back_what_nobody_has_decided(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    asked = waiting.open_for("plan", campaign.ref)
    with pytest.raises(PermissionDenied):
        approvals.withdraw(asked, by=cast.management, at=NOW)
    approvals.withdraw(asked, by=cast.planner, at=NOW)
    campaign.refresh_from_db()
    assert campaign.state == "draft"
    assert {one.kind: one.state for one in waiting.of_matter(campaign.ref)} == {
        "plan": "withdrawn",
        "plan_review": "void",
    }
    with pytest.raises(Stale):
        approvals.withdraw(asked, by=cast.planner, at=NOW)


def test_every_step_has_one_record_without_the_plan_in_it(cast):
    plans.customers(cast)
    plans.launched(cast)
    assert verbs() == [
        "campaign.drafted", "campaign.participants", "campaign.attached",
        "approval.asked", "approval.asked", "campaign.submitted",
        "approval.approved", "course.drafted", "course.published", "campaign.approved", "approval.approved", "campaign.launched",
    ]  # fmt: skip
    assert not AuditRecord.objects.filter(facts__contains="郑规").exists()
    assert set(AuditRecord.objects.values_list("chain", flat=True)) == {cast.sub_branch.code}


def test_scripts_are_reviewed_by_another_person_of_compliance(cast):
    content = conforming()
    with pytest.raises(PermissionDenied):
        create_script(code="card", title="话术", content=content, by=cast.compliance, at=NOW)
    script = create_script(code="card", title="话术", content=content, by=cast.planner, at=NOW)
    for wrong in (cast.planner, cast.management, cast.wang):
        with pytest.raises(PermissionDenied):
            plans.decide("script", script, by=wrong)
    twin = make_staff("9107", "周策", "compliance", cast.branch, person_key=cast.planner.person_key)
    with pytest.raises(Refused) as refusal:
        plans.decide("script", script, by=twin)
    assert codes(refusal) == ("own_work",)
    plans.decide("script", script, by=cast.compliance)
    assert script.state == "approved"
    with pytest.raises(Approval.DoesNotExist):
        plans.decide("script", script, by=cast.compliance)
    assert create_script(code="card", title="话术", content=content, by=cast.planner, at=NOW).version == 2
    assert verbs() == [
        "approval.asked", "script.created", "script.approved", "approval.approved", "approval.asked", "script.created",
    ]  # fmt: skip
