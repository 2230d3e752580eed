"""The plan editor, for new plans and old ones. A changed condition re-renders the form; only `save` saves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...core.clock import bank_date
from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import get_visible, require, requires
from .. import queries, services
from ..audience import FIELDS, WrongRule
from ..forms import PlanForm, initial_of, rule_rows, rules_from
from ..models import Campaign
from ..rules import period_faults
from .page import back_to, seen_version


@require_http_methods(["GET", "POST"])
@requires("campaign.draft")
def campaign_new(request: DeskRequest) -> HttpResponse:
    return _editor(request, None)


@require_http_methods(["GET", "POST"])
def campaign_edit(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Campaign, request.user, ref)
    require(request.user, "campaign.draft")
    return _editor(request, found)


def _editor(request: DeskRequest, found: Campaign | None) -> HttpResponse:
    if request.method == "GET":
        initial = initial_of(found) if found else {"unit": queries.units_for(request.user).first()}
        form = PlanForm(initial=initial, staff=request.user, unit_fixed=found is not None)
        return _page(request, found, form, found.audience if found else _begun_from(request))
    rules = rules_from(request.POST, as_sent="save" in request.POST)
    form = PlanForm(request.POST, staff=request.user, unit_fixed=found is not None)
    if "save" not in request.POST:
        unsaved = PlanForm(initial=request.POST.dict(), staff=request.user, unit_fixed=found is not None)
        return _page(request, found, unsaved, rules, sent=form)
    if not form.is_valid():
        return _page(request, found, form, rules, status=422)
    try:
        saved = _save(request, found, form, rules)
    except services.PlanChanged as newer:
        assert found is not None
        current = queries.current_texts(found, newer.names)
        return _page(request, found, form, rules, status=409, problems=newer.verdict.reasons, current=current)
    except Refused as refusal:
        return _page(request, found, form, rules, status=422, problems=refusal.verdict.reasons)
    messages.success(request, _("方案已保存。"))
    return back_to(saved)


def _begun_from(request: DeskRequest) -> list[dict[str, Any]]:
    """A new plan begun from the page of a watch list or of an import is for those on it."""
    for parameter, field in (("watch", "watch_list"), ("import_batch", "import_batch")):
        ref = request.GET.get(parameter, "")
        if ref in dict(FIELDS[field].choices(None)):
            return [{"field": field, "op": "is", "value": ref}]
    return []


def _save(request: DeskRequest, found: Campaign | None, form: PlanForm, rules: list[dict[str, Any]]) -> Campaign:
    plan = form.plan() | {"audience": rules}
    if found is None:
        return services.draft(unit=form.cleaned_data["unit"], by=request.user, at=request.now, **plan)
    return services.edit(found, version=seen_version(request), by=request.user, at=request.now, **plan)


def _page(
    request: DeskRequest,
    found: Campaign | None,
    form: PlanForm,
    rules: list[dict[str, Any]],
    *,
    sent: PlanForm | None = None,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    trial = _trial(request, found, sent or form, rules)
    context = {
        "campaign": found,
        "form": form,
        "rows": rule_rows(rules, trial.unit if trial else None),
        "version": found.version if found else "",
        "catalogue": queries.catalogue(),
        **_seen(request, trial),
        **extra,
    }
    fragment = request.htmx and "save" not in request.POST
    return render(request, "campaigns/edit.html#work" if fragment else "campaigns/edit.html", context, status=status)


def _trial(
    request: DeskRequest, found: Campaign | None, form: PlanForm, rules: list[dict[str, Any]]
) -> Campaign | None:
    """The plan as typed so far, never saved; None while nobody has chosen for which unit."""
    today = bank_date(request.now)
    given = form.cleaned_data if form.is_bound and (form.is_valid() or form.errors) else form.initial
    unit = found.unit if found else given.get("unit")
    if unit is None:
        return None
    starts, ends = given.get("starts_on") or today, given.get("ends_on") or today
    ends = max(starts, ends)
    if period_faults(starts, ends):  # no dates that a plan may have: count as for today
        starts = ends = today
    return Campaign(
        pk=found.pk if found else None, unit=unit, audience=rules, holdout_size=given.get("holdout_size") or 0,
        starts_on=starts, ends_on=ends,
    )  # fmt: skip


def _seen(request: DeskRequest, trial: Campaign | None) -> dict[str, Any]:
    """What the plan would do now, or what is still wrong with its conditions."""
    if trial is None or not trial.audience:
        return {"waterfall": None}
    try:
        return {"waterfall": queries.forecast(trial, at=request.now)}
    except WrongRule as refusal:
        return {"waterfall": None, "unfinished": refusal.verdict.reasons}
