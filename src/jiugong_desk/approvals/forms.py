"""What a decision form holds."""

from __future__ import annotations

from django import forms

from .rules import LONGEST_COMMENT

DECISIONS = (("approve", ""), ("reject", ""))


class DecisionForm(forms.Form):
    """The pressed button, and the words that go with it (the length is judged by the rule, so that nothing typed is lost)."""

    decision = forms.ChoiceField(choices=DECISIONS)
    comment = forms.CharField(required=False, max_length=20 * LONGEST_COMMENT)
