from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "jiugong_desk.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from ..customers import extension
        from . import panel

        extension.register_panel(panel.membership)
        extension.register_timeline(panel.events)
