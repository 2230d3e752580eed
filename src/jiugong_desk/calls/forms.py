"""What a caller sends with the outcome. The rules decide; the form only reads, so that one page says every reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..appointments.forms import MomentField
from .models import Pause
from .outcomes import OUTCOMES
from .services.claims import RELEASE_REASONS
from .services.drafts import ANSWER, SKIP

NOTE_MOST = 500
NOT_CORRECTED = ("answers", "skipped", "shared", "number_unseen")


class NoteField(forms.CharField):
    """Free text beside a call. A line's end counts as one character, as the page counts it."""

    def __init__(self) -> None:
        too_long = _("备注有 %(show_value)d 字，最多 %(limit_value)d 字，没有保存。请缩短后再保存。")
        super().__init__(required=False, max_length=NOTE_MOST, error_messages={"max_length": too_long})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class OutcomeForm(forms.Form):
    submission = forms.RegexField(r"\A[0-9a-zA-Z-]{8,40}\Z")
    outcome = forms.ChoiceField(
        choices=[(code, outcome.name) for code, outcome in OUTCOMES.items()],
        error_messages={"required": _("请选择通话结果。"), "invalid_choice": _("没有这个通话结果。")},
    )
    talk_seconds = forms.IntegerField(required=False, min_value=0, error_messages={"invalid": _("通话时长应为秒数。")})
    purpose_disclosed = forms.BooleanField(required=False)
    number_unseen = forms.BooleanField(required=False)
    callback_at = MomentField(required=False)
    callback_other = MomentField(required=False)
    shared = forms.BooleanField(required=False)
    visit_at = MomentField(required=False)
    note = NoteField()

    def values(self) -> dict[str, Any]:
        """For `record_outcome`. What belongs to another outcome than the chosen one is left behind on the page."""
        sent = dict(self.cleaned_data)
        outcome = OUTCOMES[sent["outcome"]]
        other = sent.pop("callback_other")
        sent["callback_at"] = (other or sent["callback_at"]) if outcome.may_call_back else None
        sent["visit_at"] = sent["visit_at"] if outcome.asks_visit else None
        sent["talk_seconds"] = (sent["talk_seconds"] or 0) if outcome.reached else 0
        sent["answers"] = answers_of(self.data) if outcome.reached else {}
        sent["skipped"] = skipped_of(self.data) if outcome.reached else []
        return sent


class SlotForm(forms.Form):
    """The slot that is being offered; empty: none any more."""

    visit_at = MomentField(required=False)


def answers_of(data: Mapping[str, Any]) -> dict[str, str]:
    """The answers by question key, without those that were skipped; they come as `answer-<key>`."""
    given = {name.removeprefix(ANSWER): str(value).strip() for name, value in data.items() if name.startswith(ANSWER)}
    return {key: value for key, value in given.items() if value}


def skipped_of(data: Any) -> list[str]:
    """The keys of the steps that were left out; of what was sent, or of a draft."""
    return list(data.getlist(SKIP)) if isinstance(data, QueryDict) else list(data.get(SKIP, ()))


def typed_in(data: QueryDict) -> dict[str, Any]:
    """The form as it stands on the page, to be kept as a draft."""
    return {**data.dict(), SKIP: skipped_of(data)}


class ReleaseForm(forms.Form):
    reason = forms.ChoiceField(choices=list(RELEASE_REASONS.items()))


class PauseForm(forms.Form):
    why = forms.ChoiceField(choices=Pause.Why.choices)


class CorrectionForm(OutcomeForm):
    """What should have been recorded, and why it was not. `seen`: the corrections that stood on the page."""

    submission = None  # type: ignore[assignment]
    reason = forms.CharField(max_length=200, error_messages={"required": _("请写明更正原因。")})
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """For `correct`: without what stays with the call."""
        sent = super().values()
        return {name: value for name, value in sent.items() if name not in NOT_CORRECTED}
