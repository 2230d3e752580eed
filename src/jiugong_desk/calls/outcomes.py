"""How a call can end. The codes and their meaning are fixed; the labels are what staff read.

`reached`: a human being, the customer, answered. `final`: no further call in this campaign. `retry_hours`: when the
queue offers the customer again (the spacing of the policy still holds). `key`: what selects it on the call page; digits
for calls that reached nobody, letters for those that did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HOURS_A_DAY = 24
HOURS_A_WEEK = 7 * HOURS_A_DAY

GROUPS: Mapping[str, str | Promise] = MappingProxyType(
    {"unreached": _("未接通"), "interested": _("有意向"), "later": _("再联系或不需要"), "stop": _("停止联系")}
)


@dataclass(frozen=True)
class Outcome:
    code: str
    label: str | Promise
    group: str
    key: str
    reached: bool
    final: bool
    retry_hours: int | None = None

    @property
    def asks_callback(self) -> bool:
        """The time of a promised callback must be given."""
        return self.code == "call_back"

    @property
    def may_call_back(self) -> bool:
        """A callback may be promised: asked for by the customer, or to somebody who is interested."""
        return self.asks_callback or self.code in INTERESTED

    @property
    def asks_visit(self) -> bool:
        """The slot of a visit must be given."""
        return self.code == "invited"

    @property
    def needs_purpose(self) -> bool:
        """Only somebody who knows why the bank calls can be interested or invited."""
        return self.code in INTERESTED | INVITED


def _unreached(code: str, label: Promise, key: str, *, retry_hours: int | None) -> Outcome:
    return Outcome(code, label, "unreached", key, reached=False, final=retry_hours is None, retry_hours=retry_hours)


def _reached(code: str, label: Promise, group: str, key: str, *, retry_hours: int | None = None) -> Outcome:
    final = retry_hours is None and code != "call_back"
    return Outcome(code, label, group, key, reached=True, final=final, retry_hours=retry_hours)


_ALL = (
    _unreached("no_answer", _("无人接听"), "1", retry_hours=HOURS_A_DAY),
    _unreached("busy", _("占线"), "2", retry_hours=4),
    _unreached("declined", _("拒接"), "3", retry_hours=HOURS_A_DAY),
    _unreached("switched_off", _("关机"), "4", retry_hours=HOURS_A_DAY),
    _unreached("suspended", _("停机"), "5", retry_hours=3 * HOURS_A_DAY),
    _unreached("empty_number", _("空号"), "6", retry_hours=None),
    _unreached("wrong_person", _("非本人"), "7", retry_hours=None),
    _unreached("voice_assistant", _("语音助手"), "8", retry_hours=HOURS_A_DAY),
    _reached("invited", _("已邀约到店"), "interested", "v"),
    _reached("interested_card", _("有意向：信用卡"), "interested", "a"),
    _reached("interested_deposit", _("有意向：存款"), "interested", "d"),
    _reached("interested_wealth", _("有意向：理财"), "interested", "l"),
    _reached("interested_other", _("有意向：其他"), "interested", "q"),
    _reached("self_service", _("线上自办"), "interested", "s"),
    _reached("referred", _("转专员"), "interested", "z"),
    _reached("call_back", _("稍后联系（约时）"), "later", "c"),
    _reached("hung_up", _("未说明即挂断"), "later", "g", retry_hours=HOURS_A_WEEK),
    _reached("not_interested", _("无意向"), "later", "w"),
    _reached("refused", _("本次拒绝"), "later", "r"),
    _reached("refused_forever", _("拒绝且勿扰"), "stop", "x"),
    _reached("complaint", _("投诉"), "stop", "t"),
)

OUTCOMES: Mapping[str, Outcome] = MappingProxyType({outcome.code: outcome for outcome in _ALL})
REACHED = frozenset(code for code, outcome in OUTCOMES.items() if outcome.reached)
INTERESTED = frozenset({"interested_card", "interested_deposit", "interested_wealth", "interested_other"})
INVITED = frozenset({"invited"})


def label_of(code: str) -> str | Promise:
    """The label; of a code that no longer exists, the code."""
    return OUTCOMES[code].label if code in OUTCOMES else code
