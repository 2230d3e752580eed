"""The campaigns of the demo, in figures. They grow with the bank, so that a small one also has somebody left to call."""

from __future__ import annotations

import math

from . import story, texts
from .campaign import Plan

HOUSEHOLDS_PER_HELD_OUT = 100  # 200 of 20,000 customers: one in five of those with the mortgage
# Beside the day's other work: what a manager calls in a bank of 20,000 customers, and what he makes time for at least.
MORTGAGE_CALLS, PAYROLL_CALLS, USUAL_BANK, FEWEST_CALLS = 6, 12, 20_000, 2
MORTGAGE_BUDGET, PAYROLL_BUDGET, LEAST_BUDGET = 60_000, 80_000, 10_000  # yuan in a bank of that size, and at least


def mortgage(customers: int, seed: int) -> Plan:
    """The seed's campaign: households with a mortgage on a new home, a hold-out of 200 in 20,000 customers."""
    return Plan(
        texts=texts.MORTGAGE_PLAN,
        goals=(("reached", "50"), ("invited", "5"), ("complaints", "0.5")),
        budget=_yuan(MORTGAGE_BUDGET, customers),
        script_code="mortgage-card",
        script_title="信用卡话题与需求了解话术",
        script=texts.mortgage_script(),
        audience=({"field": "loan_kind", "op": "is", "value": "mortgage_new_home"},),
        holdout=customers // HOUSEHOLDS_PER_HELD_OUT,
        daily_calls=_daily(MORTGAGE_CALLS, customers),
        starts_on=story.STARTS,
        ends_on=story.ENDS,
        seed=f"demo-{seed}-1",
    )


def payroll(customers: int, seed: int) -> Plan:
    """A second one in March: payroll customers of middle and higher income."""
    return Plan(
        texts=texts.PAYROLL_PLAN,
        goals=(("reached", "50"), ("needs", "60")),
        budget=_yuan(PAYROLL_BUDGET, customers),
        script_code="payroll-spring",
        script_title="代发客户春季回访话术",
        script=texts.payroll_script(),
        audience=(
            {"field": "payroll", "op": "is", "value": "yes"},
            {"field": "level", "op": "in", "value": ["4", "5", "7", "8"]},
        ),
        holdout=customers // HOUSEHOLDS_PER_HELD_OUT,
        daily_calls=_daily(PAYROLL_CALLS, customers),
        starts_on=story.SECOND_STARTS,
        ends_on=story.SECOND_ENDS,
        seed=f"demo-{seed}-2",
    )


def maturing(customers: int, seed: int) -> Plan:
    """For April, waiting for the approval: the bank's middle clients, whose deposits fall due after the quarter."""
    return Plan(
        texts=texts.MATURING_PLAN,
        goals=(("reached", "50"), ("visited", "45")),
        budget=_yuan(PAYROLL_BUDGET, customers),
        script_code="maturing-spring",
        script_title="到期资金安排回访话术",
        script=texts.maturing_script(),
        audience=(
            {"field": "asset_band", "op": "is", "value": "2"},
            {"field": "payroll", "op": "is", "value": "no"},
        ),
        holdout=customers // (5 * HOUSEHOLDS_PER_HELD_OUT // 2),
        daily_calls=_daily(PAYROLL_CALLS, customers),
        starts_on=story.NEXT_STARTS,
        ends_on=story.NEXT_ENDS,
        seed=f"demo-{seed}-3",
    )


def prospects(customers: int, seed: int) -> Plan:
    """Being written, its script not yet reviewed: whose income is high and whose money is elsewhere."""
    return Plan(
        texts=texts.PROSPECTS_PLAN,
        goals=(("needs", "20"),),
        budget=_yuan(PAYROLL_BUDGET, customers),
        script_code="prospects-main-bank",
        script_title="高收入客户往来需求了解话术",
        script=texts.prospects_script(),
        audience=({"field": "level", "op": "is", "value": "7"},),
        holdout=max(1, customers // (10 * HOUSEHOLDS_PER_HELD_OUT)),
        daily_calls=FEWEST_CALLS,
        starts_on=story.NEXT_STARTS,
        ends_on=story.NEXT_ENDS,
        seed=f"demo-{seed}-4",
    )


def _daily(usual: int, customers: int) -> int:
    return max(FEWEST_CALLS, math.ceil(usual * customers / USUAL_BANK))


def _yuan(usual: int, customers: int) -> int:
    return max(LEAST_BUDGET, usual * customers // USUAL_BANK)
