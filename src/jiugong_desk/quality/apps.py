from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    name = "jiugong_desk.quality"
    label = "quality"

    def ready(self) -> None:
        from ..jobs.registry import Work, register
        from ..ui import menu, today
        from . import cards, queries, work

        register(Work(work.VERB, _("抽取质检样本"), work.nightly, every=timedelta(hours=1)))
        menu.register_counter("quality", queries.count_for)
        today.register_card(cards.to_acknowledge)
