"""What stands in the catalogue on a day, and what is promised: for pages and for the rooms above.

Products are some hundreds: a day's catalogue is three queries, and the newest of each is found here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ..core.verdict import ALLOWED, Verdict
from . import bridge, rules
from .models import Offer, Product, Quota, Rate, Revision
from .table import OWN
from .terms import Category, Measure

PHONE, VISIT = rules.PHONE, rules.VISIT
TERMS = (*OWN, "term_months", "term_days")  # in the order of the page


@dataclass(frozen=True)
class Standing:
    """A product as it stands on a day: the rate in force and the quota of the period, where there is one."""

    product: Product
    rate: Rate | None
    quota: Quota | None
    on: date

    @property
    def on_sale(self) -> bool:
        product = self.product
        return product.on_sale_from <= self.on and (product.on_sale_until is None or self.on <= product.on_sale_until)

    @property
    def facts(self) -> rules.ProductFacts:
        product, quota = self.product, self.quota
        return rules.ProductFacts(
            category=product.category, product_risk=product.product_risk, minimum=product.minimum, step=product.step,
            on_sale_from=product.on_sale_from, on_sale_until=product.on_sale_until,
            quota_left=None if quota is None else quota.left,
            quota_counts=quota is not None and quota.measure == Measure.COUNT,
        )  # fmt: skip


@dataclass(frozen=True)
class Suited:
    """A product that is on sale, and whether it may be offered to one customer at a visit, and by phone."""

    standing: Standing
    visit: Verdict
    phone: Verdict

    @property
    def product(self) -> Product:
        return self.standing.product


def standings(on: date, products: QuerySet[Product] | None = None) -> list[Standing]:
    """Every product as it stands on the day, in the bank's order of categories (3 queries)."""
    listed = Product.objects.all() if products is None else products
    found = list(listed)
    keys = [product.pk for product in found]
    rates: dict[int, Rate] = {}
    for rate in Rate.objects.filter(product__in=keys, corrected_by=None, effective_from__lte=on):
        rates.setdefault(rate.product_id, rate)  # the newest comes first
    quotas: dict[int, Quota] = {}
    for quota in Quota.objects.filter(product__in=keys, corrected_by=None, starts_on__lte=on, ends_on__gte=on):
        quotas.setdefault(quota.product_id, quota)
    order = {category: place for place, category in enumerate(Category.values)}
    found.sort(key=lambda product: (order[product.category], product.code))
    return [Standing(product, rates.get(product.pk), quotas.get(product.pk), on) for product in found]


def on_sale(on: date) -> list[Standing]:
    """What is sold on the day."""
    sold = Product.objects.filter(Q(on_sale_until=None) | Q(on_sale_until__gte=on), on_sale_from__lte=on)
    return standings(on, sold)


def standing_of(product: Product, on: date) -> Standing:
    return standings(on, Product.objects.filter(pk=product.pk))[0]


def by_category(rows: Iterable[Standing]) -> list[tuple[str, list[Standing]]]:
    """In groups with the category's name, none of them empty."""
    groups: dict[str, list[Standing]] = {}
    for row in rows:
        groups.setdefault(row.product.get_category_display(), []).append(row)
    return list(groups.items())


def suited(customer: rules.CustomerFacts, on: date) -> list[Suited]:
    """Everything on sale with its verdicts for this customer; what suits comes first."""
    limits = limits_now()
    rows = [
        Suited(
            standing,
            rules.suitable(standing.facts, customer, on=on, channel=VISIT, limits=limits),
            rules.suitable(standing.facts, customer, on=on, channel=PHONE, limits=limits),
        )
        for standing in on_sale(on)
    ]
    return sorted(rows, key=lambda row: not row.visit.allowed)


def most_risk(customer: rules.CustomerFacts, *, on: date, channel: str) -> str:
    """The highest risk that may be offered to the customer on the day; empty: nothing that bears a risk (no query)."""
    return rules.most_risk(customer, on=on, channel=channel, limits=limits_now())


def verdict_for(product: Product, customer: rules.CustomerFacts, *, on: date, channel: str) -> Verdict:
    """Whether this product may be offered to this customer on this day."""
    return rules.suitable(standing_of(product, on).facts, customer, on=on, channel=channel, limits=limits_now())


def limits_now() -> rules.Limits:
    return rules.Limits(bridge.elderly_age(), bridge.suitability().elderly_phone_most_risk)


def rates_of(product: Product) -> list[Rate]:
    """The whole history, the newest day first; a corrected row stands below the one that corrects it."""
    return list(product.rates.select_related("entered_by", "corrects", "corrected_by"))


