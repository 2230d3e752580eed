from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "jiugong_desk.core"
    label = "core"
