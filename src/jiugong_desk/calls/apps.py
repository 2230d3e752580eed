from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "jiugong_desk.calls"
    label = "calls"

    def ready(self) -> None:
        from ..core.invariants import register
        from ..customers import extension
        from ..jobs.registry import Work
        from ..jobs.registry import register as register_work
        from . import invariants, work, workbench

        register(invariants.broken)
        register_work(Work(work.VERB, _("清理未登记的通话草稿"), work.forget, every=timedelta(hours=1)))
        extension.register_timeline(workbench.timeline)
        extension.register_panel(workbench.call_panel)
