from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "jiugong_desk.documents"
    label = "documents"

    def ready(self) -> None:
        from ..ui import menu
        from . import queries

        menu.register_counter("documents", queries.count_for)
