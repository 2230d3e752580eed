"""Addresses of the grid."""

from __future__ import annotations

from django.urls import path

from .views import board, migration, watch

urlpatterns = [
    path("", board.board, name="board"),
    path("export/", board.board_export, name="board_export"),
    path("migration/", migration.migration, name="migration"),
    path("migration/who/", migration.migration_who, name="migration_who"),
    path("migration/image.<str:kind>", migration.migration_image, name="migration_image"),
    path("watch/", watch.watch_lists, name="watch_lists"),
    path("watch/<str:ref>/", watch.watch_list, name="watch_list"),
]
