from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "jiugong_desk.tasks"
    label = "tasks"

    def ready(self) -> None:
        from ..customers import extension, sight
        from ..ui.today import register_card
        from . import queries

        sight.register(queries.customers_of_cover)
        extension.register_panel(queries.panel)
        register_card(queries.card)
