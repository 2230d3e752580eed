"""Addresses of the grid."""

from __future__ import annotations

from django.urls import path

from .views import board, migration, policy, watch

urlpatterns = [
    path("", board.board, name="board"),
    path("export/", board.board_export, name="board_export"),
    path("migration/", migration.migration, name="migration"),
    path("migration/who/", migration.migration_who, name="migration_who"),
    path("migration/who/export/", migration.migration_who_export, name="migration_who_export"),
    path("migration/image.<str:kind>", migration.migration_image, name="migration_image"),
    path("watch/", watch.watch_lists, name="watch_lists"),
    path("watch/freeze/", watch.watch_freeze, name="watch_freeze"),
    path("watch/<str:ref>/", watch.watch_list, name="watch_list"),
    path("watch/<str:ref>/export/", watch.watch_export, name="watch_export"),
    path("policy/", policy.policy_versions, name="policy_versions"),
    path("policy/new/", policy.policy_new, name="policy_new"),
    path("policy/<str:ref>/", policy.policy_version, name="policy_version"),
    path("policy/<str:ref>/edit/", policy.policy_edit, name="policy_edit"),
    path("policy/<str:ref>/preview/", policy.policy_preview, name="policy_preview"),
    path("policy/<str:ref>/progress/", policy.policy_progress, name="policy_progress"),
]
