"""Make a report, comment on it, decide, and issue it by a second person. An issued report never changes again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ..audit import services as audit
from ..campaigns import services as campaign_services
from ..campaigns.models import Campaign
from ..core.clock import bank_date, midnight
from ..core.digests import digest
from ..core.errors import Stale, hold
from ..core.pages import require_at
from ..core.verdict import Reason
from ..organisation.models import Staff, Unit
from . import drafting, rules
from .bridge import code_version, policy
from .figures import figures_of
from .models import Report
from .periods import Period, ten_days_of

COMMENTS = ("highlights", "problems", "next_steps")
CHANGED = Reason("report_changed", _("这份文件刚刚被他人修改或签发。"), remedy=_("请刷新后再操作。"))


def make_report(campaign: Campaign, *, kind: str, period_end: date, by: Staff, at: datetime) -> Report:
    """A draft with the figures up to the end of that day (or to `at`, if earlier); an open draft is counted anew.

    For a bulletin or a ten-day evaluation the period is the 旬 of `period_end`, within the campaign; for the final
    report the whole campaign. A period whose report was issued gets a new number that names the one it corrects. A
    ten-day evaluation that finds too many complaints pauses the campaign at once, with an audit record of its own.
    """
    require_at(by, "report.write", campaign.unit)
    kind = Report.Kind(kind)
    hold(
        rules.may_make(
            rules.Asked(
                kind=kind, launched=campaign.state in Campaign.STARTED, over=is_over(campaign, bank_date(at)), starts_on=campaign.starts_on,
                period_end=period_end, today=bank_date(at),
            )
        )
    )  # fmt: skip
    period = _period(campaign, kind, period_end)
    cutoff = at if kind == Report.Kind.FINAL else min(at, midnight(period.end + timedelta(days=1)))
    figures = figures_of(campaign, kind=kind, period=period, cutoff=cutoff)  # reading only: before the transaction
    counted = {
        "figures": figures, "data_cutoff": cutoff, "made_by": by, "made_at": at,
        "policy_version": policy().label, "code_version": code_version,
    }  # fmt: skip
    with transaction.atomic():
        report = _write(campaign, kind, period, counted)
        if kind == Report.Kind.TEN_DAY and figures["reactions"]["must_pause"]:
            _pause_for_complaints(campaign, figures, by=by, at=at)
        facts = {"kind": report.kind, "number": report.number, "period_end": str(period.end)}
        _record(report, "report.make", by=by, at=at, facts=facts)
    return report


def is_over(campaign: Campaign, day: date) -> bool:
    """Whether a final report can be made on that day."""
    return campaign.state == Campaign.State.CLOSED or day > campaign.ends_on


def _period(campaign: Campaign, kind: str, period_end: date) -> Period:
    if kind == Report.Kind.FINAL:
        return Period(campaign.starts_on, campaign.ends_on)
    return ten_days_of(period_end).clipped(campaign.starts_on, min(period_end, campaign.ends_on))


def _write(campaign: Campaign, kind: str, period: Period, counted: dict[str, Any]) -> Report:
    """The open draft of this period with new figures, or the next number of the unit's series."""
    same = {"campaign": campaign, "kind": kind, "period_start": period.start, "period_end": period.end}
    drafts = Report.objects.everyone().filter(**same, state=Report.State.DRAFT)
    draft: Report | None = drafts.first()
    if draft is not None:
        _update(draft, **counted)
        return draft
    issued = Report.objects.everyone().filter(**same).order_by("-number").first()
    series = {"unit": campaign.unit, "kind": kind, "year": period.end.year}
    number = _next_number(series)
    comments = drafting.comments_for(kind, counted["figures"])
    try:
        with transaction.atomic():
            made: Report = Report.objects.create(
                **(same | series | counted), number=number, corrects=issued, comments=comments
            )
    except IntegrityError as error:  # a colleague made the same one at the same moment
        raise Stale(CHANGED) from error
    return made


def _next_number(series: dict[str, Any]) -> int:
    """One more than the last. The unit's row stays locked until the number is written: two campaigns of a unit, and
    whoever comes second reads the other's number. (SQLite writes one transaction at a time, which is the same lock.)"""
    if connection.features.has_select_for_update:
        Unit.objects.select_for_update(no_key=True).filter(pk=series["unit"].pk).order_by().values_list("pk").first()
    of_series = Report.objects.everyone().filter(**series)
    return (of_series.aggregate(last=Max("number"))["last"] or 0) + 1


