"""Take a list of customers out; ask for what does not go without an approval; fetch what was approved; let the rest lapse.

What was approved is what is delivered: a request holds the references of its customers, the approval is bound to them,
and at the download those are left out whom the requester no longer sees.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..approvals import queries as approved
from ..approvals import services as approvals
from ..approvals.kinds import Kind
from ..approvals.models import Approval
from ..audit import services as audit_log
from ..core.clock import bank_date
from ..core.digests import digest
from ..core.errors import Refused, Stale, hold
from ..core.pages import require
from ..core.verdict import ALLOWED, Verdict, refused
from ..customers.models import Customer
from ..jobs.running import Run
from ..organisation.models import Staff, Unit
from . import rules, sheets, sources
from .bridge import limits
from .models import Allowance, ExportFile, ExportRequest, seal
from .sources import Source, Terms

State = ExportRequest.State
EXPORT, CLEAR = "export", "export_clear"
REVEAL = "customer.reveal"


@dataclass(frozen=True)
class Workbook:
    """What is delivered."""

    content: bytes
    name: str


@dataclass(frozen=True)
class Listed:
    """A list as somebody sees it now."""

    source: Source
    subject: Any
    by: Staff

    @property
    def title(self) -> str:
        return self.source.title(self.subject)

    @cached_property
    def refs(self) -> list[str]:
        return self.source.refs(self.by, self.subject)


def listed(code: str, terms: Terms, *, by: Staff) -> Listed:
    """403 without the list's permission; refused where there is no such list, or it may not be taken out."""
    source = sources.of(code)
    if source is None:
        raise Refused(refused(rules.NOT_FOUND))
    require(by, source.permission)
    subject = source.find(by, terms) if terms.keys() <= source.terms else None
    if subject is None:
        raise Refused(refused(rules.NOT_FOUND))
    return Listed(source, subject, by)


@transaction.atomic
def take(code: str, terms: Terms, *, by: Staff, at: datetime) -> Workbook:
    """The list as a masked workbook, without an approval: so many customers as the policy lets go, a file and a day."""
    found = listed(code, terms, by=by)
    made = note(code, title=found.title, rows=len(found.refs), clear=False, by=by, at=at)
    content = _content(found, found.refs, made, [], ())
    _taken(made, by=by, at=at)
    return content


@transaction.atomic
def note(
    code: str,
    *,
    title: str,
    rows: int,
    clear: bool,
    by: Staff,
    at: datetime,
    free: bool = False,
    remedy: Any = rules.ASK,
) -> ExportFile:
    """Inner verb: register a file, and count its rows against the person's day; refused where it is too much.

    For whoever writes the file's audit record himself. `free`: it does not count.
    """
    if not free:
        _spend(rows, by=by, at=at, remedy=remedy)
    made: ExportFile = ExportFile.objects.create(
        source=code, title=title[:120], unit=_home(by), rows_taken=rows, clear=clear, by=by, at=at
    )
    return made


def _spend(rows: int, *, by: Staff, at: datetime, remedy: Any) -> None:
    """One statement decides: of two files at once that do not both fit into the day, the second one is refused."""
    terms, day = limits(), bank_date(at)
    mine = Allowance.objects.filter(person_key=by.person_key, day=day)
    Allowance.objects.get_or_create(person_key=by.person_key, day=day)
    hold(rules.may_take(rows, taken=_so_far(mine), limits=terms, remedy=remedy))
    if not mine.filter(taken__lte=terms.rows_per_day - rows).update(taken=F("taken") + rows):
        raise Refused(rules.may_take(rows, taken=_so_far(mine), limits=terms, remedy=remedy))


def _so_far(mine: Any) -> int:
    return int(mine.values_list("taken", flat=True).get())


