"""What is uploaded and typed. The rules say what may be; the forms only read it."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Product
from .terms import OfferKind

ENDINGS = (".xlsx", ".csv")


class TableForm(forms.Form):
    file = forms.FileField(
        label=_("产品表"),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的（0 字节），请重新导出。")},
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS), "class": "form-control"}),
        max_length=200,
    )

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if os.path.splitext(file.name)[1].lower() not in ENDINGS:
            raise forms.ValidationError(_("只收 .xlsx 和 .csv 文件。请用模板填写，或另存为其中一种。"))
        return file

    def clean(self) -> dict[str, Any]:
        if self.too_large:  # the upload handler has thrown it away
            self.errors.pop("file", None)
            self.add_error("file", _("文件太大。产品表通常只有几百行，请核对是否选错了文件。"))
        return dict(self.cleaned_data)


class CommitForm(forms.Form):
    """The reason's length is judged by the service, so that nothing typed is lost."""

    seen = forms.CharField(max_length=64)
    reason = forms.CharField(required=False, max_length=4_000)


class DayField(forms.DateField):
    def __init__(self, label: Any) -> None:
        day = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
        super().__init__(label=label, widget=day)


class OfferForm(forms.Form):
    """The lengths of the texts are judged by the rules."""

    kind = forms.ChoiceField(
        label=_("种类"), choices=OfferKind.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    product = forms.ModelChoiceField(
        label=_("产品"), queryset=Product.objects.all(), to_field_name="ref", required=False,
        empty_label=_("不针对产品（纯服务）"), widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    title = forms.CharField(label=_("名称"), max_length=600, widget=forms.TextInput(attrs={"class": "form-control"}))
    text = forms.CharField(
        label=_("对客户说的话"), max_length=3_000, help_text=_("客户会听到这段话；先到先得等条件也写在这里"),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )  # fmt: skip
    valid_from = DayField(_("开始日期"))
    valid_until = DayField(_("结束日期"))
    cost = forms.DecimalField(
        label=_("每户成本（元）"), max_digits=12, decimal_places=2, min_value=Decimal(0), initial=0,
        help_text=_("每位接受的客户使本行花费多少，用于测算；不是给客户的钱"),
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any", "min": 0}),
    )  # fmt: skip
    quota = forms.IntegerField(
        label=_("名额（户）"), required=False, min_value=1, max_value=10_000_000, help_text=_("不限就空着"),
        widget=forms.NumberInput(attrs={"class": "form-control", "min": 1}),
    )  # fmt: skip
