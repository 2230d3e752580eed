"""What an administrator fills in: an exchange's name, and who has which extension."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..organisation.models import Staff
from .models import Pbx


def _text(label: Any, *, most: int, hint: Any = "", digits: bool = False) -> forms.CharField:
    attrs = {"class": "form-control", "autocomplete": "off"} | ({"inputmode": "numeric"} if digits else {})
    return forms.CharField(
        label=label, max_length=most, help_text=hint, widget=forms.TextInput(attrs=attrs),
        error_messages={"required": _("请填写。")},
    )  # fmt: skip


class PbxForm(forms.Form):
    name = _text(_("交换机名称"), most=40, hint=_("例如“滨江支行交换机”。不写号码。"))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if sum(one.isdigit() for one in name) > 4:
            raise forms.ValidationError(_("名称中请勿填写号码。"))
        return name


class RotateForm(forms.Form):
    seen = forms.IntegerField(min_value=1, max_value=32_000)
    at_once = forms.BooleanField(
        label=_("旧密钥立即失效（密钥已泄露时）"), required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip


class ExtensionForm(forms.Form):
    pbx = forms.ModelChoiceField(
        Pbx.objects.all(), label=_("交换机"), to_field_name="ref", empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}), error_messages={"required": _("请选择交换机。"), "invalid_choice": _("请从列表中选择。")},
    )  # fmt: skip
    number = _text(_("分机号"), most=6, hint=_("2 至 6 位数字。只登记分机，不登记外线号码。"), digits=True)
    staff_no = _text(_("工号"), most=20)

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if not (number.isascii() and number.isdigit() and len(number) >= 2):
            raise forms.ValidationError(_("分机号是 2 至 6 位数字。"))
        return number

    def clean_staff_no(self) -> Staff:
        found = Staff.objects.filter(staff_no=self.cleaned_data["staff_no"], is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("没有这个在用的工号。"))
        return found

    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        return {"number": given["number"], "staff": given["staff_no"]}
