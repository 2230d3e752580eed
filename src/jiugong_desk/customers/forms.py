"""What people choose and type on the customer pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..organisation.models import Staff, Unit
from . import policies
from .history import NONE, Spot
from .models import Customer, Loan
from .rules import asset_bands, income_bands

SORT_CHOICES = [
    ("", _("按客户号")),
    ("level", _("级别从高到低")),
    ("assets", _("资产从高到低")),
    ("value", _("潜力从高到低")),
]
NO_MONTHS: Mapping[date, str] = MappingProxyType({})
REASONS: dict[str, Any] = {
    "call": _("致电前核对号码"),
    "identity": _("到店核验身份"),
    "complaint": _("处理投诉"),
    "business": _("办理业务"),
    "other": _("其他（请写明）"),
}


@dataclass(frozen=True)
class ListFilter:
    """The list's choices, all of them harmless in a URL. `month`: who stood there at its end; empty: as it is now."""

    level: str = ""
    asset: str = ""
    income: str = ""
    unit: Unit | None = None
    manager: Staff | None = None
    loan: str = ""
    quadrant: str = ""
    month: date | None = None
    sort: str = ""

    @property
    def spot(self) -> Spot:
        """The part of the board that was chosen."""
        place = {"asset": self.asset, "income": self.income, "level": self.level}
        return Spot(self.month, **place, unit=self.unit, manager=self.manager)


class ListFilterForm(forms.Form):
    """Wrong choices are dropped rather than refused: an old bookmark still opens a list."""

    month = forms.TypedChoiceField(
        label=_("时点"), required=False, coerce=lambda text: date.fromisoformat(f"{text}-01"), empty_value=None
    )
    level = forms.ChoiceField(label=_("级别"), required=False)
    asset = forms.ChoiceField(label=_("资产档"), required=False)
    income = forms.ChoiceField(label=_("收入档"), required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("机构"), required=False, to_field_name="code", empty_label=_("全部")
    )
    manager = forms.ModelChoiceField(
        Staff.objects.none(), label=_("客户经理"), required=False, to_field_name="staff_no", empty_label=_("全部")
    )
    loan = forms.ChoiceField(label=_("贷款"), required=False)
    quadrant = forms.ChoiceField(
        label=_("价值象限"), required=False, choices=[("", _("不限")), *Customer.Quadrant.choices]
    )
    sort = forms.ChoiceField(label=_("排序"), required=False, choices=SORT_CHOICES)

    def __init__(self, data: Any, *, units: Any, managers: Any, months: Mapping[date, str] = NO_MONTHS) -> None:
        super().__init__(data)
        grid = policies.grid()
        assets, incomes = asset_bands(grid), income_bands(grid)
        levels = range(len(assets) * len(incomes), 0, -1)
        choose: dict[str, list[tuple[str, Any]]] = {
            "month": [("", _("现在")), *((f"{month:%Y-%m}", label) for month, label in months.items())],
            "level": [("", _("全部")), *((str(n), f"L{n}") for n in levels), (NONE, _("未分级"))],
            "asset": [
                ("", _("全部")),
                *((str(n), f"{band.sign} {band.name}") for n, band in enumerate(assets, 1)),
                (NONE, _("不参加分级")),
            ],
            "income": [
                ("", _("全部")), *((str(n), band.sign) for n, band in enumerate(incomes, 1)), ("0", _("收入未知")),
            ],
            "loan": [("", _("不限")), ("any", _("有贷款")), *Loan.Kind.choices],
        }  # fmt: skip
        for name, options in choose.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["manager"].queryset = managers  # type: ignore[attr-defined]
        for name in ("unit", "manager"):  # no choice, no field: a manager sees his own customers only
            if not self.fields[name].queryset.exists():  # type: ignore[attr-defined]
                del self.fields[name]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select form-select-sm"

    def choice(self) -> ListFilter:
        self.is_valid()
        return ListFilter(**{name: value for name, value in self.cleaned_data.items() if value})

    def chosen(self) -> list[tuple[str, str]]:
        """What was chosen, in the words of its field; the order of the rows is no choice of rows."""
        found = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value and name != "sort":
                shown = dict(field.choices).get(self[name].value(), value)  # type: ignore[attr-defined]
                found.append((str(field.label), str(shown)))
        return found


class SearchForm(forms.Form):
    q = forms.CharField(
        min_length=2,
        max_length=40,
        error_messages={
            "required": _("请输入客户号、手机号（或后四位）、证件号或姓名全称。"),
            "min_length": _("请至少输入 2 个字；手机尾号请输入 4 位。"),
        },
    )


FIELDS: dict[str, Any] = {"mobile": _("手机"), "id_number": _("证件号码"), "name": _("姓名")}


class RevealForm(forms.Form):
    what = forms.ChoiceField(label=_("查看"), choices=list(FIELDS.items()))
    why = forms.ChoiceField(label=_("事由"), choices=list(REASONS.items()))
    other = forms.CharField(label=_("其他事由"), max_length=60, required=False)

    def reason(self) -> str:
        """The chosen reason, or the written one; the service judges whether it says enough."""
        why = str(self.cleaned_data["why"])
        return str(self.cleaned_data["other"]) if why == "other" else str(REASONS[why])
