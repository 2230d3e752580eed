"""The audit record and the head of each unit's chain. Rows are inserted only: triggers refuse the rest."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AuditChain(models.Model):
    """The end of one unit's chain: the row that writers lock, so that the order is total within the unit."""

    name = models.CharField(max_length=20, primary_key=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return self.name


class AuditRecord(models.Model):
    """One change of state. `facts` is canonical JSON without personal data; `digest` covers every column and `previous`."""

    chain = models.CharField(max_length=20)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=20)
    verb = models.CharField(max_length=40)
    about = models.CharField(max_length=30)
    about_ref = models.CharField(max_length=20)
    facts = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["chain", "number"], name="audit_chain_order")]
        indexes: ClassVar = [
            models.Index(fields=["about", "about_ref"], name="audit_about"),
            models.Index(fields=["at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}#{self.number}"
