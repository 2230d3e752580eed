"""Whoever only takes part in a campaign of a higher unit reads it; to change it takes a post at its unit."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Amendment, Attachment, Campaign
from jiugong_desk.documents.models import Document
from jiugong_desk.evaluation.models import Report
from tests.support import amendments, plans
from tests.support.cast import NOW, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


@pytest.fixture
def below(cast):
    """People of one outlet whose manager takes part, with the posts that plan, decide and issue."""
    roles = ("planner", "management", "business_department", "compliance")
    return {role: make_staff(f"77{number}", role, role, cast.north) for number, role in enumerate(roles)}


def test_no_step_of_a_higher_units_campaign(cast, below, login):
    plans.customers(cast)
    campaign = plans.launched(cast)
    page = reverse("campaign", args=[campaign.ref])
    for role, verbs in {
        "planner": ("edit", "people", "clone", "attach", "submit", "amend", "discard"),
        "management": ("launch", "pause", "resume", "close", "notice"),
        "business_department": ("notice",),
        "compliance": ("pause", "resume"),
    }.items():
        client = login(below[role])
        assert client.get(page).status_code == 200
        version = {"version": campaign.version, "reason": "试一试而已"}
        for verb in verbs:
            answer = client.post(f"{page}{verb}/", version)
            assert answer.status_code == (303 if verb == "discard" else 403), (role, verb)  # one's own unsaved work
            assert f"{page}{verb}/" not in client.get(page).text
    made = login(below["business_department"]).post(
        reverse("report_make", args=[campaign.ref]), {"kind": "bulletin", "period_end": "2026-01-07"}
    )
    assert made.status_code == 403
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.LAUNCHED
    assert not Report.objects.everyone().exists()
    assert not Document.objects.everyone().exists()
    assert Campaign.objects.everyone().count() == 1
    assert Attachment.objects.everyone().count() == 1


def test_no_step_of_a_higher_units_amendment(cast, below, login):
    plans.customers(cast)
    amended = amendments.submitted(cast, plans.launched(cast))
    client = login(below["planner"])
    for verb in ("edit", "submit", "give_up"):
        address = reverse(f"amendment_{verb}", args=[amended.ref])
        assert client.post(address, {"version": amended.version}).status_code == 403
    amended.refresh_from_db()
    assert amended.state == Amendment.State.SUBMITTED


def test_the_services_refuse_it_too(cast, below):
    plans.customers(cast)
    campaign = plans.drafted(cast)
    for verb in (
        lambda by: services.edit(campaign, version=campaign.version, by=by, at=NOW, goal="改"),
        lambda by: services.submit(campaign, by=by, at=NOW),
        lambda by: services.draft(unit=cast.sub_branch, by=by, at=NOW, **plans.fields()),
    ):
        with pytest.raises(PermissionDenied):
            verb(below["planner"])
    assert services.draft(unit=cast.north, by=below["planner"], at=NOW, **plans.fields()).unit == cast.north


def test_the_right_comes_from_the_post_at_the_unit_not_from_any_post(cast):
    staff = make_staff("7801", "双岗", "planner", cast.north)
    assert staff.may_at("campaign.draft", cast.north)
    assert not staff.may_at("campaign.draft", cast.south)
    assert not staff.may_at("campaign.draft", cast.sub_branch)
    assert not staff.may_at("campaign.launch", cast.north)
    assert cast.auditor.may_at("audit.read", cast.north)
    assert not cast.wang.may_at("campaign.see_holdout", cast.north)


def test_a_red_line_leads_the_planner_to_where_it_is_mended(cast, login):
    plans.customers(cast)
    campaign = plans.drafted(cast, offers=[], budget=None)
    services.set_participants(campaign, daily_calls={}, by=cast.planner, at=NOW)
    page = reverse("campaign", args=[campaign.ref])
    shown = login(cast.planner).get(page)
    edit, people = reverse("campaign_edit", args=[campaign.ref]), reverse("campaign_people", args=[campaign.ref])
    red = {line.code: line.address for line in shown.context["checklist"] if not line.met}
    assert red["budget"] == f"{edit}#judging"
    assert red["participants"] == people
    assert red["impact"] == "#attachments"
    assert red["approved"] == ""
    editor = login(cast.planner).get(edit).text
    assert all(f'id="{address.partition("#")[2]}"' in editor for address in red.values() if address.startswith(edit))
    assert f'<a href="{people}">已安排客户经理</a>' in shown.text
    assert f'<a href="{people}">已安排' not in login(cast.management).get(page).text
