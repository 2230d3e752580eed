"""What a request says. Lengths are judged by the rules, so that nothing typed is lost."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import rules
from .models import ExportRequest

LONGEST_TERMS = 2_000


class RequestForm(forms.Form):
    """`terms` is JSON, as the page of the list gave it; what it names is looked up as the sender sees it."""

    source = forms.CharField(max_length=20, widget=forms.HiddenInput)
    terms = forms.CharField(max_length=LONGEST_TERMS, widget=forms.HiddenInput)
    purpose = forms.ChoiceField(
        label=_("用途"), required=False, choices=[("", _("请选择")), *ExportRequest.Purpose.choices],
        widget=forms.Select(attrs={"class": "form-select", "required": True}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("事由"), required=False, max_length=20 * rules.LONGEST_REASON,
        help_text=_("做什么、给谁用、何时删除。审批人会看到；请勿填写客户姓名或号码。"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control", "required": True}),
    )  # fmt: skip
    clear = forms.MultipleChoiceField(
        label=_("需要明文的内容"), required=False, choices=list(rules.CLEAR.items()),
        help_text=_("默认遮盖。选中后须由合规审批；证件号码一律不导出，勿扰和未授权客户的手机号仍遮盖。"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
    )  # fmt: skip

    def __init__(self, *args: Any, may_reveal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_reveal:
            del self.fields["clear"]

    def clean_terms(self) -> dict[str, str]:
        try:
            found = json.loads(self.cleaned_data["terms"])
            json.dumps(found, ensure_ascii=False).encode()  # half a character of JSON's \\u is no text
        except ValueError:
            found = None
        if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
            raise forms.ValidationError(str(rules.NOT_FOUND))
        return found
