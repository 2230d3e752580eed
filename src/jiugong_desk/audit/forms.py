"""The filters of the audit page. Text that names no chain or verb simply finds nothing."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from . import labels, queries
from .queries import Filters

WITHIN = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 1, 1)))


class FilterForm(forms.Form):
    chain = forms.CharField(label=_("机构链"), required=False, max_length=20)
    verb = forms.CharField(label=_("事项"), required=False, max_length=40)
    by = forms.CharField(label=_("工号"), required=False, max_length=20)
    since = forms.DateField(label=_("自"), required=False, validators=WITHIN)
    until = forms.DateField(label=_("至"), required=False, validators=WITHIN)

    def filters(self) -> Filters:
        """What was asked; a field that cannot be read filters nothing and is marked on the page."""
        self.is_valid()
        return Filters(**self.cleaned_data)

    def chain_choices(self) -> list[tuple[str, str]]:
        return [(name, labels.chain(name)) for name in queries.chains()]

    def verb_choices(self) -> list[tuple[str, str]]:
        return sorted(((code, str(words)) for code, words in labels.VERBS.items()), key=lambda pair: pair[0])
