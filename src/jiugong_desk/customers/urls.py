"""Addresses of customers."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.customer_list, name="customers"),
    path("search/", views.customer_search, name="customer_search"),
    path("<str:ref>/", views.customer, name="customer"),
    path("<str:ref>/reveal/", views.customer_reveal, name="customer_reveal"),
]
