"""The fields of an amendment: its reason, and the parts of a running plan that it may change, filled with what holds now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..products.models import Offer
from ..scripts.models import Script
from ..scripts.queries import scripts
from . import queries
from .amending import AMENDABLE, CONTENT, LONGEST_REASON
from .forms import DATE, LONG
from .models import Campaign
from .plan import LABELS, TEXTS
from .rules import LONGEST_TEXT, budget_faults, text_faults

if TYPE_CHECKING:
    _AmendmentForm = forms.ModelForm[Campaign]
else:
    _AmendmentForm = forms.ModelForm

FIELDS = tuple(name for name in AMENDABLE if name not in ("goals", "offers"))
WRITTEN = tuple(name for name in CONTENT if name in TEXTS)


class AmendmentForm(_AmendmentForm):
    """Beside it stand the targets, as rows. The reason's length is judged by the rule, so that nothing typed is lost."""

    reason = forms.CharField(
        label=_("变更原因"), max_length=20 * LONGEST_REASON,
        help_text=_("为什么要改、依据什么。审批人、参与人员和评价报告都会看到。"),
        widget=forms.Textarea(attrs=LONG), error_messages={"required": _("请写明变更原因。")},
    )  # fmt: skip

    class Meta:
        model = Campaign
        fields = FIELDS
        widgets = {
            "ends_on": DATE,
            "budget": forms.NumberInput(attrs={"class": "form-control", "min": 0, "step": "0.01", "inputmode": "decimal"}),
            "script": forms.Select(attrs={"class": "form-select"}),
            "complaint_contact": forms.TextInput(attrs={"class": "form-control"}),
            **{name: forms.Textarea(attrs=LONG) for name in WRITTEN if name != "complaint_contact"},
        }  # fmt: skip
        help_texts = {
            "ends_on": _("不早于今日。评价窗口不随之移动。"),
            "script": _("只列出已审定的话术；生效后下一通电话即用新版。"),
            "rhythm": _("次数、间隔和时段以全行接触政策为准，只能写得更严。"),
            "stop_conditions": _("投诉率超过政策上限时系统自动暂停，不因变更放宽。"),
        }

    def __init__(self, *args: Any, campaign: Campaign, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        script: Any = self.fields["script"]
        script.queryset = scripts().filter(state=Script.State.APPROVED)
        script.required, script.empty_label = True, None
        self.fields["offers"] = forms.MultipleChoiceField(
            label=_("活动优惠"), required=False, choices=_offers(campaign, on),
            widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
            help_text=_("列出今日可承诺的优惠和方案已承诺的优惠。"),
        )  # fmt: skip
        for name in WRITTEN:
            if name != "complaint_contact":
                self.fields[name].widget.attrs["maxlength"] = LONGEST_TEXT

    def clean(self) -> dict[str, Any] | None:
        """What the service would refuse, said beside the field."""
        given = self.cleaned_data
        faults = text_faults({name: given[name] for name in WRITTEN if name in given}, LABELS)
        faults |= budget_faults(given.get("budget"))
        for name, reason in faults.items():
            self.add_error(name, str(reason))
        return super().clean()

    def section(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    @property
    def frame(self) -> list[forms.BoundField]:
        return self.section("ends_on", "budget")

    @property
    def said(self) -> list[forms.BoundField]:
        return self.section("script", "offers", "complaint_contact", "stop_conditions")

    @property
    def ways(self) -> list[forms.BoundField]:
        return self.section("strategy", "means", "rhythm", "assessment")

    def parts(self) -> dict[str, Any]:
        """The fields as the services take them; the reason apart."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


def initial_of(campaign: Campaign, reason: str = "") -> dict[str, Any]:
    """`campaign`: as it holds now, or as it would be."""
    return {name: getattr(campaign, name) for name in (*FIELDS, "offers")} | {"reason": reason}


def _offers(campaign: Campaign, on: date) -> list[tuple[str, str]]:
    """What may be promised today, and what this plan has promised: that stays where nobody takes it off."""
    choices = dict(queries.offer_choices(on))
    promised = {offer.ref: queries.offer_label(offer) for offer in Offer.objects.filter(ref__in=campaign.offers)}
    return list({**promised, **choices}.items())


def other_goals(campaign: Campaign) -> list[dict[str, str]]:
    """The targets that an amendment may change: all but the primary measure's."""
    return [goal for goal in campaign.goals if goal["measure"] != campaign.primary_measure]


def with_primary(campaign: Campaign, goals: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """The targets of a sent form, and the primary measure's as it was approved, each where the plan has it."""
    sent = {goal["measure"]: dict(goal) for goal in goals}
    if [dict(goal) for goal in goals] == other_goals(campaign):
        return list(campaign.goals)
    sealed = [goal for goal in campaign.goals if goal["measure"] == campaign.primary_measure]
    return [*sealed, *sent.values()]
