"""Who moved between two months: the diagram, the matrix, the customers behind a flow, the diagram as an image."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ...core.http import DeskRequest
from ...core.pages import page_of, requires
from ...customers import queries as customers
from ...exports.views import deliver
from ...ui import sankey
from .. import flows, listing, reading
from ..forms import FlowForm, MigrationForm

TYPES = {"svg": "image/svg+xml", "png": "image/png"}
WIDE, HIGH = 6.6, 4.4  # inches


def migration_form(request: DeskRequest, data: QueryDict) -> MigrationForm:
    staff = request.user
    return MigrationForm(
        data,
        units=customers.units_of(staff),
        managers=customers.managers_of(staff, data.get("unit", "")),
        months=customers.months(),
    )


@require_GET
@requires("customer.view")
def migration(request: DeskRequest) -> HttpResponse:
    form = migration_form(request, request.GET)
    choice = form.choice()
    found = flows.migration(request.user, choice)
    context: dict[str, Any] = {"form": form, "choice": choice, "migration": found}
    if found is not None:
        stayed = form.with_stayed()
        drawn = reading.chart(found, stayed=stayed)
        context |= {
            "stayed": stayed,
            "drawings": [
                (size, sankey.layout(drawn["left"], drawn["right"], drawn["flows"], **measures))
                for size, measures in (("wide", reading.WIDE), ("narrow", reading.NARROW))
            ],
            "matrix": reading.matrix(found, choice),
            "reasons": reading.reasons(found.reasons),
            "up": found.total(up=True),
            "down": found.total(up=False),
            "image": choice.query(stayed="1" if stayed else ""),
        }
    return render(request, "grid/migration.html", context)


@require_GET
@requires("customer.view")
def migration_who(request: DeskRequest) -> HttpResponse:
    """The customers of one flow whom the viewer may see, and why each moved."""
    choice = migration_form(request, request.GET).choice()
    flow = FlowForm(request.GET)
    if choice.first is None or choice.last is None or not flow.is_valid():
        return redirect(f"{reverse('migration')}?{choice.query()}")  # the flow that was meant is to be chosen there
    before, after = flow.cleaned_data["before"], flow.cleaned_data["after"]
    found = flows.behind(request.user, choice, before, after)
    seen = [one for one in found if one.seen]
    page = page_of(seen, request.GET.get("page"))
    context = {
        "choice": choice,
        "first": customers.kept_month(choice.first),
        "last": customers.kept_month(choice.last),
        "flow": {"before": before, "after": after},
        "before": reading.name_of(before, flows.BEFORE),
        "after": reading.name_of(after, flows.AFTER),
        "page": page,
        "moves": flows.moves_of(request.user, [one.key for one in page]),
        "hidden": len(found) - len(seen),
        "reasons": reading.reasons(flows.commonest(Counter(one.why for one in seen))),
    }
    return render(request, "grid/migration_who.html", context)


@require_POST
@requires("customer.view")
def migration_who_export(request: DeskRequest) -> HttpResponse:
    """The same customers as a workbook. By POST: taking them out is recorded."""
    choice = migration_form(request, request.POST).choice()
    flow = FlowForm(request.POST)
    if choice.first is None or choice.last is None or not flow.is_valid():
        return redirect(f"{reverse('migration')}?{choice.query()}")
    return deliver(request, listing.MOVERS, listing.terms_of(choice, **flow.cleaned_data))


@require_GET
@requires("customer.view")
def migration_image(request: DeskRequest, kind: str) -> HttpResponse:
    """The diagram alone, for a document or a group chat."""
    form = migration_form(request, request.GET)
    found = flows.migration(request.user, form.choice())
    if found is None or kind not in TYPES:
        raise Http404
    from ...ui import plots  # loads matplotlib: only where an image is made

    drawn = reading.chart(found, stayed=form.with_stayed())
    image: str | bytes = (plots.draw if kind == "svg" else plots.png)(drawn, width=WIDE, height=HIGH)
    response = HttpResponse(image, content_type=TYPES[kind])
    response.headers["Content-Disposition"] = f'inline; filename="migration-{found.last.month:%Y-%m}.{kind}"'
    return response
