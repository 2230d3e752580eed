"""The plan editor's fields, the participants, and short answers such as comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..organisation.models import Staff
from ..organisation.scope import places_of
from ..scripts.models import Script
from ..scripts.queries import scripts
from . import queries
from .measures import MEASURES, MOST_GOALS, PRIMARY
from .models import Campaign
from .plan import LABELS, TEXTS
from .rules import LINES, LONGEST_TEXT, budget_faults, period_faults, text_faults
from .services.drafting import MOST_DAILY_CALLS

if TYPE_CHECKING:
    _PlanForm = forms.ModelForm[Campaign]
else:
    _PlanForm = forms.ModelForm

LONG = {"rows": 3, "class": "form-control"}
# Another unit has other outlets to choose from: the conditions are drawn anew (see edit.html).
ANEW = {
    "hx-post": "",
    "hx-trigger": "change consume",
    "hx-target": "#conditions",
    "hx-select": "#conditions",
    "hx-select-oob": "#forecast",
}
DATE = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


class PlanForm(_PlanForm):
    """What a planner writes; the audience is in the builder beside it."""

    class Meta:
        model = Campaign
        fields = (
            "unit",
            *TEXTS,
            "primary_measure",
            "budget",
            "holdout_unit",
            "holdout_size",
            "script",
            "starts_on",
            "ends_on",
        )
        widgets = {
            "unit": forms.Select(attrs={"class": "form-select", **ANEW}),
            "title": forms.TextInput(attrs={"class": "form-control"}),
            "complaint_contact": forms.TextInput(attrs={"class": "form-control"}),
            **{name: forms.Textarea(attrs=LONG) for name in set(TEXTS) - set(LINES)},
            "budget": forms.NumberInput(attrs={"class": "form-control", "min": 0, "step": "0.01", "inputmode": "decimal"}),
            "holdout_unit": forms.Select(attrs={"class": "form-select"}),
            "holdout_size": forms.NumberInput(attrs={"class": "form-control", "min": 0, "inputmode": "numeric"}),
            "script": forms.Select(attrs={"class": "form-select"}),
            "starts_on": DATE,
            "ends_on": DATE,
        }  # fmt: skip
        help_texts = {
            "incentive": _("除正常绩效外不另设激励的，留空；另设的须经授权，不得把存款金额分解到个人并与薪酬挂钩。"),
            "stop_conditions": _("投诉如何受理、何时暂停；投诉率超过政策上限时系统自动暂停。"),
            "budget": _("含外呼人工与优惠成本。"),
            "purpose": _("话术开场须照此说明：回答自愿，不影响已有业务。"),
            "holdout_unit": _("按家庭、经理或网点整组抽签，两组客户互不影响；同样户数下能测出的提升较大。"),
            "holdout_size": _("这些客户由抽签决定，活动期内不作营销联系，用来判断活动是否真的有效。"),
            "complaint_contact": _("例如：合规消保部 王某 0000-0000000"),
        }

    def __init__(self, *args: Any, staff: Staff, on: date, unit_fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if unit_fixed:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = places_of(staff)  # type: ignore[attr-defined]
        self.fields["script"].queryset = scripts()  # type: ignore[attr-defined]
        self.fields["script"].empty_label = str(_("（暂不选定）"))  # type: ignore[attr-defined]
        self.fields["script"].label_from_instance = _script_label  # type: ignore[attr-defined]
        self.fields["primary_measure"] = forms.ChoiceField(
            label=_("主要指标（事先确定，只凭它判断有没有用）"), required=False,
            choices=[("", _("请选择")), *((key, MEASURES[key].label) for key in PRIMARY)],
            widget=forms.Select(attrs={"class": "form-select"}),
        )  # fmt: skip
        self.fields["offers"] = forms.MultipleChoiceField(
            label=_("活动优惠"), required=False, choices=queries.offer_choices(on),
            widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
            help_text=_("只列出今日有效、话术合规且产品在售的优惠；在“产品与优惠”中起草。"),
        )  # fmt: skip
        for name in set(TEXTS) - set(LINES):
            self.fields[name].widget.attrs["maxlength"] = LONGEST_TEXT

    def clean(self) -> dict[str, Any] | None:
        """What the service would refuse, said beside the field. The order of the dates is the model's own check."""
        given = self.cleaned_data
        faults = text_faults({name: given[name] for name in TEXTS if name in given}, LABELS)
        if "starts_on" in given and "ends_on" in given:
            faults |= period_faults(given["starts_on"], given["ends_on"])
        faults |= budget_faults(given.get("budget"))
        for name, reason in faults.items():
            self.add_error(name, str(reason))
        return super().clean()

    def section(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def aims(self) -> list[forms.BoundField]:
        return self.section("title", "unit", "summary", "background", "goal", "strategy")

    @property
    def ways(self) -> list[forms.BoundField]:
        return self.section("means", "rhythm")

    @property
    def judging(self) -> list[forms.BoundField]:
        return self.section("budget", "assessment", "incentive", "evaluation")

    @property
    def compliance(self) -> list[forms.BoundField]:
        return self.section("purpose", "complaint_contact", "stop_conditions")

    def plan(self) -> dict[str, Any]:
        """The fields as the services take them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "unit"}


def _script_label(script: Script) -> str:
    """A version that compliance has still to approve says so where it is chosen."""
    if script.state == Script.State.APPROVED:
        return str(script)
    return gettext("{script}（{state}）").format(script=script, state=script.get_state_display())


def initial_of(campaign: Campaign) -> dict[str, Any]:
    names = (
        *TEXTS,
        "offers",
        "primary_measure",
        "budget",
        "unit",
        "holdout_unit",
        "holdout_size",
        "script",
        "starts_on",
        "ends_on",
    )
    return {name: getattr(campaign, name) for name in names}


def people_from(data: QueryDict, people: Iterable[queries.Owned]) -> dict[Staff, int]:
    """Who is ticked, with his calls a day; what is no number counts as none and is refused by the service."""
    chosen = {}
    for row in people:
        if data.get(f"take-{row.staff.ref}"):
            text = data.get(f"calls-{row.staff.ref}", "")
            chosen[row.staff] = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    return chosen


def goal_rows(goals: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The targets as rows of the form, and one blank row."""
    rows = [dict(goal) for goal in goals]
    if len(rows) < MOST_GOALS:
        rows.append({"measure": "", "target": "", "by": ""})
    return [row | {"number": number, "about": MEASURES.get(row["measure"])} for number, row in enumerate(rows)]


class StepForm(forms.Form):
    """A step of a campaign's life. The version that the person saw is read beside it (`views.page.seen_version`)."""

    reason = forms.CharField(required=False, max_length=500)


class NoticeForm(forms.Form):
    """The word of the number and who gets copies. `replaces`: the notice that stood when the page was opened."""

    word = forms.CharField(
        label=_("机关代字"), max_length=10, help_text=_("文号的前几个字，如“滨银综”；序号由系统按年连续编排。"),
        widget=forms.TextInput(attrs={"class": "form-control"}), error_messages={"required": _("请填写机关代字。")},
    )  # fmt: skip
    copies = forms.CharField(
        label=_("抄送"), required=False, max_length=400, help_text=_("以顿号分开，可以不填。"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )  # fmt: skip
    replaces = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def clean_copies(self) -> tuple[str, ...]:
        parts = re.split(r"[、，,;；\n]", self.cleaned_data["copies"])
        return tuple(part.strip() for part in parts if part.strip())


__all__ = [
    "MOST_DAILY_CALLS",
    "NoticeForm",
    "PlanForm",
    "StepForm",
    "goal_rows",
    "initial_of",
    "people_from",
]
