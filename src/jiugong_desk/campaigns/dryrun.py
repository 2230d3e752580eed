"""The contact policy tried on a list before the first call: who may be called on day one, and why others may not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from ..audiences.listing import callable_customers
from ..consent.queries import contact_facts
from ..consent.rules import may_call
from ..core.clock import bank_date
from ..customers.models import Customer
from ..products.models import Offer
from ..products.queries import verdict_for
from ..products.rules import PHONE, CustomerFacts
from .bridge import policy
from .checklist import DayOne
from .models import Campaign, ListEntry, Participant
from .staffing import days_left
from .suiting import nothing_suits

LATER_THAT_DAY = "senior_hours"  # the first hour is not theirs; they are called on day one all the same
MOST_CHECKED = 2_000  # enough to see a reason that keeps one in a hundred away; more only costs time


def customers_of(campaign: Campaign, *, on: date) -> QuerySet[Customer]:
    """Who is to be called: of a sealed list the treated, before that all who may be listed."""
    if campaign.sealed_digest:
        treated = ListEntry.objects.everyone().filter(campaign=campaign, arm=ListEntry.Arm.TREATED)
        return Customer.objects.everyone().filter(pk__in=treated.values("customer"))
    return callable_customers(campaign.audience, campaign.unit, on=on, plan_id=campaign.pk)


def day_one(campaign: Campaign, *, listed: int, at: datetime) -> DayOne:
    """As of the first hour of calls on the first working day that is left. `listed`: how many are to be called."""
    days = _days_of_calls(campaign, at)
    if not days:
        return DayOne()
    rows = customers_of(campaign, on=bank_date(at)).order_by("mobile_digest", "pk").values_list("pk", flat=True)
    calling, contact, moment = policy().calling, policy().contact, first_hour(days[0])
    against: Counter[str] = Counter()
    words: dict[str, str] = {}
    checked = 0
    looked_at = list(rows[:MOST_CHECKED])
    unsuited = nothing_suits({campaign: looked_at}, on=days[0])
    for pk, facts in contact_facts(looked_at).items():
        checked += 1
        suits = (campaign.pk, pk) not in unsuited
        there = replace(facts, held_out=False, in_running_campaign=True, offers_suit=suits, attempts=0)
        verdict = may_call(there, now=max(moment, at), is_working_day=True, calling=calling, contact=contact)
        lasts = [reason for reason in verdict.reasons if reason.code != LATER_THAT_DAY]
        if lasts:
            against[lasts[0].code] += 1
            words[lasts[0].code] = str(lasts[0])
    why = tuple((words[code], number) for code, number in against.most_common())
    return DayOne(days[0], max(listed, checked), checked, checked - against.total(), why)


def _days_of_calls(campaign: Campaign, at: datetime) -> list[date]:
    """A day whose last hour of calls is over does not count."""
    return [day for day in days_left(campaign, at=at) if at < last_hour(day)]


def first_hour(day: date) -> datetime:
    """The moment at which the calls of that day may begin, in the bank's zone."""
    start = min(start for start, _end in policy().calling.hours)
    return timezone.make_aware(datetime.combine(day, start))


def last_hour(day: date) -> datetime:
    end = max(end for _start, end in policy().calling.hours)
    return timezone.make_aware(datetime.combine(day, end))


def unserved(campaign: Campaign, people: Iterable[Participant], *, on: date) -> tuple[str, ...]:
    """The outlets of the list at which nobody takes part, with their customers: colleagues of other outlets call them."""
    served = {posting.unit_id for person in people for posting in person.staff.postings.all()}
    rows = customers_of(campaign, on=on).order_by("unit__path").values_list("unit", "unit__name")
    counted = rows.annotate(customers=Count("pk"))
    return tuple(
        _("{outlet} {customers:,} 户").format(outlet=name, customers=customers)
        for unit, name, customers in counted if unit not in served
    )  # fmt: skip


def unsuited(campaign: Campaign, offers: Iterable[Offer], *, on: date) -> list[str]:
    """The titles of the offers whose product may be offered by telephone to nobody on the list.

    Customers count by what suitability asks of them, not one by one: a long list has few kinds.
    """
    with_product = [offer for offer in offers if offer.product is not None]
    if not with_product:
        return []
    kinds = _kinds(customers_of(campaign, on=on), on)
    return [
        offer.title for offer in with_product
        if kinds and not any(
            offer.product and verdict_for(offer.product, kind, on=on, channel=PHONE) for kind in kinds
        )
    ]  # fmt: skip


def _kinds(customers: QuerySet[Customer], on: date) -> list[CustomerFacts]:
    """Each combination of capacity, valid test and age group that occurs, with a day that stands for it."""
    age = policy().calling.elderly_age
    born_by = _years_before(on, age)
    test = Case(
        When(risk_test_expires_on__gte=on, then=Value(1)),
        When(risk_test_expires_on=None, then=Value(None)),
        default=Value(0),
        output_field=IntegerField(),
    )
    group = Case(
        When(birth_date=None, then=Value(None)),
        When(birth_date__gt=born_by, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = customers.order_by().annotate(test=test, group=group).values_list("risk_capacity", "test", "group")
    expiry = {None: None, 1: on, 0: _years_before(on, 1)}
    born = {None: None, 0: on, 1: born_by}
    return [CustomerFacts(capacity, expiry[tested], born[old]) for capacity, tested, old in rows.distinct()]


def _years_before(day: date, years: int) -> date:
    """The same day that many years earlier; of a 29 February that was none, the day before."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
