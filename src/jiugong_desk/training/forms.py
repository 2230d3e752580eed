"""Where a course begins, and the file that goes with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..organisation.bridge import policy
from ..organisation.models import Staff, Unit
from ..organisation.scope import places_of
from .rules import LONGEST_TITLE

BEGINNINGS = (("deposit", _("电话存款营销的现成内容（可修改）")), ("blank", _("空白")))


class BeginForm(forms.Form):
    unit: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(
        label=_("机构"), queryset=None, empty_label=None, widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": _("请选择机构。"), "invalid_choice": _("请从列表中选择。")},
    )  # fmt: skip
    title = forms.CharField(
        label=_("培训名称"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs={"class": "form-control"}),
        error_messages={"required": _("请填写培训名称。")},
    )  # fmt: skip
    begin = forms.ChoiceField(
        label=_("内容"), choices=BEGINNINGS, widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": _("请从列表中选择。"), "invalid_choice": _("请从列表中选择。")},
    )  # fmt: skip

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = places_of(staff)  # type: ignore[attr-defined]


class MaterialForm(forms.Form):
    file = forms.FileField(
        label=_("文件"), max_length=200,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".pdf,.docx,.png"}),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )  # fmt: skip

    @property
    def most(self) -> int:
        """Megabytes, by the policy."""
        return policy().training.material_megabytes
