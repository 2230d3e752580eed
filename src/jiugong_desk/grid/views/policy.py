"""Versions of the policy's bands and values: all of them, a new one, what it would move, the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...approvals import queries as approvals
from ...core.clock import bank_date
from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import requires
from ...customers import queries as customers
from ...jobs import queries as jobs
from ...jobs.views import progress
from ...organisation import bridge as organisation
from ...organisation.models import PolicyVersion, Staff
from ...organisation.policies import of_version, policy_on
from .. import preview, services
from ..bands import BandsForm
from ..forms import PolicyForm, RevisionForm, ScopeForm

VERSIONS = PolicyVersion.objects.select_related("drafted_by", "decided_by")


@require_GET
@requires("policy.view")
def policy_versions(request: DeskRequest) -> HttpResponse:
    context = {
        "versions": VERSIONS.all(),
        "file": organisation.policy(),
        "in_force": policy_on(bank_date(request.now)).label,
        "name": organisation.policy().name,
        "may_draft": request.user.may("policy.draft"),
    }
    return render(request, "grid/policy_versions.html", context)


@require_http_methods(["GET", "POST"])
@requires("policy.draft")
def policy_new(request: DeskRequest) -> HttpResponse:
    """Begins with the bands and values in force."""
    return _editor(request, policy_on(bank_date(request.now)), None, {"text": _written(request)})


@require_http_methods(["GET", "POST"])
@requires("policy.draft")
def policy_edit(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(VERSIONS, ref=ref)
    names = ("effective_from", "note", "text", "digest")
    try:
        base = of_version(found)
    except organisation.PolicyError:  # the policy file has changed since: the text has to be mended
        base = policy_on(bank_date(request.now))
    return _editor(request, base, found, {name: getattr(found, name) for name in names})


def _written(request: DeskRequest) -> str:
    label = policy_on(bank_date(request.now)).label
    kept = PolicyVersion.objects.filter(state=PolicyVersion.State.APPROVED, version=label.partition("@")[2]).first()
    return kept.text if kept and label != organisation.policy().label else organisation.written()


def _editor(
    request: DeskRequest, base: organisation.Policy, found: PolicyVersion | None, initial: dict[str, Any]
) -> HttpResponse:
    """Two ways to the same text: the form, and the text itself. Only one of them is sent, and judged."""
    by_form = request.POST.get("way") == "fields"
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    fixed = found is not None
    form = BandsForm(*(given if by_form else ()), base=base, fixed=fixed, initial=initial)
    typed = PolicyForm(*(() if by_form else given), initial=initial, fixed=fixed)
    context: dict[str, Any] = {"form": form, "typed": typed, "found": found, "typing": bool(given) and not by_form}
    if not given:
        return render(request, "grid/policy_edit.html", context)
    sent: RevisionForm = form if by_form else typed
    context["sent"] = sent
    if sent.is_valid():
        try:
            return _to(_saved(request, sent.cleaned_data, found))
        except Refused as refusal:
            context["problems"] = refusal.verdict.reasons
    return render(request, "grid/policy_edit.html", context, status=422)


def _saved(request: DeskRequest, cleaned: dict[str, Any], found: PolicyVersion | None) -> PolicyVersion:
    given = {name: cleaned[name] for name in ("effective_from", "note", "text")}
    if found is None:
        found = services.draft(**given, version=cleaned["version"], by=request.user, at=request.now)
    else:
        services.edit(found, **given, digest=cleaned["digest"], by=request.user, at=request.now)
    messages.success(request, _("草稿已保存。请先预览影响，再请另一位审批。"))
    return found


@require_GET
@requires("policy.view")
def policy_version(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(VERSIONS, ref=ref)
    form = ScopeForm(request.GET, units=customers.units_of(request.user), managers=Staff.objects.none())
    job = jobs.latest(services.PREVIEW, found.ref)
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    draft, mine = found.state == PolicyVersion.State.DRAFT, found.drafted_by.is_same_person_as(request.user)
    context = {
        "found": found,
        "form": form,
        "preview": preview.of_version(found, request.user, form.scope()["unit"]),
        "examples": preview.examples(found, request.user, before, after) if request.user.may("customer.view") else [],
        "asked": bool(before),
        "may_edit": draft and mine and request.user.may("policy.draft"),
        "may_preview": draft and request.user.may("policy.draft"),
        "approvals": approvals.shown(found.ref, request.user),
        "decisions": approvals.decisions(found.ref, request.user, now=request.now),
        "shown": jobs.shown(job) if job and (job.is_open or (job.error and not found.is_previewed)) else None,
        "poll": reverse("policy_progress", args=[found.ref]),
        "approvers": _approvers() if draft else "",
    }
    return render(request, "grid/policy_version.html", context)


@require_POST
@requires("policy.draft")
def policy_preview(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(VERSIONS, ref=ref)
    services.ask_preview(found, by=request.user, at=request.now)
    return _to(found)


@require_GET
@requires("policy.view")
def policy_progress(request: DeskRequest, ref: str) -> HttpResponse:
    """How far the preview is, for the page that polls."""
    found = get_object_or_404(VERSIONS, ref=ref)
    job = jobs.latest(services.PREVIEW, found.ref)
    if job is None:
        return HttpResponse("")
    return progress(request, job, poll=request.path)


def _to(found: PolicyVersion) -> HttpResponse:
    return HttpResponseRedirect(reverse("policy_version", args=[found.ref]), status=303)


def _approvers() -> str:
    """The names of the posts that may approve."""
    return "、".join(role.name for role in organisation.roles().values() if "policy.approve" in role.permissions)
