"""Addresses of consent."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("<str:ref>/record/", views.consent_record, name="consent_record"),
    path("<str:ref>/stop/", views.consent_stop, name="consent_stop"),
    path("<str:ref>/contact/", views.contact_note, name="contact_note"),
    path("<str:ref>/complaint/", views.complaint_open, name="complaint_open"),
    path("complaints/<str:ref>/settle/", views.complaint_settle, name="complaint_settle"),
]
