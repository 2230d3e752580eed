from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "jiugong_desk.supervision"
    label = "supervision"

    def ready(self) -> None:
        from ..ui import today
        from . import cards

        today.register_card(cards.reminder_card)
