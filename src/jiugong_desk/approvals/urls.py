"""Addresses of the inbox and its approvals."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.approvals, name="approvals"),
    path("<str:ref>/", views.approval, name="approval"),
    path("<str:ref>/decide/", views.approval_decide, name="approval_decide"),
    path("<str:ref>/withdraw/", views.approval_withdraw, name="approval_withdraw"),
]
