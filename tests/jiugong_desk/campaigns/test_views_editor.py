"""The plan editor: counts live, saves only when told to, and loses nothing of what somebody typed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Campaign
from tests.support import plans
from tests.support.cast import NOW, make_campaign, make_customer, make_script


@pytest.fixture(autouse=True)
def at_now(monkeypatch, db):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


@pytest.fixture
def planner(cast, login):
    return login(cast.planner)


def form(cast, **values):
    filled = {
        "version": "", "unit": cast.sub_branch.pk, "title": "春季回访", "summary": "", "background": "背景一段", "goal": "日均提升",
        "strategy": "", "means": "", "purpose": "了解需要；回答自愿", "complaint_contact": "郑规 95500", "holdout_size": "4", "holdout_unit": "customer",
        "script": "", "starts_on": "2026-01-08", "ends_on": "2026-01-30",
        "block-0-kind": "all", "rule-0-0-field": "loan_kind", "rule-0-0-op": "is", "rule-0-0-value": "mortgage_new_home",
    }  # fmt: skip
    return filled | values


def send(planner, data, campaign=None, **headers):
    where = reverse("campaign_edit", args=[campaign.ref]) if campaign else reverse("campaign_new")
    return planner.post(where, data, headers=headers)


def save(planner, data, campaign=None):
    return send(planner, data | {"save": "1"}, campaign)


def rows_of(answer):
    """The conditions of the first block."""
    return answer.context["blocks"][0].rows


def typed(answer):
    """What stands in the form that came back."""
    return {name: answer.context["form"][name].value() for name in answer.context["form"].fields}


def test_a_new_plan_is_saved_with_its_rules(cast, planner):
    script = make_script()
    answer = save(planner, form(cast, script=script.pk))
    campaign = Campaign.objects.everyone().get()
    assert (answer.status_code, answer.url) == (303, reverse("campaign", args=[campaign.ref]))
    assert campaign.audience == [{"kind": "all", "rules": plans.NEW_HOME}]
    assert (campaign.unit, campaign.holdout_size, campaign.script) == (cast.sub_branch, 4, script)
    assert (campaign.drafted_by, campaign.state) == (cast.planner, "draft")
    assert AuditRecord.objects.get().verb == "campaign.drafted"


def test_a_script_that_is_not_approved_says_so_where_it_is_chosen(planner):
    draft, approved = make_script(state="draft"), make_script(code="other")
    text = planner.get(reverse("campaign_new")).text
    assert f">{draft}（待审定）</option>" in text
    assert f">{approved}</option>" in text


def test_counting_saves_nothing(cast, planner):
    for _ in range(3):
        make_customer(cast.north, cast.wang)
    make_customer(cast.south, cast.li, consent=False)
    answer = send(planner, form(cast))
    assert answer.status_code == 200
    counted = answer.context["waterfall"].counted
    assert (counted.audience, counted.eligible, counted.left_out) == (4, 3, {"no_consent": 1})
    assert "没有客户同意电话营销的有效记录" in answer.text
    assert not Campaign.objects.everyone().exists()
    assert not AuditRecord.objects.exists()


def test_htmx_gets_the_part_that_changes_and_the_whole_page_comes_without_it(cast, planner):
    part = send(planner, form(cast), **{"HX-Request": "true"})
    assert 'id="work"' in part.text
    assert "<html" not in part.text
    whole = send(planner, form(cast))
    assert "<html" in whole.text
    assert "背景一段" in whole.text


def test_counting_keeps_what_is_typed_and_complains_about_nothing_yet(cast, planner):
    answer = send(planner, form(cast, title="", goal="", starts_on=""))
    assert typed(answer)["background"] == "背景一段"
    assert not answer.context["form"].errors


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"title": ""}, "尚未保存"),
        ({"holdout_size": "-1"}, "尚未保存"),
        ({"holdout_size": "vier"}, "尚未保存"),
        ({"ends_on": "2026-01-01"}, "结束日期早于开始日期。"),
        ({"goal": "长" * 4001}, "“目标”超过 4000 字"),
        ({"starts_on": "1999-12-31", "ends_on": "2000-01-31"}, "日期须在 2000-01-01 至 2100-12-31 之间"),
        ({"ends_on": "2027-01-09"}, "活动期最长 366 天"),
        ({"starts_on": "0001-01-01", "ends_on": "9999-12-31"}, "日期须在"),
        ({"unit": "0"}, "尚未保存"),
        ({"rule-0-0-value": ""}, "“贷款种类”缺少取值"),
        ({"rule-0-0-op": "regex"}, "“贷款种类”不支持这种比较"),
        ({"rule-0-1-field": "name__startswith", "rule-0-1-op": "is", "rule-0-1-value": "王"}, "目录中没有的字段"),
        ({"rule-0-0-value": "pawn"}, "取值不在可选范围"),
        (
            {"rule-0-1-field": "assets", "rule-0-1-op": "at_least", "rule-0-1-value": "1; DROP TABLE"},
            "须是以元为单位的金额",
        ),
        ({"rule-0-1-field": "opened_on", "rule-0-1-op": "before", "rule-0-1-value": "gestern"}, "须是日期"),
    ],
)
def test_a_wrong_form_is_refused_with_its_reason_and_all_that_was_typed(cast, planner, data, said):
    answer = save(planner, form(cast, **data))
    assert answer.status_code == 422
    assert said in answer.text
    assert typed(answer)["background"] == "背景一段"
    assert rows_of(answer)[0].field.key == "loan_kind"
    assert not Campaign.objects.everyone().exists()


def test_fields_and_comparisons_outside_the_catalogue_never_reach_a_query(cast, planner):
    data = form(cast, **{"rule-0-0-field": "name__startswith", "rule-0-0-value": "王"})
    answer = send(planner, data)
    assert answer.status_code == 200
    assert answer.context["counted"] is None
    assert [row.field for row in rows_of(answer)] == [None]
    operator = send(planner, form(cast, **{"rule-0-0-op": "regex"}))
    assert rows_of(operator)[0].op == "is"


def test_only_units_of_the_planner_are_offered_and_taken(cast, planner):
    offered = set(planner.get(reverse("campaign_new")).context["form"].fields["unit"].queryset)
    assert {cast.branch, cast.sub_branch, cast.north, cast.south} == offered
    assert save(planner, form(cast, unit=cast.head_office.pk)).status_code == 422


def test_rows_are_added_and_removed_by_plain_buttons(cast, planner):
    data = form(cast, **{"rule-0-1-field": "card_holder", "rule-0-1-op": "is", "rule-0-1-value": "no"})
    rows = rows_of(send(planner, data))
    assert [row.field and row.field.key for row in rows] == ["loan_kind", "card_holder", None]
    rows = rows_of(send(planner, data | {"remove": "0-0"}))
    assert [row.field and row.field.key for row in rows] == ["card_holder", None]
    several = send(planner, form(cast, **{"rule-0-0-op": "in", "rule-0-0-value": ["mortgage_new_home", "consumer"]}))
    assert rows_of(several)[0].widget == "several"
    assert rows_of(several)[0].values == ("mortgage_new_home", "consumer")


def test_an_edit_on_an_older_page_is_refused_and_nothing_is_lost(cast, planner):
    campaign = plans.drafted(cast)
    seen = campaign.version
    services.edit(campaign, version=seen, by=cast.planner, at=NOW, goal="别人写的目标")
    answer = save(planner, form(cast, version=seen, goal="我写的目标", title="我写的名称"), campaign)
    assert answer.status_code == 409
    assert "周策 已改动：目标" in answer.text
    assert "别人写的目标" in answer.text
    assert (typed(answer)["goal"], typed(answer)["title"]) == ("我写的目标", "我写的名称")
    campaign.refresh_from_db()
    assert (campaign.goal, campaign.title) == ("别人写的目标", plans.TEXTS["title"])
    again = save(planner, form(cast, version=answer.context["version"], goal="合并的目标"), campaign)
    assert again.status_code == 303
    campaign.refresh_from_db()
    assert campaign.goal == "合并的目标"


@pytest.mark.parametrize("version", ["", "x", "0", "-4"])
def test_a_form_without_the_version_it_was_filled_from_is_refused(cast, planner, version):
    campaign = plans.drafted(cast)
    assert save(planner, form(cast, version=version), campaign).status_code == 409
    campaign.refresh_from_db()
    assert campaign.title == plans.TEXTS["title"]


def test_saving_an_approved_plan_says_before_and_after_that_it_is_a_draft_again(cast, planner):
    plans.customers(cast)
    campaign = plans.approved(cast)
    text = planner.get(reverse("campaign_edit", args=[campaign.ref])).text
    assert "原审批作废" in text
    save(planner, form(cast, version=campaign.version), campaign)
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_a_running_campaign_is_not_edited(cast, planner):
    campaign = make_campaign(cast, launched_at=NOW)
    answer = save(planner, form(cast, version=campaign.version), campaign)
    assert answer.status_code == 422
    assert "活动现为“进行中”" in answer.text
    campaign.refresh_from_db()
    assert campaign.goal == "营销组户均日均存款提升"


def test_the_editor_is_in_english_where_asked(cast, planner):
    planner.cookies["django_language"] = "en"
    text = planner.get(reverse("campaign_new")).text
    for expected in ("Aims", "Add a condition", "Kind of loan", "Hold-out size"):
        assert expected in text


def test_a_hold_out_below_the_least_is_said_while_the_plan_is_written(cast, planner):
    plans.customers(cast, 40)
    assert "至少 2 户" in send(planner, form(cast, holdout_size="1"), hx_request="true").text
    assert "至少" not in send(planner, form(cast, holdout_size="2"), hx_request="true").text
