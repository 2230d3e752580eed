"""Addresses of the courses: to take, to answer for, to write."""

from __future__ import annotations

from django.urls import path

from .views import building, reading

urlpatterns = [
    path("", reading.trainings, name="trainings"),
    path("new/", building.course_new, name="course_new"),
    path("material/<str:ref>/", reading.material, name="material"),
    path("material/<str:ref>/remove/", building.material_remove, name="material_remove"),
    path("<str:ref>/", reading.course, name="course"),
    path("<str:ref>/read/<int:number>/", reading.course_section, name="course_section"),
    path("<str:ref>/quiz/", reading.course_quiz, name="course_quiz"),
    path("<str:ref>/result/", reading.course_result, name="course_result"),
    path("<str:ref>/edit/", building.course_edit, name="course_edit"),
    path("<str:ref>/publish/", building.course_publish, name="course_publish"),
    path("<str:ref>/people/", building.course_people, name="course_people"),
    path("<str:ref>/close/", building.course_close, name="course_close"),
    path("<str:ref>/material/", building.material_add, name="material_add"),
]
