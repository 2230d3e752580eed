from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "jiugong_desk.demo"
    label = "demo"
