"""The long work of a batch, done by the worker: read, preview, commit, undo, purge. Each may be killed and begun again."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import Any

from django.conf import settings as desk_settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..audit import services as audit_log
from ..consent.loading import take_back_consents
from ..core import clock
from ..core.errors import Refused, hold
from ..core.pages import require
from ..core.verdict import Reason, refused
from ..customers import loading as customers
from ..customers import portfolio, removal, standings
from ..jobs.models import Job
from ..jobs.running import Run
from ..organisation.services.acting import COMMAND_LINE
from . import bridge, checking, desk, folder, labels, rules
from .comparing.bridge import weigh
from .folder import CHANGES
from .models import Batch, SourceSetting
from .queries import undo_verdict
from .storing import bridge as storing
from .values import Checked, LaterLoads

READ, PREVIEW, COMMIT, UNDO, PURGE = (f"imports.{name}" for name in ("read", "preview", "commit", "undo", "purge"))
State = Batch.State
STEPS = {
    "read": _("读取文件"),
    "check": _("逐行检查"),
    "weigh": _("与现有数据比较"),
    "warehouse": _("写入数据仓库"),
    "segment": _("计算客户分级"),
    "customers": _("更新客户"),
    "loans": _("更新贷款"),
    "balances": _("更新余额"),
}
ENDED = (State.COMMITTED, State.UNDONE, State.DISCARDED)
WAITING_FOR_A_PERSON = (State.UNREADABLE, State.REVIEW, State.READY)
REMEMBERED = ("encoding", "separator", "header_row", "sheet", "columns", "units", "dates", "constants", "values")


def batch_of(job: Job) -> Batch | None:
    found: Batch | None = Batch.objects.everyone().filter(ref=job.arguments.get("ref", "")).select_related("unit", "by").first()  # fmt: skip
    return found


def address(job: Job) -> str:
    return reverse("import_batch", kwargs={"ref": job.arguments["ref"]}) if batch_of(job) else ""


def about(job: Job) -> str:
    """`批次 15 · 核心系统日报 · 贷款`: never the file's name, which may be a person's."""
    batch = batch_of(job)
    if batch is None:
        return ""
    words = [_("批次 {number}").format(number=batch.pk), batch.source, labels.table(batch.table or batch.asked_table)]
    return " · ".join(word for word in words if word)


def undone(job: Job, reason: Reason) -> None:
    """The batch waits for a person again. What a commit brought into the warehouse and not onto the pages is taken back:
    else it would stand in the way of everybody's next load.
    """
    batch = batch_of(job)
    if batch is None:
        return
    back: dict[str, str] = {State.READING: State.UNREADABLE, State.WEIGHING: State.REVIEW}
    in_warehouse = storing.holds_batch(batch.as_of, batch.name)
    attempt = batch.attempt
    if batch.state == State.COMMITTING and (not in_warehouse or _taken_back(batch)):
        back[State.COMMITTING] = State.READY
        attempt += 1
    if batch.state == State.UNDOING and in_warehouse:
        back[State.UNDOING] = State.COMMITTED
    error = f"{reason} {reason.remedy}".strip()
    Batch.objects.everyone().filter(pk=batch.pk, state=batch.state).update(
        state=back.get(batch.state, batch.state), error_code=reason.code, error=error, attempt=attempt,
        revision=batch.revision + 1,
    )  # fmt: skip
    if reason.code == bridge.FORBIDDEN:  # what must not be held is not kept either
        transaction.on_commit(lambda: folder.remove(batch.ref))


def _taken_back(batch: Batch) -> bool:
    """False where later loads stand on it by now: then it stays in hand, to be finished."""
    try:
        storing.undo(batch.as_of, batch.name)
    except (LaterLoads, Refused):
        return False
    return True


def _going(run: Run, state: str) -> Batch | None:
    """The batch, if it still waits for this work: done before, there is nothing to do."""
    batch = batch_of(run.job)
    return batch if batch is not None and batch.state == state else None


def read(run: Run) -> None:
    """The file's cells, what they mean, and what is wrong with them."""
    batch = _going(run, State.READING)
    if batch is None:
        return
    run.report("read")
    _read_cells(batch)
    run.check()
    sheet = checking.as_read(batch)
    batch.table = batch.table or batch.asked_table or bridge.guess_table(sheet, batch.file_name)
    if "columns" not in batch.settings:
        batch.settings = {**_remembered(batch, batch.table), **batch.settings}
    found_out = bridge.detect(
        sheet, batch.table, batch.settings, as_of=batch.as_of, name=batch.file_name, known=checking.known()
    )
    batch.detected = found_out | {"reading": _reading(batch)}
    found = None
    if not (batch.detected["missing"] or batch.detected["twice"]):
        run.report("check")
        found = checking.checked(batch)
    with transaction.atomic():
        if found is not None:
            checking.write_faults(batch, found)
            batch.counts = checking.counts_of(batch, found)
        else:
            batch.faults.all().delete()
            batch.counts = {"read": batch.detected["rows"]}
        _save(batch, State.READING, state=State.REVIEW, error_code="", error="")
        run.result = {"read": batch.counts["read"], "bad": batch.counts.get("bad", 0)}
        run.finish()


