"""Addresses of the desk itself: home, language."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.language, name="language"),
]
