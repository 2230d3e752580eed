"""What may be asked for, and why work ended undone. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.masks import holds_number
from ..core.refs import ALPHABET, LENGTH
from ..core.verdict import Reason

MOST_ATTEMPTS = 5
REF = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")  # by chance one holds six digits in a row
CODE = re.compile(r"[\w.:-]{0,40}", re.ASCII)

CANCELLED = Reason("cancelled", _("已按您的要求取消，没有写入任何内容。"))
GIVEN_UP = Reason(
    "given_up",
    _("处理进程 {count} 次异常中止，已停止重试。"),
    {"count": MOST_ATTEMPTS},
    remedy=_("请稍后重试；再次失败时请系统管理员查看服务日志。"),
)
UNKNOWN = Reason("unknown_work", _("本版本不认识这项任务。"), remedy=_("请回到原页面重新操作。"))
NOT_PERMITTED = Reason("not_permitted", _("提交人已没有办理这项任务的权限。"), remedy=_("请由有权限的人员重新提交。"))
ENDED = Reason("job_ended", _("任务已经结束，无法取消。"), remedy=_("请查看任务结果。"))


def are_references(arguments: Mapping[str, Any]) -> bool:
    """Whether nothing in them could be about a person: references, dates, codes, small numbers, yes and no."""
    return all(_is_reference(value) for value in arguments.values())


def _is_reference(value: Any) -> bool:
    if isinstance(value, bool):
        return True
    text = str(value) if isinstance(value, int) else value
    if not isinstance(text, str):
        return False
    return bool(REF.fullmatch(text)) or (bool(CODE.fullmatch(text)) and not holds_number(text))


def wait_after(failures: int) -> int:
    """Seconds until work that ended by an error of ours is tried again."""
    return int(2 ** min(failures, 5))