def _read_cells(batch: Batch) -> None:
    """Only where the cells are not there as they should be read now. What a source's memory cannot read is read afresh."""
    cells = checking.cells_file(batch)
    if cells.exists() and batch.detected.get("reading") == _reading(batch):
        return
    path = folder.original(batch.ref, ending_of(batch.file_name))
    remembered = {} if batch.settings else _remembered(batch, batch.asked_table)
    if any(remembered.get(key) for key in bridge.READING):
        try:
            bridge.read_cells(path, cells, remembered, name=batch.file_name)
        except Refused:
            pass
        else:
            batch.settings = {key: remembered[key] for key in bridge.READING if remembered.get(key)}
            return
    bridge.read_cells(path, cells, batch.settings, name=batch.file_name)


def ending_of(file_name: str) -> str:
    return os.path.splitext(file_name)[1].lower()


def _reading(batch: Batch) -> dict[str, Any]:
    return {key: batch.settings[key] for key in bridge.READING if batch.settings.get(key)}


def _remembered(batch: Batch, table: str) -> dict[str, Any]:
    found = SourceSetting.objects.filter(unit=batch.unit, name=batch.source, table=table).first()
    return dict(found.settings) if found else {}


def preview(run: Run) -> None:
    """The whole file once more, and what it would do to what stands."""
    batch = _going(run, State.WEIGHING)
    if batch is None:
        return
    run.report("check")
    found = checking.checked(batch)
    run.check()
    counts = checking.counts_of(batch, found)
    if not counts["good"]:
        raise Refused(refused(rules.NOTHING))
    checking.refuse_outside(found, run.job.by or batch.by)
    run.report("weigh")
    newest = customers.newest_date()
    compared = weigh(found.tables, batch.as_of, _terms(batch, found))
    folder.write_private(folder.of(batch.ref) / CHANGES, json.dumps(compared.examples, ensure_ascii=False))
    weighed = {
        "tables": compared.tables,
        "sums": {table: {name: str(total) for name, total in sums.items()} for table, sums in found.sums.items()},
        "checked": {key: counts[key] for key in ("read", "left_out", "bad", "good")},
        "stands": storing.stands(batch.as_of),
        "older_than": newest.isoformat() if newest and batch.as_of < newest else "",
    }
    with transaction.atomic():
        checking.write_faults(batch, found)
        _save(batch, State.WEIGHING, state=State.READY, counts=counts, preview=weighed, error_code="", error="")
        run.finish()


def _terms(batch: Batch, found: Checked) -> Any:
    afresh = sorted(found.tables) if batch.whole else []
    return storing.terms(batch.name, mode=batch.mode, at=batch.at.isoformat(), as_of=batch.as_of, afresh=afresh)


