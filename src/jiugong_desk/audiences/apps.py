from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    name = "jiugong_desk.audiences"
    label = "audiences"
