"""Addresses of the page of who answers for callers."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.supervision, name="supervision"),
]
