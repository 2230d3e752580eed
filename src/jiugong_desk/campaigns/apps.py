from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "jiugong_desk.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from ..approvals import kinds
        from ..audiences import exclusions as audiences
        from ..audiences import overlaps as elsewhere
        from ..customers import extension
        from . import exclusions, overlaps, panel
        from .services import approving

        audiences.register(exclusions.IN_OTHER_CAMPAIGN, exclusions.LABEL, exclusions.in_no_other)
        elsewhere.register(overlaps.running)
        for kind in approving.KINDS:
            kinds.register(kind)

        extension.register_panel(panel.membership)
        extension.register_timeline(panel.events)
