"""What people choose on the pages of the grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from ..organisation.models import Staff, Unit
from .rules import MEASURES


def month_name(month: date) -> str:
    return f"{month:%Y-%m}"


def _offered(months: Mapping[date, str]) -> list[tuple[str, str]]:
    return [(month_name(month), label) for month, label in months.items()]


@dataclass(frozen=True)
class BoardChoice:
    """Whose customers, at the end of which month, coloured by what. `month` None: nothing is recorded yet."""

    month: date | None
    unit: Unit | None = None
    manager: Staff | None = None
    measure: str = "customers"

    def query(self, **more: str) -> str:
        """The same choice as a query string of the board or of the customer list, with more in it."""
        values = {
            "month": month_name(self.month) if self.month else "",
            "unit": self.unit.code if self.unit else "",
            "manager": self.manager.staff_no if self.manager else "",
        } | more
        return urlencode({name: value for name, value in values.items() if value})


class ScopeForm(forms.Form):
    """Unit and manager; a wrong choice is dropped rather than refused, so that an old bookmark still opens a page."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("机构"), required=False, to_field_name="code", empty_label=_("全部")
    )
    manager = forms.ModelChoiceField(
        Staff.objects.none(), label=_("客户经理"), required=False, to_field_name="staff_no", empty_label=_("全部")
    )

    def __init__(self, data: Any, *, units: Any, managers: Any) -> None:
        super().__init__(data)
        for name, rows in (("unit", units), ("manager", managers)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            if not rows.exists():  # a manager has nobody to choose but himself
                del self.fields[name]

    def __getitem__(self, name: str) -> Any:
        """Fields are dressed where they are shown: those of the forms below are added later."""
        bound = super().__getitem__(name)
        check = isinstance(bound.field, forms.BooleanField)
        bound.field.widget.attrs["class"] = "form-check-input" if check else "form-select form-select-sm"
        return bound

    def scope(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in ("unit", "manager")}


class BoardForm(ScopeForm):
    month = forms.ChoiceField(label=_("月份"), required=False)
    measure = forms.ChoiceField(
        label=_("着色依据"), required=False, choices=[(code, measure.label) for code, measure in MEASURES.items()]
    )
    field_order = ("month", "unit", "manager", "measure")

    def __init__(self, data: Any, *, months: Mapping[date, str], **people: Any) -> None:
        super().__init__(data, **people)
        self._months = list(months)
        self.fields["month"].choices = _offered(months)  # type: ignore[attr-defined]

    def choice(self) -> BoardChoice:
        scope = self.scope()
        months = {month_name(month): month for month in self._months}
        newest = self._months[0] if self._months else None
        month = months.get(self.cleaned_data.get("month") or "", newest)
        return BoardChoice(month, **scope, measure=self.cleaned_data.get("measure") or "customers")


@dataclass(frozen=True)
class MigrationChoice:
    """Between the ends of which two months, whose customers. None: fewer than two months are recorded."""

    first: date | None
    last: date | None
    unit: Unit | None = None
    manager: Staff | None = None

    def query(self, **more: str) -> str:
        values = {
            "first": month_name(self.first) if self.first else "",
            "last": month_name(self.last) if self.last else "",
            "unit": self.unit.code if self.unit else "",
            "manager": self.manager.staff_no if self.manager else "",
        } | more
        return urlencode({name: value for name, value in values.items() if value})


class MigrationForm(ScopeForm):
    first = forms.ChoiceField(label=_("从（月份）"), required=False)
    last = forms.ChoiceField(label=_("到（月份）"), required=False)
    stayed = forms.BooleanField(label=_("含未变动"), required=False)
    field_order = ("first", "last", "unit", "manager", "stayed")

    def __init__(self, data: Any, *, months: Mapping[date, str], **people: Any) -> None:
        super().__init__(data, **people)
        self._months, offered = list(months), _offered(months)  # newest first
        self.fields["first"].choices, self.fields["last"].choices = offered[1:], offered[:-1]  # type: ignore[attr-defined]

    def choice(self) -> MigrationChoice:
        """The last month and the one before it, unless others were chosen; never backwards."""
        scope = self.scope()
        if len(self._months) < 2:
            return MigrationChoice(None, None, **scope)
        named = {month_name(month): month for month in self._months}
        last = named.get(self.cleaned_data.get("last") or "", self._months[0])
        earlier = [month for month in self._months if month < last]
        first = named.get(self.cleaned_data.get("first") or "", earlier[0])
        return MigrationChoice(first if first < last else earlier[0], last, **scope)

    def with_stayed(self) -> bool:
        """Whether those on the same place are drawn too; asked after `choice`."""
        return bool(self.cleaned_data.get("stayed"))


class FlowForm(forms.Form):
    """Which flow of the diagram: the keys of its two nodes."""

    before = forms.IntegerField(min_value=-3, max_value=1000)
    after = forms.IntegerField(min_value=-3, max_value=1000)


LARGEST_FILE = 64 * 1024


class RevisionForm(forms.Form):
    """What every draft says of itself. `fixed`: its number stands already."""

    version = forms.CharField(
        label=_("版本号"), max_length=30, help_text=_("例如 2026-07"),
        error_messages={"required": _("请填写版本号，例如 2026-07。")},
    )  # fmt: skip
    effective_from = forms.DateField(
        label=_("生效日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("从这一天的数据起，按新标准分级。"), error_messages={"required": _("请填写生效日期。")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("修改说明"), max_length=200, help_text=_("改了什么、为什么。"),
        error_messages={"required": _("请写明改了什么、为什么。")},
    )  # fmt: skip
    digest = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed:
            del self.fields["version"]
        self.dress()

    def dress(self) -> None:
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs.setdefault("class", kind)


class PolicyForm(RevisionForm):
    """Typed into the box, or a file in its place; either is kept as it is."""

    text = forms.CharField(
        label=_("分级与价值标准"), strip=False, required=False, max_length=LARGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "form-control policy-text"}),
    )  # fmt: skip
    file = forms.FileField(label=_("或上传文件（.toml）"), required=False)

    def clean(self) -> dict[str, Any] | None:
        given, file = super().clean() or {}, self.cleaned_data.get("file")
        if file is not None:
            if file.size > LARGEST_FILE:
                self.add_error("file", _("文件超过 64 KB；只需要 [grid]、[value]、[value.margin] 三节。"))
                return given
            try:
                given["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("文件不是 UTF-8 编码；请另存为 UTF-8 后再传。"))
        if not given.get("text", "").strip():
            self.add_error("text", _("请填写内容，或上传文件。"))
        given["text"] = given.get("text", "").replace("\r\n", "\n")  # a browser sends every line's end so
        return given
