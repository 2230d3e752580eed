"""When a batch may go on, and whether the control figures agree. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from ..core.masks import holds_number
from ..core.verdict import ALLOWED, Reason, Verdict, refused

WAN = Decimal(10_000)
SHORTEST_REASON = 4
NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?")

CHANGED = Reason("batch_changed", _("批次已被他人更改，您看到的不是最新内容。"), remedy=_("请刷新后核对，再继续。"))
NOT_OPEN = Reason("batch_closed", _("批次已不在可更改的状态。"), remedy=_("请回到批次页面查看。"))
NOTHING = Reason("nothing_to_load", _("没有可以导入的行。"), remedy=_("请更正错误行，或核对列的对应关系。"))
MEND_HERE = _("请在页面上逐行更正，或请上传人下载。")
NEEDS_REASON = Reason("reason_missing", _("请写明原因（至少 4 个字）。"))
NUMBER_IN_REASON = Reason(
    "number_in_reason", _("原因会写入审计记录，请勿填写号码。"), remedy=_("请只写用途，不写号码。")
)
ROWS_DIFFER = Reason(
    "rows_differ",
    _("控制行数 {typed} 与文件行数 {found} 相差 {by}。"),
    remedy=_("请与下发方核对；确认无误的，请写明原因后提交。"),
)
SUM_DIFFERS = Reason(
    "sum_differs",
    _("控制合计 {typed} 元与导入合计 {found} 元相差 {by} 元。"),
    remedy=_("请核对单位和缺失的行；确认无误的，请写明原因后提交。"),
)
SET_ASIDE = Reason(
    "rows_set_aside",
    _("有 {count} 行不导入（其中 {bad} 行有错误未更正）。"),
    remedy=_("请更正后重新测算；确认不导入的，请写明原因后提交。"),
)
GONE = Reason(
    "rows_gone",
    _("按全量文件导入，上一期有而文件里没有的 {count} 行不再保留。"),
    remedy=_("请核对文件是否完整；确认无误的，请写明原因后提交。"),
)
GRAVE = Reason(
    "grave_changes",
    _("有 {count} 处更改了证件号码，或把拒绝营销改为同意。"),
    remedy=_("请对照下方红色的更改核对；确认无误的，请写明原因后提交。"),
)
OUTSIDE = Reason(
    "outside_scope",
    _("文件中有 {count} 户不属于您所在机构的管辖范围。"),
    remedy=_("请只导入本机构的客户，或由上级机构的数据管理员导入。"),
)
WHOLE_OUTSIDE = Reason(
    "whole_outside_scope",
    _("全量文件会替换全行的数据，而您只管辖部分机构。"),
    remedy=_("请不勾选“全量文件”，只更新本机构的客户；或由全行范围的数据管理员导入。"),
)
STANDS_OTHERWISE = Reason(
    "stands_otherwise", _("测算之后，数据仓库又有别的导入。"), remedy=_("请重新测算，核对影响后再提交。")
)
HAS_WORK = Reason(
    "customers_have_work",
    _("本批次新增的客户中有 {count} 户已有业务记录（{kinds}），不能撤销。"),
    remedy=_("请导入更正后的文件来更改资料。"),
)
LATER = Reason(
    "later_batches",
    _("之后的批次改动过相同的记录：{batches}。"),
    remedy=_("请从最新的一个起依次撤销，再撤销本批次；或导入更正后的文件。"),
)
NOT_UNDOABLE = Reason("not_committed", _("只有已入库的批次可以撤销。"))
PASSED_BY = Reason(
    "newer_snapshot",
    _("数据日期 {as_of} 之后又装载了 {newest} 的数据，不能单独撤销。"),
    remedy=_("请导入更正后的文件来更改资料。"),
)


@dataclass(frozen=True)
class Control:
    """What the steward was told by the sender: how many rows, and a sum in one column. None: not typed."""

    count: int | None = None
    amount: Decimal | None = None
    step: Decimal = Decimal("0.01")  # yuan: the last place that was typed


def amount_typed(text: str, unit: str) -> tuple[Decimal, Decimal] | None:
    """`12,345.67` and 元 or 万元 -> yuan, and how many yuan the last place is worth; None where it is no number."""
    text = text.strip().replace("，", ",")
    if not NUMBER.fullmatch(text):
        return None
    try:
        amount = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    factor = WAN if unit == "万元" else Decimal(1)
    exponent = int(amount.as_tuple().exponent)
    step = max(Decimal(1).scaleb(exponent) * factor, Decimal("0.01"))
    return amount * factor, step


def agrees(control: Control, *, rows: int, amount: Decimal | None) -> Verdict:
    """Whether the figures agree: rows exactly, the sum as closely as it was typed."""
    reasons = []
    if control.count is not None and control.count != rows:
        facts = {"typed": f"{control.count:,}", "found": f"{rows:,}", "by": f"{rows - control.count:+,}"}
        reasons.append(Reason(ROWS_DIFFER.code, ROWS_DIFFER.text, facts, ROWS_DIFFER.remedy))
    found = amount or Decimal(0)
    if control.amount is not None and 2 * abs(found - control.amount) > control.step:
        facts = {"typed": f"{control.amount:,.2f}", "found": f"{found:,.2f}", "by": f"{found - control.amount:+,.2f}"}
        reasons.append(Reason(SUM_DIFFERS.code, SUM_DIFFERS.text, facts, SUM_DIFFERS.remedy))
    return refused(*reasons) if reasons else ALLOWED


def may_commit(
    control: Control, *, rows: int, amount: Decimal | None, loaded: int, set_aside: int, bad: int, reason: str,
    gone: int = 0, grave: int = 0,
) -> Verdict:  # fmt: skip
    """A difference, rows that stay behind or go, and grave changes need a reason; nothing to load is refused in any case."""
    if not loaded:
        return refused(NOTHING)
    differences = list(agrees(control, rows=rows, amount=amount).reasons)
    if set_aside:
        differences.append(Reason(SET_ASIDE.code, SET_ASIDE.text, {"count": set_aside, "bad": bad}, SET_ASIDE.remedy))
    for found, count in ((GONE, gone), (GRAVE, grave)):
        if count:
            differences.append(Reason(found.code, found.text, {"count": f"{count:,}"}, found.remedy))
    if not reason.strip():
        return refused(*differences) if differences else ALLOWED
    return good_reason(reason)


def good_reason(reason: str) -> Verdict:
    """It goes into the audit log for good, so it holds no number of a person."""
    if len(reason.strip()) < SHORTEST_REASON:
        return refused(NEEDS_REASON)
    return refused(NUMBER_IN_REASON) if holds_number(reason) else ALLOWED


def may_undo(*, committed: bool, work: Mapping[str, int], customers: int, as_of: object, newest: object) -> Verdict:
    """`work`: rows of people's work by kind in words, on `customers` of those whom the batch brought."""
    if not committed:
        return refused(NOT_UNDOABLE)
    if newest is not None and newest != as_of:
        return refused(Reason(PASSED_BY.code, PASSED_BY.text, {"as_of": as_of, "newest": newest}, PASSED_BY.remedy))
    if customers:
        kinds = "、".join(f"{kind} {number}" for kind, number in sorted(work.items()))
        return refused(Reason(HAS_WORK.code, HAS_WORK.text, {"count": customers, "kinds": kinds}, HAS_WORK.remedy))
    return ALLOWED


