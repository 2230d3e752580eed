from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from jiugong_desk.appointments import services
from jiugong_desk.appointments.models import Appointment
from jiugong_desk.appointments.services import Line
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.customers.models import Customer
from jiugong_desk.tasks.models import Task
from tests.support.cast import NOW, SHANGHAI, make_customer
from tests.support.products import make_product

pytestmark = pytest.mark.usefixtures("desk_time")

SLOT = datetime(2026, 1, 7, 11, 0, tzinfo=SHANGHAI)


@pytest.fixture
def visit(cast):
    customer = make_customer(cast.north, cast.wang, salutation="张女士")
    return services.book(customer, manager=cast.wang, starts_at=SLOT, by=cast.wang, at=NOW - timedelta(hours=1))


def pages(visit):
    ref = visit.ref
    return [
        ("get", reverse("visit", args=[ref])),
        ("post", reverse("visit_finish", args=[ref])),
        *(("post", reverse("visit_change", args=[ref, change])) for change in ("arrive", "miss", "undo-miss")),
        *(("post", reverse(f"visit_{change}", args=[ref])) for change in ("cancel", "move", "again")),
    ]


def untouched(visit) -> bool:
    return (
        Appointment.objects.everyone().get(pk=visit.pk).state == "booked"
        and AuditRecord.objects.exclude(verb="visit.booked").count() == 0
    )


def test_for_the_other_outlet_and_for_who_sees_no_customer_it_does_not_exist(cast, login, visit):
    for staff in (cast.li, cast.admin, cast.planner):
        for method, address in pages(visit):
            assert getattr(login(staff), method)(address).status_code == 404, (staff, address)
    assert untouched(visit)


def test_who_may_only_look_may_not_change(cast, login, visit):
    for staff in (cast.auditor, cast.management):
        client = login(staff)
        page = client.get(reverse("visit", args=[visit.ref]))
        assert page.status_code == 200
        assert f"/visits/{visit.ref}/cancel/" not in page.content.decode()  # no button that would be refused
        for method, address in pages(visit)[1:]:
            assert getattr(client, method)(address).status_code == 403, address
    assert untouched(visit)


def test_the_list_is_closed_to_who_sees_no_visits(cast, login):
    assert login(cast.planner).get(reverse("visits")).status_code == 403


def test_the_list_shows_the_day_of_ones_outlet(cast, login, visit):
    for staff, seen in ((cast.qian, True), (cast.zhao, True), (cast.wang, True), (cast.sun, False), (cast.li, False)):
        page = login(staff).get(reverse("visits"))
        assert page.status_code == 200
        assert ("张女士" in page.content.decode()) is seen, staff
    assert "张女士" not in login(cast.qian).get(reverse("visits"), {"day": "2026-01-08"}).content.decode()
    assert login(cast.qian).get(reverse("visits"), {"day": "2026-13-45"}).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1999-12-31", "2101-01-01"])
def test_a_day_at_the_end_of_the_calendar_is_no_day(cast, login, visit, day):
    page = login(cast.qian).get(reverse("visits"), {"day": day})
    assert page.status_code == 200
    assert "张女士" in page.content.decode()  # today


def test_the_lobby_sees_neither_level_nor_customer_page(cast, login, visit):
    page = login(cast.qian).get(reverse("visit", args=[visit.ref])).content.decode()
    assert "chip-c2" not in page
    assert reverse("customer", args=[visit.customer.ref]) not in page


