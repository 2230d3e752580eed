from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "jiugong_desk.duty"
    label = "duty"