def _pause_for_complaints(campaign: Campaign, figures: dict[str, Any], *, by: Staff, at: datetime) -> None:
    """The rule of the policy, not a decision of whoever happened to make the evaluation."""
    if campaign.state != Campaign.State.LAUNCHED:
        return
    reactions = figures["reactions"]
    limit = policy().outcomes.complaints_pause_share
    reason = f"投诉占接通客户 {reactions['complaints']}/{reactions['reached']}，超过政策上限 {limit:.1%}，自动暂停"
    campaign_services.pause(campaign, reason=reason, by=by, at=at, by_rule=True)


@transaction.atomic
def edit_comments(
    report: Report, *, comments: Mapping[str, str], version: int | None = None, by: Staff, at: datetime
) -> None:
    """Replace the comments of a draft; `version` is what the editor saw (None: the version of `report`)."""
    require_at(by, "report.write", report.campaign.unit)
    _hold_draft(report)
    kept = {key: str(comments.get(key, "")).strip() for key in COMMENTS}
    _update(report, version=version, comments=kept)
    _record(report, "report.comment", by=by, at=at)


@transaction.atomic
def decide_report(report: Report, *, decision: str, version: int | None = None, by: Staff, at: datetime) -> None:
    """What a ten-day evaluation concludes; in force once it is issued."""
    require_at(by, "report.write", report.campaign.unit)
    _hold_draft(report)
    hold(rules.may_decide(kind=report.kind, decision=decision, known=tuple(Report.Decision.values)))
    _update(report, version=version, decision=decision)
    _record(report, "report.decide", by=by, at=at, facts={"decision": decision})


@transaction.atomic
def issue(report: Report, *, version: int | None = None, by: Staff, at: datetime) -> None:
    """Sign exactly what was seen. A ten-day evaluation that decides to pause pauses the campaign now."""
    require_at(by, "report.issue", report.campaign.unit)
    hold(
        rules.may_issue(
            state=report.state, same_person=by.is_same_person_as(report.made_by), kind=report.kind,
            decision=report.decision,
        )
    )  # fmt: skip
    report.issued_by, report.issued_at = by, at
    signed = {"state": Report.State.ISSUED, "issued_by": by, "issued_at": at, "digest": digest(payload_of(report))}
    _update(report, version=version, **signed)
    pauses = report.decision == Report.Decision.PAUSE and report.campaign.state == Campaign.State.LAUNCHED
    if pauses:
        campaign_services.pause(report.campaign, reason="旬评价决定暂停", by=by, at=at)
    _record(report, "report.issue", by=by, at=at, facts={"digest": report.digest, "number": report.number})


def payload_of(report: Report) -> dict[str, Any]:
    """Everything that the signature covers."""
    return {
        "campaign": report.campaign.ref,
        "kind": report.kind,
        "number": report.number,
        "corrects": report.corrects.number if report.corrects else None,
        "period": [report.period_start.isoformat(), report.period_end.isoformat()],
        "cutoff": int(report.data_cutoff.timestamp()),
        "figures": report.figures,
        "comments": report.comments,
        "decision": report.decision,
        "made_by": report.made_by.staff_no,
        "issued_by": report.issued_by.staff_no if report.issued_by else None,
        "versions": [report.policy_version, report.code_version],
    }


def is_untouched(report: Report) -> bool:
    """Whether an issued report is still what was signed."""
    return digest(payload_of(report)) == report.digest


def _hold_draft(report: Report) -> None:
    hold(rules.may_change(state=report.state))


def _update(report: Report, *, version: int | None = None, **values: Any) -> None:
    """Change the draft only if it is still as it was seen."""
    seen = report.version if version is None else version
    values["version"] = seen + 1
    same = Report.objects.everyone().filter(pk=report.pk, state=Report.State.DRAFT, version=seen)
    if same.update(**values) == 0:
        raise Stale(CHANGED)
    for name, value in values.items():
        setattr(report, name, value)


def _record(report: Report, verb: str, *, by: Staff, at: datetime, facts: dict[str, Any] | None = None) -> None:
    audit.record(
        chain=report.campaign.unit.code, by=by.staff_no, at=at, verb=verb, about="report", ref=report.ref, facts=facts
    )
