"""The contract with an exchange: how a message is signed and what it may say. Pure; docs/reference/telephony.md.

No telephone number comes in by this door: an exchange names an extension and its own id of the call.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..core.refs import ALPHABET, LENGTH

KINDS = ("ringing", "answered", "ended", "recording")
MOST_BYTES = 4096
LONGEST_TOKEN = 64
LONGEST_RECORDING = 200
LONGEST_TALK = 24 * 3600
LATE = timedelta(days=7)  # an exchange that was cut off sends what it has kept

_TOKEN = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._:@-]{{0,{LONGEST_TOKEN - 1}}}")
_RECORDING = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._:@/-]{{0,{LONGEST_RECORDING - 1}}}")
_EXTENSION = re.compile(r"[0-9]{2,6}")
_REF = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_STAMP = re.compile(r"[0-9]{1,11}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# A mobile with or without country code, a landline with its area code, a service number, an identity number. Asterisk's
# ids (seconds since 1970, a dot, a count) and plain counters are none of these.
_NUMBER = re.compile(
    r"(?<!\d)(?:(?:00)?86)?(?:1[3-9]\d{9}|0[1-9]\d{8,10}|[48]00\d{7})(?!\d)"
    r"|(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dXx](?!\d)"
)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 in hexadecimal over `<stamp>.<body>`; `stamp`: seconds since 1970, as sent in the header."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(given: str, secrets: Iterable[str], stamp: str, body: bytes) -> bool:
    """Whether one of the secrets made the signature. Every one is tried, so that the time tells nothing."""
    sent = given.encode("utf-8", "surrogateescape")
    fits = [hmac.compare_digest(signature(secret, stamp, body).encode(), sent) for secret in secrets]
    return any(fits)


def is_fresh(stamp: str, *, machine: datetime, window_seconds: int) -> bool:
    """Whether the message was signed just now, by the machines' clocks."""
    return bool(_STAMP.fullmatch(stamp)) and abs(machine.timestamp() - int(stamp)) <= window_seconds


def looks_like_a_number(text: str) -> bool:
    """Whether an id holds what could be a telephone or identity number, also with dashes between the digits."""
    if _UUID.fullmatch(text):
        return False
    return any(_NUMBER.search(read) for read in (text, text.replace("-", "")))


@dataclass(frozen=True)
class Said:
    """A message that keeps to the contract. `at` is the exchange's moment."""

    id: str
    kind: str
    at: datetime
    extension: str
    call: str
    about: str = ""
    recording: str = ""
    talk_seconds: int | None = None


@dataclass(frozen=True)
class Fault:
    """Why a message was not taken: a stable code, and the field that it is about."""

    code: str
    field: str = ""


class NotTaken(Exception):
    """A message breaks the contract."""

    def __init__(self, code: str, field: str = "") -> None:
        self.fault = Fault(code, field)
        super().__init__(code)


REQUIRED = ("id", "kind", "at", "extension", "call")
ONLY_WITH = {"recording": "recording", "talk_seconds": "ended"}  # field -> the kind that it belongs to
FIELDS = (*REQUIRED, "ref", *ONLY_WITH)


def read(body: bytes, *, machine: datetime, window_seconds: int) -> Said:
    """The message in a body; raises NotTaken at the first thing that is wrong with it."""
    data = _object(body)
    for name in data:
        if name not in FIELDS:
            raise NotTaken("unknown_field")  # its name is not repeated: it may be a number
    for name in REQUIRED:
        if name not in data:
            raise NotTaken("missing", name)
    kind = _matching(data, "kind", re.compile("|".join(KINDS)))
    for name, its_kind in ONLY_WITH.items():
        if name in data and kind != its_kind:
            raise NotTaken("not_with_this_kind", name)
    if kind == "recording" and "recording" not in data:
        raise NotTaken("missing", "recording")
    return Said(
        id=_token(data, "id"), kind=kind, at=_moment(data, machine, window_seconds),
        extension=_matching(data, "extension", _EXTENSION), call=_token(data, "call"),
        about=_matching(data, "ref", _REF) if "ref" in data else "",
        recording=_token(data, "recording", _RECORDING) if "recording" in data else "",
        talk_seconds=_talk(data["talk_seconds"]) if "talk_seconds" in data else None,
    )  # fmt: skip


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise NotTaken("not_json") from None
    if not isinstance(data, dict):
        raise NotTaken("not_json")
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _value in pairs}) != len(pairs):
        raise ValueError("a field twice")
    return dict(pairs)


def _matching(data: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = data[name]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise NotTaken("malformed", name)
    return value


def _token(data: dict[str, Any], name: str, pattern: re.Pattern[str] = _TOKEN) -> str:
    value = _matching(data, name, pattern)
    if looks_like_a_number(value):
        raise NotTaken("looks_like_a_number", name)
    return value


def _moment(data: dict[str, Any], machine: datetime, window_seconds: int) -> datetime:
    try:
        moment = datetime.fromisoformat(_matching(data, "at", _MOMENT))
    except ValueError:
        raise NotTaken("malformed", "at") from None
    if not machine - LATE <= moment <= machine + timedelta(seconds=window_seconds):
        raise NotTaken("out_of_time", "at")
    return moment


def _talk(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LONGEST_TALK:
        raise NotTaken("malformed", "talk_seconds")
    return value
