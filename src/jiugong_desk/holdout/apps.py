from django.apps import AppConfig


class HoldoutConfig(AppConfig):
    name = "jiugong_desk.holdout"
    label = "holdout"

    def ready(self) -> None:
        from ..audiences import exclusions as audiences
        from ..customers import extension
        from . import exclusions, panel

        audiences.register(exclusions.CODE, exclusions.LABEL, exclusions.not_left_alone, seen_by=exclusions.SEEN_BY)
        extension.register_panel(panel.membership)
