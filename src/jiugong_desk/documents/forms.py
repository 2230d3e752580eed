"""What people type or choose on the pages of documents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .bridge import MEGABYTES
from .kinds import label_of

_SELECT = {"class": "form-select form-select-sm"}


class ArchiveForm(forms.Form):
    """Narrow the archive; a wrong choice is dropped, so that an old bookmark still opens the page."""

    kind = forms.ChoiceField(label=_("种类"), required=False, widget=forms.Select(attrs=_SELECT))
    year = forms.ChoiceField(label=_("年度"), required=False, widget=forms.Select(attrs=_SELECT))
    waiting = forms.BooleanField(
        label=_("只看待我确认"), required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )

    def __init__(self, data: Any, *, kinds: list[str], years: list[int]) -> None:
        super().__init__(data)
        every = [("", _("全部"))]
        self.fields["kind"].choices = every + [(code, label_of(code)) for code in kinds]  # type: ignore[attr-defined]
        self.fields["year"].choices = every + [(str(year), str(year)) for year in years]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        found = self.cleaned_data
        return {"kind": found.get("kind", ""), "year": found.get("year", ""), "waiting": found.get("waiting", False)}


class TemplateForm(forms.Form):
    """A Word file and what was changed in it."""

    file = forms.FileField(
        label=_("Word 模板（.docx）"), widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": ".docx"}),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("修改说明"), max_length=200, min_length=4, widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("例如“换用新行徽”，至少 4 个字。"),
        error_messages={"required": _("请填写修改说明。"), "min_length": _("请写明改了什么（至少 4 个字）。")},
    )  # fmt: skip

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        name = file.name.lower()
        if name.endswith((".docm", ".dotm")):
            raise forms.ValidationError(_("这是含宏的文件。请另存为不含宏的 .docx。"))
        if not name.endswith(".docx"):
            raise forms.ValidationError(_("只收 .docx。请用 Word 或 WPS 打开，另存为 .docx 后再上传。"))
        if file.size > MEGABYTES << 20:
            raise forms.ValidationError(self._too_big())
        return file

    def clean(self) -> dict[str, Any]:
        if self.too_large:  # the upload handler has thrown it away
            self.errors.pop("file", None)
            self.add_error("file", self._too_big())
        return dict(self.cleaned_data)

    @staticmethod
    def _too_big() -> str:
        return _("文件超过 %(most)s MB。请压缩其中的图片。") % {"most": MEGABYTES}
