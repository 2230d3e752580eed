"""What may be shown without a reason: 138****5678, 张*, 990000********1234."""

from __future__ import annotations

import re

DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")
LONG_NUMBER = re.compile(r"\d(?:[\s_.,\u00b7\u2013\u2014\uff0c-]{0,2}\d){5,}")


def holds_number(text: str) -> bool:
    """Whether free text holds six digits or more, also with blanks or dashes between: a phone, an account. Dates pass."""
    return LONG_NUMBER.search(DATE.sub("某日", text)) is not None


def mask_name(name: str) -> str:
    """The surname, then one star for the rest: 张*; compound surnames stay unknown on purpose."""
    return f"{name[:1]}*" if name else ""


def mask_mobile(mobile: str) -> str:
    return f"{mobile[:3]}****{mobile[-4:]}" if len(mobile) >= 7 else "*" * len(mobile)


def mask_id_number(number: str) -> str:
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) > 10 else "*" * len(number)
