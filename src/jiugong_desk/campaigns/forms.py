"""The plan editor's fields, its rule rows, the participants, and short answers such as comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..organisation.models import Staff
from . import queries
from .audience import FIELDS, OPERATORS, Field
from .audience.reading import BARE, MOST_RULES, SEVERAL
from .models import Campaign, Script
from .plan import LABELS, TEXTS
from .rules import LINES, LONGEST_TEXT, period_faults, text_faults
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
    """What a planner writes; the audience is in `RuleRow`s beside it."""

    class Meta:
        model = Campaign
        fields = ("unit", *TEXTS, "holdout_size", "script", "starts_on", "ends_on")
        widgets = {
            "unit": forms.Select(attrs={"class": "form-select", **ANEW}),
            "title": forms.TextInput(attrs={"class": "form-control"}),
            "complaint_contact": forms.TextInput(attrs={"class": "form-control"}),
            **{name: forms.Textarea(attrs=LONG) for name in ("summary", "background", "goal", "strategy", "means", "purpose")},
            "holdout_size": forms.NumberInput(attrs={"class": "form-control", "min": 0, "inputmode": "numeric"}),
            "script": forms.Select(attrs={"class": "form-select"}),
            "starts_on": DATE,
            "ends_on": DATE,
        }  # fmt: skip
        help_texts = {
            "purpose": _("话术开场须照此说明：回答自愿，不影响已有业务。"),
            "holdout_size": _("这些客户由抽签决定，活动期内不作营销联系，用来判断活动是否真的有效。"),
            "complaint_contact": _("例如：合规消保部 王某 0000-0000000"),
        }

    def __init__(self, *args: Any, staff: Staff, unit_fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if unit_fixed:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = queries.units_for(staff)  # type: ignore[attr-defined]
        self.fields["script"].queryset = queries.scripts()  # type: ignore[attr-defined]
        self.fields["script"].empty_label = str(_("（暂不选定）"))  # type: ignore[attr-defined]
        self.fields["script"].label_from_instance = _script_label  # type: ignore[attr-defined]
        for name in set(TEXTS) - set(LINES):
            self.fields[name].widget.attrs["maxlength"] = LONGEST_TEXT

    def clean(self) -> dict[str, Any] | None:
        """What the service would refuse, said beside the field. The order of the dates is the model's own check."""
        given = self.cleaned_data
        faults = text_faults({name: given[name] for name in TEXTS if name in given}, LABELS)
        if "starts_on" in given and "ends_on" in given:
            faults |= period_faults(given["starts_on"], given["ends_on"])
        for name, reason in faults.items():
            if reason.code != "wrong_period":
                self.add_error(name, str(reason))
        return super().clean()

    @property
    def texts(self) -> list[forms.BoundField]:
        """The written parts, in the order of a plan notice."""
        return [self[name] for name in TEXTS]

    def plan(self) -> dict[str, Any]:
        """The fields as the services take them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "unit"}


def _script_label(script: Script) -> str:
    """A version that compliance has still to approve says so where it is chosen."""
    if script.state == Script.State.APPROVED:
        return str(script)
    return gettext("{script}（{state}）").format(script=script, state=script.get_state_display())


def initial_of(campaign: Campaign) -> dict[str, Any]:
    names = (*TEXTS, "unit", "holdout_size", "script", "starts_on", "ends_on")
    return {name: getattr(campaign, name) for name in names}


@dataclass(frozen=True)
class RuleRow:
    """One condition as the editor shows it; `field` is None in the blank row that adds one."""

    number: int
    field: Field | None = None
    op: str = ""
    values: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def operators(self) -> list[tuple[str, Any]]:
        return [(op, OPERATORS[op]) for op in self.field.operators] if self.field else []

    @property
    def widget(self) -> str:
        """none, several, one, amount or date."""
        if self.field is None or self.op in BARE:
            return "none"
        if self.field.kind != "choice":
            return self.field.kind
        return "several" if self.op in SEVERAL else "one"

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


def rule_rows(rules: Iterable[Mapping[str, Any]], unit: Any) -> list[RuleRow]:
    """The rows of these rules, the wrong ones as far as they make sense, and a blank one."""
    rows: list[RuleRow] = []
    for rule in rules:
        field = FIELDS.get(str(rule.get("field")))
        if field is None:
            continue
        op = rule["op"] if rule.get("op") in field.operators else field.operators[0]
        value = rule.get("value")
        values = tuple(str(item) for item in (value if isinstance(value, list | tuple) else [value]) if item)
        rows.append(RuleRow(len(rows), field, op, values, tuple(field.choices(unit))))
    return [*rows, RuleRow(len(rows))] if len(rows) < MOST_RULES else rows


def rules_from(data: QueryDict, *, as_sent: bool = False) -> list[dict[str, Any]]:
    """The conditions of a sent form, as a plan keeps them; rows without a field, or removed, are gone.

    A field or a comparison that the catalogue does not know is left out of a count. `as_sent` keeps it, so that a plan
    which is to be saved is refused for it rather than saved without it.
    """
    rules: list[dict[str, Any]] = []
    for number in range(MOST_RULES + 1):
        name, op = data.get(f"rule-{number}-field", ""), data.get(f"rule-{number}-op", "")
        field = FIELDS.get(name)
        if not name or data.get("remove") == str(number) or (field is None and not as_sent):
            continue
        if field and op not in field.operators and not (as_sent and op):
            op = field.operators[0]
        rule: dict[str, Any] = {"field": name, "op": op}
        values = data.getlist(f"rule-{number}-value")
        if op in SEVERAL:
            rule["value"] = values
        elif op not in BARE:
            rule["value"] = values[0] if values else ""
        rules.append(rule)
    return rules


def people_from(data: QueryDict, people: Iterable[queries.Owned]) -> dict[Staff, int]:
    """Who is ticked, with his calls a day; what is no number counts as none and is refused by the service."""
    chosen = {}
    for row in people:
        if data.get(f"take-{row.staff.ref}"):
            text = data.get(f"calls-{row.staff.ref}", "")
            chosen[row.staff] = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    return chosen


class StepForm(forms.Form):
    """A step of a campaign's life. The version that the person saw is read beside it (`views.page.seen_version`)."""

    reason = forms.CharField(required=False, max_length=500)


__all__ = [
    "MOST_DAILY_CALLS",
    "PlanForm",
    "RuleRow",
    "StepForm",
    "initial_of",
    "people_from",
    "rule_rows",
    "rules_from",
]
