"""The whole way of a file through the services: upload, review, correct, preview, commit, undo."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from jiugong.warehouse import open_snapshot
from jiugong_desk.audiences.catalogue import FIELDS
from jiugong_desk.audiences.matching import matching
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.consent.models import ConsentRecord, DoNotCall
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.customers.models import BalanceHistory, Customer, Loan, Standing, StandingMonth
from jiugong_desk.imports import folder, services
from jiugong_desk.imports.models import Batch, Correction, Fault, LeftOut, SourceSetting
from jiugong_desk.imports.rules import Control
from jiugong_desk.jobs.models import Job
from jiugong_desk.organisation.models import Posting
from tests.jiugong_desk.imports.conftest import work
from tests.support.cast import NOW, make_campaign, make_entry
from tests.support.extracts import balance, customer, listed, loan, text, workbook

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    """Of imports: a worker that is idle does the nightly work of other rooms too."""
    imports = AuditRecord.objects.filter(verb__startswith="import.")
    return list(imports.order_by("pk").values_list("verb", flat=True))


def desk_numbers() -> set[str]:
    return set(Customer.objects.everyone().values_list("customer_no", flat=True))


def test_a_list_with_wrong_cells_is_mended_and_loaded(steward, cast):
    rows = [customer(number) for number in range(1, 21)]
    rows[3]["手机号"] = "1380013"
    rows[7]["证件号码"] = rows[7]["证件号码"][:-1] + ("0" if rows[7]["证件号码"][-1] != "0" else "1")
    rows[11]["年收入（万元）"] = "约二十"
    batch = steward.upload(workbook(rows, title="客户名单 2026年1月"))
    assert (batch.state, batch.table, batch.error) == ("review", "customers", "")
    assert {key: batch.counts[key] for key in ("read", "good", "bad")} == {"read": 20, "good": 17, "bad": 3}
    faults = {(fault.row, fault.column, fault.code) for fault in batch.faults.all()}
    assert faults == {
        (6, "mobile", "not_a_mobile"),
        (10, "id_number", "id_number_check"),
        (14, "annual_income", "not_money"),
    }

    assert services.show_cell(batch, row=6, header="手机号", by=cast.steward, at=NOW) == "1380013"
    assert services.correct(batch, row=6, header="手机号", text="13800000004", by=cast.steward, at=NOW) == 0
    assert services.correct(batch, row=14, header="年收入（万元）", text="20个", by=cast.steward, at=NOW) == 1
    assert services.correct(batch, row=14, header="年收入（万元）", text="20", by=cast.steward, at=NOW) == 0
    services.leave_out(batch, row=10, reason="证件待核实", by=cast.steward, at=NOW)
    batch = steward.preview(batch)
    assert (batch.state, batch.error) == ("ready", "")
    assert batch.preview["checked"] == {"read": 20, "left_out": 1, "bad": 0, "good": 19}
    assert batch.preview["tables"]["customers"]["new"] == 19

    with pytest.raises(Refused) as refusal:
        steward.commit(batch, reason="")
    assert refusal.value.verdict.codes == ("rows_set_aside",)
    batch = steward.commit(batch, reason="一户证件待核实")
    assert (batch.state, batch.error) == ("committed", "")
    assert desk_numbers() == {f"K{number:05d}" for number in range(1, 21) if number != 8}
    found = Customer.objects.everyone().get(customer_no="K00004")
    assert (found.mobile, found.unit, found.manager, found.came_with) == (
        "13800000004",
        cast.north,
        cast.wang,
        batch.name,
    )
    assert Customer.objects.everyone().get(customer_no="K00012").annual_income == Decimal("200000.00")
    assert open_snapshot_rows(batch, "customers") == 19
    assert ConsentRecord.objects.filter(granted=True).count() == 19
    assert verbs() == ["import.uploaded", "import.cell_shown", "import.committed"]
    facts = json.loads(AuditRecord.objects.get(verb="import.committed").facts)
    assert (facts["good"], facts["left_out"], facts["corrected"], facts["desk"]["new"]) == (19, 1, 2, 19)
    # Nothing of anybody stays behind.
    assert not folder.of(batch.ref).exists()
    assert [kept.objects.count() for kept in (Correction, Fault, LeftOut)] == [0, 0, 0]
    assert batch.purged_at == NOW


def open_snapshot_rows(batch: Batch, table: str) -> int:
    from django.conf import settings

    return open_snapshot(settings.WAREHOUSE, batch.as_of).read(table).num_rows


def test_the_same_file_again_is_the_first_batch(steward, cast):
    content = text([customer(1)])
    first = steward.upload(content, "客户.csv")
    again = steward.upload(content, "改了名字.csv")
    assert again.pk == first.pk
    assert Batch.objects.everyone().count() == 1
    assert [path.name for path in folder.root().iterdir()] == [first.ref]
    assert steward.upload(content, "客户.csv", as_of=date(2025, 12, 31)).pk != first.pk
    assert verbs() == ["import.uploaded", "import.uploaded"]


def test_after_it_was_discarded_the_same_file_may_come_again(steward, cast):
    content = text([customer(1)])
    first = steward.upload(content, "客户.csv")
    services.discard(first, seen=first.revision, by=cast.steward, at=NOW)
    assert steward.fresh(first).state == "discarded"
    assert steward.upload(content, "客户.csv").pk != first.pk


def test_a_file_that_cannot_be_read_says_so_and_can_be_discarded(steward, cast):
    batch = steward.upload(b"PK\x03\x04 this is no workbook", "客户.xlsx")
    assert batch.state == "unreadable"
    assert "客户.xlsx" in batch.error
    assert "original" not in batch.error
    services.discard(batch, seen=batch.revision, by=cast.steward, at=NOW)
    assert steward.fresh(batch).state == "discarded"


def test_what_must_not_be_held_is_refused_and_deleted(steward, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        batch = steward.upload(text([customer(1) | {"征信评分": "700"}]), "客户.csv")
    assert (batch.state, batch.error_code) == ("unreadable", "forbidden_header")
    assert "征信评分" in batch.error
    assert not folder.of(batch.ref).exists()


def test_headers_are_named_by_the_steward_and_remembered_for_the_source(steward):
    rows = [{"编号": f"K{number:05d}", "称呼": "甲乙", "机构": "OU01", "杂项": "x"} for number in range(1, 4)]
    batch = steward.upload(text(rows), "客户.csv", table="customers")
    assert batch.state == "review"
    assert batch.detected["missing"] == ["customer_id"]
    batch = steward.change(batch, columns={"编号": "customer_id", "称呼": "name", "机构": "branch_id", "杂项": ""})
    assert batch.counts["good"] == 3
    batch = steward.commit(steward.preview(batch))
    assert batch.state == "committed"
    assert SourceSetting.objects.get().settings["columns"]["编号"] == "customer_id"
    more = [{"编号": "K00009", "称呼": "丙", "机构": "OU01", "杂项": "y"}]
    again = steward.upload(text(more), "客户二.csv", table="customers")
    assert again.counts["good"] == 1
    other = steward.upload(text(more), "客户二.csv", table="customers", source="别的来源")
    assert other.pk == again.pk, "the same content, date and table is the same batch, whatever the source"


def test_loading_another_file_keeps_what_the_first_brought(steward):
    steward.load(workbook([customer(1), customer(2)]))
    steward.load(workbook([balance(1, "8"), balance(2, "60")]), "余额.xlsx")
    steward.load(workbook([loan(1)]), "贷款.xlsx")
    first, second = Customer.objects.everyone().order_by("customer_no")
    assert (first.assets, second.assets) == (Decimal("80000.00"), Decimal("600000.00"))
    assert (first.asset_band, second.asset_band) == (2, 3)
    assert Loan.objects.get().customer == first


def test_a_new_date_begins_as_the_one_before(steward):
    steward.load(workbook([customer(1), customer(2)]))
    steward.load(workbook([loan(1), loan(2)]), "贷款.xlsx")
    steward.load(workbook([customer(2, 手机号="13900000002")]), "新客户.xlsx", as_of=date(2026, 1, 5))
    assert Loan.objects.count() == 2
    assert {c.customer_no: c.snapshot_on.isoformat() for c in Customer.objects.everyone()} == {
        "K00001": "2026-01-05", "K00002": "2026-01-05",
    }  # fmt: skip
    assert Customer.objects.everyone().get(customer_no="K00002").mobile == "13900000002"


def test_an_older_date_goes_into_the_warehouse_only(steward):
    steward.load(workbook([customer(1)]))
    batch = steward.load(workbook([customer(7)]), "老客户.xlsx", as_of=date(2025, 12, 1))
    assert batch.result["desk"] == {}
    assert desk_numbers() == {"K00001"}
    assert open_snapshot_rows(batch, "customers") == 1


def test_modes_say_what_happens_to_keys_that_stand(steward):
    steward.load(workbook([customer(1)]))
    changed = customer(1, 姓名="乙", 手机号="")
    batch = steward.upload(workbook([changed, customer(2)]), "客户2.xlsx")
    shown = {}
    for mode in ("new", "update", "replace"):
        batch = steward.preview(batch, mode=mode)
        shown[mode] = {kind: batch.preview["tables"]["customers"][kind] for kind in ("new", "changed", "unchanged", "left")}  # fmt: skip
    assert shown["new"] == {"new": 1, "changed": 0, "unchanged": 0, "left": 1}
    assert shown["update"] == shown["replace"] == {"new": 1, "changed": 1, "unchanged": 0, "left": 0}
    steward.commit(steward.preview(batch, mode="update"))
    assert Customer.objects.everyone().get(customer_no="K00001").mobile == "13800000001", "an empty cell leaves it"


def test_control_figures_that_differ_need_a_reason(steward):
    batch = steward.preview(steward.upload(workbook([balance(1, "8.5"), balance(2, "1.25")]), "余额.xlsx"))
    right = Control(count=2, amount=Decimal("97500"))
    for control, codes in (
        (Control(count=3), ("rows_differ",)),
        (Control(amount=Decimal("97500.01")), ("sum_differs",)),
        (Control(count=1, amount=Decimal(9)), ("rows_differ", "sum_differs")),
    ):
        with pytest.raises(Refused) as refusal:
            steward.commit(batch, control=control, column="balances.average_daily", reason="")
        assert refusal.value.verdict.codes == codes
    with pytest.raises(Refused) as refusal:
        steward.commit(batch, control=Control(count=3), reason="见 13800138000")
    assert refusal.value.verdict.codes == ("number_in_reason",)
    batch = steward.commit(batch, control=right, column="balances.average_daily", reason="")
    assert batch.state == "committed"
    assert batch.control == {
        "rows": 2,
        "amount": "97500",
        "found": "97500.00",
        "column": "balances.average_daily",
        "reason": "",
    }


def test_undone_it_is_as_if_it_had_never_come(steward, cast):
    steward.load(workbook([customer(1), customer(2)]))
    steward.load(workbook([balance(1, "8")]), "余额.xlsx")
    before = picture()
    second = steward.load(workbook([customer(2, 姓名="改名", 同意外呼="否"), customer(3), customer(4)]), "客户二.xlsx")
    loans = steward.load(workbook([loan(1), loan(3)]), "贷款.xlsx")
    more = steward.load(workbook([balance(1, "70"), balance(2, "9")]), "余额二.xlsx")
    assert picture() != before
    for batch in (more, loans, second):
        batch = steward.undo(batch)
        assert (batch.state, batch.error) == ("undone", "")
    assert picture() == before
    assert not Loan.objects.exists()
    assert verbs().count("import.undone") == 3


def picture() -> dict[str, object]:
    """What the desk shows of its customers."""
    fields = ("name", "mobile", "assets", "asset_band", "level", "unit_id", "manager_id")
    return {
        "customers": {c.customer_no: tuple(getattr(c, name) for name in fields) for c in Customer.objects.everyone()},
        "loans": set(Loan.objects.values_list("loan_no", flat=True)),
        "balances": {h.customer.customer_no: h.months for h in BalanceHistory.objects.select_related("customer")},
        "present": set(Customer.objects.everyone().filter(present=True).values_list("customer_no", flat=True)),
        "standing": set(
            Standing.objects.everyone().values_list("unit", "asset_band", "income_band", "customers", "assets_cents")
        ),
        "consent": consents(),
        "do_not_call": set(DoNotCall.objects.values_list("customer__customer_no", flat=True)),
    }


def consents() -> dict[str, bool]:
    ledger = ConsentRecord.objects.order_by("at", "pk").values_list("customer__customer_no", "channel", "granted")
    return {f"{number}/{channel}": granted for number, channel, granted in ledger}


def test_a_grant_that_was_undone_is_withdrawn_and_a_do_not_call_taken_off(steward):
    steward.load(workbook([{"客户号": "K00001", "姓名": "甲", "所属网点": "OU01"}]))
    more = {"客户号": "K00001", "同意外呼": "是", "勿扰标志": "是"}
    batch = steward.load(workbook([more]), "授权.xlsx", table="customers")
    assert consents() == {"K00001/call": True}
    assert DoNotCall.objects.count() == 1
    steward.undo(batch)
    assert consents() == {"K00001/call": False}
    assert not DoNotCall.objects.exists()


def test_customers_with_work_keep_their_batch(steward, cast):
    batch = steward.load(workbook([customer(1), customer(2)]))
    make_entry(make_campaign(cast), Customer.objects.everyone().get(customer_no="K00002"), cast.wang)
    with pytest.raises(Refused) as refusal:
        steward.undo(batch)
    assert refusal.value.verdict.codes == ("customers_have_work",)
    assert "1 户已有业务记录（活动名单 1）" in str(refusal.value.verdict)
    assert desk_numbers() == {"K00001", "K00002"}
    assert steward.fresh(batch).state == "committed"


def test_a_batch_on_which_another_stands_is_undone_after_it(steward):
    first = steward.load(workbook([customer(1)]))
    second = steward.load(workbook([customer(1, 姓名="乙")]), "客户二.xlsx")
    refused_first = steward.undo(first)
    assert (refused_first.state, refused_first.error_code) == ("committed", "later_batches")
    assert refused_first.error.startswith(f"之后的批次改动过相同的记录：{second.pk}。")
    assert steward.undo(second).state == "undone"
    assert steward.undo(first).state == "undone"
    assert desk_numbers() == set()


def test_after_a_newer_date_it_is_too_late(steward):
    first = steward.load(workbook([customer(1)]))
    steward.load(workbook([customer(2)]), "客户二.xlsx", as_of=date(2026, 1, 5))
    with pytest.raises(Refused) as refusal:
        steward.undo(first)
    assert refusal.value.verdict.codes == ("newer_snapshot",)


def test_nobody_loads_customers_of_another_unit(steward, cast):
    from tests.jiugong_desk.imports.conftest import Steward
    from tests.support.cast import make_staff

    steward.load(workbook([customer(1, 所属网点="OU02")]))
    local = Steward(make_staff("9015", "陈二", "data_steward", cast.north))
    batch = local.preview(local.upload(workbook([customer(1), customer(2)]), "客户二.xlsx"))
    assert (batch.state, batch.error_code) == ("review", "outside_scope")
    batch = local.preview(local.upload(workbook([customer(3, 所属网点="OU02")]), "客户三.xlsx"))
    assert (batch.state, batch.error_code) == ("review", "outside_scope")
    assert local.load(workbook([customer(4)]), "客户四.xlsx").state == "committed"


def test_what_somebody_has_not_seen_is_not_committed(steward, cast):
    batch = steward.preview(steward.upload(workbook([customer(1), customer(2, 手机号="1")])))
    stale = batch.revision
    services.correct(batch, row=3, header="手机号", text="13800000002", by=cast.steward, at=NOW)
    assert steward.fresh(batch).state == "review"
    with pytest.raises(Stale):
        services.ask_commit(batch, control=Control(), column="", reason="确认无误", seen=stale, by=cast.steward, at=NOW)
    assert desk_numbers() == set()


def test_a_steward_who_is_one_no_more_commits_nothing(steward, cast):
    """The work is done with the rights that its asker has when it is done."""
    batch = steward.preview(steward.upload(workbook([customer(1)])))
    services.ask_commit(batch, control=Control(), column="", reason="", seen=batch.revision, by=cast.steward, at=NOW)
    Posting.objects.filter(staff=cast.steward).update(ended_on=NOW.date() - timedelta(days=1))
    work()
    assert desk_numbers() == set()
    assert Job.objects.everyone().get(verb="imports.commit").error_code == "not_permitted"
    assert steward.fresh(batch).state == "ready"


def test_a_list_is_split_into_customers_balances_and_loans(steward, cast):
    rows = [listed(number) for number in range(1, 31)]
    rows[4]["贷款种类"] = "二手楼?"
    batch = steward.upload(workbook(rows, title="按揭客户名单"), "按揭客户名单.xlsx")
    assert (batch.state, batch.table, batch.counts["bad"]) == ("review", "customer_list", 1)
    batch = steward.commit(steward.preview(batch))
    assert (batch.state, batch.error) == ("committed", "")
    assert set(batch.result["tables"]) == {"customers", "balances", "loans"}
    assert Customer.objects.everyone().count() == Loan.objects.filter(kind="mortgage_new_home").count() == 29
    assert Customer.objects.everyone().get(customer_no="K00003").assets == Decimal("65000.00")
    batch = steward.undo(batch)
    assert batch.state == "undone"
    assert (desk_numbers(), Loan.objects.count(), BalanceHistory.objects.count()) == (set(), 0, 0)
    assert not StandingMonth.objects.exists(), "the board shows no month that has no data"


def test_whom_a_batch_names_can_be_an_audience(steward, cast):
    steward.load(workbook([customer(number) for number in (1, 2, 3)]))
    batch = steward.load(
        workbook([customer(2) | {"年收入（万元）": "9"}, customer(3), customer(4)]), "名单.xlsx", source="分行名单"
    )
    unit = cast.sub_branch
    rule = {"field": "import_batch", "op": "is", "value": batch.ref}
    assert {row.customer_no for row in matching([rule], unit, on=NOW.date())} == {"K00002", "K00003", "K00004"}
    assert {
        row.customer_no for row in matching([rule | {"op": "lacks", "value": [batch.ref]}], unit, on=NOW.date())
    } == {"K00001"}
    assert (batch.ref, f"批次 {batch.pk} · 分行名单 · 2026-01-01") in FIELDS["import_batch"].choices(unit)
    steward.undo(batch)
    assert not matching([rule], unit, on=NOW.date()).exists(), "an old plan can still be read, and names nobody"
    assert f"批次 {batch.pk} · 分行名单 · 2026-01-01（已撤销）" in dict(FIELDS["import_batch"].choices(unit)).values()
