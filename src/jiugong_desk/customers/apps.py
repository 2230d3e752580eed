from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "jiugong_desk.customers"
    label = "customers"

    def ready(self) -> None:
        from . import extension, timeline

        extension.register_timeline(timeline.answers)
