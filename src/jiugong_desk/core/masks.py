"""What may be shown without a reason: 138****5678, 张*, 990000********1234."""

from __future__ import annotations

import re

DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")
LONG_NUMBER = re.compile(r"\d(?:[\s_.,\u00b7\u2013\u2014\uff0c-]{0,2}\d){5,}")

_DAY = (
    r"(?:19|20)\d{2}(?:[-/.年](?:1[0-2]|0?[1-9])[-/.月](?:3[01]|[12]\d|0?[1-9])"
    r"|(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9]))"
)
_GAP = r"[ \t\u00a0\u3000\u00b7\u2013\u2014-]{0,2}"
_MOBILE, _CARD = rf"[1１][3-9３-９](?:{_GAP}\d){{9}}", rf"\d(?:{_GAP}\d){{13,}}{_GAP}[\dXx]"
SECRET = re.compile(rf"(?<!\d)(?:(?P<day>{_DAY})|{_CARD}|{_MOBILE})(?!\d)")


def holds_number(text: str) -> bool:
    """Whether free text holds six digits or more, also with blanks or dashes between: a phone, an account. Dates pass."""
    return LONG_NUMBER.search(DATE.sub("某日", text)) is not None


def hide_numbers(text: str) -> str:
    """Free text without the mobiles, identity cards and bank cards in it, also with blanks or dashes between: the first
    three and the last four characters stay. Days, and what is too short or too long for any of them, stay as they are.
    """
    return SECRET.sub(lambda found: found[0] if found["day"] else _hidden(re.sub(_GAP, "", found[0])), text)


def _hidden(number: str) -> str:
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_name(name: str) -> str:
    """The surname, then one star for the rest: 张*; compound surnames stay unknown on purpose."""
    return f"{name[:1]}*" if name else ""


def mask_mobile(mobile: str) -> str:
    return f"{mobile[:3]}****{mobile[-4:]}" if len(mobile) >= 7 else "*" * len(mobile)


def mask_id_number(number: str) -> str:
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) > 10 else "*" * len(number)
