"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from .views import batch, faults, lists

urlpatterns = [
    path("", lists.import_list, name="imports"),
    path("upload/", lists.import_upload, name="import_upload"),
    path("template/<str:table>/", lists.import_template, name="import_template"),
    path("<str:ref>/", batch.import_batch, name="import_batch"),
    path("<str:ref>/progress/", batch.import_progress, name="import_progress"),
    path("<str:ref>/settings/", batch.import_settings, name="import_settings"),
    path("<str:ref>/preview/", batch.import_preview, name="import_preview"),
    path("<str:ref>/commit/", batch.import_commit, name="import_commit"),
    path("<str:ref>/undo/", batch.import_undo, name="import_undo"),
    path("<str:ref>/again/", batch.import_again, name="import_again"),
    path("<str:ref>/discard/", batch.import_discard, name="import_discard"),
    path("<str:ref>/faults/", faults.import_faults, name="import_faults"),
    path("<str:ref>/cell/", faults.import_cell, name="import_cell"),
    path("<str:ref>/correct/", faults.import_correct, name="import_correct"),
    path("<str:ref>/row/", faults.import_row, name="import_row"),
    path("<str:ref>/faulty/", faults.import_faulty, name="import_faulty"),
    path("<str:ref>/mend/", faults.import_mend, name="import_mend"),
]
