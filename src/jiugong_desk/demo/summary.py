"""What is printed when the demo is ready: what was built, whether the report found the truth, and who can sign in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ..evaluation.labels import STEPS
from .loading import PASSWORD
from .logins import printed_logins


def tell(result: dict[str, Any], folder: Path, console: Console) -> None:
    """`result` as `demo.json` holds it."""
    console.print()
    for line in (*_built(result), *_found(result["recovery"])):
        console.print(line, soft_wrap=True)
    console.print(f"数据与数字 · figures: {folder}/demo.json", soft_wrap=True)
    console.print()
    console.print(_logins())


def _built(result: dict[str, Any]) -> list[str]:
    rows = [table for table in result["ingested"].values() if table["quarantined"]]
    wrong = sum(table["quarantined"] for table in rows)
    read = sum(table["read"] for table in result["ingested"].values())
    steps = " → ".join(f"{STEPS[step['key']]} {step['count']:,}" for step in result["funnel"])
    return [
        f"用时 {result['seconds_total']:.0f} 秒 · built in {result['seconds_total']:.0f} s",
        f"入库 {read:,} 行，隔离 {wrong} 行 · {read:,} rows read, {wrong} quarantined",
        f"首个活动 · the first campaign：{steps}",
        f"{result['calls']:,} 次通话，{result['visits']:,} 次面谈 · calls, visits",
    ]


def _found(recovery: dict[str, Any]) -> list[str]:
    inside = "在区间内 · inside" if recovery["covered"] else "在区间外 · outside"
    return [
        f"终期评估：户均 {recovery['estimate']:,.0f} 元，95% 区间 {recovery['low']:,.0f} 至 {recovery['high']:,.0f} 元；"
        f"真值 {recovery['truth']:,.0f} 元，{inside}",
        f"（前后直接相减会说 {recovery['naive']:,.0f} 元 · a naive before/after would say so）",
    ]


def _logins() -> Table:
    table = Table(title=f"登录 · sign in（密码 password：{PASSWORD}）", title_justify="left")
    for heading in ("工号 no.", "岗位 post", "机构 unit", "可以试试 · try"):
        table.add_column(heading, overflow="fold", no_wrap=not heading.startswith("可以试试"))
    for login in printed_logins():
        table.add_row(login.staff.staff_no, login.role, login.unit, login.tries)
    return table
