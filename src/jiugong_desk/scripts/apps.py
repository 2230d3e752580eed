from django.apps import AppConfig


class ScriptsConfig(AppConfig):
    name = "jiugong_desk.scripts"
    label = "scripts"

    def ready(self) -> None:
        from ..approvals import kinds
        from . import services

        kinds.register(services.KIND)
