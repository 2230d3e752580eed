"""Addresses of work in the background."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.job_list, name="jobs"),
    path("<str:ref>/", views.job, name="job"),
    path("<str:ref>/progress/", views.job_progress, name="job_progress"),
    path("<str:ref>/cancel/", views.job_cancel, name="job_cancel"),
]