def commit(run: Run) -> None:
    """Into the warehouse as one batch (which is done once, by its name), then into the desk with the job's own end."""
    batch = _going(run, State.COMMITTING)
    if batch is None:
        return
    by = batch.committed_by or batch.by
    require(by, "data.load")
    run.report("check")
    found = checking.checked(batch)
    counts = checking.counts_of(batch, found)
    if {key: counts[key] for key in batch.preview["checked"]} != batch.preview["checked"]:
        raise Refused(refused(rules.CHANGED))
    checking.refuse_outside(found, by)
    run.check()
    if not storing.holds_batch(batch.as_of, batch.name) and storing.stands(batch.as_of) != batch.preview["stands"]:
        raise Refused(refused(rules.STANDS_OTHERWISE))
    run.report("warehouse")
    snapshot, tables = storing.load(found.tables, batch.as_of, _terms(batch, found))
    with storing.fitting():
        newest = customers.newest_date()
        ready = None if newest and batch.as_of < newest else desk.prepared(snapshot, run.report)
        with transaction.atomic():
            customers.lock_loads()
            taken = None
            if ready:
                taken = desk.take_over(ready, at=run.at, report=run.report, batch=batch.name, said_as=batch.said_as)
            checking.write_listed(batch, found)
            facts = {"tables": tables, "snapshot": snapshot.digest, "corrected": batch.corrections.count(), **counts}
            facts["desk"] = taken.facts() if taken else {}
            _save(
                batch, State.COMMITTING, state=State.COMMITTED, committed_at=run.at, error_code="", error="",
                result={key: facts[key] for key in ("tables", "desk", "corrected", "read", "good", "bad", "left_out")}
                | {"absent": checking.absent(found) if taken else 0},
            )  # fmt: skip
            _remember(batch)
            _forget_cells(batch)
            _audit(batch, "import.committed", by=by.staff_no, run=run, facts=_plain(batch, facts))
            run.result = {"loaded": counts["good"]}
            run.finish()
    _remove_folder(batch, run)


def _plain(batch: Batch, facts: dict[str, Any]) -> dict[str, Any]:
    """What the audit log keeps of a commit: counts, fingerprints, and the reason for what differed."""
    rows = {name: {kind: n for kind, n in counts.items() if n} for name, counts in facts["tables"].items()}
    kept = {key: facts[key] for key in ("read", "good", "bad", "left_out", "corrected", "snapshot")}
    people = {key: value for key, value in facts["desk"].items() if value and key != "as_of"}
    return {
        **kept, "as_of": batch.as_of.isoformat(), "mode": batch.mode, "content": batch.content, "rows": rows,
        "desk": people, "reason": batch.control.get("reason", ""), "control": _control(batch),
    }  # fmt: skip


def _control(batch: Batch) -> dict[str, Any]:
    """The figures that were typed, where they were, each beside what was found."""
    typed, found = batch.control, {"rows": batch.preview["checked"]["read"], "amount": batch.control.get("found")}
    return {name: [typed[name], found[name]] for name in found if typed.get(name) is not None}


def undo(run: Run) -> None:
    """Out of the warehouse, then out of the desk with the job's own end."""
    batch = _going(run, State.UNDOING)
    if batch is None:
        return
    by = batch.undone_by or batch.by
    require(by, "data.load")
    in_desk = bool(batch.result.get("desk"))
    before = folder.of(batch.ref) / "before.json"
    if storing.holds_batch(batch.as_of, batch.name):
        hold(undo_verdict(batch, going=True))
        run.check()
        folder.write_private(before, json.dumps(storing.keys_of(storing.find_snapshot(batch.as_of))))
        run.report("warehouse")
        try:
            storing.undo(batch.as_of, batch.name)  # from here on only `before` knows what was there
        except LaterLoads as later:
            raise Refused(rules.stand_on_it(_numbers(later.batches))) from None
    storing.drop_bare_date(batch.as_of)
    snapshot = storing.base_of(batch.as_of)
    back = snapshot is not None and snapshot.as_of < batch.as_of  # the date went with its only batch
    ready = desk.prepared(snapshot, run.report) if in_desk else None
    gone = _gone(json.loads(before.read_text(encoding="utf-8")), storing.keys_of(snapshot)) if in_desk else {}
    with transaction.atomic():
        customers.lock_loads()
        facts: dict[str, Any] = {"as_of": batch.as_of.isoformat(), "mode": batch.mode}
        if in_desk:
            facts["withdrawn"] = sum(
                take_back_consents(name, batch.as_of, at=run.at) for name in (batch.said_as, batch.name)
            )  # an earlier version wrote the name
            facts["removed"], facts["kept"] = removal.remove(removal.brought_by(batch.name))
            portfolio.forget(loans=gone["loans"], balances_of=gone["balances"], maturities_of=gone["maturities"])
            if ready and back:
                facts["back_to"] = ready.snapshot.as_of.isoformat()
                facts["restored"] = desk.go_back(ready, batch.as_of, at=run.at, report=run.report, batch=batch.name)
            elif ready:
                taken = desk.take_over(ready, at=run.at, report=run.report, anew=True)
                facts["restored"] = taken.customers.changed
            else:  # the batch was all that this date had
                standings.forget(batch.as_of)
        batch.listed.all().delete()
        result = batch.result | {"undo": facts}
        _save(batch, State.UNDOING, state=State.UNDONE, undone_at=run.at, result=result, error_code="", error="")
        _audit(batch, "import.undone", by=by.staff_no, run=run, facts=facts)
        run.finish()
    _remove_folder(batch, run)


