"""What the steward types and chooses."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings as desk_settings
from django.utils.translation import gettext_lazy as _

from . import bridge, labels, rules
from .models import Batch

ENDINGS = (".xlsx", ".csv", ".txt", ".tsv", ".asc", ".parquet")
MOST_COLUMNS = 400
EARLIEST = date(1980, 1, 1)  # as the warehouse


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("文件"),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的（0 字节），请重新导出。")},
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS), "class": "form-control"}),
        max_length=200,
    )
    source = forms.CharField(
        label=_("来源"), max_length=40, help_text=_("例如“核心系统日报”。列的对应关系按来源记住，下次自动套用。"),
        widget=forms.TextInput(attrs={"class": "form-control", "list": "sources", "autocomplete": "off"}),
        error_messages={"required": _("请填写来源。")},
    )  # fmt: skip
    as_of = forms.DateField(
        label=_("数据日期"), help_text=_("文件说的是哪一天的情况"),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填写数据日期。"), "invalid": _("请按 2026-03-02 的形式填写日期。")},
    )  # fmt: skip
    table = forms.ChoiceField(
        label=_("数据种类"), required=False, choices=[("", _("自动识别")), *labels.TABLES.items()],
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip

    def __init__(self, *args: Any, today: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.too_large = today, too_large

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        ending = os.path.splitext(file.name)[1].lower()
        if ending in (".xls", ".et"):
            raise forms.ValidationError(
                _("这是旧格式的工作簿（.xls、.et）。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。")
            )
        if ending not in ENDINGS:
            raise forms.ValidationError(
                _("只收 .xlsx、.csv、.txt、.tsv、.asc、.parquet 文件。请从源系统导出为其中一种。")
            )
        return file

    def clean_as_of(self) -> Any:
        return a_day(self.today, self.cleaned_data["as_of"])

    def clean_source(self) -> str:
        source = str(self.cleaned_data["source"]).strip()
        if not (verdict := rules.good_source(source)):
            raise forms.ValidationError(str(verdict))
        return source

    def clean(self) -> dict[str, Any]:
        if self.too_large:  # the upload handler has thrown it away
            self.errors.pop("file", None)
            most = desk_settings.UPLOAD_MOST_MEGABYTES
            self.add_error("file", _("文件超过 %(most)s MB。请分成几个文件，或只保留需要的列。") % {"most": most})
        return dict(self.cleaned_data)


def a_day(today: Any, as_of: Any) -> Any:
    if as_of < EARLIEST:
        raise forms.ValidationError(_("数据日期不能早于 {day}。").format(day=EARLIEST))
    if as_of > today:
        raise forms.ValidationError(_("数据日期不能晚于今天。"))
    return as_of


class DateForm(forms.Form):
    """The day that the file speaks of, in the review. Empty: as it was said."""

    as_of = forms.DateField(required=False, error_messages={"invalid": _("请按 2026-03-02 的形式填写日期。")})

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_as_of(self) -> Any:
        as_of = self.cleaned_data["as_of"]
        return a_day(self.today, as_of) if as_of else None


def settings_from(post: Mapping[str, str], batch: Batch) -> dict[str, Any]:
    """The chosen way of reading, as `Batch.settings` holds it; what is not among the choices is dropped."""
    chosen: dict[str, Any] = {}
    if post.get("encoding") in labels.ENCODINGS:
        chosen["encoding"] = post["encoding"]
    if post.get("separator") in labels.SEPARATORS:
        chosen["separator"] = post["separator"]
    row = post.get("header_row", "")
    chosen["header_row"] = int(row) if row.isdecimal() and len(row) < 9 and 0 < int(row) <= 1000 else 0
    sheets = batch.detected.get("sheets", [])
    chosen["sheet"] = post["sheet"] if post.get("sheet") in sheets else batch.settings.get("sheet", "")
    columns, units, dates = {}, {}, {}
    names = set(bridge.contract(batch.table).names) if batch.table else set()
    sizes = {str(size): size for size in bridge.units().values()}
    for place, line in enumerate(batch.detected.get("columns", [])[:MOST_COLUMNS]):
        name = post.get(f"col-{place}", line["column"])
        columns[line["plain"]] = name if name in names else ""
        if name in names:
            if post.get(f"unit-{place}") in sizes:
                units[name] = sizes[post[f"unit-{place}"]]
            if post.get(f"date-{place}") in labels.DATES and post[f"date-{place}"]:
                dates[name] = post[f"date-{place}"]
    kept = {key: value for key, value in chosen.items() if value}
    return kept | {"columns": columns, "units": units, "dates": dates}


class CommitForm(forms.Form):
    rows = forms.CharField(label=_("控制行数"), required=False, max_length=15)
    amount = forms.CharField(label=_("控制合计"), required=False, max_length=30)
    unit = forms.ChoiceField(choices=[("元", _("元")), ("万元", _("万元"))], required=False)
    column = forms.CharField(required=False, max_length=60)
    reason = forms.CharField(label=_("差异或不导入的原因"), required=False, max_length=120)

    def clean_rows(self) -> int | None:
        text = str(self.cleaned_data["rows"]).strip().replace(",", "").replace("，", "")
        if not text:
            return None
        if not text.isdecimal():
            raise forms.ValidationError(_("行数请填数字。"))
        return int(text)

    def clean(self) -> dict[str, Any]:
        text = str(self.cleaned_data.get("amount", "")).strip()
        if text:
            found = rules.amount_typed(text, self.cleaned_data.get("unit") or "元")
            if found is None:
                self.add_error("amount", _("合计请填数字，例如 12,345.67。"))
            else:
                self.cleaned_data["amount"], self.cleaned_data["step"] = found
        else:
            self.cleaned_data["amount"] = None
        return dict(self.cleaned_data)

    def control(self) -> rules.Control:
        cleaned = self.cleaned_data
        return rules.Control(cleaned["rows"], cleaned["amount"], cleaned.get("step", Decimal("0.01")))
