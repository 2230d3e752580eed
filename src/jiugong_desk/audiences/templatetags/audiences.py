"""The count that stands beside a rule of the builder."""

from __future__ import annotations

from django import template

from ..counting import Counted, Line

register = template.Library()


@register.simple_tag
def line_of(counted: Counted | None, code: str) -> Line | None:
    """The waterfall's line of this step; None where nothing is counted, or the step is not in it."""
    lines = counted.lines if counted else ()
    return next((line for line in lines if line.step.code == code), None)
