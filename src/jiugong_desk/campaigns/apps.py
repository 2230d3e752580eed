from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "jiugong_desk.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from ..approvals import kinds
        from ..audiences import exclusions as audiences
        from ..audiences import overlaps as elsewhere
        from ..customers import extension, sight
        from ..documents import kinds as documents
        from ..duty import extension as duty
        from ..products import extension as products
        from ..training import extension as training
        from . import absences, exclusions, lending, notice, overlaps, panel, promises, schooling
        from .services import amending, approving

        audiences.register(exclusions.IN_OTHER_CAMPAIGN, exclusions.LABEL, exclusions.in_no_other)
        elsewhere.register(overlaps.running)
        for kind in (*approving.KINDS, *amending.KINDS):
            kinds.register(kind)

        documents.register(notice.kind_of(_("方案通知")))
        duty.register_effect(absences.lost)
        duty.register_cover(schooling.teach_stand_in)
        products.register_promise(promises.promising)
        training.register_holder(schooling.callers_held)
        sight.register(lending.customers_of_cover)
        extension.register_panel(panel.membership)
        extension.register_timeline(panel.events)
