"""A number that has been shown, as something to dial. The one place where `tel:` is written."""

from __future__ import annotations

import re
from typing import Any

from django import template

from ..bridge import telephony

register = template.Library()
_DIALLED = re.compile(r"\+?[0-9]{3,20}")


@register.inclusion_tag("telephony/_dial.html")
def dial(number: str) -> dict[str, Any]:
    """`{% dial number %}`: the number, and a link for the device that can call it.

    Give only what the audited reveal has just shown, in the answer to that POST. In mode `tel` every device gets the
    link; else only a page of phone width does, because a desk's computer cannot dial. What is no number gets no link.
    """
    plain = re.sub(r"[\s()-]", "", number)
    mode = telephony().mode
    return {"number": number, "dialled": plain if _DIALLED.fullmatch(plain) else "", "mode": mode}
