"""One batch: how it is read, what it would do, committing and undoing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core.clock import bank_date
from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import get_visible, require
from ...jobs import queries as jobs
from ...jobs.views import progress
from .. import bridge, labels, queries, services, work
from ..forms import CommitForm, DateForm, settings_from
from ..models import Batch
from ..notices import before_the_commit, notices
from ..storing import bridge as storing

VERBS = {
    Batch.State.READING: work.READ,
    Batch.State.WEIGHING: work.PREVIEW,
    Batch.State.COMMITTING: work.COMMIT,
    Batch.State.UNDOING: work.UNDO,
}


def found(request: DeskRequest, ref: str) -> Batch:
    """The batch, if this person may know of it and load data."""
    batch = get_visible(Batch, request.user, ref)
    require(request.user, "data.load")
    return batch


def seen(request: DeskRequest) -> int:
    """The revision that the page showed; -1 for none, which nothing matches."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


@require_GET
def import_batch(request: DeskRequest, ref: str) -> HttpResponse:
    return show(request, found(request, ref))


@require_GET
def import_progress(request: DeskRequest, ref: str) -> HttpResponse:
    batch = found(request, ref)
    verb = VERBS.get(Batch.State(batch.state))
    job = jobs.latest(verb, batch.ref) if verb else None
    if job is None:
        answer = HttpResponse("")
        answer["HX-Refresh"] = "true"
        return answer
    return progress(request, job, poll=request.path)


@require_POST
def import_settings(request: DeskRequest, ref: str) -> HttpResponse:
    batch = found(request, ref)
    table = request.POST.get("table", batch.table)
    table = table if table in bridge.TABLES else batch.table
    settings, day = settings_from(request.POST.dict(), batch), DateForm(request.POST, today=bank_date(request.now))
    if not day.is_valid():
        return show(request, batch, day=day, status=422)
    try:
        services.change(
            batch, settings=settings, table=table, seen=seen(request), by=request.user, at=request.now,
            as_of=day.cleaned_data["as_of"],
        )  # fmt: skip
    except Refused as refusal:
        return show(request, batch, day=day, not_changed=refusal.verdict, status=409)
    return redirect("import_batch", ref=ref)


@require_POST
def import_preview(request: DeskRequest, ref: str) -> HttpResponse:
    batch = found(request, ref)
    mode = request.POST.get("mode", "")
    services.ask_preview(
        batch, mode=mode if mode in Batch.Mode.values else batch.mode, whole="whole" in request.POST,
        seen=seen(request), by=request.user, at=request.now,
    )  # fmt: skip
    return redirect("import_batch", ref=ref)


@require_POST
def import_commit(request: DeskRequest, ref: str) -> HttpResponse:
    batch, form = found(request, ref), CommitForm(request.POST)
    if not form.is_valid():
        return show(request, batch, form=form, status=422)
    try:
        services.ask_commit(
            batch, control=form.control(), column=form.cleaned_data["column"], reason=form.cleaned_data["reason"],
            seen=seen(request), by=request.user, at=request.now,
        )  # fmt: skip
    except Refused as refusal:  # shown beside what was typed
        control = form.control()
        figures = queries.figures(batch, rows=control.count, amount=control.amount, column=form.cleaned_data["column"])
        return show(request, batch, form=form, verdict=refusal.verdict, figures=figures, status=409)
    return redirect("import_batch", ref=ref)


@require_http_methods(["GET", "POST"])
def import_undo(request: DeskRequest, ref: str) -> HttpResponse:
    batch = found(request, ref)
    if request.method == "POST":
        services.ask_undo(batch, seen=seen(request), by=request.user, at=request.now)
        return redirect("import_batch", ref=ref)
    if batch.state != Batch.State.COMMITTED:
        return redirect("import_batch", ref=ref)
    return render(request, "imports/undo.html", {"batch": batch, "undoing": queries.undoing(batch)})


@require_POST
def import_again(request: DeskRequest, ref: str) -> HttpResponse:
    services.try_again(found(request, ref), by=request.user, at=request.now)
    return redirect("import_batch", ref=ref)


@require_POST
def import_discard(request: DeskRequest, ref: str) -> HttpResponse:
    services.discard(found(request, ref), seen=seen(request), by=request.user, at=request.now)
    messages.success(request, _("批次已放弃，文件和内容已删除。"))
    return redirect("imports")


def show(request: DeskRequest, batch: Batch, *, status: int = 200, **extra: Any) -> HttpResponse:
    """The page of the batch in whatever state it is."""
    context: dict[str, Any] = {"batch": batch, "table": labels.table(batch.table), "tables": labels.TABLES.items()}
    context["may_draft"] = request.user.may("campaign.draft")
    verb = VERBS.get(Batch.State(batch.state))
    if verb and (job := jobs.latest(verb, batch.ref)):
        context |= {"shown": jobs.shown(job), "poll": reverse("import_progress", kwargs={"ref": batch.ref})}
    if batch.is_open:
        context |= _review(batch)
    if batch.state == Batch.State.READY:
        context |= {"changes": queries.changes(batch), "columns": queries.control_columns(batch)}
        context["form"] = CommitForm()
        context["needs_reason"] = any(change.gone or change.grave for change in context["changes"])
        context |= {"warnings": before_the_commit(batch), "changed_rows": queries.changed_rows(batch)}
    if batch.state in (Batch.State.COMMITTED, Batch.State.UNDONE):
        context |= {"done": _done(batch), "figures": queries.figures_kept(batch)}
    return render(request, "imports/batch.html", context | extra, status=status)


def _review(batch: Batch) -> dict[str, Any]:
    context: dict[str, Any] = {
        "encodings": labels.ENCODINGS.items(),
        "separators": labels.SEPARATORS.items(),
        "dates": labels.DATES.items(),
        "units": bridge.units().items(),
        "modes": Batch.Mode.choices,
    }
    if batch.table:
        context["columns_of_table"] = queries.column_choices(batch.table)
        words = dict(context["columns_of_table"])
        context["notices"] = notices(batch)
        context["missing"] = [words[name] for name in batch.detected.get("missing", [])]
        context["twice"] = [words[name] for name in batch.detected.get("twice", [])]
    if batch.detected and batch.state != Batch.State.UNREADABLE:
        try:
            context["first_rows"] = queries.first_rows(batch)
        except Refused as refusal:
            context["gone"] = refusal.verdict
    if batch.counts.get("faults"):
        context["kinds"] = queries.fault_kinds(batch)
        context["new_date"] = not storing.date_stands(batch.as_of)
    elif batch.counts:
        context["new_date"] = not storing.date_stands(batch.as_of)
    return context


def _done(batch: Batch) -> list[tuple[str, list[tuple[str, int]]]]:
    return [
        (labels.table(name), [(str(words), said[kind]) for kind, words in labels.COUNTS.items()])
        for name, said in batch.result.get("tables", {}).items()
    ]
