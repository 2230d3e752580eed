from django.apps import AppConfig
from django.db.models import Q


class AppointmentsConfig(AppConfig):
    name = "jiugong_desk.appointments"
    label = "appointments"

    def ready(self) -> None:
        from ..customers import extension, sight
        from ..products.extension import register_use
        from ..ui.today import register_card
        from . import queries
        from .models import Appointment

        # A hold lasts minutes and is no visit.
        extension.register_arriving(Appointment, Q(state=Appointment.State.HELD))
        sight.register(queries.visitors_of_cover)
        extension.register_timeline(queries.timeline)
        extension.register_panel(queries.booking_panel)
        register_use(queries.used)
        register_card(queries.reminder_card)
