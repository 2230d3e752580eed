"""The free slots inside a select."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def slot_options(days: Iterable[tuple[date, Sequence[datetime]]], chosen: str = "") -> SafeString:
    """The options of `queries.slots_by_day`, a group for each day, `chosen` selected.

    Some 150 on each page of a call, where a template would format every date anew.
    """
    return format_html_join("", '<optgroup label="{}">{}</optgroup>', (_group(*day, chosen) for day in days))


def _group(day: date, slots: Iterable[datetime], chosen: str) -> tuple[str, SafeString]:
    label = date_format(day, "m-d l")
    options = ((at.isoformat(), " selected" if at.isoformat() == chosen else "", f"{label} {at:%H:%M}") for at in slots)
    return label, format_html_join("", '<option value="{}"{}>{}</option>', options)
