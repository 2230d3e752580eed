"""A report's frozen figures in words: one reading for the page and for the document. Every share names its counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from ..calls.outcomes import label_of
from ..ui.templatetags.desk import money_text
from . import amended, labels, rules
from .models import Report
from .periods import ten_days_name

TONES = {"gain": "success", "loss": "danger", "cannot_tell": "secondary", "check_first": "warning"}
GRADE_TONES = {"leading": "green", "steady": "azure", "support": "orange", "small": "secondary", "early": "secondary"}


def percent(part: int, whole: int) -> str:
    return f"{float(rules.share(part, whole)):.1%}" if whole else "—"


@dataclass(frozen=True)
class Card:
    """One of the questions that a report answers."""

    question: str
    answer: str
    lines: tuple[str, ...]
    tone: str = "azure"


def title_of(report: Report) -> str:
    return _("{campaign}{kind}").format(campaign=report.figures["campaign"]["title"], kind=report.get_kind_display())


def number_of(report: Report) -> str:
    """滨江支行营销通报〔2026〕第1期."""
    forms = {
        Report.Kind.BULLETIN: _("{unit}营销通报〔{year}〕第{n}期"),
        Report.Kind.TEN_DAY: _("{unit}营销旬评价〔{year}〕第{n}号"),
        Report.Kind.FINAL: _("{unit}营销终期评估〔{year}〕第{n}号"),
    }
    unit = report.figures["campaign"]["unit"]
    return forms[Report.Kind(report.kind)].format(unit=unit, year=report.period_end.year, n=report.number)


def period_of(report: Report) -> str:
    days = f"{report.period_start:%Y-%m-%d} — {report.period_end:%Y-%m-%d}"
    if report.kind == Report.Kind.FINAL:
        return days
    return _("{name}（{days}）").format(name=ten_days_name(report.period_end), days=days)


def funnel(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "key": step["key"],
            "label": str(labels.STEPS[step["key"]]),
            "count": step["count"],
            "of": step["of"],
            "share": "" if step["of"] is None else percent(step["count"], step["of"]),
            "meaning": str(labels.SHARES.get(step["key"], "")),
        }
        for step in steps
    ]


def outlets(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        work(row)
        | {
            "name": row["name"],
            "grade": row["grade"],
            "grade_label": str(labels.GRADES[row["grade"]]),
            "grade_tone": GRADE_TONES[row["grade"]],
            "small": row["grade"] == "small",
            "agreed": money_text(row["agreed"]),
            "support": str(labels.SUPPORT.get(row["support"], "")),
        }
        for row in figures["outlets"]
    ]


def grading(figures: Mapping[str, Any]) -> str:
    """The rule by which outlets were graded, with the policy's numbers of that day."""
    rule = figures["grading"]
    return _(
        "办结率高于时间进度 {ahead} 及以上（或全部办结）为领先，低于 {behind} 及以上为需支持，其余为稳步；不足 {few} 户的网点不作评价。"
    ).format(ahead=f"{float(rule['ahead']):.0%}", behind=f"{float(rule['behind']):.0%}", few=rule["few"])


def managers(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        work(row)
        | {"staff_no": row["staff_no"], "name": row["name"], "active_days": row["active_days"]}
        | ({"agreed": money_text(row["agreed"])} if "agreed" in row else {})
        for row in figures.get("managers", [])
    ]


