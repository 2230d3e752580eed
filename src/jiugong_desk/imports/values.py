"""What the library found in a file, as this room hands it on, and what is refused at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..core.errors import DeskError
from ..core.verdict import Reason

if TYPE_CHECKING:
    import pyarrow as pa

UNKNOWN_TABLE = Reason(
    "unknown_table", _("看不出这是哪张表。"), remedy=_("请在“数据种类”中选定，或把文件名改成“客户…”“余额…”“贷款…”。")
)
FILE_DELETED = Reason(
    "forbidden_header",
    _("文件里有不得保存的列：{headers}（密码、卡片敏感信息、生物特征或征信数据）。文件已删除，没有导入任何数据。"),
    remedy=_("请在源系统去掉这些列，重新导出后另行上传；手边的这份文件也请删除。"),
)
WAREHOUSE = Reason(
    "warehouse_refused",
    _("数据仓库没有接受：{why}"),
    remedy=_("可能有另一个装载正在进行，请稍后再试；仍不行时请系统管理员查看。"),
)
NOT_COMPUTED = Reason(
    "not_computed",
    _("数据已进入数据仓库，但客户页面还没有更新：{why}"),
    remedy=_("请先导入所缺的数据（例如该月的余额），再在本页从中断处继续；或请系统管理员查看。"),
)
NUMBER_CELL = Reason(
    "number_cell",
    _("“{header}”列里有单元格成了数字，前导零和第 16 位以后的数字已丢失。"),
    remedy=_("请把该列设为文本格式，重新填写后再上传。"),
)


class LaterLoads(DeskError):
    """Batches that were loaded later met the same rows; `batches` by their names in the warehouse, newest first."""

    def __init__(self, batches: Sequence[str]) -> None:
        self.batches = tuple(batches)
        super().__init__("later loads")


@dataclass(frozen=True)
class Wrong:
    """A cell that breaks the contract; `header` is empty where the row as a whole does."""

    row: int
    header: str
    column: str
    code: str


@dataclass(frozen=True)
class Checked:
    """A file against its contract: the rows that may be loaded by table, and what is wrong with the others."""

    tables: Mapping[str, pa.Table]
    wrong: tuple[Wrong, ...]
    read: int
    bad: int  # rows
    sums: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    said: Mapping[str, int] = field(default_factory=dict)  # what the review tells beside the faults: counts by name


@dataclass(frozen=True)
class Known:
    """The units and staff of the desk: their codes, and name -> code for each name that only one of them has."""

    units: Mapping[str, str] = field(default_factory=dict)
    codes: frozenset[str] = frozenset()
    staff: Mapping[str, str] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()


def number_cell(header: str) -> Reason:
    return Reason(NUMBER_CELL.code, NUMBER_CELL.text, {"header": header}, NUMBER_CELL.remedy)
