"""The canonical tables `customers`, `loans` and `maturities` of the fictional bank, as of a date."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from .columns import Mask, cents, choice, days, draw, flags, money, text
from .households import CATEGORIES, STATUS, Floats, Households, Integers
from .institution import OUTLETS, manager_ids
from .streams import stream

OCCUPATIONS = (
    "企业职员", "工程技术人员", "教师", "医护人员", "公务员", "个体工商户", "销售人员", "驾驶员", "餐饮服务人员",
    "财务人员", "自由职业", "退休", "家庭主妇(夫)", "学生",
)  # fmt: skip
_LOAN_PREFIX = {"mortgage_new_home": "LN", "mortgage_resale": "LR", "consumer": "LC", "business": "LB", "card": "LK"}
_INCOME_SOURCES = ("payroll", "document", "estimated", "stated")


def customers(households: Households, as_of: date) -> pa.Table:
    """One row per customer."""
    rng, count, today = stream(households.seed, "customers"), len(households), as_of.toordinal()
    managers = tuple(number for outlet in OUTLETS for number in manager_ids(outlet))
    place = households.outlet * (len(managers) // len(OUTLETS)) + households.manager
    adult = households.birth + 16 * 366
    opened = today - np.minimum(rng.integers(30, 20 * 365, count), np.maximum(today - adult, 30))
    source, unknown = _income_source(rng, households)
    dated = np.where(source == 1, today - rng.integers(400, 2400, count), today - rng.integers(5, 360, count))
    tested = rng.random(count) < 0.45
    return pa.table(
        {
            "customer_id": text(households.ids),
            "name": text(households.names),
            "id_type": pa.repeat(pa.scalar("身份证"), count),
            "id_number": text(households.id_numbers),
            "birth_date": days(households.birth),
            "mobile": text(households.mobiles, ~households.has_mobile),
            "occupation": choice(OCCUPATIONS, _occupation(rng, households.birth, today), rng.random(count) < 0.08),
            "branch_id": choice(OUTLETS, households.outlet),
            "manager_id": choice(managers, place, ~households.has_manager),
            "opened_on": days(opened),
            "annual_income": money(_known_income(rng, households, source), unknown),
            "income_source": choice(_INCOME_SOURCES, source, unknown),
            "income_as_of": days(dated, unknown),
            "payroll": flags(households.payroll),
            "card_holder": flags((rng.random(count) < np.where(households.mortgage, 0.40, 0.22)) | _pays_by_card(households)),
            "mobile_active": flags(rng.random(count) < np.where(households.mortgage, 0.82, 0.48)),
            "risk_capacity": choice(("C1", "C2", "C3", "C4", "C5"), draw(rng, count, (0.15, 0.3, 0.33, 0.16, 0.06)), ~tested),
            "risk_test_expires_on": days(today + rng.integers(-200, 365, count), ~tested),
            **_consents(rng, households),
            "status": choice(STATUS, households.status),
        }
    )  # fmt: skip


def _occupation(rng: np.random.Generator, birth: Integers, today: int) -> Integers:
    worker = draw(rng, len(birth), (0.26, 0.12, 0.07, 0.06, 0.05, 0.12, 0.08, 0.05, 0.05, 0.06, 0.06, 0.0, 0.02))
    age = (today - birth) // 365
    return np.where(age >= 60, 11, np.where(age < 22, 13, worker))


def _income_source(rng: np.random.Generator, households: Households) -> tuple[Integers, Mask]:
    """How the bank knows an income: the payroll it pays, the proof given with a mortgage, an estimate, or not at all."""
    count = len(households)
    other = draw(rng, count, (0.0, 0.04, 0.42, 0.10, 0.44))
    proof = households.mortgage & (rng.random(count) < 0.82)
    source = np.where(households.payroll, 0, np.where(proof, 1, other))
    return np.minimum(source, 3), source == 4


def _known_income(rng: np.random.Generator, households: Households, source: Integers) -> Integers:
    """What the bank writes down; an estimate is rough, and what people say is a round number."""
    error = np.exp(np.choose(source, (0.02, 0.08, 0.30, 0.15)) * rng.standard_normal(len(households)))
    known = households.income * error
    return np.where(source >= 2, cents(known, step=1_000_000 // 2), cents(known, step=100))


def _consents(rng: np.random.Generator, households: Households) -> dict[str, pa.Array]:
    """A quarter of the borrowers cannot be called: no number, no consent given, or consent refused."""
    count, share = len(households), np.where(households.mortgage, 0.79, 0.58)
    said = rng.random(count)
    return {
        "consent_call": flags(said < share, (said > share) & (rng.random(count) < 0.4)),
        "consent_sms": flags(rng.random(count) < share),
        "do_not_call": flags(rng.random(count) < 0.012),
    }


def loans(households: Households, as_of: date) -> pa.Table:
    """Exactly one mortgage on a new home per borrower; other loans here and there, some still being decided."""
    rng = stream(households.seed, "loans")
    count = len(households)
    kinds = {
        "mortgage_new_home": (households.mortgage, 900_000, 300),
        "mortgage_resale": (~households.mortgage & (rng.random(count) < 0.02), 700_000, 240),
        "consumer": (rng.random(count) < 0.04, 90_000, 36),
        "business": (rng.random(count) < 0.008, 400_000, 36),
        "card": (_pays_by_card(households), 12_000, 12),
    }
    parts = [_loans(stream(households.seed, "loans", kind), households, kind, *kinds[kind], as_of) for kind in kinds]
    return pa.concat_tables(parts).combine_chunks()


def _pays_by_card(households: Households) -> Mask:
    """Who pays by instalments on a credit card; nobody does without one."""
    return stream(households.seed, "card instalments").random(len(households)) < 0.04


def _loans(
    rng: np.random.Generator, households: Households, kind: str, has: Mask, median: float, term: int, as_of: date
) -> pa.Table:
    count = len(households)
    principal = cents(median * np.exp(0.45 * rng.standard_normal(count)), step=1_000_000)
    age = rng.uniform(1.0, min(term, 96) * 0.95, count)  # months since it was drawn
    drawn = as_of.toordinal() - (age * 30.44).astype(np.int64)
    pending = (rng.random(count) < 0.03) & (kind == "consumer")
    outstanding = np.where(pending, 0, (principal * (1 - age / term)).astype(np.int64))
    columns = {
        "loan_id": text(np.char.add(_LOAN_PREFIX[kind], np.char.lstrip(households.ids, "C"))),
        "customer_id": text(households.ids),
        "kind": pa.repeat(pa.scalar(kind), count),
        "drawn_on": days(drawn, pending),
        "principal": money(principal),
        "outstanding": money(outstanding),
        "due_day": pa.array(rng.integers(1, 29, count)),
        "overdue": flags((rng.random(count) < 0.008) & ~pending),
        "decision_pending": flags(pending),
    }
    return pa.table(columns).filter(pa.array(has))


def maturities(households: Households, month_end: Floats, as_of: date) -> pa.Table:
    """What falls due within the half-year to come: time deposits, large certificates, wealth products."""
    parts = []
    for category, product in (("time", "整存整取定期存款"), ("large_cd", "大额存单"), ("wealth", "稳健理财产品")):
        rng = stream(households.seed, "maturities", category, as_of)
        held = month_end[:, CATEGORIES.index(category)]
        amount = cents(held * rng.uniform(0.3, 1.0, len(households)), step=100_000)
        due = (amount > 0) & (rng.random(len(households)) < 0.6)
        parts.append(
            pa.table(
                {
                    "customer_id": text(households.ids),
                    "product": pa.repeat(pa.scalar(product), len(households)),
                    "category": pa.repeat(pa.scalar(category), len(households)),
                    "amount": money(amount),
                    "matures_on": days(as_of.toordinal() + rng.integers(1, 181, len(households))),
                }
            ).filter(pa.array(due))
        )
    return pa.concat_tables(parts).combine_chunks()
