"""What checkers, callers and heads fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import form
from .models import Check, Flag
from .rules import LONGEST

CHOOSE = {"required": _("请选择一项。"), "invalid_choice": _("请从列表中选择。")}


def _text(label: Any, *, required: bool, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "form-control", "rows": 3, "autocomplete": "off"})
    errors = {"required": _("请填写。"), "max_length": _("最多 500 个字。")}
    return forms.CharField(
        label=label, required=required, max_length=LONGEST, help_text=hint, widget=widget, error_messages=errors
    )


class CheckForm(forms.Form):
    """A mark for each item of the current form; which is missing, the rule says."""

    comment = _text(_("说明"), required=False, hint=_("有问题的写明是哪里、怎样改进。不写号码。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in form.FORMS[form.CURRENT]:
            self.fields[f"mark_{item.key}"] = forms.ChoiceField(
                label=str(item.label), choices=list(form.MARKS.items()), widget=forms.RadioSelect, error_messages=CHOOSE
            )

    @property
    def rows(self) -> list[forms.BoundField]:
        return [self[f"mark_{item.key}"] for item in form.FORMS[form.CURRENT]]

    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        marks = {item.key: self.cleaned_data[f"mark_{item.key}"] for item in form.FORMS[form.CURRENT]}
        return {"marks": marks, "comment": self.cleaned_data["comment"]}


class ObjectionForm(forms.Form):
    reason = _text(_("我的异议"), required=True, hint=_("只能提出一次，写明哪一项、为什么。"))


class AnswerForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("异议是否成立"), choices=[("yes", _("成立")), ("no", _("不成立"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect, error_messages=CHOOSE,
    )  # fmt: skip
    text = _text(_("答复"), required=True)


class CallBackForm(forms.Form):
    heard = forms.ChoiceField(
        label=_("客户怎么说"), choices=Check.Heard.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    comment = _text(_("说明"), required=False, hint=_("不符的写明是哪里。不写号码。"))


class LookForm(forms.Form):
    finding = forms.ChoiceField(
        label=_("看过之后"), choices=Flag.Finding.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    note = _text(_("依据"), required=True, hint=_("看了什么、问了谁、结论是什么。"))
