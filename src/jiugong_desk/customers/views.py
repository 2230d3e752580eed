"""The customer list, the search, the customer page, and revealing what is masked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from ..core.http import DeskRequest
from ..core.pages import get_visible, page_of, require, requires
from . import extension, policies, queries, services
from .forms import FIELDS, ListFilterForm, RevealForm, SearchForm
from .models import Customer
from .rules import position

EVENTS_SHOWN = 100


@require_GET
@requires("customer.view")
def customer_list(request: DeskRequest) -> HttpResponse:
    choices = {
        "units": queries.units_of(request.user),
        "managers": queries.managers_of(request.user, request.GET.get("unit", "")),
    }
    form = ListFilterForm(request.GET, **choices, months=queries.months())
    choice = form.choice()
    rows = queries.listed(request.user, choice)
    context = {
        "form": form,
        "choice": choice,
        "kept": queries.kept_month(choice.month),
        "page": page_of(rows, request.GET.get("page")),
        "elsewhere": rows.elsewhere,
        "policy": policies.policy_shown().label,
    }
    return render(request, "customers/list.html", context)


@require_POST
@requires("customer.view")
def customer_search(request: DeskRequest) -> HttpResponse:
    """Answers to the POST itself: what was typed belongs neither in an address nor in a session."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        return render(request, "customers/search.html", {"form": form, "found": None}, status=422)
    found = queries.search(request.user, form.cleaned_data["q"])
    return render(request, "customers/search.html", {"found": found, "most": queries.FOUND_AT_MOST})


@require_GET
def customer(request: DeskRequest, ref: str) -> HttpResponse:
    return _page(request, get_visible(Customer, request.user, ref))


@require_POST
def customer_reveal(request: DeskRequest, ref: str) -> HttpResponse:
    """Shows the value once, in the answer to the POST: a redirect would have to carry it."""
    found = get_visible(Customer, request.user, ref)
    require(request.user, "customer.reveal")
    form = RevealForm(request.POST)
    context: dict[str, Any] = {"customer": found, "reveal": form}
    status = 422
    if form.is_valid():
        what = form.cleaned_data["what"]
        value = services.reveal(found, what=what, reason=form.reason(), by=request.user, at=request.now)
        context["revealed"], status = {"label": FIELDS[what], "value": value}, 200
    if request.htmx:
        return render(request, "customers/customer.html#reveal", context, status=status)
    return _page(request, found, status=status, **context)


def _page(request: DeskRequest, found: Customer, *, status: int = 200, **extra: Any) -> HttpResponse:
    kind = request.GET.get("kind", "")
    events = extension.timeline(found, request.user)
    months = queries.balances(found)
    context = {
        "customer": found,
        "position": position(found, policies.grid()),
        "worth": queries.worth_of(found),
        "badges": extension.badges(found),
        "loans": found.loans.order_by("-outstanding"),
        "maturities": found.maturities.filter(matures_on__gte=request.now.date())[:5],
        "months": months,
        "chart": queries.balance_chart(months),
        "categories": queries.CATEGORIES,
        "answers": queries.answers(found),
        "kinds": [(code, label) for code, label in extension.KINDS.items() if any(e.kind == code for e in events)],
        "kind": kind,
        "events": [event for event in events if kind in ("", event.kind)][:EVENTS_SHOWN],
        "panels": [
            (panel.known, render_to_string(panel.template, dict(panel.context), request))
            for panel in extension.panels(found, request.user, request.now)
        ],
        "may_reveal": request.user.may("customer.reveal"),
        "reveal": RevealForm(),
    } | extra
    return render(request, "customers/customer.html", context, status=status)
