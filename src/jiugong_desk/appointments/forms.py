"""What is typed about a visit. The rules say what must be there; the forms only read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from ..core.verdict import Verdict
from ..organisation.models import Staff, Unit
from ..products.models import Product as CatalogueProduct
from ..products.queries import Suited
from ..tasks.forms import DUE, OwnerForm
from ..ui.typed import LENGTH
from .models import Appointment, Discussed, Product
from .rules import is_thinkable, may_finish
from .services import FollowUp, Line

LINES, SHOWN_LINES, FOLLOW_UPS = 5, 2, 2
# Where on the page each reason of `rules.may_finish` stands.
PLACES = {
    "needs_missing": "needs", "next_step_missing": "next_step", "nothing_named": "about", "said_twice": "about",
    "no_outcome": "outcome", "amount_missing": "amount", "amount_without_agreement": "amount",
}  # fmt: skip
# And each reason of `tasks.rules.may_add`.
TASK_PLACES = {
    "task_empty": "text", "due_passed": "due_on", "due_too_far": "due_on",
    "nobody": "owner", "cannot_work": "owner", "not_yours_to_give": "owner",
}  # fmt: skip
AMOUNT = {"invalid": _("金额以元为单位，大于 0。"), "min_value": _("金额以元为单位，大于 0。")}
Choices = list[tuple[Any, Any]]


def day_of(text: str) -> date | None:
    """The day asked for; None where it is none, or none that anybody could mean."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and is_thinkable(day) else None


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
        label=_("洽谈室名称"),
        max_length=30,
        required=False,
        error_messages=LENGTH,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


class RoomAtForm(RoomForm):
    """`outlets`: where he keeps the rooms."""

    unit = forms.ModelChoiceField(
        label=_("网点"), queryset=Unit.objects.none(), to_field_name="code", empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip

    def __init__(self, *args: Any, outlets: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = outlets
        self.order_fields(["unit", "name"])


class LineForm(forms.Form):
    """One product that was talked about. `choices`: of the catalogue, and by category alone."""

    about = forms.ChoiceField(
        label=_("产品"), required=False, widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=_("谈得怎样"), choices=[("", _("谈得怎样")), *Discussed.Outcome.choices], required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    amount = forms.DecimalField(
        label=_("金额（元）"), required=False, min_value=0, max_digits=16, decimal_places=2, error_messages=AMOUNT,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any", "placeholder": _("达成金额（元）")}),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: Choices, known: Mapping[str, CatalogueProduct], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        field: Any = self.fields["about"]
        field.choices = choices

    def said(self) -> Line | None:
        """None for a line that was left empty."""
        said = self.cleaned_data
        if not any(said.values()):
            return None
        about = said.get("about", "")
        product = self.known.get(about)
        category = product.category if product else about
        return Line(category=category, product=product, outcome=said.get("outcome", ""), amount=said.get("amount"))


class FollowUpForm(OwnerForm):
    """Something to do after the talk; left empty where there is nothing."""

    text = forms.CharField(label=_("要做的事"), max_length=300, required=False, error_messages=LENGTH)
    due_on = forms.DateField(label=_("截止日"), required=False, error_messages=DUE)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("text") and not said.get("due_on"):
            self.add_error("due_on", DUE["required"])
        return said

    def said(self) -> FollowUp | None:
        said = self.cleaned_data
        return FollowUp(said["text"], said["due_on"], said["owner"]) if said["text"] else None


class FinishForm(forms.Form):
    """The interview. `suited`: what is on sale with its verdict for this customer; empty where nobody may know of products.
    `owners`: who follows up customers of the outlet; None: the writer makes no tasks.
    """

    needs = forms.CharField(
        label=_("客户需求"), max_length=1000, required=False, error_messages=LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )  # fmt: skip
    next_step = forms.CharField(
        label=_("约定的下一步"), max_length=200, required=False, error_messages=LENGTH,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )  # fmt: skip
    as_fact = forms.BooleanField(
        label=_("客户已经办理，按实登记"), required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, suited: Sequence[Suited] = (), owners: QuerySet[Staff] | None = None
    ) -> None:
        super().__init__(data)
        choices, known = _choices(suited), {row.product.ref: row.product for row in suited}
        self.lines = [LineForm(data, prefix=f"line-{number}", choices=choices, known=known) for number in range(LINES)]

        self.follow_ups = [
            FollowUpForm(data, prefix=f"task-{number}", owners=owners)
            for number in range(FOLLOW_UPS)
            if owners is not None
        ]

    def is_valid(self) -> bool:
        """What cannot be read and what the rule misses is said in one go, each beside its field."""
        parts = (*self.lines, *self.follow_ups)
        readable = [super().is_valid(), *[form.is_valid() for form in parts]]
        for reason in self._verdict().reasons:
            form = self.lines[reason.facts["line"]] if "line" in reason.facts else self
            if PLACES[reason.code] not in form.errors:
                form.add_error(PLACES[reason.code], f"{reason}{reason.remedy}")
        return all(readable) and not any(form.errors for form in (self, *parts))

    def placed(self, refused: Verdict) -> Verdict:
        """What the service has against a follow-up is said beside its field; left is what has no field here."""
        filled = [form for form in self.follow_ups if form.said() is not None]
        for reason in refused.reasons:
            if "task" in reason.facts:
                filled[reason.facts["task"]].add_error(TASK_PLACES[reason.code], f"{reason}{reason.remedy}")
        return Verdict(tuple(reason for reason in refused.reasons if "task" not in reason.facts))

    def _verdict(self) -> Verdict:
        told = ((number, line.said()) for number, line in enumerate(self.lines))
        talks = [replace(line.talk, line=number) for number, line in told if line is not None]
        typed = self.cleaned_data
        return may_finish(typed.get("needs", ""), typed.get("next_step", ""), talks)

    @property
    def shows_more(self) -> bool:
        """Whether the lines that are folded away hold something."""
        return any(line["about"].value() or line.errors for line in self.lines[SHOWN_LINES:])

    def said(self) -> dict[str, Any]:
        """What the service takes."""
        lines = (line.said() for line in self.lines)
        found = [one for form in self.follow_ups if (one := form.said()) is not None]
        return {
            **self.cleaned_data,
            "discussed": [line for line in lines if line is not None],
            "follow_ups": found,
        }


def _choices(suited: Sequence[Suited]) -> Choices:
    """By category: the category itself, then what of it is on sale; what does not suit says so."""
    found: Choices = [("", _("未选"))]
    for category, label in Product.choices:
        of_it = [row for row in sorted(suited, key=lambda row: row.product.code) if row.product.category == category]
        names = [
            (
                row.product.ref,
                row.product.name if row.visit.allowed else _("{name}（不适合）").format(name=row.product.name),
            )
            for row in of_it
        ]
        found.append((label, [(category, _("{name}（未定具体产品）").format(name=label)), *names]))
    return found
