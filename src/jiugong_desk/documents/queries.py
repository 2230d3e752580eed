"""The archive, one document with its receipts, what waits for whom, and the template in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from ..core.clock import bank_date
from ..organisation.models import Staff
from ..organisation.permissions import granted
from . import bridge
from .models import Document, Receipt, Template

FILES = ("docx", "pdf", "content")  # what a list does not read


@dataclass(frozen=True)
class Line:
    """A receipt. `days`: since it was issued, where nobody has acknowledged it."""

    receipt: Receipt
    days: int | None


def posts_that_acknowledge(staff: Staff) -> list[int]:
    """The units that somebody speaks for: those at which a post of his carries the permission."""
    if not staff.is_active:
        return []
    return [posting.unit_id for posting in staff.current_postings if granted([posting.role], "document.acknowledge")]


def _outstanding(staff: Staff) -> QuerySet[Receipt]:
    """What waits for this person's word. A document that another has replaced waits for nobody."""
    rows: QuerySet[Receipt] = Receipt.objects.everyone().filter(
        unit__in=posts_that_acknowledge(staff), acknowledged_at=None, document__superseded_by=None
    )
    return rows


def count_for(staff: Staff, now: datetime) -> int:
    """How many documents wait to be acknowledged by this person (one query)."""
    if not posts_that_acknowledge(staff):
        return 0
    return _outstanding(staff).values("document").distinct().count()


def archive(staff: Staff, *, kind: str = "", year: str = "", waiting: bool = False) -> QuerySet[Document]:
    """What this person may read; what waits for him first, then the newest."""
    rows: QuerySet[Document] = Document.objects.visible_to(staff).select_related("issuer", "superseded_by")
    if kind:
        rows = rows.filter(kind=kind)
    if year.isascii() and year.isdigit() and len(year) == 4:
        rows = rows.filter(series__year=int(year))
    mine = Exists(_outstanding(staff).filter(document=OuterRef("pk")))
    rows = rows.annotate(
        waiting=mine,
        addressees=Count("receipts"),
        acknowledged=Count("receipts", filter=Q(receipts__acknowledged_at__isnull=False)),
    )
    if waiting:
        rows = rows.filter(waiting=True)
    unread = [*FILES, *(f"superseded_by__{name}" for name in FILES)]
    return rows.defer(*unread).order_by("-waiting", "-issued_at", "-id")


def kinds_and_years(staff: Staff) -> tuple[list[str], list[int]]:
    """What the archive can be narrowed to."""
    rows = Document.objects.visible_to(staff).order_by()
    return (
        sorted(rows.values_list("kind", flat=True).distinct()),
        sorted(rows.values_list("series__year", flat=True).distinct(), reverse=True),
    )


def receipts(document: Document, staff: Staff, *, now: datetime) -> list[Line]:
    """The addressees, as far as this person may see them; the ones that have not answered first."""
    rows = Receipt.objects.visible_to(staff).filter(document=document).select_related("unit", "acknowledged_by")
    waited = (bank_date(now) - bank_date(document.issued_at)).days
    lines = [Line(row, None if row.acknowledged_at else waited) for row in rows]
    return sorted(lines, key=lambda line: line.days is None)


def mine(document: Document, staff: Staff) -> list[Receipt]:
    """The receipts that wait for this person's word, also of a document that has been replaced."""
    rows = Receipt.objects.visible_to(staff).filter(document=document, acknowledged_at=None)
    return list(rows.filter(unit__in=posts_that_acknowledge(staff)).select_related("unit"))


def of_subject(about_kind: str, about: str, staff: Staff) -> list[Document]:
    """What was issued about one matter, the newest first, as far as this person may read it."""
    rows = Document.objects.visible_to(staff).filter(about_kind=about_kind, about=about)
    return list(rows.select_related("issuer", "superseded_by").defer(*FILES))


def standing(about_kind: str, about: str, kind: str) -> Document | None:
    """The document of this kind that no other has replaced."""
    rows = (
        Document.objects.everyone()
        .filter(about_kind=about_kind, about=about, kind=kind, superseded_by=None)
        .defer(*FILES)
    )
    found: Document | None = rows.first()
    return found


def last_word(issuer_id: int) -> str:
    """The word of the last number that this unit gave out; nothing before the first."""
    rows = Document.objects.everyone().filter(issuer=issuer_id).order_by("-id")
    return rows.values_list("series__word", flat=True).first() or ""


def in_force() -> Template | None:
    """The bank's own template; None while it uses the one that comes with the installation."""
    return Template.objects.exclude(activated_at=None).order_by("-activated_at", "-id").first()


def template_bytes(template: Template | None) -> bytes:
    return bridge.default_template() if template is None else bytes(template.docx)


def outline(template: Template) -> list[tuple[str, str]]:
    """The style and the text of each paragraph of the trial that says something."""
    named = {"Footer": _("页脚"), "Header": _("页眉"), "Normal": _("无样式"), "": _("无样式")}
    return [(named.get(style, style), text) for style, text in template.outline if text.strip()]


def templates() -> QuerySet[Template]:
    return Template.objects.select_related("uploaded_by", "activated_by").defer("docx", "trial", "outline")
