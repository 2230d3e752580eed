from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "jiugong_desk.supervision"
    label = "supervision"
