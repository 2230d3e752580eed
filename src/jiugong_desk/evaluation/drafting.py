"""First sentences for a report's comment boxes, written from its figures; the department edits them freely.

The documents are Chinese whoever makes them, so these sentences are not translated.
"""

from __future__ import annotations

from typing import Any

from django.utils import translation

from . import rules
from .labels import SUPPORT

# What a final report proposes, by what the measurement allows to be said.
AFTER = {
    "gain": "在下一次活动复验后推广本次话术与客群；新增存款按 30、90、180 天复核留存。",
    "loss": "暂不再对同类客户开展外呼；复盘客群、话术与时段，查明原因后另行报批。",
    "cannot_tell": "不以本次结果扩大或叫停；下一次扩大客群或合并多次活动评价，继续设保留组。",
    "check_first": "先查明未通过的健康检查，重新取数后更正本评估。",
    "waiting": "结果窗口结束、余额快照入库后，出具更正的终期评估。",
    "no_data": "补齐余额快照后，出具更正的终期评估。",
    "no_holdout": "下一次活动须设保留组，否则无从判断效果；总结可推广的话术与客群。",
}


def percent(part: int, whole: int) -> str:
    return f"{float(rules.share(part, whole)):.1%}"


def comments_for(kind: str, figures: dict[str, Any]) -> dict[str, str]:
    with translation.override("zh-hans"):
        return {
            "highlights": _highlights(figures),
            "problems": _problems(figures),
            "next_steps": _next_steps(kind, figures),
        }


def _highlights(figures: dict[str, Any]) -> str:
    execution = figures["execution"]
    lines = [
        "截至统计日，时间进度 {elapsed}，名单办结 {done}，首次拨打覆盖 {called}。".format(
            elapsed=percent(execution["elapsed_days"], execution["working_days"]),
            done=percent(execution["done"], execution["treated"]),
            called=percent(execution["attempted"], execution["treated"]),
        )
    ]
    leading = [row["name"] for row in figures["outlets"] if row["grade"] == "leading"]
    if 0 < len(leading) < len(figures["outlets"]):  # nobody leads where all do
        lines.append("{names}进度领先，做法可供借鉴。".format(names="、".join(leading)))
    return "\n".join(lines)


def _problems(figures: dict[str, Any]) -> str:
    reactions = figures["reactions"]
    lines = []
    behind = [row["name"] for row in figures["outlets"] if row["grade"] == "support"]
    if behind:
        lines.append("{names}进度落后于时间进度。".format(names="、".join(behind)))
    if reactions["complaints"]:
        lines.append("收到投诉 {n} 件，须逐件回复并复盘话术。".format(n=reactions["complaints"]))
    if reactions["opt_outs"]:
        lines.append("{n} 户要求不再来电，已列入全行勿扰名单。".format(n=reactions["opt_outs"]))
    return "\n".join(lines) or "未发现明显问题。"


def _next_steps(kind: str, figures: dict[str, Any]) -> str:
    if kind == "final":
        effect = figures["effect"]
        return AFTER[effect.get("verdict", effect["status"])]
    lines = [f"{row['name']}：{SUPPORT[row['support']]}" for row in figures["outlets"] if row["support"]]
    return "\n".join(lines) or "按原方案推进。"
