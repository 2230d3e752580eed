from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "jiugong_desk.jobs"
    label = "jobs"

    def ready(self) -> None:
        from . import registry, services

        registry.register(
            registry.Work("jobs.forget", _("清理后台任务记录"), services.forget, every=timedelta(hours=6))
        )
