"""Consents and refusals that come with the bank's extract.

An extract may always withdraw. It may grant, except where somebody here recorded the customer's withdrawal: the core
system may not know of it yet, and a refusal is final. It adds to the do-not-call list and never takes off. An empty
cell says nothing. Loading the same extract again adds nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from ..audit import services as audit_log
from ..customers import bridge
from ..customers.loading import loader_home, lock_loads
from ..customers.models import Customer
from ..organisation.models import Staff
from .channels import Channel
from .models import ConsentRecord, DoNotCall
from .queries import MARKETING

if TYPE_CHECKING:
    from jiugong.warehouse import Snapshot

COLUMNS = ("customer_id", "consent_call", "consent_sms", "do_not_call")
FROM_EXTRACT = "extract"
BATCH = 1_000


@dataclass(frozen=True)
class ConsentLoad:
    """Entries added to the ledger, grants left out because the customer withdrew here, refusals added to the list."""

    granted: int
    withdrawn: int
    kept_withdrawn: int
    do_not_call: int

    @property
    def wrote(self) -> bool:
        return any((self.granted, self.withdrawn, self.do_not_call))


def load_consents(snapshot: Snapshot, *, by: Staff, at: datetime) -> ConsentLoad:
    """Take over what the extract says of consents, in one transaction with one audit record if anything changed."""
    home = loader_home(by)
    with transaction.atomic():
        result = take_over_consents(snapshot, at=at)
        if result.wrote:
            facts = {**asdict(result), "as_of": snapshot.as_of.isoformat(), "snapshot": snapshot.digest}
            audit_log.record(
                chain=home.code, by=by.staff_no, at=at, verb="consents.loaded", about="snapshot",
                ref=snapshot.as_of.isoformat(), facts=facts,
            )  # fmt: skip
    return result


def take_over_consents(snapshot: Snapshot, *, at: datetime, batch: str = "") -> ConsentLoad:
    """Inner verb, in the caller's transaction, which audits. `batch` is written to what is added, for an undo."""
    lock_loads()
    said = {row[0]: row[1:] for row in bridge.rows(snapshot.read("customers"), COLUMNS)}
    numbers = dict(Customer.objects.everyone().values_list("customer_no", "pk"))
    calls = {numbers[no]: call for no, (call, _, _) in said.items() if no in numbers and call is not None}
    sms = {numbers[no]: sms for no, (_, sms, _) in said.items() if no in numbers and sms is not None}
    refusing = {numbers[no] for no, (_, _, never) in said.items() if no in numbers and never}
    evidence = _evidence(snapshot.as_of, batch)
    added: list[ConsentRecord] = []
    kept = _differences(Channel.CALL, calls, evidence, at, added)
    kept += _differences(Channel.SMS, sms, evidence, at, added)
    ConsentRecord.objects.bulk_create(added, batch_size=BATCH)
    return ConsentLoad(
        granted=sum(entry.granted for entry in added),
        withdrawn=sum(not entry.granted for entry in added),
        kept_withdrawn=kept,
        do_not_call=_refuse(refusing, at, _source(batch)),
    )


def take_back_consents(batch: str, as_of: date, *, at: datetime) -> int:
    """Inner verb of an import's undo, before the restored snapshot is taken over: how many entries that was.

    What the import granted is withdrawn, since nothing else is known to stand behind it; whom it put on the
    do-not-call list it takes off. What the restored snapshot says of them is then added by `take_over_consents`.
    """
    evidence = _evidence(as_of, batch)
    theirs = ConsentRecord.objects.filter(by=None, evidence=evidence, granted=True)
    ledger = ConsentRecord.objects.filter(purpose=MARKETING, customer__in=theirs.values("customer"))
    newest = {row[:2]: row[2:] for row in ledger.order_by("at", "pk").values_list("customer_id", "channel", "granted", "evidence")}  # fmt: skip
    withdrawn = [
        ConsentRecord(
            customer_id=pk, channel=channel, granted=False, text_version="", at=at, evidence=f"撤销数据导入 {batch}"
        )
        for (pk, channel), last in sorted(newest.items())
        if last == (True, evidence)  # nothing was recorded since
    ]
    ConsentRecord.objects.bulk_create(withdrawn, batch_size=BATCH)
    taken_off, _ = DoNotCall.objects.filter(source=_source(batch), by=None).delete()
    return len(withdrawn) + taken_off


def _evidence(as_of: date, batch: str) -> str:
    """The extract does not tell which text was agreed to; the ledger speaks the bank's language."""
    return f"数据导入 {as_of.isoformat()}" + (f" 批次 {batch}" if batch else "")


def _source(batch: str) -> str:
    return f"{FROM_EXTRACT}:{batch}" if batch else FROM_EXTRACT


def _differences(
    channel: Channel, said: dict[int, bool], evidence: str, at: datetime, added: list[ConsentRecord]
) -> int:
    """Append the entries that the ledger lacks; how many grants a withdrawal recorded here outweighs."""
    kept = 0
    ledger = ConsentRecord.objects.filter(purpose=MARKETING, channel=channel).order_by("at", "pk")
    newest = {pk: (granted, by) for pk, granted, by in ledger.values_list("customer_id", "granted", "by_id").iterator()}
    for pk, granted in sorted(said.items()):
        before, by = newest.get(pk, (None, None))
        if granted == before:
            continue
        if granted and before is False and by is not None:
            kept += 1
            continue
        added.append(
            ConsentRecord(customer_id=pk, channel=channel, granted=granted, text_version="", evidence=evidence, at=at)
        )
    return kept


def _refuse(customers: set[int], at: datetime, source: str) -> int:
    new = sorted(customers - set(DoNotCall.objects.values_list("customer_id", flat=True)))
    DoNotCall.objects.bulk_create(
        (DoNotCall(customer_id=pk, since=at, source=source) for pk in new),
        batch_size=BATCH,
        ignore_conflicts=True,  # somebody refused on the telephone this very moment
    )
    return len(new)
