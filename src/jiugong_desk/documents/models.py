"""Issued documents with their numbers and receipts, and the Word templates that a bank edits."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter
from .content import digest_of


class Template(models.Model):
    """A Word template as the bank uploaded it; the newest that was activated is in force.

    Where none was, the one that comes with the installation. `trial` is a sample document made from it, and `outline`
    the style and the text of each of its paragraphs.
    """

    ref = RefField()
    version = models.PositiveIntegerField(unique=True)
    note = models.CharField(_("修改说明"), max_length=200)
    docx = models.BinaryField()
    digest = models.CharField(max_length=64)
    trial = models.BinaryField()
    outline = models.JSONField()
    uploaded_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    activated_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    activated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(activated_by=None, activated_at=None)
                | Q(activated_by__isnull=False, activated_at__isnull=False),
                name="template_activated_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class Series(models.Model):
    """The numbers of one unit, word and year: `last` was given out, the next is one more."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    word = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "word", "year"], name="one_series")]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕 {self.last}"


def _posts(staff: Staff) -> list[int]:
    """The units of the posts that somebody holds."""
    return [posting.unit_id for posting in staff.current_postings] if staff.is_active else []


class DocumentQuerySet(ScopedQuerySet["Document"]):
    def visible_to(self, staff: Staff) -> DocumentQuerySet:
        """What was issued or received at or below the viewer's unit, and whatever his own unit received."""
        if not staff.may("document.view"):
            return self.none()
        issued = unit_filter(staff, "issuer__path")
        if issued is not None and not issued:
            return self
        receipts = Receipt.objects.everyone().filter(unit__in=_posts(staff))
        seen = Q(pk__in=receipts.values("document"))
        if issued is not None:
            below = Receipt.objects.everyone().filter(unit_filter(staff) or Q())
            seen |= issued | Q(pk__in=below.values("document"))
        return self.filter(seen)


class Document(ScopedModel):
    """What was issued, word for word. No row is ever changed or deleted: a trigger refuses it, whoever asks.

    `about` and `about_kind` name the subject in the room above. `digest` covers content, Word file and PDF. A
    correction is another document that `supersedes` this one.
    """

    ref = RefField()
    kind = models.CharField(max_length=20)
    series = models.ForeignKey(Series, models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    issuer = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    about_kind = models.CharField(max_length=20)
    about = models.CharField(max_length=40)
    content = models.JSONField()
    docx = models.BinaryField()
    pdf = models.BinaryField()
    digest = models.CharField(max_length=64)
    template = models.ForeignKey(Template, models.PROTECT, null=True, blank=True, related_name="+")
    template_digest = models.CharField(max_length=64)
    dated_on = models.DateField()
    issued_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(DocumentQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-issued_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "place"], name="number_given_once"),
            models.UniqueConstraint(
                fields=["about_kind", "about", "kind"], condition=Q(supersedes=None), name="one_original_per_subject"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["about_kind", "about"], name="document_about")]
        verbose_name = _("文件")

    def __str__(self) -> str:
        return self.number

    @property
    def is_untouched(self) -> bool:
        """Whether content and files are still those that were issued."""
        return self.digest == digest_of(self.content, bytes(self.docx), bytes(self.pdf))


class ReceiptQuerySet(ScopedQuerySet["Receipt"]):
    def visible_to(self, staff: Staff) -> ReceiptQuerySet:
        """Those of one's own unit and of the units below; all of what one's own unit or one below issued."""
        if not staff.may("document.view"):
            return self.none()
        received, issued = unit_filter(staff), unit_filter(staff, "document__issuer__path")
        if received is not None and not received:
            return self
        own = Q(unit__in=_posts(staff))
        return self.filter(own if received is None or issued is None else own | received | issued)


class Receipt(ScopedModel):
    """One addressee of a document, and who there said that it had come."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="receipts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    acknowledged_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(ReceiptQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["unit__path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "unit"], name="one_receipt_per_addressee"),
            models.CheckConstraint(
                condition=Q(acknowledged_by=None, acknowledged_at=None)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="receipt_acknowledged_by_somebody",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "acknowledged_at"], name="receipt_outstanding")]

    def __str__(self) -> str:
        return f"{self.document_id} at {self.unit_id}"