@transaction.atomic
def ask(
    code: str, terms: Terms, *, clear: Iterable[str], purpose: str, reason: str, by: Staff, at: datetime
) -> ExportRequest:
    """Freeze the list as it is now, and lay it before a head who sees all of it or compliance; unmasked, before compliance."""
    found = listed(code, terms, by=by)
    unmasked, policy, today = [name for name in rules.CLEAR if name in set(clear)], limits(), bank_date(at)
    hold(
        rules.may_ask(
            len(found.refs), clear=unmasked, may_reveal=by.may(REVEAL), purpose=purpose,
            purposes=ExportRequest.Purpose.values, reason=reason, limits=policy,
        )
    )  # fmt: skip
    made = ExportRequest(
        source=code, terms=dict(terms), title=found.title[:120], unit=_unit_of(found.refs), clear=unmasked, purpose=purpose,
        about=[[str(name), str(value)] for name, value in found.source.about(found.subject)], reason=reason.strip(),
        rows_asked=len(found.refs), sealed=seal(found.refs), asked_by=by, asked_at=at,
        decide_by=today + timedelta(days=policy.decide_days), most_downloads=policy.downloads,
    )  # fmt: skip
    made.digest = _digest(made)
    made.save(force_insert=True)
    title = gettext("{list}，{n} 户").format(list=made.title[:100], n=f"{made.rows_asked:,}")
    approvals.ask(
        kind_of(made),
        made.ref,
        title=title,
        unit=made.unit,
        digest=made.digest,
        makers=[by.person_key],
        by=by,
        at=at,
    )
    _audit(made, "export.asked", by=by.staff_no, at=at)
    return made


@transaction.atomic
def download(found: ExportRequest, *, by: Staff, at: datetime) -> Workbook:
    """The approved customers whom `by` still sees; one of the allowed times."""
    today = bank_date(at)
    until = found.usable_until if found.state == State.APPROVED else None
    mine = found.asked_by_id == by.pk
    standing = rules.Standing(mine=mine, until=until, downloads=found.downloads, most=found.most_downloads)
    hold(rules.may_download(standing, today=today))
    if found.clear and not by.may(REVEAL):
        raise Refused(refused(rules.MAY_NOT_REVEAL))
    now = listed(found.source, found.terms, by=by)
    usable = ExportRequest.objects.everyone().filter(pk=found.pk, state=State.APPROVED, usable_until__gte=today)
    if not usable.filter(downloads__lt=F("most_downloads")).update(downloads=F("downloads") + 1):
        raise Stale(rules.USED_UP)
    found.refresh_from_db()
    if not approved.holds(kind_of(found), found.ref, _digest(found)):
        raise Refused(refused(rules.CHANGED))
    made: ExportFile = ExportFile.objects.create(
        request=found, source=found.source, title=found.title, unit=found.unit, clear=bool(found.clear), by=by, at=at,
        rows_taken=0,
    )  # fmt: skip
    content = _content(now, found.refs, made, found.clear, _approval_lines(found))
    _taken(made, by=by, at=at)
    return content


def lapse(run: Run) -> None:
    """Work of the desk itself: end what nobody decided in time, throw away lists that nobody fetched, and past days."""
    today = bank_date(run.at)
    Allowance.objects.filter(day__lt=today).delete()
    rows = ExportRequest.objects.everyone()
    for ref in rows.filter(state=State.SUBMITTED, decide_by__lt=today).values_list("ref", flat=True):
        _lapse(ref, State.SUBMITTED, at=run.at)
    for ref in rows.filter(state=State.APPROVED, usable_until__lt=today).values_list("ref", flat=True):
        _lapse(ref, State.APPROVED, at=run.at)


@transaction.atomic
def _lapse(ref: str, state: str, *, at: datetime) -> None:
    found: ExportRequest = ExportRequest.objects.everyone().select_for_update().get(ref=ref)
    if found.state != state:
        return
    approvals.void(ref, by=found.asked_by, at=at)
    _set(found, State.LAPSED, **({} if found.downloads else {"sealed": b""}))
    _audit(found, "export.lapsed", by="system", at=at)


def kind_of(found: ExportRequest) -> str:
    """Who decides: masked lists may go with the outlet's head, unmasked ones with compliance only."""
    return CLEAR if found.clear else EXPORT


def _digest(found: ExportRequest) -> str:
    return digest(
        [
            found.source, found.terms, found.title, found.about, found.clear, found.purpose, found.reason,
            found.asked_by.staff_no, found.refs,
        ]
    )  # fmt: skip


def _content(
    found: Listed, refs: list[str], made: ExportFile, clear: list[str], more: Iterable[tuple[str, str]]
) -> Workbook:
    """Only of those whom the taker sees now, whatever the list's room gives; how many are missing is said."""
    seen = set(Customer.objects.visible_to(made.by).filter(ref__in=refs).values_list("ref", flat=True))
    names, lines = found.source.lines(made.by, found.subject, seen)
    lines = [line for line in lines if line[0].ref in seen]
    about = [(gettext("名单"), found.title), *found.source.about(found.subject), *more]
    if missing := len(refs) - len(lines):
        about.append((gettext("未列入"), gettext("{n} 户现已不在您的管辖范围或名单中").format(n=f"{missing:,}")))
    made.rows_taken = len(lines)
    made.save(update_fields=["rows_taken"])
    taken = sheets.Taken(made.ref, made.by, made.at)
    content = sheets.workbook(names, lines, clear=clear, about=about, taken=taken)
    return Workbook(content, f"{found.source.name(found.subject)}.xlsx")


