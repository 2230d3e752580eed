"""How the fictional bank's customers answer the telephone, come to the branch, and move their money.

Every answer is a pure function of (seed, customer, attempt): it does not matter who calls, when, or in which order.
The funnel is domain.md's (section 8), somewhat better, since the caller is the customer's own manager.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from ..errors import MisuseError
from . import questions
from .bank import Bank
from .placements import Placement
from .streams import normal, uniform

_SILENT = (("no_answer", 0.55), ("declined", 0.17), ("busy", 0.11), ("switched_off", 0.09), ("voice_assistant", 0.08))
# Of those reached; the rest has a talk.
_SHORT = (("hung_up", 0.12), ("call_back", 0.09), ("refused", 0.12), ("refused_forever", 0.025), ("complaint", 0.002))
DEAD_NUMBERS, WRONG_NUMBERS = 0.03, 0.012
CALLED_BACK = 0.88  # answered, of calls that the customer asked for
LESS_EACH_ATTEMPT, ANSWERS_LEAN, ANSWERS_SPREAD = 0.92, 0.05, 0.9  # of the log-odds of an answer
INTERESTED_FROM, INVITED_FROM = 0.75, 1.10
INTEREST_LEAN, INTEREST_SPREAD, INTEREST_MOOD = 0.45, 0.85, 0.35
ELSEWHERE_LOG, ELSEWHERE_SPREAD = -0.7, 0.8  # of what is held elsewhere, over a year's income
_KINDS = (
    ("interested_card", 0.34), ("interested_deposit", 0.26), ("interested_wealth", 0.14), ("interested_other", 0.06),
    ("self_service", 0.14),
)  # fmt: skip
COMES, AGREES, AGREES_ON_MONEY = 0.58, 0.58, 0.45
BY_ITSELF = {"self_service": 0.45, "interested_deposit": 0.20}  # money without a visit
BY_ITSELF_SHARE = 0.3  # of what is held elsewhere
BREAKS_WORD = 0.14
PULLED_FORWARD = 0.30  # of the money would have come later anyway, or leaves within two months
MINIMUM_LARGE_CD = 200_000


@dataclass(frozen=True)
class Reaction:
    """What came of one attempt. `outcome` is a code of the desk's outcomes."""

    outcome: str
    talk_seconds: int = 0
    disclosed: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    callback_hours: int | None = None  # wants to be called again after so many hours
    visit_days: int | None = None  # will come, so many working days from now


@dataclass(frozen=True)
class Visit:
    """Whether an invited customer comes, and what is agreed. `product` is a balance category, `card`, or empty."""

    comes: bool
    needs: str = ""
    product: str = ""
    amount: Decimal | None = None
    next_step: str = ""


def reactions(bank: Bank, *, seed: int) -> Reactions:
    """The campaign's truth: how each customer of this bank will answer.

    Parameters
    ----------
    bank : whose customers are asked
    seed : of the campaign; the bank's own seed is another matter
    """
    return Reactions(bank, seed)


