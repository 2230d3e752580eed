"""What a head chooses: what he reminds of, and who takes over how many."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..campaigns.models import Campaign
from ..organisation.models import Staff
from . import words

CHOICE = {"required": _("请选择。"), "invalid_choice": _("请从列表中选择。")}
SELECT = {"class": "form-select"}


class ReminderForm(forms.Form):
    about = forms.ChoiceField(
        label=_("提醒内容"), choices=list(words.REMINDERS.items()), widget=forms.Select(attrs=SELECT), error_messages=CHOICE
    )  # fmt: skip
    note = forms.CharField(
        label=_("留言（可不填）"), max_length=100, required=False, help_text=_("只写工作，不写客户姓名和号码。"),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )  # fmt: skip


class MoveForm(forms.Form):
    """`campaigns`, `people`: among which he may choose."""

    campaign = forms.ChoiceField(label=_("活动"), widget=forms.Select(attrs=SELECT), error_messages=CHOICE)
    to = forms.ChoiceField(label=_("接手人"), widget=forms.Select(attrs=SELECT), error_messages=CHOICE)
    number = forms.IntegerField(
        label=_("户数"), required=False, min_value=1, max_value=100_000, help_text=_("不填则全部；先移未拨打过的，最后移约定回拨的。"),
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
        error_messages={"invalid": _("请填写整数。"), "min_value": _("至少 1 户。"), "max_value": _("户数过大。")},
    )  # fmt: skip

    def __init__(self, *args: Any, campaigns: list[Campaign], people: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaigns = {one.ref: one for one in campaigns}
        self.people = {person.ref: person for person in people}
        self.fields["campaign"].choices = [(ref, one.title) for ref, one in self.campaigns.items()]  # type: ignore[attr-defined]
        named = [(ref, f"{person.name} {person.staff_no}") for ref, person in self.people.items()]
        self.fields["to"].choices = [("", _("请选择")), *named]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        return {
            "campaign": self.campaigns[given["campaign"]], "to": self.people[given["to"]], "number": given["number"],
        }  # fmt: skip


class ResolutionForm(forms.Form):
    code = forms.ChoiceField(
        label=_("处理结果"), choices=list(words.RESOLUTIONS.items()), widget=forms.Select(attrs=SELECT), error_messages=CHOICE
    )  # fmt: skip
    note = forms.CharField(
        label=_("说明"), max_length=100, required=False, help_text=_("只写工作，不写客户姓名和号码。"),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )  # fmt: skip
