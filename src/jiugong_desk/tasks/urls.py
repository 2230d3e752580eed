"""Addresses of tasks."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.tasks, name="tasks"),
    path("of/<str:ref>/", views.task_add, name="task_add"),
    path("<str:ref>/done/", views.task_done, name="task_done"),
    path("<str:ref>/drop/", views.task_drop, name="task_drop"),
    path("<str:ref>/put-off/", views.task_put_off, name="task_put_off"),
    path("<str:ref>/hand-on/", views.task_hand_on, name="task_hand_on"),
]