def test_received_as_a_fragment_and_as_a_plain_form(cast, login, visit):
    address = reverse("visit_change", args=[visit.ref, "arrive"])
    answer = login(cast.qian).post(address, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith("<tr")
    assert "已到店" in answer.content.decode()
    again = login(cast.qian).post(address)
    assert again.status_code == 409
    assert "已被处理过" in again.content.decode()


def test_a_plain_change_leads_back_to_the_day(cast, login, visit):
    answer = login(cast.wang).post(reverse("visit_cancel", args=[visit.ref]), {"reason": "customer"})
    assert (answer.status_code, answer["Location"]) == (303, f"{reverse('visits')}?day=2026-01-07")


def test_the_counters_come_with_the_row(cast, login, visit):
    client = login(cast.qian)
    assert "已预约 1" in client.get(reverse("visits")).text
    answer = client.post(reverse("visit_change", args=[visit.ref, "arrive"]), HTTP_HX_REQUEST="true").text
    counts = answer[answer.index('id="visit-counts"') :]
    assert counts.startswith('id="visit-counts" hx-swap-oob="true"')
    assert "已到店 1" in counts
    assert "已预约" not in counts
    assert "hx-swap-oob" not in client.get(reverse("visits")).text


def test_an_arrival_that_was_a_mistake_is_taken_back(cast, login, visit):
    address = reverse("visit_change", args=[visit.ref, "undo-arrival"])
    assert login(cast.qian).post(address).status_code == 409  # nobody has come yet
    services.arrive(visit, by=cast.qian, at=NOW)
    assert login(cast.li).post(address).status_code == 404
    assert login(cast.auditor).post(address).status_code == 403
    page = login(cast.qian).get(reverse("visits")).text
    assert address in page
    assert "10:30 到店" in page  # the time says what it is of
    assert "已预约" in login(cast.qian).post(address, HTTP_HX_REQUEST="true").text
    visit.refresh_from_db()
    assert (visit.state, visit.arrived_at, visit.received_by) == ("booked", None, None)
    assert AuditRecord.objects.get(verb="visit.arrival_taken_back").by == cast.qian.staff_no
    assert address not in login(cast.qian).get(reverse("visits")).text


def test_who_is_late_is_missed_and_that_is_taken_back(cast, login, visit, desk_time):
    miss, undo = (reverse("visit_change", args=[visit.ref, change]) for change in ("miss", "undo-miss"))
    client = login(cast.qian)
    desk_time(SLOT + timedelta(minutes=14))
    for page in (reverse("visits"), reverse("visit", args=[visit.ref])):
        assert miss not in client.get(page).text
    desk_time(SLOT + timedelta(minutes=15))
    for page in (reverse("visits"), reverse("visit", args=[visit.ref])):
        assert miss in client.get(page).text
    assert undo in client.post(miss, HTTP_HX_REQUEST="true").text
    assert undo in client.get(reverse("visit", args=[visit.ref])).text
    assert "已预约" in client.post(undo, HTTP_HX_REQUEST="true").text
    assert AuditRecord.objects.get(verb="visit.miss_taken_back").by == cast.qian.staff_no
    client.post(miss)
    desk_time(SLOT + timedelta(days=1))
    client = login(cast.qian)
    assert undo not in client.get(reverse("visit", args=[visit.ref])).text
    assert client.post(undo).status_code == 409


def test_slots_say_the_weekday_and_the_outlet(cast, login, visit):
    page = login(cast.wang).get(reverse("visit", args=[visit.ref])).text
    assert "01-08 星期四 09:00" in page
    assert '<div class="form-hint">北门网点</div>' in page
    customer = login(cast.wang).get(reverse("customer", args=[visit.customer.ref])).text
    assert "01-08 星期四 09:00" in customer
    assert '<div class="form-hint">北门网点</div>' in customer


def test_what_is_missing_in_a_record_is_said_at_once_each_beside_its_field(cast, login, visit):
    services.arrive(visit, by=cast.qian, at=SLOT)
    client = login(cast.wang)
    assert client.get(reverse("visit", args=[visit.ref])).text.count("form-label required") == 2
    sent = {
        "needs": " ", "next_step": "", "line-0-about": "time", "line-0-outcome": "agreed", "line-1-amount": "many",
        "line-2-about": "fund", "task-0-text": "寄送说明" * 80, "task-0-due_on": "2026-01-09",
    }  # fmt: skip
    answer = client.post(reverse("visit_finish", args=[visit.ref]), sent)
    assert answer.status_code == 422
    for said in (
        "请记录客户需求。", "请记录下一步安排。", "“定期存款”已达成，请填写金额。金额以元为单位，大于 0。",
        "“基金”谈得怎样？", "最多 300 字，现在 320 字",
    ):  # fmt: skip
        assert answer.text.count(said) == 1, said
    assert "寄送说明" * 80 in answer.text
    assert answer.text.index("请记录客户需求。") < answer.text.index("谈到的产品")  # beside its field
    assert '<details class="mb-2" open>' in answer.text  # what is folded away and wrong is open
    assert Appointment.objects.everyone().get().state == "arrived"


def test_an_unknown_change_does_not_exist(cast, login, visit):
    assert login(cast.wang).post(f"/visits/{visit.ref}/explode/").status_code == 404


def test_the_manager_writes_what_was_agreed(cast, login, visit):
    services.arrive(visit, by=cast.qian, at=SLOT)
    client, address = login(cast.wang), reverse("visit_finish", args=[visit.ref])
    assert client.post(address, {"needs": "", "next_step": "回访"}).status_code == 422
    assert client.post(address, {"needs": "存款", "next_step": "回访", "line-0-about": "gold"}).status_code == 422
    deposit = {"line-0-about": "time", "line-0-outcome": "agreed"}
    refused = client.post(address, {"needs": "年底到期", "next_step": "回访", **deposit})
    assert refused.status_code == 422
    assert "“定期存款”已达成，请填写金额" in refused.content.decode()
    assert "年底到期" in refused.content.decode()  # what was typed is still there
    more = {"line-0-amount": "50000", "line-4-about": "insurance", "line-4-outcome": "declined"}
    answer = client.post(address, {"needs": "存款", "next_step": "周五转存", **deposit, **more})
    assert answer.status_code == 303
    page = client.get(reverse("visit", args=[visit.ref])).content.decode()
    assert "周五转存" in page
    assert "5.0万元" in page


class TestTheProductThatWasAgreed:
    @pytest.fixture
    def arrived(self, cast, visit):
        services.arrive(visit, by=cast.qian, at=NOW)
        visit.customer.risk_capacity, visit.customer.risk_test_expires_on = "C2", NOW.date()
        visit.customer.save()
        return visit

    def send(self, client, visit, product, **more):
        said = {
            "needs": "闲置资金", "next_step": "无", "line-0-about": product.ref, "line-0-outcome": "agreed",
            "line-0-amount": "50000", **more,
        }  # fmt: skip
        return client.post(reverse("visit_finish", args=[visit.ref]), said)

    def test_the_form_says_which_ones_suit(self, cast, login, arrived):
        make_product(name="稳盈", category="wealth", product_risk="R2")
        make_product(name="成长", category="fund", product_risk="R5")
        shown = login(cast.wang).get(reverse("visit", args=[arrived.ref])).content.decode()
        assert "稳盈</option>" in shown
        assert "成长（不适合）</option>" in shown
        assert "按实登记" not in shown

    def test_what_suits_is_recorded(self, cast, login, arrived):
        product = make_product(name="稳盈", category="wealth", product_risk="R2")
        assert self.send(login(cast.wang), arrived, product).status_code == 303
        arrived.refresh_from_db()
        (line,) = arrived.agreements
        assert (arrived.state, line.product, line.category, line.unsuitable) == ("finished", product, "wealth", [])
        assert f'"code":["{product.code}"]' in AuditRecord.objects.get(verb="visit.finished").facts
        page = login(cast.wang).get(reverse("product", args=[product.ref])).content.decode()
        assert "到店面谈达成 1 笔" in page

    def test_what_does_not_suit_is_refused_with_its_reason_and_nothing_typed_is_lost(self, cast, login, arrived):
        product = make_product(name="成长", category="fund", product_risk="R5")
        answer = self.send(login(cast.wang), arrived, product, needs="想买基金")
        shown = answer.content.decode()
        assert answer.status_code == 409
        for text in ("产品风险 R5 高于客户承受能力 C2。", "想买基金", "按实登记", f'value="{product.ref}" selected'):
            assert text in shown
        arrived.refresh_from_db()
        assert arrived.state == "arrived"

    def test_what_the_customer_has_bought_is_a_fact(self, cast, login, arrived):
        product = make_product(name="成长", category="fund", product_risk="R5")
        assert self.send(login(cast.wang), arrived, product, as_fact="on").status_code == 303
        arrived.refresh_from_db()
        assert (arrived.state, arrived.agreements[0].unsuitable) == ("finished", ["risk_too_high"])
        assert '"unsuitable":["risk_too_high"]' in AuditRecord.objects.get(verb="visit.finished").facts
        page = login(cast.wang).get(reverse("visit", args=[arrived.ref])).content.decode()
        assert "登记时不适合：风险高于客户承受能力" in page

    def test_one_that_does_not_suit_may_be_talked_about_with_its_verdict(self, cast, login, arrived):
        fund = make_product(name="成长", category="fund", product_risk="R5")
        good = make_product(name="稳盈", category="wealth", product_risk="R2")
        said = {"line-0-outcome": "declined", "line-0-amount": ""}
        more = {"line-1-about": good.ref, "line-1-outcome": "interested"}
        assert self.send(login(cast.wang), arrived, fund, **said, **more).status_code == 303
        assert [(one.name, one.outcome, one.unsuitable) for one in arrived.discussed.all()] == [
            ("成长", "declined", ["risk_too_high"]), ("稳盈", "interested", []),
        ]  # fmt: skip
        assert not arrived.agreements
        page = login(cast.wang).get(reverse("visit", args=[arrived.ref])).content.decode()
        assert "登记时不适合" in page
        assert "登记时适合" in page

    def test_a_product_whose_sale_is_over_is_no_choice(self, cast, login, arrived):
        gone = make_product(name="旧产品", category="fund", on_sale_until=NOW.date() - timedelta(days=1))
        assert self.send(login(cast.wang), arrived, gone).status_code == 422


class TestWhatIsStillToBeDone:
    @pytest.fixture
    def arrived(self, cast, visit):
        services.arrive(visit, by=cast.qian, at=NOW)
        return visit

    def send(self, client, visit, **more):
        return client.post(
            reverse("visit_finish", args=[visit.ref]), {"needs": "闲置资金", "next_step": "周五办理", **more}
        )

    def test_it_becomes_tasks_of_the_manager_or_of_a_colleague(self, cast, login, arrived):
        more = {
            "task-0-text": "寄送说明", "task-0-due_on": "2026-01-09", "task-1-text": "讲解理财",
            "task-1-due_on": "2026-01-12", "task-1-owner": cast.sun.ref,
        }  # fmt: skip
        assert self.send(login(cast.wang), arrived, **more).status_code == 303
        told = [(task.text, task.holder, task.source, task.source_ref) for task in Task.objects.everyone()]
        assert told == [("寄送说明", cast.wang, "visit", arrived.ref), ("讲解理财", cast.sun, "visit", arrived.ref)]
        page = login(cast.wang).get(reverse("visit", args=[arrived.ref])).content.decode()
        assert "跟进任务：寄送说明" in page
        assert "讲解理财" in login(cast.sun).get(reverse("tasks")).content.decode()
        assert [verb for verb in AuditRecord.objects.values_list("verb", flat=True) if "task" in verb] == []
        assert '"tasks":2' in AuditRecord.objects.get(verb="visit.finished").facts
        assert "跟进任务" not in login(cast.qian).get(reverse("visit", args=[arrived.ref])).content.decode()

    def test_one_that_cannot_be_stops_the_whole_and_keeps_what_was_typed(self, cast, login, arrived):
        for due, status in (("2026-01-01", 409), ("", 422)):
            answer = self.send(login(cast.wang), arrived, **{"task-0-text": "寄送说明", "task-0-due_on": due})
            assert answer.status_code == status
            assert 'value="寄送说明"' in answer.content.decode()
            assert errors_of(answer, 0, "due_on")  # beside its field, whoever found it
        arrived.refresh_from_db()
        assert (arrived.state, Task.objects.everyone().count()) == ("arrived", 0)

    def test_of_whom_nobody_manages_the_receiver_does_it(self, cast, login, arrived):
        Customer.objects.everyone().filter(pk=arrived.customer_id).update(manager=None)
        client = login(cast.wang)
        assert '<option value="">接待人 王晓北</option>' in client.get(reverse("visit", args=[arrived.ref])).text
        more = {"task-1-text": "寄送说明", "task-1-due_on": "2026-01-09"}
        assert self.send(client, arrived, **more).status_code == 303
        assert Task.objects.everyone().get().owner == cast.wang

    def test_an_owner_who_cannot_be_is_said_at_the_owner(self, cast, login, arrived):
        Customer.objects.everyone().filter(pk=arrived.customer_id).update(manager=cast.sun)  # so it is not his to give
        more = {"task-1-text": "寄送说明", "task-1-due_on": "2026-01-09", "task-1-owner": cast.wang.ref}
        answer = self.send(login(cast.wang), arrived, **more)
        assert answer.status_code == 409
        assert "任务只能交给他的客户经理" in errors_of(answer, 1, "owner")
        assert "还没有保存，请补充标红的各处" in answer.text
        assert 'value="寄送说明"' in answer.text


def errors_of(answer, number: int, field: str) -> str:
    """What the page says at that field of a follow-up."""
    return " ".join(answer.context["form"].follow_ups[number].errors.get(field, []))


def test_what_was_agreed_is_not_shown_to_the_lobby(cast, login, visit):
    services.arrive(visit, by=cast.qian, at=SLOT)
    services.finish(
        visit, needs="家中需求", discussed=[Line("time", outcome="agreed", amount=Decimal(50_000))], next_step="周五转存",
        by=cast.wang, at=SLOT,
    )  # fmt: skip
    for staff, shown in ((cast.qian, False), (cast.zhao, True)):
        client = login(staff)
        page, listed = client.get(reverse("visit", args=[visit.ref])), client.get(reverse("visits"))
        assert ("家中需求" in page.content.decode()) is shown
        assert ("5.0万元" in listed.content.decode()) is shown
        assert "已面谈" in listed.content.decode()


class TestBookingFromTheCustomerPage:
    def test_not_for_strangers_nor_for_who_does_not_receive(self, cast, login):
        customer = make_customer(cast.north, cast.wang)
        address, sent = reverse("visit_book", args=[customer.ref]), {"starts_at": SLOT.isoformat()}
        assert login(cast.li).post(address, sent).status_code == 404
        assert login(cast.qian).post(address, sent).status_code == 404
        assert login(cast.zhao).post(address, sent).status_code == 403
        assert not Appointment.objects.everyone().exists()

    def test_the_page_offers_the_slots_and_books_one(self, cast, login):
        customer = make_customer(cast.north, cast.wang)
        client, page = login(cast.wang), reverse("customer", args=[customer.ref])
        assert 'value="2026-01-07T11:00:00+08:00"' in client.get(page).content.decode()
        answer = client.post(reverse("visit_book", args=[customer.ref]), {"starts_at": SLOT.isoformat()})
        assert (answer.status_code, answer["Location"]) == (303, page)
        assert Appointment.objects.everyone().get().starts_at == SLOT
        assert "已预约" in client.get(page).content.decode()

    @pytest.mark.parametrize("sent", ["", "soon", "2026-02-30T09:00", "0001-01-01T00:00", "9999-12-31T23:59:59-12:00"])
    def test_what_is_no_time_books_nothing(self, cast, login, sent):
        customer = make_customer(cast.north, cast.wang)
        answer = login(cast.wang).post(reverse("visit_book", args=[customer.ref]), {"starts_at": sent})
        assert answer.status_code == 303
        assert not Appointment.objects.everyone().exists()
