"""What the review tells about a file beside its faults, the gravest first: counts and headers, no cell's value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import labels
from .models import Batch

MONEY = re.compile(r"余额|金额|资产|存款|贷款|日均|收入|存单|理财|基金|市值|本金|额度|[（(](?:千|万|百万|亿)?元[）)]|AUM|BAL", re.IGNORECASE)  # fmt: skip
# Notices of the library about a column that the file does not have: an update leaves what stands there.
ABSENT = {"no_manager": "manager_id", "no_mobile": "mobile"}
OF_PEOPLE = ("customers", "customer_list")


@dataclass(frozen=True)
class Said:
    """`grave`: to be seen before anything else."""

    text: str
    grave: bool = False


def notices(batch: Batch) -> list[Said]:
    found = [*_unused(batch), *_of_loans(batch), *_of_places(batch), *_of_people(batch)]
    found += [Said(text) for text in _of_the_library(batch)]
    return sorted(found, key=lambda said: not said.grave)


def before_the_commit(batch: Batch) -> list[Said]:
    """What the comparison with the day found, to be read before the batch is committed."""
    tables = batch.preview.get("tables", {})
    people, loans = tables.get("customers", {}), tables.get("loans", {})
    found = []
    if count := loans.get("pending"):
        found.append(Said(_pending(batch, count), grave=True))
    if count := people.get("no_outlet"):
        found.append(Said(_("{count} 户没有机构，不会出现在客户页面。").format(count=f"{count:,}"), grave=True))
    if count := people.get("birth"):
        found.append(
            Said(_("{count} 户更改后的证件号码与出生日期不一致，请核对。").format(count=f"{count:,}"), grave=True)
        )
    for table, said in tables.items():
        if said.get("gone"):
            facts = {"table": labels.table(table), "count": f"{said['gone']:,}", "day": said["with"]}
            facts |= {"before": f"{said['rows_before']:,}", "after": f"{said['rows_after']:,}"}
            found.append(Said(_("{table}：{day} 的 {count} 行在文件里没有，导入后不再保留（{before} 行变为 {after} 行）。").format(**facts), grave=True))  # fmt: skip
    return found


def _pending(batch: Batch, count: int) -> str:
    if any(line["column"] == "decision_pending" for line in batch.detected.get("columns", [])):
        text = _("“审批中”为空：这 {count} 户按有贷款待审批处理，不可营销，直到数据写明。")
    else:
        text = _("没有“审批中”列：这 {count} 户按有贷款待审批处理，不可营销，直到数据写明。")
    return text.format(count=f"{count:,}")


def _unused(batch: Batch) -> Iterator[Said]:
    headers = [line["header"] for line in batch.detected.get("columns", []) if not line["column"]]
    if money := [header for header in headers if MONEY.search(header)]:
        yield Said(_("以下列像是金额，但不导入：{names}。").format(names="、".join(money)), grave=True)
    if others := [header for header in headers if header not in money]:
        yield Said(_("以下列不导入：{names}。").format(names="、".join(others)))


def _of_loans(batch: Batch) -> Iterator[Said]:
    if count := batch.counts.get("said", {}).get("pending_unsaid"):
        yield Said(_pending(batch, count), grave=True)


def _of_places(batch: Batch) -> Iterator[Said]:
    said = batch.counts.get("said", {})
    if count := said.get("branch_id_named"):
        yield Said(_("机构名称 {count} 种已对应为机构号。").format(count=count))
    if count := said.get("manager_id_named"):
        yield Said(_("客户经理姓名 {count} 种已对应为工号。").format(count=count))
    if batch.table not in OF_PEOPLE:
        return
    has_outlet = any(line["column"] == "branch_id" for line in batch.detected.get("columns", []))
    if has_outlet and (count := said.get("branch_id_empty")):
        yield Said(
            _("{count} 行没有机构：其中系统里还没有的客户不会出现在客户页面。").format(count=f"{count:,}"), grave=True
        )
    elif not has_outlet and batch.mode != Batch.Mode.UPDATE:
        yield Said(_("没有机构列：这些客户不会出现在客户页面。"), grave=True)
    if count := said.get("manager_id_strange"):
        yield Said(
            _("{count} 行的客户经理不在员工表中（或有同名的人），这些客户将显示为没有客户经理。").format(count=f"{count:,}"),
            grave=True,
        )  # fmt: skip


def _of_people(batch: Batch) -> Iterator[Said]:
    if count := batch.counts.get("said", {}).get("birth_contradicts"):
        yield Said(
            _("{count} 户证件号码里的出生日期与“出生日期”列不一致，请核对。").format(count=f"{count:,}"), grave=True
        )


def _of_the_library(batch: Batch) -> Iterator[str]:
    english = (get_language() or "").startswith("en")
    columns = {line["column"] for line in batch.detected.get("columns", [])}
    for code, chinese, translated in batch.detected.get("notices", []):
        absent = code in ABSENT and ABSENT[code] not in columns
        if not (absent and batch.mode == Batch.Mode.UPDATE):
            yield translated if english else chinese
