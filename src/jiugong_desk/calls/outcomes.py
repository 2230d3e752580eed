"""How a call can end. The codes and what they mean are fixed; a bank may give them other words, and decides when and how
often a customer is tried again (`[dispositions]` of the policy).

`reached`: a human being, the customer, answered. `final`: no further call in this campaign. `key`: what selects it on
the call page; digits for calls that reached nobody, letters for those that did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .bridge import dispositions

GROUPS: Mapping[str, str | Promise] = MappingProxyType(
    {"unreached": _("未接通"), "interested": _("有意向"), "later": _("再联系或不需要"), "stop": _("停止联系")}
)


@dataclass(frozen=True)
class Outcome:
    code: str
    name: str | Promise  # ours; `label` is what staff read
    group: str
    key: str
    reached: bool
    final: bool

    @property
    def label(self) -> str | Promise:
        return dispositions().labels.get(self.code) or self.name

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


def _unreached(code: str, name: Promise, key: str, *, final: bool = False) -> Outcome:
    return Outcome(code, name, "unreached", key, reached=False, final=final)


def _reached(code: str, name: Promise, group: str, key: str, *, final: bool = True) -> Outcome:
    return Outcome(code, name, group, key, reached=True, final=final)


_ALL = (
    _unreached("no_answer", _("无人接听"), "1"),
    _unreached("busy", _("占线"), "2"),
    _unreached("declined", _("拒接"), "3"),
    _unreached("switched_off", _("关机"), "4"),
    _unreached("suspended", _("停机"), "5"),
    _unreached("empty_number", _("空号"), "6", final=True),
    _unreached("wrong_person", _("非本人"), "7", final=True),
    _unreached("voice_assistant", _("语音助手"), "8"),
    _reached("invited", _("已邀约到店"), "interested", "v"),
    _reached("interested_card", _("有意向：信用卡"), "interested", "a"),
    _reached("interested_deposit", _("有意向：存款"), "interested", "d"),
    _reached("interested_wealth", _("有意向：理财"), "interested", "l"),
    _reached("interested_other", _("有意向：其他"), "interested", "q"),
    _reached("self_service", _("线上自办"), "interested", "s"),
    _reached("referred", _("转专员"), "interested", "z"),
    _reached("call_back", _("稍后联系（约时）"), "later", "c", final=False),
    _reached("hung_up", _("未说明即挂断"), "later", "g", final=False),
    _reached("not_interested", _("无意向"), "later", "w"),
    _reached("refused", _("本次拒绝"), "later", "r"),
    _reached("refused_forever", _("拒绝且勿扰"), "stop", "x"),
    _reached("complaint", _("投诉"), "stop", "t"),
)

OUTCOMES: Mapping[str, Outcome] = MappingProxyType({outcome.code: outcome for outcome in _ALL})
REACHED = frozenset(code for code, outcome in OUTCOMES.items() if outcome.reached)
INTERESTED = frozenset({"interested_card", "interested_deposit", "interested_wealth", "interested_other"})
REFUSED = frozenset({"not_interested", "refused"})
# The customer's word holds for the whole bank at once: nothing that a caller does later takes it back.
STICKING = frozenset({"refused_forever", "complaint"})
INVITED = frozenset({"invited"})


def label_of(code: str) -> str | Promise:
    """The label; of a code that no longer exists, the code."""
    return OUTCOMES[code].label if code in OUTCOMES else code
