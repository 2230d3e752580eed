"""Addresses of the roster and its absences."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.duty, name="duty"),
    path("new/", views.absence_new, name="absence_new"),
    path("hours/", views.duty_hours, name="duty_hours"),
    path("<str:ref>/", views.absence, name="absence"),
    path("<str:ref>/cover/", views.absence_cover, name="absence_cover"),
    path("<str:ref>/cancel/", views.absence_cancel, name="absence_cancel"),
]
