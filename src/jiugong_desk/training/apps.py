from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "jiugong_desk.training"
    label = "training"

    def ready(self) -> None:
        from ..ui import menu
        from . import queries

        menu.register_counter("trainings", queries.count_for)
