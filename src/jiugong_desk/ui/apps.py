from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "jiugong_desk.ui"
    label = "ui"