UNKNOWN_CELL = Reason("unknown_cell", _("文件中没有这个单元格。"), remedy=_("请刷新页面后再试。"))
CELLS_GONE = Reason("cells_gone", _("文件内容已经清理。"), remedy=_("请重新上传文件。"))
NO_FILE = Reason("no_file", _("请选择文件。"))
TOO_MANY_MENDED = Reason("too_many_mended", _("更正文件的行数太多。"), remedy=_("请改用新文件重新导入。"))
ROWS_UNKNOWN = Reason(
    "rows_unknown",
    _("更正文件中的行号 {rows} 在原文件中不存在。"),
    remedy=_("请使用本批次下载的错误行文件，不要改动“行号”列。"),
)
NOT_THE_FAULTY_ROWS = Reason(
    "not_the_faulty_rows",
    _("这不是本批次的错误行文件：没有“行号”列。"),
    remedy=_("请先下载错误行，在其中更正后再上传。"),
)


def stand_on_it(batches: Sequence[str]) -> Verdict:
    """Later batches met rows of this one."""
    named = "、".join(batches) or "—"
    return refused(Reason(LATER.code, LATER.text, {"batches": named}, LATER.remedy))


def rows_unknown(rows: Sequence[int]) -> Verdict:
    named = "、".join(str(row) for row in rows[:5])
    return refused(Reason(ROWS_UNKNOWN.code, ROWS_UNKNOWN.text, {"rows": named}, ROWS_UNKNOWN.remedy))


NUMBER_IN_SOURCE = Reason("number_in_source", _("来源里请勿填写号码。"))


def good_source(source: str) -> Verdict:
    """It is kept, suggested to colleagues and written to the page: a name of a report, not of a person."""
    return refused(NUMBER_IN_SOURCE) if holds_number(source) else ALLOWED


GIVEN_BEFORE = Reason(
    "given_before",
    _("同一文件已作为这一天的数据上传过（批次 {batch}）。"),
    remedy=_("请在那个批次里继续，或放弃其中一个。"),
)


def given_before(batch: int) -> Verdict:
    return refused(Reason(GIVEN_BEFORE.code, GIVEN_BEFORE.text, {"batch": batch}, GIVEN_BEFORE.remedy))
