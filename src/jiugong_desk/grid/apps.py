from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridConfig(AppConfig):
    name = "jiugong_desk.grid"
    label = "grid"

    def ready(self) -> None:
        from ..approvals import kinds
        from ..exports import sources
        from ..jobs.registry import Work, register
        from . import listing, services, work

        kinds.register(services.KIND)
        for source in listing.SOURCES:
            sources.register(source)
        steps = {"segment": _("按现行和新标准各分级一次")}
        register(Work(services.PREVIEW, _("政策影响预览"), work.preview, address=work.address, steps=steps))
