"""Addresses of the audit log."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.audit_log, name="audit"),
    path("verify/", views.audit_verify, name="audit_verify"),
]
