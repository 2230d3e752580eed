"""Addresses of sign-in and staff."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from . import views

urlpatterns = [
    path("login/", LoginView.as_view(template_name="organisation/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("staff/", views.staff_list, name="staff"),
]
