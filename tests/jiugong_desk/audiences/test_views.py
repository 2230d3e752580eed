"""The builder by itself: versions of named audiences, counts beside the rules, who fell out, and who may see it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiugong_desk.audiences import counting, services
from jiugong_desk.audiences.models import Asking, Audience
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused
from tests.support import plans
from tests.support.cast import NOW, make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


@pytest.fixture
def planner(cast, login):
    return login(cast.planner)


def form(cast, **changed):
    fields = {
        "unit": cast.sub_branch.pk, "name": "一手楼按揭", "note": "",
        "block-0-kind": "all", "rule-0-0-field": "loan_kind", "rule-0-0-op": "is", "rule-0-0-value": "mortgage_new_home",
    }  # fmt: skip
    return fields | changed


def kept(cast, **values):
    given = {"unit": cast.sub_branch, "name": "一手楼按揭", "note": "", "raw": plans.NEW_HOME} | values
    return services.keep(**given, by=cast.planner, at=NOW)


def test_who_sees_no_campaign_plans_sees_no_audience_and_who_plans_none_keeps_none(cast, login):
    found = kept(cast)
    for who in (cast.wang, cast.qian, cast.admin, cast.steward):
        assert login(who).get(reverse("audiences")).status_code == 403
        assert login(who).get(reverse("audience", args=[found.ref])).status_code == 404
    for who in (cast.compliance, cast.management, cast.auditor):
        assert login(who).get(reverse("audience", args=[found.ref])).status_code == 200
        assert login(who).post(reverse("audience_new"), form(cast) | {"save": "1"}).status_code == 403
        assert login(who).post(reverse("audience_exact"), form(cast)).status_code == 403
    assert Audience.objects.everyone().count() == 1


def test_a_saved_audience_is_a_version_and_never_changes(cast, planner):
    plans.customers(cast, 4)
    assert planner.post(reverse("audience_new"), form(cast) | {"save": "1"}).status_code == 303
    first = Audience.objects.everyone().get()
    assert (first.version, first.definition) == (1, [{"kind": "all", "rules": plans.NEW_HOME}])
    changed = form(cast, **{"rule-0-0-op": "lacks"}) | {"save": "1"}
    answer = planner.post(reverse("audience_next", args=[first.ref]), changed)
    assert answer.status_code == 303
    second = Audience.objects.everyone().get(version=2)
    first.refresh_from_db()
    assert first.definition[0]["rules"][0]["op"] == "is"
    page = planner.get(answer.url)
    assert [row.version for row in page.context["versions"]] == [2, 1]
    assert "贷款种类 没有 一手楼按揭" in page.text
    assert list(AuditRecord.objects.values_list("verb", flat=True)) == ["audience.kept"] * 2
    assert second.digest != first.digest


def test_the_same_again_is_no_new_version_and_nothing_typed_is_lost(cast, planner):
    kept(cast)
    answer = planner.post(reverse("audience_new"), form(cast, note="说明文字") | {"save": "1"})
    assert answer.status_code == 422
    assert "内容与最新版本相同" in answer.text
    assert "说明文字" in answer.text
    for wrong, said in (({"name": " "}, "请填写客群名称"), ({"rule-0-0-field": ""}, "还没有任何规则")):
        assert said in planner.post(reverse("audience_new"), form(cast) | wrong | {"save": "1"}).text
    assert Audience.objects.everyone().count() == 1


def test_blocks_are_added_and_removed_and_rules_say_whether_the_unknown_are_meant(cast, planner):
    answer = planner.post(reverse("audience_new"), form(cast) | {"add_block": "none"})
    assert [block.kind for block in answer.context["blocks"]] == ["all", "none"]
    more = form(cast) | {
        "block-1-kind": "none", "rule-1-0-field": "level", "rule-1-0-op": "is", "rule-1-0-value": "9",
        "block-2-kind": "any", "rule-2-0-field": "card_holder", "rule-2-0-op": "is", "rule-2-0-value": "no",
        "rule-2-0-unknown": "1",
    }  # fmt: skip
    planner.post(reverse("audience_new"), more | {"save": "1"})
    found = Audience.objects.everyone().get()
    assert [block["kind"] for block in found.definition] == ["all", "none", "any"]
    assert found.definition[2]["rules"][0]["unknown"] is True
    text = planner.get(reverse("audience", args=[found.ref])).text
    assert "排除以下任一：客户级别 是 L9" in text
    assert "任一满足：持有信用卡：否（含未知）" in text
    answer = planner.post(reverse("audience_new"), more | {"remove_block": "1"})
    assert [block.kind for block in answer.context["blocks"]] == ["all", "any"]
    answer = planner.post(reverse("audience_new"), more | {"remove": "0-0"})
    assert [len(block.rows) for block in answer.context["blocks"]] == [1, 2, 2]


def test_each_rule_has_its_counts_beside_it(cast, planner):
    plans.customers(cast, 6)
    make_customer(cast.north, level=9, consent=False)
    sent = form(cast) | {"rule-0-1-field": "level", "rule-0-1-op": "is", "rule-0-1-value": "9"}
    answer = planner.post(reverse("audience_new"), sent, headers={"hx-request": "true"})
    text = " ".join(answer.text.split())
    assert 'id="count-rule-0-0" hx-swap-oob="true">本条 7 · 累计 <b>7</b>' in text
    assert 'id="count-rule-0-1" hx-swap-oob="true">本条 1 · 累计 <b>1</b>' in text
    assert answer.context["counted"].left_out == {"no_consent": 1}
    opened = " ".join(planner.get(reverse("audience_next", args=[kept(cast).ref])).text.split())
    assert 'id="count-rule-0-0">本条 7 · 累计 <b>7</b>' in opened


def test_an_estimate_asks_for_the_exact_figures_and_gets_them(cast, planner, monkeypatch):
    plans.customers(cast, 30)
    monkeypatch.setattr(counting, "SMALL", 10)
    monkeypatch.setattr(counting, "SAMPLE", 20)
    monkeypatch.setattr(counting, "PIECE", 8)
    page = planner.post(reverse("audience_new"), form(cast))
    assert "约数" in page.text
    assert reverse("audience_exact") in page.text
    exact = planner.post(reverse("audience_exact"), form(cast))
    assert exact.context["counted"].audience == 30
    assert "按全部客户逐户计数" in exact.text
    assert reverse("audience_exact") not in exact.text


def test_a_newer_question_ends_the_older_count(cast, planner, monkeypatch):
    plans.customers(cast, 30)
    monkeypatch.setattr(counting, "PIECE", 8)
    tally = counting._Tally.add

    def meanwhile(self, rows):
        Asking.objects.filter(staff=cast.planner).update(token="of another page")
        tally(self, rows)

    monkeypatch.setattr(counting._Tally, "add", meanwhile)
    assert planner.post(reverse("audience_exact"), form(cast)).status_code == 204


def test_the_exact_count_is_only_of_units_that_one_plans_for(cast, planner):
    assert planner.post(reverse("audience_exact"), form(cast, unit=cast.head_office.pk)).status_code == 422
    assert planner.post(reverse("audience_exact"), form(cast, unit="x")).status_code == 422


def test_who_fell_out_can_be_looked_at_and_taken_out_within_what_one_sees(cast, planner, login):
    gone = make_customer(cast.north, cast.wang, consent=False)
    plans.customers(cast, 3)
    found = kept(cast)
    address = reverse("audience_stopped", args=[found.ref, "no_consent"])
    page = planner.get(address)
    assert gone.customer_no in page.text
    assert "没有客户同意电话营销的有效记录" in page.text
    answer = planner.post(address)
    assert answer.headers["Content-Type"].endswith("sheet")
    facts = AuditRecord.objects.get(verb="export.taken").facts
    assert facts == '{"clear":false,"request":"","rows":1,"source":"stopped"}'
    assert gone.customer_no not in planner.get(reverse("audience_stopped", args=[found.ref, "no_mobile"])).text
    assert (
        planner.get(reverse("audience_stopped", args=[found.ref, "no-such-step"])).context["page"].paginator.count == 0
    )


def test_the_overlap_with_running_campaigns_is_shown(cast, planner):
    plans.customers(cast, 12)
    running = plans.launched(cast, holdout_size=2)
    page = planner.get(reverse("audience", args=[kept(cast).ref]))
    assert [(one.title, one.customers, one.size) for one in page.context["overlaps"]] == [(running.title, 12, 12)]
    assert page.context["counted"].left_out == {"in_other_campaign": 12}


def test_a_plan_begins_with_a_named_audience(cast, planner):
    found = kept(cast, raw=[{"kind": "none", "rules": [{"field": "level", "op": "known"}]}])
    page = planner.get(reverse("campaign_new"), {"audience": found.ref})
    assert [block.kind for block in page.context["blocks"]] == ["none"]


def test_the_list_shows_the_newest_version_of_each(cast, planner):
    kept(cast)
    kept(cast, raw=[{"field": "level", "op": "known"}])
    kept(cast, name="无级别", raw=[{"field": "level", "op": "unknown"}])
    rows = list(planner.get(reverse("audiences")).context["page"])
    assert [(row.name, row.version) for row in rows] == [("一手楼按揭", 2), ("无级别", 1)]
    with pytest.raises(Refused):
        kept(cast, raw=[])


def test_the_sample_says_who_has_a_loan(cast, planner):
    plans.customers(cast, 3)
    page = planner.get(reverse("audience", args=[kept(cast).ref]))
    assert [customer.has_loan for customer in page.context["customers"]] == [True] * 3
