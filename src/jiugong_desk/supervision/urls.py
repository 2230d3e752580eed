"""Addresses of the page of who answers for callers."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.supervision, name="supervision"),
    path("reminders/<str:ref>/seen/", views.reminder_seen, name="reminder_seen"),
    path("alerts/<str:ref>/", views.alert, name="alert"),
    path("alerts/<str:ref>/note/", views.alert_note, name="alert_note"),
    path("alerts/<str:ref>/resolve/", views.alert_resolve, name="alert_resolve"),
    path("<str:ref>/", views.caller, name="caller"),
    path("<str:ref>/remind/", views.caller_remind, name="caller_remind"),
    path("<str:ref>/reassign/", views.caller_reassign, name="caller_reassign"),
]
