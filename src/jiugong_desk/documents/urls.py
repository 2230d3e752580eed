"""Addresses of documents and of their templates."""

from __future__ import annotations

from django.urls import path, register_converter

from . import views


class Format:
    """One of the two files of a document."""

    regex = "docx|pdf"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Format, "document_format")

urlpatterns = [
    path("", views.documents, name="documents"),
    path("templates/", views.templates, name="document_templates"),
    path("templates/default.docx", views.template_default, name="document_template_default"),
    path("templates/<str:ref>/", views.template, name="document_template"),
    path("templates/<str:ref>/activate/", views.template_activate, name="document_template_activate"),
    path("templates/<str:ref>/template.docx", views.template_file, name="document_template_file"),
    path("templates/<str:ref>/trial.docx", views.template_trial, name="document_template_trial"),
    path("<str:ref>/", views.document, name="document"),
    path("<str:ref>/acknowledge/", views.acknowledge, name="document_acknowledge"),
    path("<str:ref>/<document_format:kind>/", views.document_file, name="document_file"),
]
