"""Files of a plan: each change makes a plan version, as any other edit does."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...core.errors import Refused
from ...core.pages import require_at
from ...core.verdict import Reason, refused
from ...organisation.models import Staff
from ..models import Attachment, Campaign
from . import drafting

LARGEST, MOST = 10 * 1024 * 1024, 12
# What a file is by its first bytes: nothing else is kept, whatever its name says.
KINDS = {".pdf": b"%PDF-", ".docx": b"PK\x03\x04", ".xlsx": b"PK\x03\x04", ".png": b"\x89PNG\r\n\x1a\n"}

WRONG_KIND = Reason("attachment_kind", _("附件须是 PDF、Word、Excel 或 PNG 文件，且内容与扩展名相符。"))
TOO_LARGE = Reason("attachment_size", _("附件不得为空，也不得超过 10 MB。"), remedy=_("请压缩或拆分后再上传。"))
TOO_MANY = Reason("attachment_count", _("一个方案最多 {most} 个附件。"), {"most": MOST}, _("请先删除不用的附件。"))


@transaction.atomic
def attach(
    campaign: Campaign, *, kind: str, name: str, content: bytes, version: int, by: Staff, at: datetime
) -> Attachment:
    """Keep the file with the plan; a plan under decision is a draft again."""
    require_at(by, "campaign.draft", campaign.unit)
    _check(name, content)
    if Attachment.objects.everyone().filter(campaign=campaign).count() >= MOST:
        raise Refused(refused(TOO_MANY))
    drafting.begin_edit(campaign, version=version, by=by, at=at)
    made: Attachment = Attachment.objects.create(
        campaign=campaign, kind=Attachment.Kind(kind), name=name[-120:], content=content,
        digest=hashlib.sha256(content).hexdigest(), size=len(content), by=by, at=at,
    )  # fmt: skip
    drafting.end_edit(campaign, "campaign.attached", by=by, at=at, file=made.digest, kind=kind)
    return made


@transaction.atomic
def detach(attachment: Attachment, *, version: int, by: Staff, at: datetime) -> None:
    """Take the file off the plan; earlier plan versions still name its digest."""
    campaign = attachment.campaign
    require_at(by, "campaign.draft", campaign.unit)
    drafting.begin_edit(campaign, version=version, by=by, at=at)
    digest = attachment.digest
    attachment.delete()
    drafting.end_edit(campaign, "campaign.detached", by=by, at=at, file=digest)


def _check(name: str, content: bytes) -> None:
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if not content or len(content) > LARGEST:
        raise Refused(refused(TOO_LARGE))
    if ending not in KINDS or not content.startswith(KINDS[ending]):
        raise Refused(refused(WRONG_KIND))
