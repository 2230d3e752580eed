"""The catalogue and its rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.audiences.catalogue import FIELDS
from jiugong_desk.audiences.matching import matching
from jiugong_desk.audiences.reading import OPERATORS, WrongRule, read, sentence
from jiugong_desk.customers.models import Loan
from jiugong_desk.grid.bridge import Frozen
from jiugong_desk.grid.services import freeze
from jiugong_desk.imports.models import Batch
from tests.support.cast import NOW, make_customer

pytestmark = pytest.mark.django_db
ON = NOW.date()


def rule(field, op, value=None):
    return {"field": field, "op": op, "value": value}


def found(cast, *rules):
    return set(matching(rules, cast.sub_branch, on=ON).values_list("customer_no", flat=True))


@pytest.fixture
def people(cast):
    return {
        "rich": make_customer(cast.north, cast.wang, customer_no="rich", level=9, asset_band=3, income_band=3,
                              assets=Decimal(900000), annual_income=Decimal(400000), card_holder=True),
        "unknown": make_customer(cast.south, cast.li, customer_no="unknown", level=None, asset_band=1, income_band=None,
                                 assets=Decimal(50000), card_holder=None, birth_date=None, loan_kind="consumer"),
        "young": make_customer(cast.south, customer_no="young", level=1, asset_band=1, income_band=1,
                               birth_date=date(2008, 1, 8), card_holder=False, assets=None, loan_kind=""),
        "old": make_customer(cast.north, cast.sun, customer_no="old", level=5, birth_date=date(1961, 1, 7),
                             loan_kind="mortgage_resale", opened_on=date(2010, 5, 1), assets=Decimal("49999.99")),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule("loan_kind", "is", "mortgage_new_home")], {"rich"}),
        ([rule("loan_kind", "in", ["mortgage_new_home", "consumer"])], {"rich", "unknown"}),
        ([rule("loan_kind", "lacks", ["consumer"])], {"rich", "young", "old"}),
        ([rule("level", "at_least", "5")], {"rich", "old"}),
        ([rule("level", "at_most", 5)], {"young", "old"}),
        ([rule("level", "unknown")], {"unknown"}),
        ([rule("level", "known")], {"rich", "young", "old"}),
        ([rule("income_band", "in", ["1", "3"])], {"rich", "young"}),
        ([rule("assets", "at_least", "50,000")], {"rich", "unknown"}),
        ([rule("assets", "below", "50000")], {"old"}),
        ([rule("assets", "unknown")], {"young"}),
        ([rule("unit", "is", "OU01")], {"rich", "old"}),
        ([rule("manager", "unknown")], {"young"}),
        ([rule("card_holder", "is", "no")], {"young"}),
        ([rule("card_holder", "unknown")], {"unknown", "old"}),
        ([rule("opened_on", "before", "2010-05-02")], {"old"}),
        ([rule("opened_on", "since", "2010-05-02")], set()),
        ([rule("age_protection", "excludes", ["minors"])], {"rich", "old"}),
        ([rule("age_protection", "excludes", ["minors", "elderly"])], {"rich"}),
        ([rule("loan_kind", "is", "mortgage_new_home"), rule("unit", "is", "OU02")], set()),
        ([], set()),
    ],
)
def test_rules_find_whom_they_name_and_nobody_else(cast, people, rules, expected):
    assert found(cast, *rules) == expected


def test_overdue_loans(cast, people):
    Loan.objects.filter(customer=people["rich"]).update(overdue=True)
    assert found(cast, rule("loan_overdue", "is", "yes")) == {"rich"}
    assert found(cast, rule("loan_overdue", "is", "no")) == {"unknown", "young", "old"}


def test_nobody_outside_the_unit_is_found(cast, people):
    everyone = [rule("level", "known")]
    assert set(matching(everyone, cast.south, on=ON).values_list("customer_no", flat=True)) == {"young"}
    with pytest.raises(WrongRule):
        list(matching([rule("unit", "is", "OU01")], cast.south, on=ON))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (rule("name", "is", "x"), "客群规则用了目录中没有的字段。"),
        (rule("manager__password", "known"), "客群规则用了目录中没有的字段。"),
        (rule("level", "regex", ".*"), "“客户级别”不支持这种比较。"),
        (rule("level", "is", "5 OR 1=1"), "“客户级别”的取值不在可选范围。"),
        (rule("level", "is", ""), "“客户级别”缺少取值。"),
        (rule("level", "is", ["1", "2"]), "“客户级别”缺少取值。"),
        (rule("assets", "at_least", "5万"), "“本行资产”须是以元为单位的金额。"),
        (rule("assets", "at_least", "NaN"), "“本行资产”须是以元为单位的金额。"),
        (rule("assets", "below", "-1"), "“本行资产”须是以元为单位的金额。"),
        (rule("assets", "below", "1e400"), "“本行资产”须是以元为单位的金额。"),
        (rule("assets", "below", "1e-200000"), "“本行资产”须是以元为单位的金额。"),
        (rule("assets", "below", "1" * 16), "“本行资产”须是以元为单位的金额。"),
        (rule("assets", "below", "1.234"), "“本行资产”须是以元为单位的金额。"),
        (rule("assets", "below", "٥"), "“本行资产”须是以元为单位的金额。"),
        (rule("opened_on", "before", "2010-13-01"), "“开户日期”须是日期。"),
        (rule("age_protection", "is", "minors"), "“年龄保护”不支持这种比较。"),
        ({}, "客群规则用了目录中没有的字段。"),
    ],
    ids=str,
)
def test_what_the_catalogue_does_not_hold_is_refused_in_words(cast, wrong, said):
    with pytest.raises(WrongRule) as refusal:
        read([wrong], cast.sub_branch)
    assert str(refusal.value.verdict) == said
    assert refusal.value.verdict.reasons[0].remedy


def test_too_many_rules_are_refused(cast):
    with pytest.raises(WrongRule, match="wrong_rule"):
        read([rule("level", "known")] * 21, cast.sub_branch)


anything = st.none() | st.text(max_size=12) | st.integers() | st.lists(st.text(max_size=8), max_size=3)


@given(
    field=st.sampled_from([*FIELDS, "pk", "name", "unit__path", "id__in"]) | st.text(max_size=10),
    op=st.sampled_from([*OPERATORS, "regex", "contains"]) | st.text(max_size=10),
    value=anything | st.sampled_from(["yes", "no", "1", "minors", "2020-01-01", "mortgage_new_home"]),
)
def test_every_input_is_a_rule_of_the_catalogue_or_refused(field, op, value):
    try:
        ((checked,),) = (block.rules for block in read([rule(field, op, value)], None))
    except WrongRule:
        return
    assert checked.field is FIELDS[field]
    assert checked.op in FIELDS[field].operators
    assert read([checked.as_json()], None)[0].rules == (checked,)
    assert sentence(checked, None)


def test_each_field_works_with_each_of_its_operators(cast, people):
    freeze([Frozen("near", "临界", "近于门槛", ON, "default@2026-01")], by=cast.steward, at=NOW)
    Batch.objects.create(
        unit=cast.branch, by=cast.steward, at=NOW, file_name="名单.csv", size=1, content="", source="分行名单", as_of=ON,
        state=Batch.State.COMMITTED,
    )  # fmt: skip
    for field in FIELDS.values():
        value = {"amount": "50000", "date": "2020-01-01"}.get(field.kind) or field.choices(cast.sub_branch)[:1]
        value = value if isinstance(value, str) or not value else value[0][0]
        for op in field.operators:
            rows = matching([rule(field.key, op, value)], cast.sub_branch, on=ON)
            assert rows.count() <= len(people)


def test_age_is_the_only_personal_trait_and_only_protects():
    assert {"gender", "sex", "ethnicity", "region", "birth_date", "age", "occupation"} & set(FIELDS) == set()
    assert FIELDS["age_protection"].operators == ("excludes",)


def test_a_rule_reads_as_a_sentence(cast):
    (block,) = read(
        [
            rule("loan_kind", "in", ["consumer", "mortgage_new_home"]),
            rule("assets", "at_least", "50000.00"),
            rule("level", "unknown"),
        ],
        cast.sub_branch,
    )
    assert [sentence(r, cast.sub_branch) for r in block.rules] == [
        "贷款种类 属于 一手楼按揭、消费贷款", "本行资产 不低于 50,000元", "客户级别 未知",
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_of_the_bank_has_is_refused(cast, day):
    for field, op in (("last_reached", "before"), ("last_reached", "since"), ("opened_on", "since")):
        with pytest.raises(WrongRule) as refusal:
            read([{"field": field, "op": op, "value": day}], cast.sub_branch)
        assert "1900" in str(refusal.value.verdict.reasons[0])
    assert read([{"field": "last_reached", "op": "since", "value": "1900-01-01"}], cast.sub_branch)
