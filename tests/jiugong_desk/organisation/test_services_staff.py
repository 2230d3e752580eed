"""Accounts, posts and passwords: who may not, what is refused, and that each change leaves one record."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.organisation import services
from jiugong_desk.organisation.models import Posting, Staff, Unit
from tests.support.cast import NOW, PASSWORD
from tests.support.fingerprint import fingerprint

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("id").values_list("verb", flat=True))


def attempts(cast, by):
    """Every verb of staff, acting on Wang."""
    posting = cast.wang.postings.get()
    return {
        "create": lambda: services.create_staff(
            staff_no="5001", name="何新", role="customer_manager", unit=cast.north, by=by, at=NOW
        ),
        "password": lambda: services.set_password(cast.wang, password="another-long-password", by=by, at=NOW),
        "begin": lambda: services.begin_posting(cast.wang, unit=cast.south, role="outlet_head", by=by, at=NOW),
        "end": lambda: services.end_posting(posting, reason="调往南门", by=by, at=NOW),
        "deactivate": lambda: services.deactivate(cast.wang, reason="离职交接", by=by, at=NOW),
        "reactivate": lambda: services.reactivate(cast.wang, reason="返岗工作", by=by, at=NOW),
        "unit": lambda: services.create_unit(
            code="OU09", name="新网点", kind="outlet", parent=cast.sub_branch, by=by, at=NOW
        ),
    }


@pytest.mark.parametrize("who", ["wang", "zhao", "management", "auditor", "steward"])
def test_only_an_administrator_may(cast, who):
    before = fingerprint()
    for attempt in attempts(cast, getattr(cast, who)).values():
        with pytest.raises(PermissionDenied):
            attempt()
    assert fingerprint() == before


def test_an_administrator_does_not_manage_himself_under_any_number(cast):
    twin = services.create_staff(
        staff_no="9008",
        name="卫管",
        role="administrator",
        unit=cast.head_office,
        person_key=cast.admin.person_key,
        at=NOW,
    )
    before = fingerprint()
    for person in (cast.admin, twin):
        with pytest.raises(Refused) as caught:
            services.begin_posting(person, unit=cast.branch, role="auditor", by=cast.admin, at=NOW)
        assert caught.value.verdict.codes == ("own_account",)
    with pytest.raises(Refused):
        services.create_staff(
            staff_no="9010", name="卫管", role="planner", unit=cast.branch, person_key=cast.admin.person_key,
            by=cast.admin, at=NOW,
        )  # fmt: skip
    assert fingerprint() == before


def test_create_staff_with_a_password_and_a_post(cast):
    person = services.create_staff(
        staff_no="5001", name="何新", role="customer_manager", unit=cast.north, password=PASSWORD, by=cast.admin, at=NOW
    )
    assert person.check_password(PASSWORD)
    assert person.person_key == "5001"
    assert (person.home, person.roles) == (cast.north, ("customer_manager",))
    record = AuditRecord.objects.get()
    assert (record.chain, record.by, record.verb, record.about_ref) == ("OU01", "9007", "staff.created", person.ref)
    assert "何新" not in record.facts
    assert PASSWORD not in record.facts


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"staff_no": "1001"}, "staff_no_taken"),
        ({"role": "wizard"}, "unknown_role"),
        ({"password": "short"}, "weak_password"),
        ({"password": "q1w2e3r4t5y6"}, "weak_password"),
    ],
)
def test_create_staff_refuses(cast, values, code):
    wanted = {"staff_no": "5001", "name": "何新", "role": "customer_manager", "unit": cast.north, "password": PASSWORD}
    before = fingerprint()
    with pytest.raises(Refused) as caught:
        services.create_staff(**(wanted | values), by=cast.admin, at=NOW)
    assert set(caught.value.verdict.codes) == {code}
    assert fingerprint() == before


def test_without_a_password_nobody_can_sign_in(cast):
    person = services.create_staff(staff_no="5001", name="何新", role="planner", unit=cast.north, by=cast.admin, at=NOW)
    assert not person.has_usable_password()


def test_ending_a_post_takes_away_what_it_gave(cast):
    services.end_posting(cast.wang.postings.get(), reason="调往南门", by=cast.admin, at=NOW)
    wang = Staff.objects.get(pk=cast.wang.pk)
    assert wang.roles == ()
    assert not wang.may("call.work")
    assert Posting.objects.get(staff=wang).ended_on == NOW.date()
    assert verbs() == ["posting.ended"]


def test_ending_a_post_twice_is_stale(cast):
    posting = cast.wang.postings.get()
    services.end_posting(posting, reason="调往南门", by=cast.admin, at=NOW)
    with pytest.raises(Stale):
        services.end_posting(posting, reason="调往南门", by=cast.admin, at=NOW)
    assert verbs() == ["posting.ended"]


def test_the_same_post_is_not_begun_twice(cast):
    with pytest.raises(Stale):
        services.begin_posting(cast.wang, unit=cast.north, role="customer_manager", by=cast.admin, at=NOW)
    assert verbs() == []


@pytest.mark.parametrize("reason", ["", "   ", "调岗", " 调岗  "])
def test_switching_off_needs_a_reason(cast, reason):
    with pytest.raises(Refused) as caught:
        services.deactivate(cast.wang, reason=reason, by=cast.admin, at=NOW)
    assert caught.value.verdict.codes == ("reason_missing",)
    assert Staff.objects.get(pk=cast.wang.pk).is_active


def test_switching_off_and_on(cast):
    services.deactivate(cast.wang, reason="离职交接", by=cast.admin, at=NOW)
    wang = Staff.objects.get(pk=cast.wang.pk)
    assert not wang.may("call.work")
    with pytest.raises(Stale):
        services.deactivate(wang, reason="离职交接", by=cast.admin, at=NOW)
    services.reactivate(wang, reason="返岗工作", by=cast.admin, at=NOW)
    assert Staff.objects.get(pk=cast.wang.pk).may("call.work")
    assert verbs() == ["staff.deactivated", "staff.reactivated"]


@pytest.mark.parametrize("code", ["", "A.B", " A", "A "])
def test_a_unit_code_is_one_step_of_a_path(cast, code):
    with pytest.raises(Refused) as caught:
        services.create_unit(code=code, name="新", kind="outlet", parent=cast.sub_branch, by=cast.admin, at=NOW)
    assert caught.value.verdict.codes == ("bad_unit_code",)


def test_a_unit_lies_below_its_parent(cast):
    unit = services.create_unit(
        code="OU09", name="新网点", kind="outlet", parent=cast.sub_branch, by=cast.admin, at=NOW
    )
    assert unit.path == "HO.BR01.SB01.OU09."
    with pytest.raises(Refused):
        services.create_unit(code="OU09", name="又一", kind="outlet", parent=cast.branch, by=cast.admin, at=NOW)
    assert Unit.objects.filter(code="OU09").count() == 1


def test_whoever_calls_is_never_told_who_is_left_alone_by_another_post(cast):
    assert cast.planner.may("campaign.see_holdout")
    Posting.objects.create(staff=cast.wang, unit=cast.sub_branch, role="planner")
    both = Staff.objects.get(pk=cast.wang.pk)
    assert both.may("offer.draft")
    # Of an audience of one a count tells.
    for permission in ("campaign.see_holdout", "campaign.draft", "audience.view"):
        assert cast.planner.may(permission)
        assert not both.may(permission)
