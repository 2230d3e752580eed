"""Addresses of named audiences and of the counts."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.audiences, name="audiences"),
    path("new/", views.audience_new, name="audience_new"),
    path("exact/", views.audience_exact, name="audience_exact"),
    path("<str:ref>/", views.audience, name="audience"),
    path("<str:ref>/next/", views.audience_new, name="audience_next"),
    path("<str:ref>/stopped/<slug:code>/", views.audience_stopped, name="audience_stopped"),
]
