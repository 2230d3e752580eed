"""What may be shown without a reason: 138****5678, 张*, 990000********1234."""

from __future__ import annotations

import re

DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")
LONG_NUMBER = re.compile(r"\d(?:[\s_.,\u00b7\u2013\u2014\uff0c-]{0,2}\d){5,}")

# One sign for one, so that places stay: what input methods write for digits and signs.
_PLAIN = str.maketrans("０１２３４５６７８９＋Ｘ（）－．", "0123456789+X()-.")
_GAP = r"[\s.\u00b7()\u200b\u2010-\u2015\u2212-]{1,3}"
_MOBILE = (
    rf"1[3-9]\d(?:\d{{8}}|{_GAP}\d{{8}}|{_GAP}\d{{4}}{_GAP}\d{{4}}|{_GAP}\d{{3}}{_GAP}\d{{5}})"
    rf"|1[3-9]\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{4}}|1{_GAP}[3-9](?:{_GAP}\d){{9}}"
)
_IDENTITY = rf"\d{{6}}{_GAP}(?:19|20)\d{{6}}{_GAP}\d{{3}}[\dXx]"
_CARD = rf"\d{{14,18}}[\dXx]|[3-69]\d{{3}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?"  # unbroken also an identity card
_LANDLINE = rf"0\d{{2,3}}{_GAP}?[2-8]\d{{6,7}}"
SECRET = re.compile(
    rf"(?<!\d)(?P<lead>(?:(?:\+|00)?86{_GAP}|(?:\+|00)?86|0)(?=1[3-9]))?"
    rf"(?P<number>{_IDENTITY}|{_CARD}|{_MOBILE}|{_LANDLINE})(?!\d)"
)
AMOUNTS = re.compile(r"\d{4}(?:\D+\d{2}00)+")  # thousands in a row look like a card


def holds_number(text: str) -> bool:
    """Whether free text holds six digits or more, also with blanks or dashes between: a phone, an account. Dates pass."""
    return LONG_NUMBER.search(DATE.sub("某日", text)) is not None


def hide_numbers(text: str) -> str:
    """Free text without the telephones, identity cards and bank cards in it: the first three and the last four characters
    stay. They are known by their length, or by the groups in which people write them; amounts and days stay as they are.
    """
    kept, end = [], 0
    for found in SECRET.finditer(text.translate(_PLAIN)):
        if AMOUNTS.fullmatch(found["number"]):
            continue
        first, last = found.span("number")
        kept += [text[end:first], _hidden("".join(filter(str.isalnum, text[first:last])))]
        end = last
    return "".join(kept) + text[end:]


def _hidden(number: str) -> str:
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_name(name: str) -> str:
    """The surname, then one star for the rest: 张*; compound surnames stay unknown on purpose."""
    return f"{name[:1]}*" if name else ""


def mask_mobile(mobile: str) -> str:
    return f"{mobile[:3]}****{mobile[-4:]}" if len(mobile) >= 7 else "*" * len(mobile)


def mask_id_number(number: str) -> str:
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) > 10 else "*" * len(number)
