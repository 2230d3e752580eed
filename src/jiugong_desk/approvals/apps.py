from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "jiugong_desk.approvals"
    label = "approvals"

    def ready(self) -> None:
        from ..ui import menu
        from . import queries

        menu.register_counter("approvals", queries.count_for)
