"""The page: who may not; what it says before and after a draw; and that nobody who calls learns who is in it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from jiugong_desk.audiences import services as audiences
from jiugong_desk.holdout import results
from jiugong_desk.holdout.models import Measurement, StandingHoldout, StandingMember
from jiugong_desk.organisation.models import Staff
from tests.support import plans, standing
from tests.support.cast import NOW, make_campaign, make_customer, make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now(monkeypatch, settings, tmp_path):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)
    settings.WAREHOUSE = tmp_path / "warehouse"


@pytest.fixture
def fifth(monkeypatch):
    standing.shares(monkeypatch, "0.2")


@pytest.fixture
def found(cast) -> StandingHoldout:
    rows = [make_customer(cast.north, cast.wang) for _ in range(10)]
    made = standing.holdout(cast.sub_branch, by=cast.management, members=rows[:2], others=rows[2:])
    figures = results.measured(made, at=NOW)
    Measurement.objects.create(holdout=made, figures=figures, by=cast.management, at=NOW)
    return made


def drawing(cast, **values):
    return {"unit": cast.sub_branch.code} | values


@pytest.mark.parametrize("who", ["wang", "zhao", "qian", "steward", "admin"])
def test_who_calls_or_loads_may_not_see_it(cast, login, found, who):
    client = login(getattr(cast, who))
    assert client.get(reverse("holdout")).status_code == 403
    assert client.get(reverse("holdout_period", args=[found.ref])).status_code == 404
    assert client.post(reverse("holdout_measure", args=[found.ref])).status_code == 404
    assert reverse("holdout") not in re.findall(r'href="([^"]+)"', client.get(reverse("campaigns")).text)


@pytest.mark.parametrize("who", ["planner", "department", "compliance", "auditor"])
def test_who_sees_it_may_not_draw(cast, login, found, who):
    client = login(getattr(cast, who))
    assert "抽取并封存" not in client.get(reverse("holdout")).text
    assert client.post(reverse("holdout_draw"), drawing(cast)).status_code == 403
    assert StandingHoldout.objects.everyone().count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("department", 303), ("planner", 403), ("auditor", 403), ("management", 403)]
)
def test_who_makes_reports_measures(cast, login, found, who, status):
    assert login(getattr(cast, who)).post(reverse("holdout_measure", args=[found.ref])).status_code == status
    assert Measurement.objects.everyone().count() == (2 if status == 303 else 1)


def test_management_draws_from_an_empty_page(cast, login, fifth):
    plans.customers(cast, 20)
    client = login(cast.management)
    page = client.get(reverse("holdout")).text
    assert "还没有全局保留组" in page
    assert "20.0%" in page
    answer = client.post(reverse("holdout_draw"), drawing(cast))
    made = StandingHoldout.objects.everyone().get()
    assert (answer.status_code, answer["Location"]) == (303, reverse("holdout_period", args=[made.ref]))
    page = client.get(answer["Location"]).text
    for words in ("2026-01-07 – 2027-01-06", "20.00%", made.digest, made.seed, "与封存时一致", "结果窗口未到"):
        assert words in page
    assert f'action="{reverse("holdout_draw")}"' not in page  # until it is over


def test_a_refused_draw_keeps_the_unit_that_was_chosen(cast, login, found, fifth):
    client = login(cast.management)
    answer = client.post(reverse("holdout_draw"), drawing(cast))
    assert answer.status_code == 409
    assert "期限至 2026-12-31" in answer.text
    answer = client.post(reverse("holdout_draw"), drawing(cast, unit="NOWHERE"))
    assert answer.status_code == 422
    assert "请从列表中选择" in answer.text
    StandingHoldout.objects.everyone().update(first_day="2024-01-01", last_day="2024-12-31")
    standing_page = client.get(reverse("holdout")).text
    assert "已期满" in standing_page
    assert "抽取并封存" in standing_page


def test_too_few_customers_are_told_of(cast, login, fifth):
    plans.customers(cast, 4)
    answer = login(cast.management).post(reverse("holdout_draw"), drawing(cast))
    assert answer.status_code == 409
    assert "太少" in answer.text
    assert f'value="{cast.sub_branch.code}" selected' in answer.text


def test_a_list_that_is_not_the_sealed_one_is_said_to_be_so(cast, login, found):
    StandingMember.objects.everyone().first().delete()
    assert "与封存时不一致" in login(cast.compliance).get(reverse("holdout")).text


def without_marks(text: str) -> str:
    return re.sub(r"csrf\S+|C\d{6}|140\d+|[0-9a-z]{14}|/customers/\S+", "", text)


@pytest.mark.parametrize("who", ["wang", "zhao"])
def test_to_who_calls_a_customer_of_it_looks_like_any_other(cast, login, found, who):
    client, outside = login(getattr(cast, who)), make_customer(cast.north, cast.wang)
    inside = StandingMember.objects.everyone().filter(holdout=found).first().customer
    pages = [client.get(reverse("customer", args=[one.ref])) for one in (inside, outside)]
    assert [page.status_code for page in pages] == [200, 200]
    assert "保留组" not in pages[0].text
    one, other = (sorted(set(re.findall(r"[一-鿿]+", without_marks(page.text)))) for page in pages)
    assert one == other


@pytest.mark.parametrize("who", ["planner", "compliance", "management", "auditor"])
def test_who_may_know_sees_until_when(cast, login, found, who):
    inside = StandingMember.objects.everyone().filter(holdout=found).first().customer
    outside = make_customer(cast.north, cast.wang)
    client = login(getattr(cast, who))
    assert "至 2026-12-31，任何营销活动都不联系" in client.get(reverse("customer", args=[inside.ref])).text
    assert "任何营销活动都不联系" not in client.get(reverse("customer", args=[outside.ref])).text
    StandingHoldout.objects.everyone().update(first_day="2025-01-01", last_day="2025-12-31")
    assert "任何营销活动都不联系" not in client.get(reverse("customer", args=[inside.ref])).text


def test_the_members_are_rows_for_those_who_may_know_and_nobody_else(cast, found):
    for who in (cast.wang, cast.zhao, cast.qian, cast.steward, cast.admin):
        assert not StandingMember.objects.visible_to(who).exists()
    assert StandingMember.objects.visible_to(cast.planner).count() == 2


@pytest.fixture
def audience(cast, found):
    return audiences.keep(unit=cast.sub_branch, name="一手楼", note="", raw=plans.NEW_HOME, by=cast.planner, at=NOW)


@pytest.fixture
def blind(monkeypatch):
    """Somebody of a bank that lets planners see audiences, and no hold-outs."""
    may = Staff.may
    monkeypatch.setattr(Staff, "may", lambda staff, code: code != "campaign.see_holdout" and may(staff, code))


def test_how_many_of_it_an_audience_loses_is_shown_and_who_they_are_only_to_those_who_may_know(
    cast, login, audience, found
):
    address = reverse("audience_stopped", args=[audience.ref, "standing_holdout"])
    client = login(cast.planner)
    page = client.get(reverse("audience", args=[audience.ref])).text
    assert "在全局保留组：期内不参加任何营销活动。" in page
    assert address in page
    inside = StandingMember.objects.everyone().filter(holdout=found).first().customer
    assert inside.customer_no in client.get(address).text
    taken = client.post(address)  # seen within the desk, but never taken out of it
    assert taken.status_code == 409
    assert inside.customer_no not in taken.text


def test_to_everybody_else_the_listing_is_closed_as_page_and_as_workbook(cast, login, audience, blind):
    address = reverse("audience_stopped", args=[audience.ref, "standing_holdout"])
    client = login(cast.planner)
    page = client.get(reverse("audience", args=[audience.ref])).text
    assert "在全局保留组：期内不参加任何营销活动。" in page
    assert address not in page
    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403
    other = reverse("audience_stopped", args=[audience.ref, "no_mobile"])
    assert client.get(other).status_code == 200


def test_service_goes_on_a_visit_can_be_booked_for_anybody(cast, found, login):
    """A member comes by himself: he is received like everybody."""
    inside = StandingMember.objects.everyone().filter(holdout=found).first().customer
    page = login(cast.wang).get(reverse("customer", args=[inside.ref])).text
    assert reverse("visit_book", args=[inside.ref]) in page


def test_the_queue_never_shows_who_is_in_it(cast, login, found):
    inside = StandingMember.objects.everyone().filter(holdout=found).first().customer
    entry = make_entry(make_campaign(cast, participants=(cast.wang,)), inside, cast.wang)
    client = login(cast.wang)
    client.post(reverse("call_next"))
    entry.refresh_from_db()
    assert entry.claimed_by_id is None
