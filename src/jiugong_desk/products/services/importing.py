"""A product table comes in: kept as cells, looked at, then committed as one. Nothing that stands is overwritten."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...core.errors import Refused, Stale
from ...core.pages import require
from ...core.verdict import Reason, refused
from ...organisation.models import Staff
from ..bridge import Cells
from ..changes import TERMS, Change, Comparison, compare, is_usage, said
from ..models import Product, Quota, Rate, Revision, Upload
from ..table import OWN, measure_of

State = Upload.State
LEAST_REASON, LONGEST_REASON = 4, 200
LEFT = timedelta(days=7)
REVIEW_AGAIN = _("请核对新的变动后再提交。")

NO_POST = Reason("no_post", _("您没有任职机构，不能维护产品。"), remedy=_("请系统管理员维护任职。"))
FAULTY = Reason("faulty_table", _("表中还有错误，不能导入。"), remedy=_("请在文件中更正后重新上传。"))
NOTHING = Reason("nothing_changes", _("这张表没有任何变动，不需要导入。"))
IS_IN = Reason("upload_is_in", _("这张表已经导入。"), remedy=_("请刷新页面。"))
MOVED_ON = Reason("catalogue_moved_on", _("核对之后，产品目录又有改动。"), remedy=REVIEW_AGAIN)
REASON_NEEDED = Reason(
    "reason_needed", _("更正已有的利率、额度或产品要素，请写明原因（至少 4 个字）。"), remedy=_("原因记入历史和审计。")
)
LONG_REASON = Reason("long_reason", _("原因超过 {most} 字。"), {"most": LONGEST_REASON}, _("请删减后再提交。"))


@transaction.atomic
def keep(cells: Cells, *, name: str, digest: str, by: Staff, at: datetime) -> Upload:
    """The cells of a file, to be looked at; what was left for a week goes."""
    require(by, "product.manage")
    Upload.objects.filter(state=State.REVIEW, at__lt=at - LEFT).delete()
    held = {
        "headers": cells.headers, "rows": cells.rows, "doubles": cells.doubles, "broken": cells.broken,
        "misshapen": cells.misshapen,
    }  # fmt: skip
    made = Upload.objects.create(name=name[-120:], digest=digest, cells=held, by=by, at=at)
    made.refresh_from_db()  # as JSON gives them back: rows are lists
    return made


@transaction.atomic
def commit(upload: Upload, *, seen: str, reason: str, by: Staff, at: datetime) -> dict[str, int]:
    """Everything that the file changes, or nothing; how many of what. `seen`: the digest of the comparison that was shown."""
    require(by, "product.manage")
    if by.home is None:
        raise Refused(refused(NO_POST))
    reason = " ".join(reason.split())
    row = Upload.objects.filter(pk=upload.pk, state=State.REVIEW)
    if row.update(state=State.COMMITTED, committed_at=at, committed_by=by, reason=reason[:LONGEST_REASON]) != 1:
        raise Stale(IS_IN)
    found = compare(upload)
    _check(found, seen, reason)
    try:
        with transaction.atomic():
            for change in found.changes:
                _apply(change, reason=reason, by=by, at=at)
    except IntegrityError:  # two tables at once
        raise Stale(MOVED_ON) from None
    Upload.objects.filter(pk=upload.pk).update(counts=found.counts)
    upload.refresh_from_db()
    facts = {"content": upload.digest, "reason": upload.reason, **found.counts, "corrected": _corrected(found)}
    audit_log.record(
        chain=by.home.code,
        by=by.staff_no,
        at=at,
        verb="products.imported",
        about="product",
        ref=upload.ref,
        facts=facts,
    )
    return found.counts


def _check(found: Comparison, seen: str, reason: str) -> None:
    if found.faults:
        raise Refused(refused(FAULTY))
    if not found.lines:
        raise Refused(refused(NOTHING))
    if found.digest != seen:
        raise Stale(MOVED_ON)
    if found.needs_reason and len(reason) < LEAST_REASON:
        raise Refused(refused(REASON_NEEDED))
    if len(reason) > LONGEST_REASON:
        raise Refused(refused(LONG_REASON))


def _corrected(found: Comparison) -> list[list[str]]:
    """Every correction, from old to new, in the record."""
    return [[line.code, str(line.what), line.before, line.after] for line in found.lines if line.grave]


def _apply(change: Change, *, reason: str, by: Staff, at: datetime) -> None:
    product = change.product
    if product is None:
        own = {name: value for name, value in change.own.items() if value is not None}
        product = Product.objects.create(code=change.entry.code, **own)
    elif change.own:
        _revise(product, change, reason=reason, by=by, at=at)
    kept = {"product": product, "entered_by": by, "entered_at": at}
    for cell, rate in change.rates:
        Rate.objects.create(
            effective_from=cell.effective_from, percent=cell.percent, percent_high=cell.percent_high,
            corrects=rate, reason=reason if rate else "", **kept,
        )  # fmt: skip
    for cell_, quota in change.quotas:
        used = cell_.used if cell_.used is not None else quota.used if quota else 0
        why = "" if quota is None else str(_("额度用量更新")) if is_usage(cell_, quota) else reason
        Quota.objects.create(
            starts_on=cell_.starts_on, ends_on=cell_.ends_on, total=cell_.total, used=used,
            measure=measure_of(product.category), corrects=quota, reason=why, **kept,
        )  # fmt: skip


def _revise(product: Product, change: Change, *, reason: str, by: Staff, at: datetime) -> None:
    row = Product.objects.filter(pk=product.pk, version=product.version)
    if row.update(version=product.version + 1, **change.own) != 1:
        raise Stale(MOVED_ON)
    changes = {
        name: [said(getattr(product, name)), said(change.own[name])] for name in (*OWN, *TERMS) if name in change.own
    }
    Revision.objects.create(product=product, at=at, by=by, changes=changes, reason=reason)
