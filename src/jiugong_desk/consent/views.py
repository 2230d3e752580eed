"""Record what a customer wants, from his page; every form leads back to it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import get_visible, require
from ..customers.models import Customer
from . import services
from .forms import ConsentForm, ContactForm, SettleForm
from .models import Complaint

AT_THE_DESK = "desk"
LIFTED_BY = _("谁可解除")


@require_POST
def consent_record(request: DeskRequest, ref: str) -> HttpResponse:
    customer = get_visible(Customer, request.user, ref)
    require(request.user, "consent.record")
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _back(request, customer, form)
    services.record_consent(customer, by=request.user, at=request.now, **form.cleaned_data)
    return _back(request, customer, _("已登记客户的营销意愿。"))


@require_POST
def consent_stop(request: DeskRequest, ref: str) -> HttpResponse:
    customer = get_visible(Customer, request.user, ref)
    require(request.user, "consent.record")
    services.stop_calling(customer, source=AT_THE_DESK, by=request.user, at=request.now)
    return _back(request, customer, _("已设为勿扰，全行立即停止营销致电。"))


@require_POST
def contact_note(request: DeskRequest, ref: str) -> HttpResponse:
    customer = get_visible(Customer, request.user, ref)
    require(request.user, "consent.record")
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _back(request, customer, form)
    try:
        services.note_contact(customer, by=request.user, at=request.now, **form.cleaned_data)
    except Refused as refusal:  # told on the page that it was asked on, where the wishes and the last contacts stand
        for reason in refusal.verdict.reasons:
            messages.warning(request, f"{reason} {reason.remedy} {LIFTED_BY}：{reason.who}")
        return HttpResponseRedirect(reverse("customer", args=[customer.ref]), status=303)
    return _back(request, customer, _("已登记，现在可以联系客户。"))


@require_POST
def complaint_open(request: DeskRequest, ref: str) -> HttpResponse:
    customer = get_visible(Customer, request.user, ref)
    require(request.user, "consent.record")
    services.open_complaint(customer, source_ref=AT_THE_DESK, by=request.user, at=request.now)
    return _back(request, customer, _("已登记投诉，办结前暂停营销。"))


@require_POST
def complaint_settle(request: DeskRequest, ref: str) -> HttpResponse:
    complaint = get_visible(Complaint, request.user, ref)
    require(request.user, "complaint.settle")
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _back(request, complaint.customer, form)
    services.settle_complaint(complaint, by=request.user, at=request.now, **form.cleaned_data)
    return _back(request, complaint.customer, _("投诉已办结。"))


def _back(request: DeskRequest, customer: Customer, said: str | Promise | forms.Form) -> HttpResponse:
    """To the customer page, with what was done; or with what the form lacks (these forms hold little to type anew)."""
    if isinstance(said, forms.Form):
        for errors in said.errors.values():
            messages.error(request, str(errors[0]))
    else:
        messages.success(request, str(said))
    return HttpResponseRedirect(reverse("customer", args=[customer.ref]), status=303)
