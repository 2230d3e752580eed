from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    name = "jiugong_desk.audiences"
    label = "audiences"

    def ready(self) -> None:
        from ..exports import sources
        from . import taking

        sources.register(taking.SOURCE)
