"""What an administrator fills in. Units, roles and posts are choices, never free text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UsernameField
from django.utils.translation import gettext_lazy as _

from .bridge import roles
from .models import Posting, Staff, Unit
from .rules import SHORTEST_REASON


class SignInForm(AuthenticationForm):
    """Django's, with lengths that are checked: the lockout keeps what was typed, in a column of 255."""

    username = UsernameField(max_length=40)
    password = forms.CharField(max_length=200, strip=False)


class OwnPasswordForm(PasswordChangeForm):
    """Django's, in the words of the desk."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": _("旧密码不对，请重新输入。"),
        "password_mismatch": _("两次输入的新密码不一致。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = _("至少 12 个字符，不能是常见的密码。可用几个不相干的词连成。")
        self.fields["new_password2"].help_text = ""


def role_choices() -> list[tuple[str, str]]:
    return [(key, role.name) for key, role in roles().items()]


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit, indented by its depth in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{'  ' * (obj.path.count('.') - 1)}{obj.name}({obj.code})"


class PostingForm(forms.Form):
    unit = UnitChoice(
        Unit.objects.all(), label=_("机构"), empty_label=_("请选择机构"), error_messages={"required": _("请选择机构。")}
    )
    role = forms.ChoiceField(label=_("岗位"), choices=role_choices)


class StaffForm(PostingForm):
    field_order = ["staff_no", "name", "unit", "role", "person_key"]

    staff_no = forms.SlugField(
        label=_("工号"), max_length=20, error_messages={"invalid": _("工号只含字母、数字、下划线和连字符。")}
    )
    name = forms.CharField(label=_("姓名"), max_length=40)
    person_key = forms.CharField(
        label=_("人员标识"), max_length=40, required=False, help_text=_("同一人有多个工号时填写相同标识，审批时据此识别同一人；通常留空。")
    )  # fmt: skip

    def clean_staff_no(self) -> str:
        staff_no: str = self.cleaned_data["staff_no"]
        if Staff.objects.filter(staff_no=staff_no).exists():
            raise forms.ValidationError(_("该工号已有人使用。"))
        return staff_no


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), min_length=SHORTEST_REASON, max_length=100)


class EndPostingForm(ReasonForm):
    posting = forms.ModelChoiceField(Posting.objects.none())

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["posting"].queryset = staff.postings.filter(ended_on=None)  # type: ignore[attr-defined]
