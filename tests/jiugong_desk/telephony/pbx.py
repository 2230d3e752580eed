"""An exchange as the tests play it: it signs as the contract says, in lines of its own."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from jiugong_desk.core import clock
from jiugong_desk.telephony.models import Pbx


def message(**values: Any) -> dict[str, Any]:
    at = values.pop("at", None) or clock.machine_now()
    plain = {"id": "e1", "kind": "ringing", "at": said(at), "extension": "8001", "call": "1767752400.42"}
    return {name: value for name, value in (plain | values).items() if value is not None}


def said(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def sign(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def send(pbx: Pbx, secret: str, payload: Any, *, off: int = 0, client: Client | None = None, **changed: Any):
    """The answer. `off`: seconds by which the exchange's clock differs; `changed`: headers, body, content_type."""
    stamp = str(int((clock.machine_now() + timedelta(seconds=off)).timestamp()))
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    headers = {
        "X-Jiugong-Exchange": pbx.ref,
        "X-Jiugong-Timestamp": stamp,
        "X-Jiugong-Signature": sign(secret, stamp, body),
    } | changed.get("headers", {})
    return (client or Client(enforce_csrf_checks=True)).post(
        reverse("telephony_events"), changed.get("body", body), headers=headers,
        content_type=changed.get("content_type", "application/json"),
    )  # fmt: skip
