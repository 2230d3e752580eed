"""Addresses of calls."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.today, name="today"),
    path("next/", views.call_next, name="call_next"),
    path("<str:ref>/", views.call, name="call"),
    path("<str:ref>/claim/", views.call_claim, name="call_claim"),
    path("<str:ref>/number/", views.call_number, name="call_number"),
    path("<str:ref>/keep/", views.call_keep, name="call_keep"),
    path("<str:ref>/outcome/", views.call_outcome, name="call_outcome"),
    path("<str:ref>/release/", views.call_release, name="call_release"),
]
