"""What staff write down about a customer's wishes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .channels import Channel, Kind, Subject

# The page offers the choices; Django's own words would repeat what came instead, and a message outlives its page.
CHOOSE = {"required": _("请从列表中选择。"), "invalid_choice": _("请从列表中选择。")}
BY_REQUEST = "客户要求"  # kept in the ledger as evidence, in the bank's language


class ConsentForm(forms.Form):
    """Withdrawing is one click; giving consent needs the version of the text and the evidence."""

    channel = forms.ChoiceField(choices=Channel.choices, error_messages=CHOOSE)
    granted = forms.TypedChoiceField(
        choices=[("yes", ""), ("no", "")], coerce=lambda value: value == "yes", error_messages=CHOOSE
    )
    text_version = forms.CharField(label=_("同意书版本"), max_length=40, required=False)
    evidence = forms.CharField(label=_("凭证"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("granted"):
            if not (values.get("text_version") and values.get("evidence")):
                raise forms.ValidationError(_("登记同意须写明同意书版本和凭证（如签署单号、录音编号）。"))
        else:
            values["text_version"] = values.get("text_version") or "withdrawal"
            values["evidence"] = values.get("evidence") or BY_REQUEST
        return values


class ContactForm(forms.Form):
    """What somebody is about to do: one choice says marketing, or what the service is about."""

    channel = forms.ChoiceField(label=_("渠道"), choices=Channel.choices, error_messages=CHOOSE)
    about = forms.ChoiceField(
        label=_("事由"), choices=[(Kind.MARKETING.value, Kind.MARKETING.label), *Subject.choices], error_messages=CHOOSE
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        about = values.pop("about", None)
        marketing = about == Kind.MARKETING
        return values | {
            "kind": Kind.MARKETING if marketing else Kind.SERVICE, "subject": "" if marketing else about,
        }  # fmt: skip


class SettleForm(forms.Form):
    resolution = forms.CharField(
        label=_("办理结果"),
        min_length=4,
        max_length=400,
        error_messages={
            "required": _("请写明办理结果。"),
            "min_length": _("办理结果请至少写 4 个字。"),
        },
    )