def _numbers(names: tuple[str, ...]) -> list[str]:
    """The batches as the steward knows them; loads of the command line by their own names."""
    known = {batch.name: str(batch.pk) for batch in Batch.objects.everyone().filter(state=State.COMMITTED)}
    return [known.get(name, name) for name in names]


def _gone(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, set[str]]:
    return {name: set(keys) - set(after[name]) for name, keys in before.items()}


def purge(run: Run) -> None:
    """Files and cells of batches that ended, of those that nobody finished in time, and of none at all."""
    late = run.at - timedelta(days=desk_settings.IMPORT_DAYS)
    for batch in Batch.objects.everyone().filter(state__in=WAITING_FOR_A_PERSON, at__lt=late).select_related("unit"):
        with transaction.atomic():
            if _moved(batch, batch.state, state=State.DISCARDED, revision=batch.revision + 1):
                _forget_cells(batch)
                _audit(batch, "import.discarded", by=COMMAND_LINE, run=run, facts={"reason": "expired", "days": desk_settings.IMPORT_DAYS})  # fmt: skip
    for batch in Batch.objects.everyone().filter(state__in=ENDED, purged_at=None):
        _forget_cells(batch)
        _remove_folder(batch, run)
    known = Batch.objects.everyone().filter(Q(purged_at=None) | Q(state=State.UNDOING)).values_list("ref", flat=True)
    for path in folder.others(known, machine=clock.machine_now()):
        folder.remove_path(path)


def _remember(batch: Batch) -> None:
    held = {key: batch.settings[key] for key in REMEMBERED if batch.settings.get(key)}
    SourceSetting.objects.update_or_create(
        unit=batch.unit, name=batch.source, table=batch.table, defaults={"settings": held}
    )


def _forget_cells(batch: Batch) -> None:
    batch.corrections.all().delete()
    batch.faults.all().delete()
    batch.left_out.all().delete()


def _remove_folder(batch: Batch, run: Run) -> None:
    folder.remove(batch.ref)
    Batch.objects.everyone().filter(pk=batch.pk).update(purged_at=run.at)


def _moved(batch: Batch, seen: str, **values: Any) -> bool:
    return bool(Batch.objects.everyone().filter(pk=batch.pk, state=seen).update(**values))


def _save(batch: Batch, seen: str, **values: Any) -> None:
    """Everything that the work found out, if the batch still is in the state that the work began with."""
    held = {name: getattr(batch, name) for name in ("table", "settings", "detected", "counts")}
    if not _moved(batch, seen, **{**held, "revision": batch.revision + 1, **values}):
        raise Refused(refused(rules.CHANGED))


def _audit(batch: Batch, verb: str, *, by: str, run: Run, facts: dict[str, Any]) -> None:
    audit_log.record(chain=batch.unit.code, by=by, at=run.at, verb=verb, about="import", ref=batch.ref, facts=facts)
