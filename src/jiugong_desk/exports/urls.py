"""Addresses of exports."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.exports, name="exports"),
    path("new/", views.export_new, name="export_new"),
    path("<str:ref>/", views.export_request, name="export_request"),
    path("<str:ref>/download/", views.export_download, name="export_download"),
]
