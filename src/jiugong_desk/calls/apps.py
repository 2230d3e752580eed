from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "jiugong_desk.calls"
    label = "calls"

    def ready(self) -> None:
        from ..core.invariants import register
        from ..customers import extension
        from . import invariants, workbench

        register(invariants.broken)

        extension.register_timeline(workbench.timeline)
        extension.register_panel(workbench.call_panel)
