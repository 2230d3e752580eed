"""Addresses of quality checks."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.quality, name="quality"),
    path("flags/<str:ref>/", views.flag, name="flag"),
    path("flags/<str:ref>/look/", views.flag_look, name="flag_look"),
    path("<str:ref>/", views.check, name="check"),
    path("<str:ref>/record/", views.check_record, name="check_record"),
    path("<str:ref>/acknowledge/", views.check_acknowledge, name="check_acknowledge"),
    path("<str:ref>/object/", views.check_object, name="check_object"),
    path("<str:ref>/answer/", views.check_answer, name="check_answer"),
    path("<str:ref>/call-back/", views.check_call_back, name="check_call_back"),
]
