"""Every printed login finds its rooms open and its work waiting, and can do it."""

from __future__ import annotations

import re
from collections import Counter, deque

import pytest
from django.db.models import Count
from django.test import Client
from django.urls import resolve, reverse

from jiugong_desk.appointments.models import Appointment, Discussed, Move, Reminder
from jiugong_desk.approvals import queries as waiting
from jiugong_desk.calls.models import Call
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.customers.models import Customer
from jiugong_desk.demo import story
from jiugong_desk.demo.loading import PASSWORD
from jiugong_desk.demo.logins import TRIES, printed_logins
from jiugong_desk.evaluation.models import Report
from jiugong_desk.organisation.models import Staff
from jiugong_desk.scripts.models import Script
from jiugong_desk.supervision.models import Alert

pytestmark = pytest.mark.django_db
OF_A_KIND, DOCUMENTS = 2, 1  # pages of the same kind that are looked at, for each login


@pytest.fixture
def person(built, sign_in):
    """`person("1001")` is a client signed in as that member of the staff."""
    return lambda staff_no: sign_in(Staff.objects.get(staff_no=staff_no))


def kind_of(address: str) -> str:
    return resolve(address.partition("?")[0]).url_name


def limit(address: str) -> int:
    return DOCUMENTS if kind_of(address) == "report_pdf" else OF_A_KIND


def walk(client: Client) -> Counter[tuple[str, int]]:
    """Follow the links from the first page; how many pages of each kind answered with which status."""
    found, asked, todo = Counter(), Counter(), deque(["/"])
    seen = set(todo)
    while todo:
        response = client.get(todo.popleft(), follow=True)
        found[response.resolver_match.url_name, response.status_code] += 1
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        for link in re.findall(r'href="(/[^"#]*)"', response.content.decode()):
            if link in seen or link.startswith("/static/") or asked[kind_of(link)] >= limit(link):
                continue
            seen.add(link)
            asked[kind_of(link)] += 1
            todo.append(link.replace("&amp;", "&"))
    return found


def test_there_is_one_login_for_every_post_and_a_stranger(built):
    logins = printed_logins()
    posts = [login.staff.current_postings[0].role for login in logins]
    assert set(posts) == set(TRIES)
    assert [post for post, count in Counter(posts).items() if count > 1] == ["customer_manager"]
    managers = [login for login in logins if login.staff.may("call.work")]
    assert len({login.unit for login in managers}) == 2
    stranger = managers[-1]
    at_first = [
        posting.staff_id
        for posting in managers[0]
        .staff.current_postings[0]
        .unit.postings.filter(role="customer_manager", ended_on=None)
    ]
    assert {login.staff.pk for login in managers if login is not stranger} == set(at_first)
    assert all(login.staff.check_password(PASSWORD) for login in logins)


@pytest.mark.parametrize("post", TRIES)
def test_every_page_that_is_linked_for_a_login_opens(post, built, sign_in):
    login = next(one for one in printed_logins() if one.staff.current_postings[0].role == post)
    found = walk(sign_in(login.staff))
    assert [page for page in found if page[1] != 200] == []
    first_rooms = {name for name, _ in found} - {"home", "own_password"}
    assert first_rooms


def test_the_manager_has_a_callback_a_visit_and_somebody_to_call(person):
    promised = ListEntry.objects.everyone().get(manager__staff_no="1001", due_at=story.now())
    page = person("1001").get(reverse("today")).content.decode()
    assert reverse("call_claim", args=[promised.ref]) in page
    assert "10:30" in page  # the visit
    answer = person("1001").post(reverse("call_next"), follow=True)
    assert answer.status_code == 200
    entry = ListEntry.objects.everyone().get(claimed_by__staff_no="1001", lease_until__gte=story.now())
    assert answer.redirect_chain[-1][0] == reverse("call", args=[entry.ref])


def test_the_manager_of_another_outlet_sees_none_of_the_first_ones_customers(person):
    hers = Customer.objects.visible_to(Staff.objects.get(staff_no="1001"))
    assert hers.exists()
    stranger = person("4004")
    for customer in hers[:5]:
        assert stranger.get(reverse("customer", args=[customer.ref])).status_code == 404


def test_the_reception_registers_who_comes(person):
    visit = Appointment.objects.everyone().get(manager__staff_no="1001", starts_at=story.moment(story.TODAY, 10, 30))
    lobby = person("1012")
    assert reverse("visit", args=[visit.ref]) in lobby.get(reverse("visits")).content.decode()
    assert lobby.post(reverse("visit_change", args=[visit.ref, "arrive"])).status_code == 303
    visit.refresh_from_db()
    assert visit.state == Appointment.State.ARRIVED
    assert lobby.get(reverse("customer", args=[visit.customer.ref])).status_code in (403, 404)


