from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "jiugong_desk.consent"
    label = "consent"

    def ready(self) -> None:
        from django.db.models import Q

        from ..customers import extension
        from . import models, panel

        extension.register_panel(panel.wishes)
        extension.register_panel(panel.contacts)
        extension.register_timeline(panel.events)
        extension.register_badges(panel.badges)
        for arriving in (models.ConsentRecord, models.DoNotCall):
            extension.register_arriving(arriving, Q(by=None))  # what somebody here recorded is work
