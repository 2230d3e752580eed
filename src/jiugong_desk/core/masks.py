"""What may be shown without a reason: 138****5678, 张*, 990000********1234."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """The surname, then one star for the rest: 张*; compound surnames stay unknown on purpose."""
    return f"{name[:1]}*" if name else ""


def mask_mobile(mobile: str) -> str:
    return f"{mobile[:3]}****{mobile[-4:]}" if len(mobile) >= 7 else "*" * len(mobile)


def mask_id_number(number: str) -> str:
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) > 10 else "*" * len(number)
