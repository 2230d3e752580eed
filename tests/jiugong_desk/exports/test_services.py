"""Taking lists out: what goes at once, what is frozen and approved, what is delivered, and what is never in a file."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from jiugong_desk.approvals import services as approvals
from jiugong_desk.approvals.models import Approval
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.consent.models import DoNotCall
from jiugong_desk.core.errors import Refused
from jiugong_desk.customers import removal
from jiugong_desk.customers.models import Customer
from jiugong_desk.exports import services
from jiugong_desk.exports.models import Allowance, ExportFile, ExportRequest, seal
from jiugong_desk.grid.models import WatchEntry
from jiugong_desk.organisation.models import Posting
from tests.support import exporting
from tests.support.cast import NOW, make_customer, make_staff
from tests.support.exporting import asked, decided, numbers_of, rows_of, smaller, terms

pytestmark = pytest.mark.django_db
NAME, MOBILE, ID = "鸢尾兰芷", "14099990000", "990000198805010009"


@pytest.fixture
def people(cast):
    """Three of Wang's customers, one of Sun's."""
    wangs = [make_customer(cast.north, cast.wang, name=NAME, mobile=f"1409999000{n}", id_number=ID) for n in range(3)]
    return [*wangs, make_customer(cast.north, cast.sun)]


@pytest.fixture
def found(cast, people):
    return exporting.watch_list(cast, people)


def numbers(people):
    return [customer.customer_no for customer in people]


def take(found, by, at=NOW):
    return services.take("watch", terms(found), by=by, at=at)


def refusal(verb, *args, **values) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        verb(*args, **values)
    return refused.value.verdict.codes


class TestAtOnce:
    def test_a_small_list_goes_masked_marked_and_recorded(self, cast, found, people):
        content = take(found, cast.wang).content
        assert numbers_of(content) == numbers(people[:3])
        header, *rows = rows_of(content)
        assert "手机号" not in header
        made = ExportFile.objects.everyone().get()
        assert [row[-1] for row in rows] == [f"1001 2026-01-07 10:30 {made.ref}"] * 3
        assert ["导出人", "王晓北(1001)"] in rows_of(content, "说明")
        assert (made.rows_taken, made.clear, made.request) == (3, False, None)
        record = AuditRecord.objects.get(verb="export.taken")
        assert json.loads(record.facts) == {"source": "watch", "rows": 3, "clear": False, "request": ""}
        assert (record.chain, record.about_ref) == ("OU01", made.ref)

    def test_neither_name_nor_mobile_nor_id_number_is_in_it(self, cast, found):
        text = json.dumps(rows_of(take(found, cast.wang).content), ensure_ascii=False)
        assert "鸢*" in text
        for secret in (NAME, MOBILE, ID):
            assert secret not in text

    def test_a_larger_list_does_not_go(self, cast, found, monkeypatch):
        smaller(monkeypatch, rows_without_approval=2)
        assert refusal(take, found, cast.wang) == ("over_file",)
        assert not ExportFile.objects.everyone().exists()
        assert not AuditRecord.objects.filter(verb="export.taken").exists()

    def test_several_small_ones_of_a_day_add_up_for_the_person_whatever_the_login(self, cast, found, monkeypatch):
        smaller(monkeypatch, rows_without_approval=3, rows_per_day=5)
        second = make_staff("1999", "王晓北", "customer_manager", cast.north, person_key=cast.wang.person_key)
        Customer.objects.everyone().filter(manager=cast.sun).update(manager=second)
        take(found, cast.wang)
        take(found, second)
        assert refusal(take, found, cast.wang) == ("over_day",)
        take(found, second)  # one customer more still fits
        assert refusal(take, found, second) == ("over_day",)
        take(found, cast.wang, at=NOW + timedelta(days=1))

    def test_a_refused_file_costs_nothing_of_the_day(self, cast, found, monkeypatch):
        smaller(monkeypatch, rows_without_approval=3, rows_per_day=3)
        assert refusal(take, found, cast.zhao) == ("over_file",)
        take(found, cast.wang)

    def test_who_sees_no_customers_takes_none(self, cast, found):
        for nobody in (cast.qian, cast.admin):
            with pytest.raises(PermissionDenied):
                take(found, nobody)

    @pytest.mark.parametrize("code", ["watch", "no-such-list"])
    def test_a_list_that_is_not_there(self, cast, found, code):
        assert refusal(services.take, code, {"list": "a" * 14}, by=cast.wang, at=NOW) == ("export_gone",)

    def test_terms_that_the_list_does_not_know_are_refused_and_so_not_kept(self, cast, found):
        more = {**terms(found), "note": "写给自己的话"}
        assert refusal(services.take, "watch", more, by=cast.wang, at=NOW) == ("export_gone",)
        given = {"clear": (), "purpose": "contact", "reason": exporting.REASON}
        assert refusal(services.ask, "watch", more, **given, by=cast.wang, at=NOW) == ("export_gone",)
        assert not ExportRequest.objects.everyone().exists()


class TestApproved:
    def test_what_was_approved_is_what_is_delivered(self, cast, found, people):
        made = asked(found, cast.zhao)
        assert made.refs == [customer.ref for customer in people]
        decided(made, cast.compliance)
        content = services.download(exporting.again(made), by=cast.zhao, at=NOW).content
        assert numbers_of(content) == numbers(people)
        about = rows_of(content, "说明")
        assert ["申请编号", made.ref] in about
        assert ["事由", exporting.REASON] in about
        assert ["批准", "郑规(9003) 2026-01-07"] in about
        file = ExportFile.objects.everyone().get()
        assert (file.request, file.rows_taken) == (made, 4)
        assert exporting.again(made).downloads == 1

    def test_it_does_not_count_against_the_day(self, cast, found, monkeypatch):
        smaller(monkeypatch, rows_without_approval=0, rows_per_day=0)
        made = decided(asked(found, cast.wang), cast.zhao)
        assert len(numbers_of(services.download(made, by=cast.wang, at=NOW).content)) == 3

    def test_whom_one_no_longer_sees_is_not_in_it_and_that_is_said(self, cast, found, people):
        made = decided(asked(found, cast.wang), cast.zhao)
        Customer.objects.everyone().filter(pk=people[0].pk).update(manager=cast.sun)
        content = services.download(made, by=cast.wang, at=NOW).content
        assert numbers_of(content) == numbers(people[1:3])
        assert ["未列入", "1 户现已不在您的管辖范围或名单中"] in rows_of(content, "说明")
        assert json.loads(AuditRecord.objects.get(verb="export.taken").facts)["rows"] == 2

    def test_who_has_joined_the_list_since_is_not_in_it(self, cast, found, people):
        made = decided(asked(found, cast.wang), cast.zhao)
        Customer.objects.everyone().filter(pk=people[3].pk).update(manager=cast.wang)
        assert numbers_of(services.download(made, by=cast.wang, at=NOW).content) == numbers(people[:3])

    def test_whoever_lost_the_post_gets_nothing(self, cast, found):
        made = decided(asked(found, cast.wang), cast.zhao)
        Posting.objects.filter(staff=cast.wang).update(ended_on=NOW.date())
        del cast.wang.current_postings
        with pytest.raises(PermissionDenied):
            services.download(made, by=cast.wang, at=NOW)

    @pytest.mark.parametrize(
        "change",
        [{"reason": "别的事由"}, {"clear": ["name"]}, {"purpose": "other"}, {"title": "另一份"}, {"terms": {}}, {"sealed": seal([])}],
    )  # fmt: skip
    def test_a_changed_request_is_not_what_was_approved(self, cast, found, change):
        made = decided(asked(found, cast.wang), cast.zhao)
        ExportRequest.objects.everyone().filter(pk=made.pk).update(**change)
        assert refusal(services.download, exporting.again(made), by=cast.wang, at=NOW)[0] in (
            "export_changed",
            "export_gone",
        )
        assert exporting.again(made).downloads == 0

    def test_a_changed_request_cannot_be_approved(self, cast, found, people):
        made = asked(found, cast.wang)
        ExportRequest.objects.everyone().filter(pk=made.pk).update(sealed=seal([people[3].ref]))
        assert refusal(decided, made, cast.zhao) == ("decided",)

    def test_so_often_and_so_long(self, cast, found):
        made = decided(asked(found, cast.wang), cast.zhao)
        services.download(made, by=cast.wang, at=NOW + timedelta(days=7))
        assert refusal(services.download, made, by=cast.wang, at=NOW + timedelta(days=8)) == ("export_expired",)
        services.download(made, by=cast.wang, at=NOW)
        assert refusal(services.download, made, by=cast.wang, at=NOW) == ("export_used_up",)

    def test_nobody_else_fetches_it(self, cast, found):
        made = decided(asked(found, cast.wang), cast.zhao)
        for other in (cast.zhao, cast.compliance, cast.sun):
            assert refusal(services.download, made, by=other, at=NOW) == ("export_not_yours",)

    def test_nothing_is_fetched_before_the_approval_nor_after_a_refusal(self, cast, found):
        made = asked(found, cast.wang)
        assert refusal(services.download, made, by=cast.wang, at=NOW) == ("export_not_approved",)
        returned = decided(made, cast.zhao, approve=False)
        assert returned.state == "returned"
        assert returned.refs == []
        assert refusal(services.download, returned, by=cast.wang, at=NOW) == ("export_not_approved",)

    def test_an_undone_import_leaves_nobody_behind_in_a_request(self, cast, found, people):
        """A request holds references only: what is no customer any more is in no file, and stands against no undo."""
        made = decided(asked(found, cast.wang), cast.zhao)
        WatchEntry.objects.everyone().filter(customer=people[0]).delete()
        Customer.objects.everyone().filter(pk=people[0].pk).update(came_with="b1")
        assert removal.remove(removal.brought_by("b1")) == (1, 0)
        assert numbers_of(services.download(made, by=cast.wang, at=NOW).content) == numbers(people[1:3])


class TestWhoDecides:
    def test_nobody_on_his_own_under_any_login(self, cast, found):
        made = asked(found, cast.zhao)
        other = make_staff("9999", "赵北", "compliance", cast.branch, person_key=cast.zhao.person_key)
        for self_again in (cast.zhao, other):
            assert refusal(decided, made, self_again) == ("own_work",)
        assert decided(made, cast.compliance).state == "approved"

    def test_unmasked_lists_go_with_compliance_only(self, cast, found):
        made = asked(found, cast.wang, clear=("mobile",))
        with pytest.raises(PermissionDenied):
            decided(made, cast.zhao)
        assert not Approval.objects.visible_to(cast.zhao).exists()
        assert decided(made, cast.compliance).state == "approved"

    def test_the_head_of_another_outlet_knows_nothing_of_it(self, cast, found):
        asked(found, cast.wang)
        head = make_staff("2003", "何南", "outlet_head", cast.south)
        assert not Approval.objects.visible_to(head).exists()
        assert not ExportRequest.objects.visible_to(head).exists()
        assert ExportRequest.objects.visible_to(cast.zhao).exists()
        assert not ExportRequest.objects.visible_to(cast.sun).exists()

    def test_whoever_sees_a_part_of_the_list_only_does_not_decide_on_it(self, cast, people):
        head = make_staff("2003", "何南", "outlet_head", cast.south)
        Posting.objects.create(staff=head, unit=cast.north, role="outlet_head")
        theirs = exporting.watch_list(cast, [*people, make_customer(cast.south, cast.li)])
        made = asked(theirs, head)
        assert made.unit == cast.sub_branch
        assert not Approval.objects.visible_to(cast.zhao).exists()
        other = make_staff("2004", "吕南", "outlet_head", cast.south)
        assert not Approval.objects.visible_to(other).exists()
        assert decided(made, cast.compliance).state == "approved"

    def test_a_list_of_one_outlet_stands_there_wherever_the_first_post_is(self, cast, people):
        head = make_staff("2003", "何南", "outlet_head", cast.south)
        Posting.objects.create(staff=head, unit=cast.north, role="outlet_head")
        made = asked(exporting.watch_list(cast, people), head)
        assert made.unit == cast.north
        assert Approval.objects.visible_to(cast.zhao).get().about == made.ref

    def test_a_late_approval_is_refused(self, cast, found):
        made = asked(found, cast.wang)
        assert refusal(decided, made, cast.zhao, at=NOW + timedelta(days=6)) == ("export_late",)
        assert decided(made, cast.zhao, at=NOW + timedelta(days=5)).state == "approved"

    def test_one_takes_back_ones_own_only(self, cast, found):
        made = asked(found, cast.wang)
        waiting = exporting.approval_of(made)
        with pytest.raises(PermissionDenied):
            approvals.withdraw(waiting, by=cast.zhao, at=NOW)
        approvals.withdraw(waiting, by=cast.wang, at=NOW)
        assert (exporting.again(made).state, exporting.again(made).refs) == ("withdrawn", [])
        assert refusal(approvals.withdraw, waiting, by=cast.wang, at=NOW) == ("decided",)


class TestUnmasked:
    def test_only_what_was_asked_for_and_no_number_of_whom_nobody_may_call(self, cast, people):
        DoNotCall.objects.create(customer=people[0], since=NOW, source="call", by=cast.wang)
        silent = make_customer(cast.north, cast.wang, consent=False, mobile="14088880000")
        found = exporting.watch_list(cast, [*people, silent])
        made = decided(asked(found, cast.wang, clear=("mobile",)), cast.compliance)
        rows = rows_of(services.download(made, by=cast.wang, at=NOW).content)
        assert rows[0][:3] == ["客户号", "客户", "手机号"]
        shown = {row[0]: row[2] for row in rows[1:]}
        assert shown[people[0].customer_no] == "140****0000"
        assert shown[silent.customer_no] == "140****0000"
        assert shown[people[1].customer_no] == "14099990001"
        text = json.dumps(rows, ensure_ascii=False)
        assert NAME not in text
        assert ID not in text
        assert ExportFile.objects.everyone().get().clear

    def test_a_post_that_may_not_reveal_asks_for_none(self, cast, found):
        assert refusal(asked, found, cast.planner, clear=("name",)) == ("may_not_reveal",)

    def test_whoever_may_not_reveal_any_more_fetches_none(self, cast, found):
        made = decided(asked(found, cast.wang, clear=("name",)), cast.compliance)
        Posting.objects.filter(staff=cast.wang).update(role="data_steward")
        del cast.wang.current_postings
        assert refusal(services.download, made, by=cast.wang, at=NOW) == ("may_not_reveal",)

    def test_an_id_number_cannot_be_asked_for(self, cast, found):
        assert asked(found, cast.wang, clear=("id_number", "name")).clear == ["name"]


class TestOldOnes:
    def run(self, at):
        class Run:
            pass

        run = Run()
        run.at = at
        services.lapse(run)

    def test_what_nobody_decides_lapses_and_its_list_goes(self, cast, found):
        made = asked(found, cast.wang)
        self.run(NOW + timedelta(days=5))
        assert exporting.again(made).state == "submitted"
        self.run(NOW + timedelta(days=6))
        assert (exporting.again(made).state, exporting.again(made).refs) == ("lapsed", [])
        assert Approval.objects.everyone().get().state == "void"
        assert AuditRecord.objects.get(verb="export.lapsed").by == "system"
        self.run(NOW + timedelta(days=7))
        assert AuditRecord.objects.filter(verb="export.lapsed").count() == 1

    def test_a_list_that_nobody_fetched_goes_and_one_that_left_the_house_stays_known(self, cast, found, people):
        made, other = (decided(asked(found, by), cast.compliance) for by in (cast.wang, cast.sun))
        services.download(made, by=cast.wang, at=NOW)
        self.run(NOW + timedelta(days=8))
        assert exporting.again(other).refs == []
        assert exporting.again(made).refs == [customer.ref for customer in people[:3]]

    def test_a_day_that_is_over_is_counted_no_longer_and_todays_still_is(self, cast, found, monkeypatch):
        smaller(monkeypatch, rows_without_approval=3, rows_per_day=3)
        take(found, cast.wang)
        self.run(NOW)
        assert refusal(take, found, cast.wang) == ("over_day",)
        self.run(NOW + timedelta(days=1))
        assert not Allowance.objects.exists()

    def test_a_lapsed_approval_is_over(self, cast, found):
        made = decided(asked(found, cast.wang), cast.zhao)
        self.run(NOW + timedelta(days=8))
        assert refusal(services.download, exporting.again(made), by=cast.wang, at=NOW) == ("export_not_approved",)


def test_no_audit_record_of_any_of_it_holds_a_person(cast, found, people):
    made = decided(asked(found, cast.wang, clear=("name", "mobile")), cast.compliance)
    services.download(made, by=cast.wang, at=NOW)
    facts = " ".join(AuditRecord.objects.values_list("facts", flat=True))
    for secret in (NAME, MOBILE, ID, exporting.REASON, *numbers(people)):
        assert secret not in facts
