"""What campaigns may promise: the list, a new offer, another wording."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ...core.clock import bank_date
from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import require, requires
from .. import bridge, queries, services
from ..forms import OfferForm
from ..models import Offer


@require_GET
@requires("product.view")
def offers(request: DeskRequest) -> HttpResponse:
    today = bank_date(request.now)
    rows = [queries.offer_line(offer, today) for offer in queries.offers(today)]
    context = {"rows": rows, "may_draft": request.user.may("offer.draft")}
    return render(request, "products/offers.html", context)


@require_http_methods(["GET", "POST"])
@requires("offer.draft")
def offer_new(request: DeskRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, OfferForm(initial={"valid_from": bank_date(request.now)}))
    form = OfferForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        services.draft_offer(form.cleaned_data, by=request.user, at=request.now)
    except Refused as refusal:
        return _page(request, form, status=409, problems=refusal.verdict.reasons)
    messages.success(request, _("优惠已保存。"))
    return _to_list()


@require_http_methods(["GET", "POST"])
def offer_edit(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(Offer, ref=ref)
    require(request.user, "offer.draft")
    if request.method == "GET":
        return _page(request, OfferForm(initial=_initial(found)), found, problems=services.may_edit(found).reasons)
    form = OfferForm(request.POST)
    version = request.POST.get("version", "")
    if not form.is_valid() or not (version.isdecimal() and len(version) < 10):
        return _page(request, form, found, status=422)
    try:
        services.edit_offer(found, form.cleaned_data, version=int(version), by=request.user, at=request.now)
    except Refused as refusal:
        return _page(request, form, found, status=409, problems=refusal.verdict.reasons)
    messages.success(request, _("优惠已保存。"))
    return _to_list()


def _initial(offer: Offer) -> dict[str, Any]:
    """The select knows products by their references."""
    values = {name: getattr(offer, name) for name in services.FIELDS}
    return values | {"product": offer.product.ref if offer.product else ""}


def _page(
    request: DeskRequest, form: OfferForm, found: Offer | None = None, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {
        "form": form,
        "offer": found,
        "version": request.POST.get("version") or (found.version if found else ""),
        "words": bridge.wording(),
        **extra,
    }
    return render(request, "products/offer.html", context, status=status)


def _to_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("offers"), status=303)
