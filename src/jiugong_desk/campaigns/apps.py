from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "jiugong_desk.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from ..approvals import kinds
        from ..customers import extension
        from . import panel
        from .services import approving, scripts

        for kind in (*approving.KINDS, scripts.KIND):
            kinds.register(kind)

        extension.register_panel(panel.membership)
        extension.register_timeline(panel.events)
