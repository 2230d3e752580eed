"""The two campaigns of the demo, in figures."""

from __future__ import annotations

from . import story, texts
from .campaign import Plan

HOUSEHOLDS_PER_HELD_OUT = 100  # 200 of 20,000 customers: one in five of those with the mortgage
DAILY_CALLS = 6  # beside the day's other work


def mortgage(customers: int, seed: int) -> Plan:
    """The seed's campaign: households with a mortgage on a new home, a hold-out of 200 in 20,000 customers."""
    return Plan(
        texts=texts.MORTGAGE_PLAN,
        script_code="mortgage-card",
        script_title="信用卡话题与需求了解话术",
        script=texts.mortgage_script(),
        audience=({"field": "loan_kind", "op": "is", "value": "mortgage_new_home"},),
        holdout=customers // HOUSEHOLDS_PER_HELD_OUT,
        daily_calls=DAILY_CALLS,
        starts_on=story.STARTS,
        ends_on=story.ENDS,
        seed=f"demo-{seed}-1",
    )


def payroll(customers: int, seed: int) -> Plan:
    """A smaller one in March: payroll customers of middle and higher income."""
    return Plan(
        texts=texts.PAYROLL_PLAN,
        script_code="payroll-spring",
        script_title="代发客户春季回访话术",
        script=texts.payroll_script(),
        audience=(
            {"field": "payroll", "op": "is", "value": "yes"},
            {"field": "level", "op": "in", "value": ["4", "5", "7", "8"]},
        ),
        holdout=customers // HOUSEHOLDS_PER_HELD_OUT,
        daily_calls=12,
        starts_on=story.SECOND_STARTS,
        ends_on=story.SECOND_ENDS,
        seed=f"demo-{seed}-2",
    )
