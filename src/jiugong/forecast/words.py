"""What a forecast rests on, in Chinese for the screen and in English beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .past import PastCampaign


def source(past: Sequence[PastCampaign]) -> str:
    """`政策默认假设，3 次往期活动（2025-01 至 2025-10）`."""
    real, simulated = _apart(past)
    parts = ["政策默认假设"]
    if real:
        since, until = _span(past)
        parts.append(f"{real} 次往期活动" + (f"（{since:%Y-%m} 至 {until:%Y-%m}）" if since and until else ""))
    if simulated:
        parts.append(f"{simulated} 次模拟活动")
    return "，".join(parts)


def source_en(past: Sequence[PastCampaign]) -> str:
    """`default assumptions, 3 past campaigns (2025-01 to 2025-10)`."""
    real, simulated = _apart(past)
    parts = ["default assumptions"]
    if real:
        since, until = _span(past)
        span = f" ({since:%Y-%m} to {until:%Y-%m})" if since and until else ""
        parts.append(f"{real} past campaign{'s' if real > 1 else ''}{span}")
    if simulated:
        parts.append(f"{simulated} simulated campaign{'s' if simulated > 1 else ''}")
    return ", ".join(parts)


def _apart(past: Sequence[PastCampaign]) -> tuple[int, int]:
    simulated = sum(campaign.simulated for campaign in past)
    return len(past) - simulated, simulated


def _span(past: Sequence[PastCampaign]) -> tuple[date | None, date | None]:
    days = sorted(campaign.starts_on for campaign in past if campaign.starts_on and not campaign.simulated)
    return (days[0], days[-1]) if days else (None, None)
