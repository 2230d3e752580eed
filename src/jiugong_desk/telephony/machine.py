"""The door for exchanges: no session, no form token, no page. Who did not sign is told nothing, and writes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..core import clock
from ..core.errors import Refused
from . import message, queries, rules, services
from .bridge import telephony

KEY, STAMP, SIGNATURE = "X-Jiugong-Exchange", "X-Jiugong-Timestamp", "X-Jiugong-Signature"


@csrf_exempt
@login_not_required
@require_POST
def events(request: HttpRequest) -> HttpResponse:
    """Keep one message. 200 also for the same one again; 401 unsigned; 422 with a code where it breaks the contract."""
    if request.content_type != "application/json":
        return HttpResponse(status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > message.MOST_BYTES:
        return HttpResponse(status=413)
    body, machine, at = request.body, clock.machine_now(), request.now  # type: ignore[attr-defined]
    key, stamp, given = (request.headers.get(name, "") for name in (KEY, STAMP, SIGNATURE))
    pbx = queries.sender(key, stamp, given, body, machine=machine, at=at)
    if pbx is None:
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Signature"})
    try:
        said = message.read(body, machine=machine, window_seconds=telephony().window_seconds)
    except message.NotTaken as wrong:
        return _refused(wrong.fault.code, wrong.fault.field)
    try:
        kept = services.receive(pbx, replace(said, at=clock.of_the_desk(said.at)), body=body, at=at)
    except Refused as refusal:
        code = refusal.verdict.codes[0]
        many = code == rules.TOO_MANY.code
        return JsonResponse({"error": code}, status=429, headers={"Retry-After": "60"}) if many else _refused(code)
    return JsonResponse({"id": kept.event_id})


def _refused(code: str, field: str = "") -> JsonResponse:
    told: dict[str, Any] = {"error": code} | ({"field": field} if field else {})
    return JsonResponse(told, status=422)
