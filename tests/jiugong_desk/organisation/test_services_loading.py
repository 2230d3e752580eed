"""Loading units and staff: the same extract again changes nothing, and a wrong one is refused whole."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest
from django.core.exceptions import PermissionDenied

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused
from jiugong_desk.organisation import services
from jiugong_desk.organisation.models import Posting, Staff, Unit
from tests.support.cast import NOW
from tests.support.fingerprint import fingerprint

pytestmark = pytest.mark.django_db

BRANCHES = [
    ("OUT2", "SUB", "西门网点", "网点", "二类"),
    ("SUB", "BR", "滨河支行", "一级支行", None),
    ("BR", None, "江城分行", "分行", None),
    ("OUT1", "SUB", "东门网点", "outlet", "一类"),
]
STAFF = [
    ("M1", "毛一", "OUT1", "customer_manager"),
    ("M2", "毛二", "OUT2", "customer_manager"),
    ("H1", "胡一", "OUT1", "outlet_head"),
    ("H1", "胡一", "OUT2", "outlet_head"),
]


def branches(rows=BRANCHES):
    return pa.table(
        dict(zip(("branch_id", "parent_id", "name", "level", "class"), zip(*rows, strict=True), strict=True))
    )


def people(rows=STAFF):
    return pa.table(dict(zip(("staff_id", "name", "branch_id", "post"), zip(*rows, strict=True), strict=True)))


def load(units=BRANCHES, staff=STAFF, *, by=None, at=NOW):
    return services.load_organisation(branches(units), people(staff), by=by, at=at)


def open_posts(staff_no):
    postings = Posting.objects.filter(staff__staff_no=staff_no, ended_on=None)
    return sorted(postings.values_list("unit__code", "role"))


@pytest.mark.parametrize("who", ["wang", "admin", "auditor"])
def test_only_a_data_steward_may(cast, who):
    before = fingerprint()
    with pytest.raises(PermissionDenied):
        load(by=getattr(cast, who))
    assert fingerprint() == before


def test_a_first_load_builds_the_tree_in_any_order():
    result = load()
    assert (result.units_new, result.staff_new, result.postings_begun) == (4, 3, 4)
    assert dict(Unit.objects.values_list("code", "path")) == {
        "BR": "BR.",
        "SUB": "BR.SUB.",
        "OUT1": "BR.SUB.OUT1.",
        "OUT2": "BR.SUB.OUT2.",
    }
    assert Unit.objects.get(code="OUT2").kind == Unit.Kind.OUTLET
    assert Unit.objects.get(code="OUT2").unit_class == "二类"
    assert not Staff.objects.get(staff_no="M1").has_usable_password()
    assert open_posts("H1") == [("OUT1", "outlet_head"), ("OUT2", "outlet_head")]
    assert AuditRecord.objects.get().verb == "organisation.loaded"


def test_the_same_extract_again_changes_nothing():
    load()
    before = fingerprint()
    again = load(at=NOW + timedelta(days=1))
    assert not again.changed
    assert fingerprint() == before


def test_a_transfer_ends_one_post_and_begins_another():
    load()
    moved = [("M1", "毛一", "OUT2", "customer_manager"), *STAFF[1:]]
    result = load(staff=moved, at=NOW + timedelta(days=3))
    assert (result.postings_begun, result.postings_ended, result.staff_new) == (1, 1, 0)
    assert open_posts("M1") == [("OUT2", "customer_manager")]
    assert Posting.objects.get(staff__staff_no="M1", unit__code="OUT1").ended_on == (NOW + timedelta(days=3)).date()


def test_who_is_not_in_the_extract_stays():
    load()
    result = load(staff=STAFF[1:])
    assert result.staff_absent == 1
    assert open_posts("M1") == [("OUT1", "customer_manager")]


def test_a_unit_that_moves_takes_those_below_along_mentioned_or_not():
    load()
    other = [("SUB2", "BR", "新支行", "一级支行", None), ("OUT1", "SUB2", "东门网点", "网点", "一类")]
    load(units=[*other])
    assert Unit.objects.get(code="OUT1").path == "BR.SUB2.OUT1."
    load(units=[("HO", None, "总行", "总行", None), ("BR", "HO", "江城分行", "分行", None)])
    assert dict(Unit.objects.values_list("code", "path")) == {
        "HO": "HO.",
        "BR": "HO.BR.",
        "SUB": "HO.BR.SUB.",
        "SUB2": "HO.BR.SUB2.",
        "OUT1": "HO.BR.SUB2.OUT1.",
        "OUT2": "HO.BR.SUB.OUT2.",
    }


def test_a_unit_without_a_level_is_a_head_office_at_the_root_and_an_outlet_below():
    load(units=[("A", None, "甲", None, None), ("B", "A", "乙", None, None)], staff=[("1", "丙", "B", "planner")])
    assert dict(Unit.objects.values_list("code", "kind")) == {"A": "head_office", "B": "outlet"}


def test_a_changed_name_is_taken_over():
    load()
    renamed = [(number, "毛大" if number == "M1" else name, unit, post) for number, name, unit, post in STAFF]
    assert load(staff=renamed).staff_renamed == 1
    assert Staff.objects.get(staff_no="M1").name == "毛大"


@pytest.mark.parametrize(
    ("units", "staff", "code", "told"),
    [
        ([("A", "NOWHERE", "甲", "分行", None)], STAFF[:1], "unknown_parent", "NOWHERE"),
        ([("A", "B", "甲", "分行", None), ("B", "A", "乙", "分行", None)], STAFF[:1], "unit_circle", "A, B"),
        ([("A", None, "甲", "省行", None)], STAFF[:1], "unknown_unit_level", "省行"),
        ([("A.1", None, "甲", "分行", None)], STAFF[:1], "bad_unit_code", "A.1"),
        (BRANCHES, [("M1", "毛一", "OUT1", "行员")], "unknown_role", "行员"),
        (BRANCHES, [("M1", "毛一", "OUT9", "planner")], "unknown_unit", "OUT9"),
    ],
)  # fmt: skip
def test_a_wrong_extract_is_refused_whole(units, staff, code, told):
    before = fingerprint()
    with pytest.raises(Refused) as caught:
        load(units=units, staff=staff)
    assert caught.value.verdict.codes == (code,)
    assert told in str(caught.value.verdict)
    assert fingerprint() == before
