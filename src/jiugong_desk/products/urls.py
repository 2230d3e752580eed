"""Addresses of the catalogue, its import, and the offers."""

from __future__ import annotations

from django.urls import path

from .views import catalogue, importing, offers

urlpatterns = [
    path("", catalogue.products, name="products"),
    path("import/", importing.product_import, name="product_import"),
    path("import/template/", importing.product_template, name="product_template"),
    path("import/<str:ref>/", importing.product_upload, name="product_upload"),
    path("import/<str:ref>/commit/", importing.product_commit, name="product_commit"),
    path("offers/", offers.offers, name="offers"),
    path("offers/new/", offers.offer_new, name="offer_new"),
    path("offers/<str:ref>/", offers.offer_edit, name="offer_edit"),
    path("<str:ref>/", catalogue.product, name="product"),
]
