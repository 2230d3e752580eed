"""The plan's canvas, for new plans and old ones. A changed condition re-renders the form; only `save` saves.

What is typed is kept meanwhile as the planner's own working copy, so that a lost connection loses nothing.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...audiences.builder import builder, counts
from ...audiences.catalogue import FIELDS
from ...audiences.forms import blocks_from
from ...audiences.models import Audience
from ...core.clock import bank_date
from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import get_visible, require_at, requires
from ...organisation.scope import places_of
from .. import queries, services
from ..forms import PlanForm, goal_rows, initial_of
from ..goals import goals_from
from ..measures import MEASURES
from ..models import Campaign, WorkingCopy
from ..rules import period_faults
from .page import back_to, seen_version


@require_http_methods(["GET", "POST"])
@requires("campaign.draft")
def campaign_new(request: DeskRequest) -> HttpResponse:
    return _editor(request, None)


@require_http_methods(["GET", "POST"])
def campaign_edit(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Campaign, request.user, ref)
    require_at(request.user, "campaign.draft", found.unit)
    return _editor(request, found)


def _editor(request: DeskRequest, found: Campaign | None) -> HttpResponse:
    if request.method == "GET":
        return _opened(request, found)
    if "autosave" in request.POST:
        return _autosaved(request, found)
    return _sent(request, found, request.POST)


def _opened(request: DeskRequest, found: Campaign | None) -> HttpResponse:
    """As saved; or as this person left it, where that was not saved and nobody has changed the plan since."""
    copy = services.copy_of(found, request.user)
    begun = _begun_from(request)
    if copy is not None and not begun and copy.version == (found.version if found else 0):
        return _sent(request, found, _form_of(copy), restored=copy)
    initial = initial_of(found) if found else {"unit": places_of(request.user).first()}
    form = PlanForm(initial=initial, staff=request.user, on=bank_date(request.now), unit_fixed=found is not None)
    return _page(request, found, form, found.audience if found else begun, goals=found.goals if found else [])


def _form_of(copy: WorkingCopy) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in copy.data.items():
        data.setlist(name, values)
    return data


KEPT_APART = ("csrfmiddlewaretoken", "autosave", "save")


def _autosaved(request: DeskRequest, found: Campaign | None) -> HttpResponse:
    data = {name: request.POST.getlist(name) for name in request.POST if name not in KEPT_APART}
    copy = services.keep_copy(found, data=data, version=seen_version(request), by=request.user, at=request.now)
    return render(request, "campaigns/_autosaved.html", {"copy": copy})


def _sent(request: DeskRequest, found: Campaign | None, data: QueryDict, **extra: Any) -> HttpResponse:
    """What a form holds: saved where `save` was pressed, else only drawn anew."""
    saving = request.method == "POST" and "save" in data
    rules, goals = blocks_from(data, as_sent=saving), goals_from(data)
    form = PlanForm(data, staff=request.user, on=bank_date(request.now), unit_fixed=found is not None)
    if not saving:
        unsaved = PlanForm(
            initial=data.dict() | {"offers": data.getlist("offers")},
            staff=request.user,
            on=bank_date(request.now),
            unit_fixed=found is not None,
        )
        return _page(request, found, unsaved, rules, goals=goals, sent=form, **extra)
    if not form.is_valid():
        return _page(request, found, form, rules, goals=goals, status=422)
    try:
        saved = _save(request, found, form, rules, goals)
    except services.PlanChanged as newer:
        assert found is not None
        current = queries.current_texts(found, newer.names)
        problems = newer.verdict.reasons
        return _page(request, found, form, rules, goals=goals, status=409, problems=problems, current=current)
    except Refused as refusal:
        return _page(request, found, form, rules, goals=goals, status=422, problems=refusal.verdict.reasons)
    services.drop_copy(found, by=request.user)
    messages.success(request, _("方案已保存。"))
    return back_to(saved)


def _begun_from(request: DeskRequest) -> list[dict[str, Any]]:
    """A new plan begun from a watch list, an import or a named audience is for those on it."""
    for parameter, field in (("watch", "watch_list"), ("import_batch", "import_batch")):
        ref = request.GET.get(parameter, "")
        if ref in dict(FIELDS[field].choices(None)):
            return [{"kind": "all", "rules": [{"field": field, "op": "is", "value": ref}]}]
    kept = Audience.objects.visible_to(request.user).filter(ref=request.GET.get("audience", "")).first()
    return kept.definition if kept else []


def _save(
    request: DeskRequest,
    found: Campaign | None,
    form: PlanForm,
    rules: list[dict[str, Any]],
    goals: list[dict[str, str]],
) -> Campaign:
    plan = form.plan() | {"audience": rules, "goals": goals}
    if found is None:
        return services.draft(unit=form.cleaned_data["unit"], by=request.user, at=request.now, **plan)
    return services.edit(found, version=seen_version(request), by=request.user, at=request.now, **plan)


def _page(
    request: DeskRequest,
    found: Campaign | None,
    form: PlanForm,
    rules: list[dict[str, Any]],
    *,
    goals: list[dict[str, str]],
    sent: PlanForm | None = None,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    trial = _trial(request, found, sent or form, rules, goals)
    context = {
        "campaign": found,
        "form": form,
        "version": found.version if found else "",
        "unit": trial.unit if trial else None,
        "goals": goal_rows(goals),
        "measures": MEASURES,
        **builder(rules, trial.unit if trial else None),
        **_seen(request, trial, rules),
        **extra,
    }
    fragment = request.htmx and "save" not in request.POST
    template = "campaigns/edit.html#work" if fragment else "campaigns/edit.html"
    return render(request, template, context | {"beside": fragment}, status=status)


def _trial(
    request: DeskRequest,
    found: Campaign | None,
    form: PlanForm,
    rules: list[dict[str, Any]],
    goals: list[dict[str, str]],
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
        starts_on=starts, ends_on=ends, offers=given.get("offers") or [],
        holdout_unit=given.get("holdout_unit") or Campaign.HoldoutUnit.CUSTOMER,
        primary_measure=given.get("primary_measure") or "", goals=goals,
    )  # fmt: skip


def _seen(request: DeskRequest, trial: Campaign | None, rules: list[dict[str, Any]]) -> dict[str, Any]:
    """Whom the rules find now, and what the plan would do with them; or what is still wrong with the rules."""
    if trial is None:
        return {"counted": None}
    found = counts(rules, trial.unit, on=bank_date(request.now), plan_id=trial.pk)
    if found["counted"] is not None:
        found["waterfall"] = queries.forecast(trial, at=request.now, counted=found["counted"])
    return found
