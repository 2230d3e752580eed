"""Addresses of scripts."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.script_list, name="scripts"),
    path("new/", views.script_new, name="script_new"),
    path("<str:ref>/", views.script, name="script"),
    path("<str:ref>/next/", views.script_new, name="script_next"),
]
