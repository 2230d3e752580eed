"""The data steward's morning: one list is in, another waits to be corrected."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from random import Random

from ..core import clock
from ..customers.models import Customer
from ..imports import services
from ..imports.models import Batch
from ..imports.rules import Control
from ..imports.services.uploading import Upload
from ..jobs.worker import Worker
from ..organisation.models import Staff
from . import story
from .bridge import walk_ins

SOURCE = "网点补录"
UPDATED, NEW = 40, 60
OCCUPATIONS = ("教师", "医生", "工程师", "个体经营", "公务员", "会计")
Row = dict[str, str]


def steward_morning(as_of: date, *, by: Staff, seed: int) -> dict[str, int]:
    """Numbers of the two batches: the one that is committed, the one that waits."""
    draw = Random(f"imports-{seed}")  # noqa: S311  nothing secret
    known = list(
        Customer.objects.everyone()
        .exclude(manager=None)
        .order_by("customer_no")
        .select_related("unit", "manager")[:UPDATED]
    )
    done = _uploaded(_occupations(known, draw), "客户职业补录.csv", as_of, by=by, at=story.moment(story.TODAY, 8, 50))
    _commit(done, by=by, at=story.moment(story.TODAY, 9, 0))
    waiting = _uploaded(
        _newcomers(known, draw, seed), "新增按揭客户.csv", as_of, by=by, at=story.moment(story.TODAY, 10, 0)
    )
    return {"committed": done.pk, "waiting": waiting.pk}


def _occupations(known: list[Customer], draw: Random) -> list[Row]:
    return [{"客户号": customer.customer_no, "职业": draw.choice(OCCUPATIONS)} for customer in known]


def _newcomers(known: list[Customer], draw: Random, seed: int) -> list[Row]:
    """New customers as an outlet writes them down, with the mistakes that people make."""
    rows = []
    for number, (name, id_number, mobile) in enumerate(walk_ins(NEW, seed=seed)):
        host = known[number % len(known)]
        rows.append(
            {
                "客户号": f"NEW{number:05d}", "姓名": name, "证件类型": "身份证", "证件号码": id_number,
                "手机号": mobile, "所属网点": host.unit.code,
                "客户经理": host.manager.staff_no if host.manager else "", "年收入（万元）": str(draw.randint(6, 60)),
                "开户日期": f"2026年2月{draw.randint(1, 27)}日", "同意外呼": "是",
            }
        )  # fmt: skip
    rows[4]["手机号"] = "1401234"
    rows[11]["年收入（万元）"] = "约二十"
    rows[17]["证件号码"] = rows[17]["证件号码"][:-1] + ("0" if rows[17]["证件号码"][-1] != "0" else "1")
    rows[23]["开户日期"] = "2026年2月30日"
    rows[31]["客户号"] = rows[30]["客户号"]
    rows[42]["同意外呼"] = "待定"
    rows[50]["客户号"] = ""
    return rows


def _uploaded(rows: list[Row], name: str, as_of: date, *, by: Staff, at: datetime) -> Batch:
    out = io.StringIO()
    lines = csv.DictWriter(out, list(rows[0]))
    lines.writeheader()
    lines.writerows(rows)
    said = Upload(name, "customers", SOURCE, as_of)
    batch, _new = services.upload([out.getvalue().encode("gb18030")], said=said, by=by, at=at)
    return _worked(batch, at)


def _commit(batch: Batch, *, by: Staff, at: datetime) -> None:
    services.ask_preview(batch, mode=Batch.Mode.UPDATE, whole=False, seen=batch.revision, by=by, at=at)
    batch = _worked(batch, at)
    services.ask_commit(
        batch, control=Control(count=UPDATED), column="", reason="", seen=batch.revision, by=by, at=at
    )  # fmt: skip
    _worked(batch, at)


def _worked(batch: Batch, at: datetime) -> Batch:
    """The worker's part, done here: no site runs yet."""
    Worker(now=lambda: at, machine=clock.machine_now, pulse=False).run(until_idle=True)
    batch.refresh_from_db()
    return batch
