from collections.abc import Callable
from datetime import timedelta

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "jiugong_desk.imports"
    label = "imports"

    def ready(self) -> None:
        from ..customers import extension
        from ..jobs.registry import Work, register
        from ..jobs.running import Run
        from . import models, work

        extension.register_arriving(models.Listed)

        def of_batch(verb: str, label: str | Promise, do: Callable[[Run], None]) -> None:
            register(
                Work(verb, label, do, address=work.address, about=work.about, undone=work.undone, steps=work.STEPS)
            )

        of_batch(work.READ, _("读取导入文件"), work.read)
        of_batch(work.PREVIEW, _("测算导入影响"), work.preview)
        of_batch(work.COMMIT, _("提交导入批次"), work.commit)
        of_batch(work.UNDO, _("撤销导入批次"), work.undo)
        register(Work(work.PURGE, _("清理导入文件"), work.purge, every=timedelta(hours=1)))
