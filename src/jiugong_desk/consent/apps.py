from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "jiugong_desk.consent"
    label = "consent"
