"""Addresses of appointments."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.visits, name="visits"),
    path("book/<str:ref>/", views.visit_book, name="visit_book"),
    path("<str:ref>/", views.visit, name="visit"),
    path("<str:ref>/finish/", views.visit_finish, name="visit_finish"),
    path("<str:ref>/<str:change>/", views.visit_change, name="visit_change"),
]
