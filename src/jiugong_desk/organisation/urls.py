"""Addresses of sign-in and staff."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from . import views
from .forms import SignInForm

urlpatterns = [
    path(
        "login/",
        LoginView.as_view(
            template_name="organisation/login.html",
            authentication_form=SignInForm,
            http_method_names=["get", "head", "post"],
        ),
        name="login",
    ),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", views.own_password, name="own_password"),
    path("staff/", views.staff_list, name="staff"),
    path("staff/new/", views.staff_new, name="staff_new"),
    path("staff/<str:ref>/", views.staff_member, name="staff_member"),
    path("staff/<str:ref>/password/", views.staff_password, name="staff_password"),
    path("staff/<str:ref>/posts/", views.staff_post, name="staff_post"),
    path("staff/<str:ref>/posts/end/", views.staff_end_post, name="staff_end_post"),
    path("staff/<str:ref>/deactivate/", views.staff_switch, {"verb": "deactivate"}, name="staff_deactivate"),
    path("staff/<str:ref>/reactivate/", views.staff_switch, {"verb": "reactivate"}, name="staff_reactivate"),
]