def _approval_lines(found: ExportRequest) -> list[tuple[str, str]]:
    decision = approved.of_matter(found.ref)[0]
    return [
        (gettext("申请编号"), found.ref), (gettext("用途"), str(found.get_purpose_display())), (gettext("事由"), found.reason),
        (gettext("批准"), f"{decision.decided_by} {bank_date(decision.decided_at):%Y-%m-%d}" if decision.decided_at else ""),
    ]  # fmt: skip


def _home(by: Staff) -> Unit:
    if by.home is None:
        raise Refused(refused(rules.NO_POST))
    return by.home


def _unit_of(refs: list[str]) -> Unit:
    """The lowest unit that holds all of these customers: whoever decides there or above sees every one of them."""
    held = Customer.objects.everyone().filter(ref__in=refs).values("unit")
    paths = Unit.objects.filter(pk__in=held).values_list("path", flat=True)
    levels = zip(*(path.rstrip(".").split(".") for path in paths), strict=False)
    shared = takewhile(lambda codes: len(set(codes)) == 1, levels)
    return Unit.objects.get(path="".join(f"{codes[0]}." for codes in shared))


def _against(found: ExportRequest, at: datetime) -> Verdict:
    return refused(rules.LATE) if bank_date(at) > found.decide_by else ALLOWED


OUTCOMES = {
    Approval.State.APPROVED: (State.APPROVED, "export.approved"),
    Approval.State.REJECTED: (State.RETURNED, "export.returned"),
    Approval.State.WITHDRAWN: (State.WITHDRAWN, "export.withdrawn"),
}


def _decided(found: ExportRequest, outcome: str, *, comment: str, by: Staff, at: datetime) -> None:
    if found.state != State.SUBMITTED:
        raise Stale(approvals.DECIDED)
    state, verb = OUTCOMES[Approval.State(outcome)]
    last = bank_date(at) + timedelta(days=limits().download_days)
    _set(found, state, **({"usable_until": last} if state == State.APPROVED else {"sealed": b""}))
    _audit(found, verb, by=by.staff_no, at=at)


def _set(found: ExportRequest, state: str, **values: Any) -> None:
    ExportRequest.objects.everyone().filter(pk=found.pk).update(state=state, **values)
    found.refresh_from_db()


def _address(ref: str) -> str:
    return reverse("export_request", args=[ref])


def _summary(found: ExportRequest, at: datetime) -> list[tuple[Any, str]]:
    return [
        (_("用途"), str(found.get_purpose_display())),
        (_("事由"), found.reason),
        (_("户数"), f"{found.rows_asked:,}"),
        (_("明文"), "、".join(str(rules.CLEAR[name]) for name in found.clear) or str(_("无，全部遮盖"))),
        *((name, str(value)) for name, value in found.about),
    ]


def _kind(code: str, label: Any, permission: str) -> Kind:
    return Kind(
        code, label, permission, "audit.read",
        rows=ExportRequest.objects.everyone, digest=_digest, settle=_decided, address=_address, against=_against,
        summary=_summary,
    )  # fmt: skip


KINDS = (
    _kind(EXPORT, _("客户名单导出"), "export.approve"),
    _kind(CLEAR, _("客户名单导出（含明文）"), "export.approve_clear"),
)


def _taken(made: ExportFile, *, by: Staff, at: datetime) -> None:
    facts = {
        "source": made.source, "rows": made.rows_taken, "clear": made.clear,
        "request": made.request.ref if made.request else "",
    }  # fmt: skip
    audit_log.record(
        chain=made.unit.code, by=by.staff_no, at=at, verb="export.taken", about="export", ref=made.ref, facts=facts
    )


def _audit(found: ExportRequest, verb: str, *, by: str, at: datetime) -> None:
    facts = {
        "source": found.source, "rows": found.rows_asked, "clear": bool(found.clear), "kind": found.purpose,
        "digest": found.digest,
    }  # fmt: skip
    audit_log.record(chain=found.unit.code, by=by, at=at, verb=verb, about="export", ref=found.ref, facts=facts)
