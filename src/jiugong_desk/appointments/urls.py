"""Addresses of appointments."""

from __future__ import annotations

from django.urls import path

from .views import calendar, reminders, rooms, visits

urlpatterns = [
    path("", visits.visits, name="visits"),
    path("rooms/", rooms.rooms, name="visit_rooms"),
    path("rooms/<str:ref>/rename/", rooms.room_rename, name="room_rename"),
    path("rooms/<str:ref>/close/", rooms.room_close, name="room_close"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("calendar/<str:span>.ics", calendar.visits_ics, name="visits_ics"),
    path("book/<str:ref>/", visits.visit_book, name="visit_book"),
    path("<str:ref>/", visits.visit, name="visit"),
    path("<str:ref>/visit.ics", calendar.visit_ics, name="visit_ics"),
    path("<str:ref>/remind/", reminders.visit_remind, name="visit_remind"),
    path("<str:ref>/finish/", visits.visit_finish, name="visit_finish"),
    path("<str:ref>/cancel/", visits.visit_cancel, name="visit_cancel"),
    path("<str:ref>/move/", visits.visit_move, name="visit_move"),
    path("<str:ref>/again/", visits.visit_again, name="visit_again"),
    path("<str:ref>/<str:change>/", visits.visit_change, name="visit_change"),
]
