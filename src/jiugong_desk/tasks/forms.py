"""What is typed about a task."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ..organisation.models import Staff
from ..ui.typed import LENGTH

DUE = {"required": _("请选择截止日。"), "invalid": _("请选择截止日。")}


class OwnerForm(forms.Form):
    """`owners`: who may do it; nobody chosen: the customer's manager."""

    owner = forms.ModelChoiceField(
        label=_("负责人"), queryset=Staff.objects.none(), to_field_name="ref", required=False,
        error_messages={"invalid_choice": _("请选择本网点在岗的负责人。")},
    )  # fmt: skip

    def __init__(self, *args: Any, owners: QuerySet[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = owners


class TaskForm(OwnerForm):
    text = forms.CharField(
        label=_("要做的事"), max_length=300, error_messages={**LENGTH, "required": _("请写明要做的事。")}
    )  # fmt: skip
    due_on = forms.DateField(label=_("截止日"), error_messages=DUE)


class DueForm(forms.Form):
    due_on = forms.DateField(label=_("截止日"))


class OutcomeForm(forms.Form):
    outcome = forms.CharField(label=_("结果"), max_length=300, required=False, error_messages=LENGTH)
