"""Addresses of evaluation."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.report_list, name="reports"),
    path("campaign/<str:ref>/", views.progress, name="progress"),
    path("campaign/<str:ref>/make/", views.make, name="report_make"),
    path("<str:ref>/", views.report, name="report"),
    path("<str:ref>/comments/", views.comments, name="report_comments"),
    path("<str:ref>/decision/", views.decision, name="report_decision"),
    path("<str:ref>/issue/", views.issue, name="report_issue"),
    path("<str:ref>/pdf/", views.report_pdf, name="report_pdf"),
]
