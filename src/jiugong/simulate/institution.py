"""The fictional bank's places and people: one sub-branch with four outlets and sixteen customer managers."""

from __future__ import annotations

import pyarrow as pa

MANAGERS_PER_OUTLET = 4
OUTLETS = ("OU01", "OU02", "OU03", "OU04")
# branch_id, parent_id, name, level, class
_UNITS = (
    ("HO", None, "江城银行总行", "head_office", None),
    ("DP01", "HO", "总行信息科技部", "department", None),
    ("BR01", "HO", "江城分行", "branch", None),
    ("SB01", "BR01", "滨江支行", "sub_branch", None),
    ("OU01", "SB01", "滨江支行营业部", "outlet", "一类"),
    ("OU02", "SB01", "柳岸支行", "outlet", "二类"),
    ("OU03", "SB01", "望桥支行", "outlet", "二类"),
    ("OU04", "SB01", "云栖支行", "outlet", "二类"),
)
# The post is the role's key in the policy; each sits as high as it must see.
_OFFICE = (
    ("9001", "周明策", "SB01", "planner"),
    ("9002", "吴静怡", "SB01", "business_department"),
    ("9003", "郑守正", "BR01", "compliance"),
    ("9004", "冯远山", "SB01", "management"),
    ("9005", "陈思源", "BR01", "data_steward"),
    ("9006", "褚清源", "HO", "auditor"),
    ("9007", "卫东", "DP01", "administrator"),
    ("9008", "蒋文博", "SB01", "quality_checker"),
    ("9009", "沈佳宁", "SB01", "finance_hr"),
)
_HEADS = ("韩立新", "杨慧", "朱建平", "秦岚")
_LOBBY = ("尤晓燕", "许婷", "何洁", "吕欣然")
_WEALTH = ("施文涛", "张雅琴", "孔令仪", "曹宇")
_MANAGERS = (
    "王海燕", "李志强", "张晓峰", "刘雨欣", "陈国栋", "杨丽娜", "赵宏伟", "黄雪梅",
    "周子昂", "吴美玲", "徐建军", "孙若彤", "马俊杰", "胡秀英", "郭天宇", "林诗涵",
)  # fmt: skip


def manager_ids(outlet: str) -> tuple[str, ...]:
    """Staff numbers of the outlet's customer managers."""
    return tuple(f"{_prefix(outlet)}{number:02d}" for number in range(1, MANAGERS_PER_OUTLET + 1))


def branches() -> pa.Table:
    """The canonical table `branches`."""
    columns = zip(*_UNITS, strict=True)
    return pa.table(
        {
            name: pa.array(values, type=pa.string())
            for name, values in zip(("branch_id", "parent_id", "name", "level", "class"), columns, strict=True)
        }
    )


def staff() -> pa.Table:
    """The canonical table `staff`: the sixteen managers, and at least one person in every other post."""
    rows = [*_OFFICE]
    for place, outlet in enumerate(OUTLETS):
        prefix = _prefix(outlet)
        team = _MANAGERS[place * MANAGERS_PER_OUTLET :]
        rows += [(no, name, outlet, "customer_manager") for no, name in zip(manager_ids(outlet), team, strict=False)]
        rows.append((f"{prefix}11", _HEADS[place], outlet, "outlet_head"))
        rows.append((f"{prefix}12", _LOBBY[place], outlet, "lobby_manager"))
        rows.append((f"{prefix}13", _WEALTH[place], outlet, "wealth_manager"))
    ids, names, units, posts = zip(*rows, strict=True)
    return pa.table(
        {
            "staff_id": pa.array(ids, type=pa.string()),
            "name": pa.array(names, type=pa.string()),
            "branch_id": pa.array(units, type=pa.string()),
            "post": pa.array(posts, type=pa.string()),
            "hours_per_week": pa.array([40] * len(rows), type=pa.int64()),
        }
    )


def _prefix(outlet: str) -> str:
    return f"{OUTLETS.index(outlet) + 1}0"
