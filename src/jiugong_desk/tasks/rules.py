"""May this task be made, closed, handed on? Pure; the answer says why not."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused

FARTHEST = timedelta(days=366)  # what is farther off is a reminder of the catalogue, not somebody's work

NO_TEXT = Reason("task_empty", _("请写明要做的事。"), remedy=_("例如“寄送大额存单说明”。"))
IN_THE_PAST = Reason("due_passed", _("截止日已经过去。"), remedy=_("请选择今天或以后的日期。"))
TOO_FAR = Reason("due_too_far", _("截止日太远。"), remedy=_("请选择一年以内的日期。"))
NOBODY = Reason("nobody", _("客户还没有客户经理，请指定负责人。"), remedy=_("由网点负责人指定。"))
CANNOT = Reason("cannot_work", _("负责人没有跟进客户的岗位。"), remedy=_("请选择在岗的客户经理或理财经理。"))
NOT_YOURS_TO_GIVE = Reason(
    "not_yours_to_give",
    _("这位客户不由您管户，任务只能交给他的客户经理。"),
    remedy=_("需要换人跟进的，请找网点负责人。"),
)
NO_REASON = Reason("no_reason", _("请写明为什么不再需要。"), remedy=_("一句话即可，例如“客户已在他行办理”。"))
SAME_OWNER = Reason("same_owner", _("任务本来就由这位负责。"), remedy=_("请选择另一位。"))


def may_add(
    text: str, due_on: date, *, today: date, has_holder: bool, holder_works: bool, may_name: bool = True
) -> Verdict:
    """`has_holder`: somebody is named, or the customer has a manager. `holder_works`: his post follows up customers.
    `may_name`: whether it is the writer's to give the customer to somebody else.
    """
    against = (
        (NO_TEXT, not text.strip()),
        *((reason, holds) for reason, holds in _due(due_on, today)),
        (NOBODY, not has_holder),
        (CANNOT, has_holder and not holder_works),
        (NOT_YOURS_TO_GIVE, not may_name),
    )
    return Verdict(tuple(reason for reason, holds in against if holds))


def may_put_off(due_on: date, *, today: date) -> Verdict:
    return Verdict(tuple(reason for reason, holds in _due(due_on, today) if holds))


def may_drop(reason: str) -> Verdict:
    return ALLOWED if reason.strip() else refused(NO_REASON)


def may_hand_on(*, same: bool, has_holder: bool, holder_works: bool) -> Verdict:
    against = ((SAME_OWNER, same), (NOBODY, not has_holder), (CANNOT, has_holder and not holder_works))
    return Verdict(tuple(reason for reason, holds in against if holds))


def _due(due_on: date, today: date) -> tuple[tuple[Reason, bool], ...]:
    return ((IN_THE_PAST, due_on < today), (TOO_FAR, due_on > today + FARTHEST))
