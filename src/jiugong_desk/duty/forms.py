"""What the head types: who is away, when and why, and who stands in."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..organisation.models import Staff
from .models import Absence

DATE_ERRORS = {"required": _("请填写日期。"), "invalid": _("请按 2026-03-02 的形式填写日期。")}


def _date(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=DATE_ERRORS)


def _select(label: Any, *, required: bool, hint: Any = "") -> forms.ChoiceField:
    errors = {"required": _("请选择人员。"), "invalid_choice": _("请从列表中选择。")}
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, required=required, help_text=hint, widget=widget, error_messages=errors)


def _choices(people: Iterable[Staff], empty: Any) -> list[tuple[str, Any]]:
    return [("", empty), *((person.ref, f"{person.name} {person.staff_no}") for person in people)]


class CoverForm(forms.Form):
    """Who stands in; `callers` are those whose post makes calls."""

    cover = _select(_("顶岗人"), required=False, hint=_("当天须在岗；不填则这几天空岗，活动启动会受阻。"))

    def __init__(self, *args: Any, callers: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.callers = {person.ref: person for person in callers}
        self.fields["cover"].choices = _choices(callers, _("（无人顶岗）"))  # type: ignore[attr-defined]

    @property
    def chosen_cover(self) -> Staff | None:
        return self.callers.get(self.cleaned_data["cover"])


class AbsenceForm(CoverForm):
    staff = _select(_("缺勤人员"), required=True)
    first_day = _date(_("第一天"))
    last_day = _date(_("最后一天"))
    kind = forms.ChoiceField(
        label=_("类别"), choices=Absence.Kind.choices, widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": _("请选择类别。"), "invalid_choice": _("请从列表中选择。")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("备注"), max_length=100, required=False, help_text=_("只写工作安排，例如“总行培训班”。不写病情。"),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("staff", "first_day", "last_day", "kind", "cover", "note")

    def __init__(self, *args: Any, people: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.ref: person for person in people}
        self.fields["staff"].choices = _choices(people, _("请选择"))  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        return {
            "staff": self.people[given["staff"]],
            "cover": self.chosen_cover,
            **{name: given[name] for name in ("first_day", "last_day", "kind", "note")},
        }


class HoursForm(forms.Form):
    """Hours of one person; empty: the policy's."""

    hours = forms.DecimalField(
        required=False, min_value=Decimal(0), max_value=Decimal(24), max_digits=4, decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.25", "inputmode": "decimal"}),
        error_messages={"invalid": _("请填写数字。"), "max_value": _("一天最多 24 小时。"), "min_value": _("不能小于 0。")},
    )  # fmt: skip

    def __init__(self, *args: Any, staff: Staff, full: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prefix = staff.ref
        self.staff = staff
        self.fields["hours"].widget.attrs |= {"placeholder": f"{full.normalize():f}", "aria-label": staff.name}
