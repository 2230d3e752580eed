from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "jiugong_desk.consent"
    label = "consent"

    def ready(self) -> None:
        from ..customers import extension
        from . import panel

        extension.register_panel(panel.wishes)
        extension.register_timeline(panel.events)
        extension.register_badges(panel.badges)