@dataclass(frozen=True, eq=False)
class Reactions:
    """Ask with `answer`, `visit` and `money`; each raises MisuseError for somebody who is no customer."""

    bank: Bank
    seed: int

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {number: place for place, number in enumerate(self.bank.households.ids.tolist())}

    def answer(self, customer_id: str, attempt: int) -> Reaction:
        """What comes of the attempt-th call (from 1) to this customer in the campaign."""
        self._where(customer_id)
        number = uniform(self.seed, customer_id, "number")
        if number < DEAD_NUMBERS:
            return Reaction("empty_number" if number < DEAD_NUMBERS / 2 else "suspended")
        if number < DEAD_NUMBERS + WRONG_NUMBERS:
            return Reaction("wrong_person")
        if uniform(self.seed, customer_id, attempt, "reached") >= self._chance_reached(customer_id, attempt):
            return Reaction(_pick(_SILENT, uniform(self.seed, customer_id, attempt, "silence")) or "no_answer")
        return self._reached(customer_id, attempt)

    def _chance_reached(self, customer_id: str, attempt: int) -> float:
        if attempt > 1 and self.answer(customer_id, attempt - 1).outcome == "call_back":
            return CALLED_BACK
        own = ANSWERS_LEAN + ANSWERS_SPREAD * normal(self.seed, customer_id, "reachable")
        return 1 / (1 + math.exp(-own)) * LESS_EACH_ATTEMPT ** (attempt - 1)

    def _reached(self, customer_id: str, attempt: int) -> Reaction:
        outcome = _pick(_SHORT, uniform(self.seed, customer_id, attempt, "mood"))
        pace = math.exp(0.35 * normal(self.seed, customer_id, attempt, "pace"))
        if outcome == "hung_up":
            return Reaction(outcome, talk_seconds=round(9 * pace))
        if outcome == "call_back":
            hours = (2, 5, 24, 26, 48)[int(5 * uniform(self.seed, customer_id, attempt, "later"))]
            return Reaction(outcome, round(22 * pace), disclosed=True, callback_hours=hours)
        if outcome:
            return Reaction(outcome, round(20 * pace), disclosed=True)
        return self._talk(customer_id, attempt, pace)

    def _talk(self, customer_id: str, attempt: int, pace: float) -> Reaction:
        interest = self.interest(customer_id) + INTEREST_MOOD * normal(self.seed, customer_id, attempt, "interest")
        said = self._answers(customer_id, attempt)
        if interest > INVITED_FROM:
            days = 1 + int(4 * uniform(self.seed, customer_id, attempt, "visit day"))
            return Reaction("invited", round(260 * pace), True, said, visit_days=days)
        if interest > INTERESTED_FROM:
            kind = _pick(_KINDS, uniform(self.seed, customer_id, attempt, "kind"))
            return Reaction(kind or "referred", round(190 * pace), True, said)
        few = dict(list(said.items())[:2])
        return Reaction("not_interested", round(48 * pace), True, few)

    def interest(self, customer_id: str) -> float:
        """Standard normal but for a lean: who earns much and holds little here is worth a talk, and listens."""
        elsewhere = math.log10(self.elsewhere(customer_id) / 60_000)
        lean = max(-1.0, min(1.0, elsewhere))
        return INTEREST_LEAN * lean + INTEREST_SPREAD * normal(self.seed, customer_id, "interest")

    def elsewhere(self, customer_id: str) -> float:
        """Yuan that the customer could bring from other banks: about half a year's income, widely spread."""
        income = float(self.bank.households.income[self._where(customer_id)])
        return income * math.exp(ELSEWHERE_LOG + ELSEWHERE_SPREAD * normal(self.seed, customer_id, "elsewhere"))

    def _answers(self, customer_id: str, attempt: int) -> dict[str, str]:
        said = {}
        for question in questions.QUESTIONS:
            if uniform(self.seed, customer_id, attempt, "says", question.key) < 0.8:
                said[question.key] = self._answer(customer_id, question)
        return said

    def _answer(self, customer_id: str, question: questions.Question) -> str:
        spare = self.elsewhere(customer_id)
        if question is questions.IDLE_MONEY:
            return question.choices[sum(spare >= limit for limit in (15_000, 50_000, 200_000))]
        if question is questions.MONEY_WISH and spare >= MINIMUM_LARGE_CD:
            return "大额存单"
        luck = uniform(self.seed, customer_id, question.key)
        if question is questions.FAMILY_SIZE:
            return str(1 + sum(luck >= edge for edge in (0.06, 0.20, 0.62, 0.86, 0.96)))
        if question is questions.TRADE:
            return question.choices[sum(luck >= edge for edge in (0.22, 0.38, 0.74, 0.90, 0.98))]
        return question.choices[int(len(question.choices) * luck)]

    def visit(self, customer_id: str) -> Visit:
        """What becomes of the visit of an invited customer."""
        if uniform(self.seed, customer_id, "comes") >= COMES:
            return Visit(comes=False)
        needs = _NEEDS[int(len(_NEEDS) * uniform(self.seed, customer_id, "needs"))]
        luck = uniform(self.seed, customer_id, "deal")
        if luck >= AGREES:
            return Visit(True, needs, next_step="一周内电话回访,发送产品说明")
        if luck >= AGREES_ON_MONEY:
            return Visit(True, needs, product="card", next_step="协助在线申请信用卡,核卡后提醒激活")
        amount = self._round(self.elsewhere(customer_id) * (0.5 + 0.7 * uniform(self.seed, customer_id, "share")))
        product = self._product(customer_id, amount)
        return Visit(True, needs, product, amount, next_step="资金到账当日办理,到期前一个月联系")

    def _product(self, customer_id: str, amount: Decimal) -> str:
        if amount >= MINIMUM_LARGE_CD:
            return "large_cd"
        return "time" if uniform(self.seed, customer_id, "product") < 0.75 else "demand"

    def _round(self, amount: float) -> Decimal:
        return Decimal(max(10_000, min(1_500_000, round(amount / 1000) * 1000)))

    def money(self, customer_id: str, *, product: str, amount: Decimal, on: date) -> Placement | None:
        """The money that truly came after this was agreed on that day; None where it never did (one in seven)."""
        self._where(customer_id)
        if uniform(self.seed, customer_id, "keeps word") < BREAKS_WORD:
            return None
        since = on + timedelta(days=int(8 * uniform(self.seed, customer_id, "wait")))
        if uniform(self.seed, customer_id, "lasting") >= PULLED_FORWARD:
            return Placement(customer_id, product, amount, since)
        leaves = since + timedelta(days=20 + int(40 * uniform(self.seed, customer_id, "leaves")))
        return Placement(customer_id, product, amount, since, leaving=amount / 2, leaves_on=leaves)

    def after_call(self, customer_id: str, outcome: str, on: date) -> Placement | None:
        """Money that came without a visit: some of those who do it online, or were interested in deposits."""
        chance = BY_ITSELF.get(outcome, 0.0)
        if uniform(self.seed, customer_id, "by itself") >= chance:
            return None
        amount = self._round(BY_ITSELF_SHARE * self.elsewhere(customer_id))
        return self.money(customer_id, product="time", amount=amount, on=on)

    def _where(self, customer_id: str) -> int:
        if customer_id not in self._place:
            raise MisuseError("the campaign's truth was asked about somebody who is no customer of its bank.")
        return self._place[customer_id]


_NEEDS = (
    "定期存款即将在他行到期,希望比较期限和利率",
    "每月有结余,希望按月存入,支取灵活",
    "子女教育储备,三年以上不用",
    "希望调整房贷还款日,与发薪日衔接",
    "家庭备用金,要求随用随取",
    "为父母安排养老资金,只接受存款和国债",
)


def _pick(shares: tuple[tuple[str, float], ...], luck: float) -> str:
    """The option in whose share `luck` falls; empty beyond them all."""
    for option, share in shares:
        luck -= share
        if luck < 0:
            return option
    return ""
