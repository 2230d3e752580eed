"""Progress of a campaign, and its reports: read, made, commented, decided, issued, printed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..campaigns.models import Campaign, ListEntry
from ..core.clock import bank_date
from ..core.http import DeskRequest
from ..core.pages import get_visible, page_of, require, require_at, requires
from . import amended, documents, figures, queries, reading, rows, services
from .forms import CommentsForm, DecisionForm, IssueForm, MakeForm
from .models import Report
from .rows import Span


@require_GET
@requires("report.view")
def report_list(request: DeskRequest) -> HttpResponse:
    found = Report.objects.visible_to(request.user).select_related("campaign", "campaign__unit", "made_by", "issued_by")
    page = page_of(found, request.GET.get("page"))
    listed = [(report, reading.number_of(report), reading.period_of(report)) for report in page]
    context = {"page": page, "listed": listed, "campaigns": queries.campaigns_in_work(request.user)}
    return render(request, "evaluation/report_list.html", context)


@require_GET
def progress(request: DeskRequest, ref: str) -> HttpResponse:
    campaign = get_visible(Campaign, request.user, ref)
    require(request.user, "campaign.progress")
    template = "evaluation/progress.html#figures" if request.htmx else "evaluation/progress.html"
    return render(request, template, _progress(request, campaign))


def _progress(request: DeskRequest, campaign: Campaign) -> dict[str, Any]:
    """What this person may see of the work up to now: an outlet's head the own outlet, others the whole list."""
    today = bank_date(request.now)
    seen = ListEntry.objects.visible_to(request.user)
    entries = rows.treated(campaign, seen)
    whole = entries.count() == rows.treated(campaign).count()
    listed = queries.list_counts(campaign) if whole else None
    work = figures.progress_of(campaign, entries, Span(campaign.starts_on, today, request.now), listed=listed)
    return {
        "campaign": campaign,
        "whole": whole,
        "facts": reading.facts(work),
        "funnel": reading.funnel(work["funnel"]),
        "outlets": reading.outlets(work),
        "grading": reading.grading(work),
        "managers": reading.managers(work),
        "outcomes": reading.outcomes(work),
        "as_written": work["form"] == "as-written",
        "charts": reading.charts_of(work),
        "amendments": amended.told(work),
        "amended": amended.note(work),
        "moved": amended.moved(work),
        "make_form": MakeForm(campaign=campaign, today=today)
        if request.user.may_at("report.write", campaign.unit)
        else None,
        "started": campaign.state in Campaign.STARTED,
        "sees_reports": request.user.may("report.view"),
    }


@require_POST
def make(request: DeskRequest, ref: str) -> HttpResponse:
    campaign = get_visible(Campaign, request.user, ref)
    require_at(request.user, "report.write", campaign.unit)
    form = MakeForm(request.POST, campaign=campaign, today=bank_date(request.now))
    if not form.is_valid():
        return render(
            request,
            "evaluation/incomplete.html",
            {"form": form, "back": reverse("progress", args=[campaign.ref])},
            status=422,
        )
    report = services.make_report(campaign, **form.cleaned_data, by=request.user, at=request.now)
    messages.success(request, _("已生成草稿，请核对评语后提请签发。"))
    return _to(report)


@require_GET
def report(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Report, request.user, ref)
    return render(request, "evaluation/report.html", _report(request, found))


def _report(request: DeskRequest, found: Report) -> dict[str, Any]:
    draft = found.state == Report.State.DRAFT
    writes = draft and request.user.may_at("report.write", found.campaign.unit)
    seen = {"version": found.version}
    return {
        "report": found,
        "title": reading.title_of(found),
        "number": reading.number_of(found),
        "period": reading.period_of(found),
        "cards": reading.cards(found),
        "funnel": reading.funnel(found.figures["funnel"]),
        "outlets": reading.outlets(found.figures),
        "grading": reading.grading(found.figures),
        "managers": reading.managers(found.figures),
        "outcomes": reading.outcomes(found.figures),
        "effect": reading.effect_of(found.figures),
        "as_written": found.figures["form"] == "as-written",
        "charts": reading.charts(found),
        "amendments": amended.told(found.figures),
        "amended": amended.note(found.figures),
        "moved": amended.moved(found.figures),
        "comments_form": CommentsForm(initial=found.comments | seen) if writes else None,
        "decision_form": DecisionForm(initial=seen | {"decision": found.decision})
        if writes and found.kind == Report.Kind.TEN_DAY
        else None,
        "issue_form": IssueForm(initial=seen)
        if draft and request.user.may_at("report.issue", found.campaign.unit)
        else None,
        "untouched": draft or services.is_untouched(found),
        "corrections": list(Report.objects.visible_to(request.user).filter(corrects=found)),
    }


@require_POST
def comments(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Report, request.user, ref)
    require_at(request.user, "report.write", found.campaign.unit)
    form = CommentsForm(request.POST)
    if not form.is_valid():
        return _incomplete(request, form, found)
    version = form.cleaned_data.pop("version")
    services.edit_comments(found, comments=form.cleaned_data, version=version, by=request.user, at=request.now)
    messages.success(request, _("评语已保存。"))
    return _to(found)


@require_POST
def decision(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Report, request.user, ref)
    require_at(request.user, "report.write", found.campaign.unit)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _incomplete(request, form, found)
    services.decide_report(found, **form.cleaned_data, by=request.user, at=request.now)
    messages.success(request, _("处置决定已记录，签发后生效。"))
    return _to(found)


@require_POST
def issue(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Report, request.user, ref)
    require_at(request.user, "report.issue", found.campaign.unit)
    form = IssueForm(request.POST)
    if not form.is_valid():
        return _incomplete(request, form, found)
    services.issue(found, version=form.cleaned_data["version"], by=request.user, at=request.now)
    messages.success(request, _("已签发。"))
    return _to(found)


def _to(found: Report) -> HttpResponse:
    return HttpResponseRedirect(reverse("report", args=[found.ref]), status=303)


def _incomplete(request: DeskRequest, form: Form, found: Report) -> HttpResponse:
    return render(
        request, "evaluation/incomplete.html", {"form": form, "back": reverse("report", args=[found.ref])}, status=422
    )


@require_GET
def report_pdf(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Report, request.user, ref)
    response = HttpResponse(documents.pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.kind}-{found.ref}.pdf"'
    return response
