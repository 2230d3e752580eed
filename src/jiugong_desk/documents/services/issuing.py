"""Issue: the next number, the words, the files and the receipts, in one transaction and for good."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...core.errors import Refused, Stale, hold
from ...core.pages import require
from ...core.verdict import Reason, Verdict
from ...organisation.models import Staff
from .. import bridge, pdf, queries, rules
from ..content import clean, content_of, digest_of, number_text
from ..models import Document, Receipt, Series, Template
from ..notice import Notice

TRIES = 5  # others may take the number while ours is being set
BUSY = Reason("numbers_busy", _("同时印发的文件过多，没有取到文号。"), remedy=_("请稍候再印发。"))
REPLACED = Reason(
    "document_replaced", _("同一事项刚刚由他人印发了文件。"), remedy=_("请刷新页面，核对后再办理。")
)  # fmt: skip


class _NumberTaken(Exception):
    """Somebody else was given the number that stands in our files."""


@dataclass(frozen=True)
class _Set:
    """The document as it will be filed, should its number still be free."""

    series: Series
    place: int
    number: str
    content: dict[str, Any]
    docx: bytes
    pdf: bytes
    template: Template | None
    template_digest: str

    @property
    def digest(self) -> str:
        return digest_of(self.content, self.docx, self.pdf)


def issue(
    notice: Notice,
    *,
    about: tuple[str, str],
    by: Staff,
    at: datetime,
    supersedes: Document | None = None,
    guard: Callable[[], None] | None = None,
) -> Document:
    """The document, numbered, filed and sent to its addressees.

    The files hold the number, and take a second to set: they are set before the transaction, and anew if somebody was
    faster. A number is used only with its document, so that none is missing and none given twice.

    Parameters
    ----------
    about : kind and reference of the subject; it has one document of a kind, and then others that supersede it
    guard : called first in the transaction; refuses where the subject is no longer what the notice says
    """
    require(by, "document.issue")
    hold(
        rules.may_issue(
            title=clean(notice.title), word=notice.word, addressees=len(notice.addressees),
            sections=len(notice.sections), annexes=len(notice.annexes), copies=notice.copies_to,
        )
    )  # fmt: skip
    for _try in range(TRIES):
        made = _set(notice, supersedes, at=at)
        try:
            return _file(made, notice, about, supersedes, guard, by=by, at=at)
        except _NumberTaken:
            continue
    raise Stale(BUSY)


def _set(notice: Notice, supersedes: Document | None, *, at: datetime) -> _Set:
    year = notice.dated_on.year
    series, _new = Series.objects.get_or_create(unit=notice.issuer, word=notice.word, year=year)
    number = number_text(notice.word, year, series.last + 1)
    replaces = (supersedes.title, supersedes.number) if supersedes else None
    content = content_of(notice, number=number, replaces=replaces)
    template = queries.in_force()
    source = queries.template_bytes(template)
    try:
        docx = bridge.fill(source, content).data
    except bridge.BadTemplate as fault:
        raise Refused(Verdict((rules.template_fault(fault.code, fault.what),))) from None
    made = pdf.notice_pdf(content, at=at)
    return _Set(
        series, series.last + 1, number, content, docx, made, template, hashlib.sha256(source).hexdigest()
    )  # fmt: skip


@transaction.atomic
def _file(
    made: _Set,
    notice: Notice,
    about: tuple[str, str],
    supersedes: Document | None,
    guard: Callable[[], None] | None,
    *,
    by: Staff,
    at: datetime,
) -> Document:
    if guard:
        guard()
    free = Series.objects.filter(pk=made.series.pk, last=made.place - 1)
    if not free.update(last=made.place):
        raise _NumberTaken
    about_kind, ref = about
    try:
        with transaction.atomic():
            document: Document = Document.objects.create(
                kind=notice.kind, series=made.series, place=made.place, number=made.number, title=made.content["title"],
                issuer=notice.issuer, about_kind=about_kind, about=ref, content=made.content, docx=made.docx,
                pdf=made.pdf, digest=made.digest, template=made.template, template_digest=made.template_digest,
                dated_on=notice.dated_on, issued_by=by, issued_at=at, supersedes=supersedes,
            )  # fmt: skip
    except IntegrityError:  # one original of a subject, one successor of a document
        raise Stale(REPLACED) from None
    Receipt.objects.bulk_create([Receipt(document=document, unit=unit) for unit in notice.addressees])
    facts = {
        "kind": document.kind, "number": document.number, "digest": document.digest, "addressees": len(notice.addressees),
        **({"supersedes": supersedes.number} if supersedes else {}),
    }  # fmt: skip
    audit_log.record(
        chain=notice.issuer.code, by=by.staff_no, at=at, verb="document.issued", about="document", ref=document.ref, facts=facts
    )  # fmt: skip
    return document