def work(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's counts with the shares that a table shows."""
    return {key: row[key] for key in ("treated", "calls", "attempted", "reached", "due", "visited", "converted")} | {
        "valid": row["valid"],
        "interested": row["interested"],
        "invited": row["invited"],
        "done": row["done"],
        "attempted_share": percent(row["attempted"], row["treated"]),
        "done_share": percent(row["done"], row["treated"]),
        "reached_share": percent(row["reached"], row["attempted"]),
        "valid_share": percent(row["valid"], row["reached"]),
        "interested_share": percent(row["interested"], row["reached"]),
    }


def outcomes(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    reactions = figures["reactions"]
    return [
        {"label": str(label_of(row["code"])), "count": row["count"], "share": percent(row["count"], reactions["calls"])}
        for row in reactions["outcomes"]
    ]


def cards(report: Report) -> list[Card]:
    """The questions of the report: a bulletin's progress, an evaluation's three, and what the campaign brought."""
    figures = report.figures
    found = [executed(figures), aimed(figures), answered(figures)]
    if "effect" in figures:
        found.append(brought(figures["effect"]))
    return found


def facts(figures: Mapping[str, Any]) -> list[dict[str, str]]:
    """The few figures at the top of the progress page, each with its two counts."""
    execution = figures["execution"]
    count = {step["key"]: step["count"] for step in figures["funnel"]}
    pairs = (
        (_("时间进度"), execution["elapsed_days"], execution["working_days"], _("工作日")),
        (_("办结率"), execution["done"], execution["treated"], _("户")),
        (_("首次拨打覆盖"), execution["attempted"], execution["treated"], _("户")),
        (_("接通率"), count["reached"], count["attempted"], _("户")),
        (_("意向率"), count["interested"], count["reached"], _("户")),
        (_("到店率"), count["visited"], count["due"], _("次预约")),
    )
    return [
        {"label": label, "value": percent(part, whole), "counts": f"{part:,} / {whole:,} {unit}"}
        for label, part, whole, unit in pairs
    ]


def executed(figures: Mapping[str, Any]) -> Card:
    execution = figures["execution"]
    idle = sum(1 for day in figures["execution"]["days"] if day["working"] and not calls_on(day))
    return Card(
        question=_("计划执行了吗"),
        answer=_("办结 {done} · 时间进度 {elapsed}").format(
            done=percent(execution["done"], execution["treated"]),
            elapsed=percent(execution["elapsed_days"], execution["working_days"]),
        ),
        lines=(
            _("已拨打 {called:,} / 营销组 {treated:,} 户").format(
                called=execution["attempted"], treated=execution["treated"]
            ),
            _("工作日 {elapsed} / {all} 天，其中无拨打 {idle} 天").format(
                elapsed=execution["elapsed_days"], all=execution["working_days"], idle=idle
            ),
            _("累计拨打 {calls:,} 次，参与人员日能力 {capacity:,} 次").format(
                calls=execution["calls"], capacity=execution["capacity"]
            ),
        ),
    )


def calls_on(day: Mapping[str, Any]) -> int:
    return sum(day[kind] for kind in labels.KINDS)


def aimed(figures: Mapping[str, Any]) -> Card:
    count = {step["key"]: step["count"] for step in figures["funnel"]}
    return Card(
        question=_("目标达到了吗"),
        answer=_("达成意向 {n:,} 户").format(n=count["converted"]),
        lines=(
            _("目标：{goal}").format(goal=figures["campaign"]["goal"]),
            _("已到店 {visited:,} / 到期预约 {due:,}").format(visited=count["visited"], due=count["due"]),
            _("面谈约定金额合计 {money}（意向，不等于新增存款）").format(money=money_text(figures["agreed"])),
        ),
    )


def answered(figures: Mapping[str, Any]) -> Card:
    reactions = figures["reactions"]
    count = {step["key"]: step["count"] for step in figures["funnel"]}
    thousand = f"{float(rules.share(reactions['complaints'] * 1000, reactions['calls'])):.1f}"
    lines = (
        _("投诉 {n:,} 件 / 拨打 {calls:,} 次（每千次 {rate} 件）").format(
            n=reactions["complaints"], calls=reactions["calls"], rate=thousand
        ),
        _("拒绝 {n:,} 次 / 接通 {reached:,} 次").format(n=reactions["refusals"], reached=reactions["reached_calls"]),
        _("要求勿再致电 {n:,} 户").format(n=reactions["opt_outs"]),
    )
    return Card(
        question=_("客户反应如何"),
        answer=_("有意向 {n:,} / 已接通 {reached:,} 户").format(n=count["interested"], reached=count["reached"]),
        lines=lines + ((_("投诉超过政策上限，活动已自动暂停"),) if reactions["must_pause"] else ()),
        tone="danger" if reactions["must_pause"] else "azure",
    )


def brought(effect: Mapping[str, Any]) -> Card:
    verdict = effect.get("verdict", effect["status"])
    lines = [_("营销组 {a:,} 户，保留组 {b:,} 户").format(a=effect["n_treated"], b=effect["n_control"])]
    if effect["status"] == "measured":
        lines.insert(0, sentence(effect))
    else:
        lines.insert(0, why_not(effect))
    if effect.get("detectable"):
        lines.append(detectable(effect))
    return Card(_("活动带来了多少"), str(labels.STATUS[verdict]), tuple(lines), TONES.get(verdict, "secondary"))


def sentence(effect: Mapping[str, Any]) -> str:
    if not all(check["ok"] for check in effect["health"]):
        return _("对照条件已被破坏（见健康检查），在查明之前不作结论。")
    return str(effect["sentence_en"] if (get_language() or "").startswith("en") else effect["sentence"])


def why_not(effect: Mapping[str, Any]) -> str:
    if effect["status"] == "waiting":
        return _("结果窗口为 {months}，{due} 起可以计算；在此之前不报告任何效果数字。").format(
            months=months(effect["outcome_months"]), due=effect["due_on"]
        )
    if effect["status"] == "no_holdout":
        return _("本活动没有保留组，无从判断客户的变化是否由活动带来。")
    return _("数据仓库中还没有覆盖 {months} 的余额快照（最新为 {newest}）。").format(
        months=months(effect["outcome_months"]), newest=effect.get("newest") or _("无")
    )


def detectable(effect: Mapping[str, Any]) -> str:
    return _("以此样本，户均日均存款变动小于 {money} 的真实效果测不出来").format(money=money_text(effect["detectable"]))


def months(found: list[str]) -> str:
    return listed(month[:7] for month in found)


def listed(names: Iterable[str]) -> str:
    return pgettext("列举", "、").join(names)


def effect_of(figures: Mapping[str, Any]) -> dict[str, Any] | None:
    """The effect block in words; None for a bulletin."""
    effect = figures.get("effect")
    if effect is None:
        return None
    read: dict[str, Any] = dict(effect) | {
        "label": str(labels.STATUS[effect.get("verdict", effect["status"])]),
        "tone": TONES.get(effect.get("verdict", ""), "secondary"),
        "base": months(effect["base_months"]),
        "outcome": months(effect["outcome_months"]),
        "categories": listed(str(labels.CATEGORIES[kind]) for kind in effect["drawer"]["categories"]),
        "detectable_text": detectable(effect) if effect.get("detectable") else "",
    }
    if effect["status"] != "measured":
        return read | {"text": why_not(effect)}
    english = (get_language() or "").startswith("en")
    return read | {
        "text": sentence(effect),
        "health_rows": checks_of(effect),
        "method_text": effect["method_en"] if english else effect["method"],
        "naive": _naive(effect["means"]),
    }


def checks_of(effect: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What would spoil the comparison, each with whether it is well: ours first, then the library's."""
    return [*_health(effect), *_checks(effect, english=(get_language() or "").startswith("en"))]


def _health(effect: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "label": str(labels.HEALTH[row["key"]]),
            "ok": row["ok"],
            "detail": _("实际 {found}，应为 {right}").format(found=row["found"], right=row["right"]),
        }
        for row in effect["health"]
    ]


def _checks(effect: Mapping[str, Any], *, english: bool) -> list[dict[str, Any]]:
    return [
        {
            "label": str(labels.CHECKS.get(row["name"], row["name"])),
            "ok": row["ok"],
            "detail": row["detail_en"] if english else row["detail"],
        }
        for row in effect["checks"]
    ]


def _naive(means: Mapping[str, str]) -> dict[str, str]:
    """Before and after of both groups: what the season does to everybody shows in the hold-out."""
    change = {arm: float(means[f"{arm}_after"]) - float(means[f"{arm}_before"]) for arm in ("treated", "held_out")}
    return {name: money_text(value) for name, value in means.items()} | {
        "treated_change": money_text(f"{change['treated']:.2f}"),
        "held_out_change": money_text(f"{change['held_out']:.2f}"),
    }


def charts(report: Report) -> dict[str, dict[str, Any]]:
    """What the page's charts are drawn from (`ui/static/desk/charts.js`)."""
    return charts_of(report.figures)


def charts_of(figures: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    days = figures["execution"]["days"]
    dates = [date.fromisoformat(day["day"]) for day in days]
    names, marks = [day.strftime("%m-%d") for day in dates], amended.lines(figures, dates)
    steps = [step for step in funnel(figures["funnel"]) if step["key"] != "due"]
    found: dict[str, dict[str, Any]] = {
        "funnel": {
            "kind": "funnel",
            "steps": [{"name": step["label"], "value": step["count"], "of": step["of"]} for step in steps],
        },
        "pace": {
            "kind": "line",
            "categories": names,
            "marks": marks,
            "series": [
                {"name": _("实际首次拨打（累计）"), "values": [day["called"] for day in days], "colour": "main"},
                {
                    "name": _("均匀推进（累计）"),
                    "values": [day["planned"] for day in days],
                    "dashed": True,
                    "colour": "grey",
                },
            ],
            "unit": _("户"),
        },
        "answers": {
            "kind": "bar",
            "stacked": True,
            "categories": names,
            "marks": marks,
            "series": [
                {"name": str(label), "values": [day[kind] for day in days], "colour": KIND_COLOURS[kind]}
                for kind, label in labels.KINDS.items()
            ],
            "unit": _("次"),
        },
    }
    effect = figures.get("effect")
    if effect and effect["status"] == "measured":
        found["effect"] = {"kind": "interval", "unit": _("元"), "rows": intervals(effect)}
    return found


KIND_COLOURS = {"willing": "good", "not_willing": "warn", "other_reached": "sky", "not_reached": "grey"}


def intervals(effect: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The estimate that the conclusion is about, and the one without clipping, for a chart."""
    rows = [(_("户均影响（结论口径）"), effect["effect"])]
    if effect["raw"]:
        rows.append((_("户均影响（不截断）"), effect["raw"]))
    return [{"name": name, **{key: float(one[key]) for key in ("value", "low", "high")}} for name, one in rows]
