from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "jiugong_desk.appointments"
    label = "appointments"

    def ready(self) -> None:
        from ..customers import extension
        from . import queries

        extension.register_timeline(queries.timeline)
        extension.register_panel(queries.booking_panel)
