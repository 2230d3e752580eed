"""What may be asked of reports. The choices of a period come from the campaign."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..campaigns.models import Campaign
from . import periods
from .models import Report
from .services import is_over


def period_choices(campaign: Campaign, today: date) -> list[tuple[str, str]]:
    """The ten days that have begun, newest first; each is reported up to its end, or to today."""
    last = min(today, campaign.ends_on)
    found = reversed(periods.ten_days_between(campaign.starts_on, last))
    return [(min(period.end, last).isoformat(), periods.ten_days_name(period.start)) for period in found]


class MakeForm(forms.Form):
    kind = forms.ChoiceField(label=_("文种"), choices=Report.Kind.choices)
    period_end = forms.DateField(label=_("统计期"), widget=forms.Select)

    def __init__(self, *args: Any, campaign: Campaign, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.periods = self.fields["period_end"].widget.choices = period_choices(campaign, today)
        over = is_over(campaign, today)
        self.offered = [choice for choice in Report.Kind.choices if over or choice[0] != Report.Kind.FINAL]


class CommentsForm(forms.Form):
    """`version` is the draft that the editor saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    highlights = forms.CharField(label=_("亮点"), required=False, max_length=2000, widget=forms.Textarea)
    problems = forms.CharField(label=_("问题"), required=False, max_length=2000, widget=forms.Textarea)
    next_steps = forms.CharField(label=_("下一步"), required=False, max_length=2000, widget=forms.Textarea)


class DecisionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("处置决定"), choices=[choice for choice in Report.Decision.choices if choice[0]]
    )


class IssueForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
