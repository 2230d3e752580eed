"""An exchange that reports its calls to the desk. Standard library only; docs/reference/telephony.md is the contract.

    pbx.py --key KEY --address http://127.0.0.1:8000/telephony/events/ call --extension 8001 --talk 65
    pbx.py ... event --kind ringing --extension 8001 --call 1767752400.42

The secret is read from the variable PBX_SECRET, so that it stands in no list of processes. What could not be delivered is
kept in --spool and sent before anything else the next time, under the same event ids: nothing is lost, nothing doubled.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PATIENCE = 10  # seconds
FINAL = {413, 415, 422}  # sending the same again would not help


class Exchange:
    """`send` answers whether the desk has taken everything. What did not reach it is spooled; what it refused is dropped."""

    def __init__(self, address: str, key: str, secret: str, spool: Path) -> None:
        self.address, self.key, self.secret, self.spool = address, key, secret, spool

    def send(self, event: dict[str, Any]) -> bool:
        """Behind everything that still waits, so that messages arrive in their order where they can."""
        waiting, refused = [*self.waiting(), json.dumps(event)], False
        while waiting:
            status, told = self._post(waiting[0].encode())
            if status in FINAL:
                print(f"refused: {told}", file=sys.stderr)
                refused = True
            elif status != 200:
                print(f"not delivered ({told or status}); kept for the next time", file=sys.stderr)
                break
            waiting.pop(0)
        self._keep(waiting)
        return not waiting and not refused

    def waiting(self) -> list[str]:
        return self.spool.read_text("utf-8").splitlines() if self.spool.exists() else []

    def _keep(self, lines: list[str]) -> None:
        aside = self.spool.with_suffix(".new")
        aside.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        aside.replace(self.spool)

    def _post(self, body: bytes) -> tuple[int, str]:
        """Signed anew at each try: the time of a signature is checked, the event's own id is what makes it once."""
        stamp = str(int(time.time()))
        signed = hmac.new(self.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Jiugong-Exchange": self.key,
            "X-Jiugong-Timestamp": stamp,
            "X-Jiugong-Signature": signed,
        }
        request = urllib.request.Request(self.address, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError as error:
            return 0, type(error).__name__


def event(kind: str, *, extension: str, call: str, at: datetime | None = None, **more: Any) -> dict[str, Any]:
    moment = (at or datetime.now(UTC)).isoformat(timespec="seconds")
    plain = {"id": str(uuid.uuid4()), "kind": kind, "at": moment, "extension": extension, "call": call}
    return plain | {name: value for name, value in more.items() if value is not None}


def whole_call(extension: str, *, talk: int, ring: int, ref: str | None, recording: str | None) -> list[dict[str, Any]]:
    """The messages of a call that has just ended; without `talk` nobody answered."""
    call, ended = str(uuid.uuid4()), datetime.now(UTC)
    answered = ended - timedelta(seconds=talk)
    told = [event("ringing", extension=extension, call=call, at=answered - timedelta(seconds=ring), ref=ref)]
    if talk:
        told.append(event("answered", extension=extension, call=call, at=answered))
    told.append(event("ended", extension=extension, call=call, at=ended, talk_seconds=talk))
    if recording:
        told.append(event("recording", extension=extension, call=call, at=ended, recording=recording))
    return told


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Report calls to the desk.")
    parser.add_argument("--address", required=True)
    parser.add_argument("--key", required=True, help="the exchange's key, as the desk shows it")
    parser.add_argument("--spool", type=Path, default=Path("pbx.spool"))
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("event", help="one message")
    one.add_argument("--kind", required=True, choices=["ringing", "answered", "ended", "recording"])
    one.add_argument("--call", required=True)
    one.add_argument("--talk-seconds", type=int)
    whole = verbs.add_parser("call", help="a whole call that has just ended")
    whole.add_argument("--talk", type=int, default=0, help="seconds; 0: nobody answered")
    whole.add_argument("--ring", type=int, default=8)
    for verb in (one, whole):
        verb.add_argument("--extension", required=True)
        verb.add_argument("--ref", help="the desk's reference of the call, where it was handed over")
        verb.add_argument("--recording")
    given = parser.parse_args(arguments)
    secret = os.environ.get("PBX_SECRET", "")
    if not secret:
        parser.error("set PBX_SECRET to the secret that the desk has shown")
    exchange = Exchange(given.address, given.key, secret, given.spool)
    if given.verb == "event":
        more = {"ref": given.ref, "recording": given.recording, "talk_seconds": given.talk_seconds}
        told = [event(given.kind, extension=given.extension, call=given.call, **more)]
    else:
        told = whole_call(given.extension, talk=given.talk, ring=given.ring, ref=given.ref, recording=given.recording)
    return 0 if all([exchange.send(message) for message in told]) else 1  # noqa: C419  each is sent


if __name__ == "__main__":
    sys.exit(main())
