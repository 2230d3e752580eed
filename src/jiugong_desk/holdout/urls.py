"""Addresses of the standing hold-out."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.holdout, name="holdout"),
    path("draw/", views.draw, name="holdout_draw"),
    path("<str:ref>/", views.period, name="holdout_period"),
    path("<str:ref>/measure/", views.measure, name="holdout_measure"),
]
