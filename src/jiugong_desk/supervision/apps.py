from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "jiugong_desk.supervision"
    label = "supervision"

    def ready(self) -> None:
        from ..jobs import registry
        from ..ui import menu, today
        from . import cards, queries, work

        today.register_card(cards.reminder_card)
        today.register_card(cards.alert_card)
        menu.register_counter("supervision", queries.waiting_for)
        registry.register(registry.Work("supervision.watch", _("检查名单进度"), work.watch, every=timedelta(hours=1)))
