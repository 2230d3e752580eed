from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "jiugong_desk.calls"
    label = "calls"

    def ready(self) -> None:
        from ..customers import extension
        from . import workbench

        extension.register_timeline(workbench.timeline)
        extension.register_panel(workbench.call_panel)
