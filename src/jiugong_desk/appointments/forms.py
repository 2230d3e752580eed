"""What is typed about a visit. The rules say what must be there; the forms only read it."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from .models import Product
from .rules import is_thinkable


class MomentField(forms.CharField):
    """A moment as the page wrote it, with its zone; without one (typed by hand) it is the bank's."""

    def to_python(self, value: object) -> datetime | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None or not is_thinkable(moment):
            raise ValidationError(_("请选择时间。"))
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class BookingForm(forms.Form):
    starts_at = MomentField()


class FinishForm(forms.Form):
    needs = forms.CharField(
        label=_("客户需求"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
    agreed_product = forms.ChoiceField(
        label=_("达成产品"),
        choices=[("", _("未达成")), *Product.choices],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    agreed_amount = forms.DecimalField(
        label=_("金额（元）"),
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any"}),
    )
    next_step = forms.CharField(
        label=_("下一步"), max_length=200, widget=forms.TextInput(attrs={"class": "form-control"})
    )
