"""What the pages of the grid share."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def may_see_policy(context: Any) -> bool:
    """Whether the tab of the policy's versions is shown."""
    return bool(context["request"].user.may("policy.view"))
