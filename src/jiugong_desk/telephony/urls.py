"""Addresses of telephony; `events/` is the one that exchanges send to."""

from __future__ import annotations

from django.urls import path

from . import machine, views

urlpatterns = [
    path("", views.telephony, name="telephony"),
    path("events/", machine.events, name="telephony_events"),
    path("live/", views.live_call, name="live_call"),
    path("new/", views.pbx_new, name="pbx_new"),
    path("extensions/", views.extension_give, name="extension_give"),
    path("extensions/<str:ref>/end/", views.extension_end, name="extension_end"),
    path("<str:ref>/secret/", views.pbx_rotate, name="pbx_rotate"),
    path("<str:ref>/enable/", views.pbx_switch, {"enabled": True}, name="pbx_enable"),
    path("<str:ref>/disable/", views.pbx_switch, {"enabled": False}, name="pbx_disable"),
]