def published(product: Product, first: date, last: date) -> frozenset[Decimal]:
    """Every rate of the product, per cent, that holds on some day of the period as far as it is entered."""
    rows = list(product.rates.filter(corrected_by=None, effective_from__lte=last))
    held = [row for row in rows if row.effective_from >= first]
    before = next((row for row in rows if row.effective_from <= first), None)
    counted = [*held, before] if before is not None else held
    ends = (end for row in counted for end in (row.percent, row.percent_high))
    return frozenset(end.normalize() for end in ends if end is not None)


def rate_chart(product: Product, today: date) -> dict[str, Any] | None:
    """The course of the rates that count, in steps, up to today or the last known day; None for less than two."""
    rows = list(product.rates.filter(corrected_by=None).order_by("effective_from"))
    if len(rows) < 2:
        return None
    days = [row.effective_from.isoformat() for row in rows]
    last = max(today, rows[-1].effective_from)
    ended = last > rows[-1].effective_from
    low = [float(row.percent) for row in rows]
    high = [float(row.percent if row.percent_high is None else row.percent_high) for row in rows]
    is_range = any(row.percent_high is not None for row in rows)
    courses = [(str(product.rate_label), low)] if not is_range else [(str(_("下限")), low), (str(_("上限")), high)]
    return {
        "kind": "line",
        "steps": True,
        "unit": "%",
        "categories": [*days, last.isoformat()] if ended else days,
        "series": [{"name": name, "values": [*values, values[-1]] if ended else values} for name, values in courses],
    }


def offers(on: date) -> list[Offer]:
    """Every offer, those that hold or will hold first."""
    rows = list(Offer.objects.select_related("product", "drafted_by", "edited_by"))
    return sorted(rows, key=lambda offer: offer.valid_until < on)


def offers_for_sale(on: date) -> list[Offer]:
    """What a campaign may promise on the day: the offer holds and is lawful, and its product, if any, is on sale."""
    sold = Q(product__on_sale_from__lte=on) & (Q(product__on_sale_until=None) | Q(product__on_sale_until__gte=on))
    rows = Offer.objects.filter(Q(product=None) | sold, valid_from__lte=on, valid_until__gte=on)
    listed = rows.select_related("product").order_by("valid_until", "pk")
    return [offer for offer in listed if faults_of(offer, on)]


@dataclass(frozen=True)
class OfferLine:
    """An offer as it is listed. `against`: why it may no longer be promised; nothing for one that is over."""

    offer: Offer
    holds: bool
    over: bool
    against: Verdict


def offer_line(offer: Offer, today: date) -> OfferLine:
    over = offer.valid_until < today
    return OfferLine(offer, offer.holds_on(today), over, ALLOWED if over else faults_of(offer, today))


def faults_of(offer: Offer, on: date) -> Verdict:
    """What stands against a saved offer from this day on: the rate table, or the policy's words, may have changed."""
    values = {name: getattr(offer, name) for name in ("product", "kind", "title", "text", "valid_until", "cost")}
    first = offer.valid_from if offer.valid_until < on else max(offer.valid_from, on)
    return offer_faults({**values, "valid_from": first})


def offer_faults(values: Mapping[str, Any]) -> Verdict:
    """What stands against an offer of these values: `kind`, `title`, `text`, its days, `cost`, `product` or None."""
    product: Product | None = values.get("product")
    first, last = values["valid_from"], values["valid_until"]
    facts = rules.OfferFacts(
        kind=values["kind"], title=values["title"], text=values["text"], valid_from=first, valid_until=last,
        cost=values["cost"], category=product.category if product else "",
        published=published(product, first, last) if product else frozenset(),
    )  # fmt: skip
    said = bridge.wording()
    words = rules.OfferWords(said, said.deposits, said.gifts, bridge.deposit_categories())
    return rules.offer_faults(facts, words)


def revisions_of(product: Product) -> list[tuple[Revision, list[tuple[Any, str, str]]]]:
    """Each change of the product's own terms with its lines: what, before, after."""
    rows = product.revisions.select_related("by")
    return [(row, [(label_of(name), *row.changes[name]) for name in TERMS if name in row.changes]) for row in rows]


def label_of(name: str) -> Any:
    """What the page calls a term of a product."""
    labels = {"term_months": _("期限（月）"), "term_days": _("期限（天）")}
    field: Any = Product._meta.get_field(name)
    return labels.get(name, field.verbose_name)


def counted(counts: Mapping[str, int]) -> list[tuple[Any, int]]:
    """What an import did, in words."""
    labels = {
        "products_new": _("新产品"), "products_changed": _("产品要素有变动"), "rates_new": _("新利率"),
        "rates_corrected": _("更正的利率"), "quotas": _("额度"),
    }  # fmt: skip
    return [(label, counts[name]) for name, label in labels.items() if name in counts]
