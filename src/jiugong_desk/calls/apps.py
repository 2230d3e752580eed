from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "jiugong_desk.calls"
    label = "calls"
