"""Addresses of calls."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.today, name="today"),
    path("next/", views.call_next, name="call_next"),
    path("pause/", views.call_pause, name="call_pause"),
    path("resume/", views.call_resume, name="call_resume"),
    path("pipeline/", views.pipeline, name="pipeline"),
    path("made/", views.calls_made, name="calls_made"),
    path("made/<str:ref>/", views.call_record, name="call_record"),
    path("made/<str:ref>/undo/", views.call_undo, name="call_undo"),
    path("made/<str:ref>/correct/", views.call_correct, name="call_correct"),
    path("<str:ref>/", views.call, name="call"),
    path("<str:ref>/claim/", views.call_claim, name="call_claim"),
    path("<str:ref>/number/", views.call_number, name="call_number"),
    path("<str:ref>/keep/", views.call_keep, name="call_keep"),
    path("<str:ref>/draft/", views.call_draft, name="call_draft"),
    path("<str:ref>/hold/", views.call_hold, name="call_hold"),
    path("<str:ref>/coming/", views.call_coming, name="call_coming"),
    path("<str:ref>/outcome/", views.call_outcome, name="call_outcome"),
    path("<str:ref>/release/", views.call_release, name="call_release"),
]