def test_the_wealth_manager_has_clients_and_a_visit(person):
    wealth = Staff.objects.get(staff_no="1013")
    assert Customer.objects.visible_to(wealth).count() > 0
    assert Appointment.objects.visible_to(wealth).filter(starts_at=story.moment(story.TODAY, 10, 30)).exists()


def test_management_approves_the_plan_that_waits(person):
    plan = Campaign.objects.everyone().get(state=Campaign.State.SUBMITTED)
    asked = waiting.open_for("plan", plan.ref)
    answer = person("9004").post(
        reverse("approval_decide", args=[asked.ref]), {"decision": "approve", "comment": "同意"}
    )
    assert answer.status_code == 303
    plan.refresh_from_db()
    assert plan.state == Campaign.State.APPROVED


def test_management_signs_the_bulletin_that_waits(person):
    draft = Report.objects.everyone().get(state=Report.State.DRAFT)
    assert person("9002").post(reverse("report_issue", args=[draft.ref]), {"version": draft.version}).status_code == 403
    answer = person("9004").post(reverse("report_issue", args=[draft.ref]), {"version": draft.version})
    assert answer.status_code == 303
    draft.refresh_from_db()
    assert draft.state == Report.State.ISSUED


def test_compliance_reviews_the_script_that_waits(person):
    draft = Script.objects.get(state=Script.State.DRAFT)
    asked = waiting.open_for("script", draft.ref)
    decision = {"decision": "approve"}
    assert person("9003").post(reverse("approval_decide", args=[asked.ref]), decision).status_code == 303
    draft.refresh_from_db()
    assert draft.state == Script.State.APPROVED


def test_the_auditor_reads_the_chain_and_calls_nobody(person):
    auditor = person("9006")
    page = auditor.get(reverse("audit"), {"by": "1001"})
    assert {row.by for row in page.context["page"]} == {"1001"}
    before = Call.objects.everyone().count()
    assert auditor.post(reverse("call_next")).status_code == 403
    assert Call.objects.everyone().count() == before


def test_the_administrator_sees_staff_and_no_customer(person):
    administrator = person("9007")
    assert administrator.get(reverse("staff")).status_code == 200
    assert administrator.get(reverse("customers")).status_code == 403
    assert not Customer.objects.visible_to(Staff.objects.get(staff_no="9007")).exists()


def test_the_first_manager_has_tasks_of_every_kind_and_reminders_to_make(person):
    page = person("1001").get(reverse("tasks")).content.decode()
    for told in (
        "寄送三年期大额存单说明",
        "逾期 03-03",
        "问她的转账办好没有",
        "奖金到账前一周再约一次",
        "已更新证件",
        "代办",
    ):
        assert told in page, told
    today = person("1001").get(reverse("today")).content.decode()
    assert "card-tasks" in today
    wealth = person("1013").get(reverse("tasks")).content.decode()
    assert "讲解净值型理财的风险" in wealth


def test_the_outlet_has_rooms_a_visit_that_moved_and_answers_to_reminders(person):
    head = person("1011")
    assert "洽谈室一" in head.get(reverse("visit_rooms")).content.decode()
    assert Appointment.objects.everyone().exclude(room=None).exists()
    assert Move.objects.filter(by__staff_no="1012").exists()
    assert Reminder.objects.filter(said="confirmed").exists()
    assert head.get(reverse("tasks"), {"whose": "outlet"}).status_code == 200
    several = Discussed.objects.values("visit").annotate(lines=Count("pk")).filter(lines__gt=1)
    assert several.exists()


def test_somebody_stalls_and_a_reminder_was_read(person):
    """The head whose login is printed, and the unit above the other outlet. (Of a short list one call is days: the slow one is not late in so small a bank.)"""
    rows = Alert.objects.everyone().filter(state="open").select_related("staff")
    told = {(one.staff.staff_no, one.rung, one.reason): one for one in rows}
    assert {("1004", 2, "not_begun"), ("2004", 3, "uncovered")} <= told.keys()
    today = person("1003").get(reverse("today")).content.decode()
    assert "data-reminder" not in today  # it was read
    board = person("1011").get(reverse("supervision")).content.decode()
    assert reverse("alert", args=[told["1004", 2, "not_begun"].ref]) in board
    assert 'data-staff="1004" data-state="silent"' in board
    assert "10:07 确认" in board
    above = person("9004").get(reverse("supervision")).content.decode()
    assert reverse("alert", args=[told["2004", 3, "uncovered"].ref]) in above
