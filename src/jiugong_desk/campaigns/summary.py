"""What a plan or an amendment says, for whoever decides on it: the parts that a decision turns on, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from ..audiences.counting import count
from ..core.clock import bank_date
from ..scripts.models import Script
from .amendments import compared, proposed
from .changes import Change, differences, in_words
from .lists import Counted, Listed, listed_of
from .models import Amendment, Campaign
from .plan import LABELS, payload
from .power import power_of
from .queries import approved_digests

IN_FULL = (
    "audience",
    "primary_measure",
    "goals",
    "offers",
    "script",
    "budget",
    "incentive",
    "purpose",
    "complaint_contact",
    "stop_conditions",
    "participants",
    "attachments",
)
TAGS = {"same": "{}", "gone": "<del>{}</del>", "new": "<ins>{}</ins>"}


def of_plan(campaign: Campaign, at: datetime) -> list[tuple[Any, str]]:
    """The plan as it stands, what it can tell from chance, and what changed since it was last approved."""
    plan, on = payload(campaign), bank_date(at)
    counted: Counted = (
        listed_of(campaign)
        if campaign.sealed_digest
        else count(campaign.audience, campaign.unit, on=on, plan_id=campaign.pk)
    )
    power = power_of(campaign, on=on, counted=counted)
    words = {name: in_words(name, plan, campaign.unit) for name in IN_FULL}
    words["script"] = _linked(campaign.script) if campaign.script else _("（无）")
    parts = [(LABELS[name], text) for name, text in words.items()]
    return [
        (LABELS["unit"], campaign.unit.name),
        (_("活动期"), f"{campaign.starts_on} – {campaign.ends_on}"),
        *parts[:1],
        (_("名单与保留组"), _sizes(campaign, counted)),
        *parts[1:],
        (_("能看出多大的提升"), power.statement or power.sentence),
        *_since_approved(campaign, plan),
    ]


def _linked(script: Script) -> str:
    """Its name, and the way to what it says."""
    return format_html('<a href="{}">{}</a>', reverse("script", args=[script.ref]), script)


def _sizes(campaign: Campaign, counted: Counted) -> str:
    held_out = counted.held_out if isinstance(counted, Listed) else campaign.holdout_size
    return _("名单 {listed:,} 户：营销组 {treated:,} 户，保留组 {held_out:,} 户").format(
        listed=counted.eligible, treated=max(counted.eligible - held_out, 0), held_out=held_out
    )


def _since_approved(campaign: Campaign, plan: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    once = approved_digests(campaign)
    before = campaign.plan_versions.filter(digest__in=once).order_by("-number").first()
    if before is None:
        yield _("与上次批准相比"), _("此前没有批准过的版本。")
        return
    found = differences(before.plan, plan, campaign.unit)
    yield from marked(found, _("与上次批准相比：{part}"))
    if not found:
        yield _("与上次批准相比"), _("没有改动。")


def of_amendment(amendment: Amendment, at: datetime) -> list[tuple[Any, str]]:
    """Its reason, and each part with what goes and what comes."""
    return [
        (LABELS["title"], amendment.campaign.title),
        (LABELS["unit"], amendment.campaign.unit.name),
        (_("变更原因"), amendment.reason),
        *marked(compared(amendment), _("改动：{part}")),
        *_new_script(amendment),
    ]


def _new_script(amendment: Amendment) -> Iterator[tuple[Any, str]]:
    script = proposed(amendment).script if "script" in amendment.changes else None
    if script:
        yield _("新话术全文"), _linked(script)


def marked(found: list[Change], label: str) -> Iterator[tuple[str, str]]:
    """Each changed part under the label, what went struck out and what came underlined (safe HTML)."""
    for change in found:
        pieces = [format_html(TAGS[piece.kind], piece.text) for piece in change.pieces]
        yield label.format(part=change.label), format_html_join("", "{}", ((one,) for one in pieces))
