"""What is typed about a visit. The rules say what must be there; the forms only read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from ..organisation.models import Staff, Unit
from ..products.models import Product as CatalogueProduct
from ..products.queries import Suited
from .models import Appointment, Product
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


class MoveForm(BookingForm):
    """`receivers`: who may receive the visit; nobody said: who receives it now."""

    receiver = forms.ModelChoiceField(queryset=Staff.objects.none(), to_field_name="ref", required=False)

    def __init__(self, *args: Any, receivers: QuerySet[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["receiver"]
        field.queryset = receivers


class CancelForm(forms.Form):
    reason = forms.ChoiceField(choices=Appointment.Cancelled.choices)


class RoomForm(forms.Form):
    name = forms.CharField(
        label=_("洽谈室名称"), max_length=30, required=False, widget=forms.TextInput(attrs={"class": "form-control"})
    )


class RoomAtForm(RoomForm):
    """`outlets`: where he keeps the rooms."""

    unit = forms.ModelChoiceField(
        label=_("网点"), queryset=Unit.objects.none(), to_field_name="code", empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    field_order: ClassVar = ["unit", "name"]

    def __init__(self, *args: Any, outlets: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = outlets


class FinishForm(forms.Form):
    """`suited`: what is on sale with its verdict for this customer; empty where nobody may know of products."""

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
    product = forms.ModelChoiceField(
        label=_("具体产品"), queryset=CatalogueProduct.objects.all(), to_field_name="ref", required=False,
        empty_label=_("未选定"), widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("在售产品；不适合这位客户的已注明"),
    )  # fmt: skip
    as_fact = forms.BooleanField(
        label=_("客户已经办理，按实登记"), required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip
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

    def __init__(self, *args: Any, suited: Sequence[Suited] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not suited:
            del self.fields["product"], self.fields["as_fact"]
            return
        groups: dict[str, list[tuple[str, Any]]] = {}
        for row in sorted(suited, key=lambda row: row.product.code):
            name = row.product.name if row.visit.allowed else _("{name}（不适合）").format(name=row.product.name)
            groups.setdefault(row.product.get_category_display(), []).append((row.product.ref, name))
        field: Any = self.fields["product"]
        field.choices = [("", field.empty_label), *groups.items()]
