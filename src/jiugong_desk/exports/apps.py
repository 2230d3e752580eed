from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    name = "jiugong_desk.exports"
    label = "exports"

    def ready(self) -> None:
        from datetime import timedelta

        from ..approvals import kinds
        from ..jobs.registry import Work, register
        from ..ui import menu
        from . import queries, services

        for kind in services.KINDS:
            kinds.register(kind)
        register(Work("exports.lapse", _("清理过期的导出申请"), services.lapse, every=timedelta(hours=1)))
        menu.register_counter("exports", queries.ready_for)
