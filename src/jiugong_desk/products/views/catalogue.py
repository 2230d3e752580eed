"""What the bank sells today, and one product with its history."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ...core.clock import bank_date
from ...core.http import DeskRequest
from ...core.pages import require, requires
from .. import extension, queries
from ..models import Product


@require_GET
@requires("product.view")
def products(request: DeskRequest) -> HttpResponse:
    today = bank_date(request.now)
    everything = request.GET.get("all") == "1"
    rows = queries.standings(today) if everything else queries.on_sale(today)
    context = {
        "groups": queries.by_category(rows),
        "today": today,
        "everything": everything,
        "may_manage": request.user.may("product.manage"),
    }
    return render(request, "products/list.html", context)


@require_GET
def product(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(Product, ref=ref)
    require(request.user, "product.view")
    today = bank_date(request.now)
    context = {
        "product": found,
        "standing": queries.standing_of(found, today),
        "rates": queries.rates_of(found),
        "chart": queries.rate_chart(found, today),
        "quotas": found.quotas.select_related("entered_by", "corrected_by"),
        "revisions": queries.revisions_of(found),
        "offers": found.offers.all(),
        "uses": extension.uses(found, request.user),
        "today": today,
    }
    return render(request, "products/product.html", context)
