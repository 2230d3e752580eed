"""The slow and obvious version of `rules.calls`: read the messages in the order of their moments, one after the other."""

from __future__ import annotations

from jiugong_desk.telephony.rules import Heard


def plain_calls(heard: list[Heard]) -> dict[tuple[int, str], dict]:
    """By line: ringing_since, answered_at, ended_at, talk_seconds, about, recordings."""
    found: dict[tuple[int, str], dict] = {}
    for one in sorted(set(heard), key=lambda m: (m.at, m.about, -1 if m.talk_seconds is None else m.talk_seconds)):
        call = found.setdefault(
            one.line,
            {"ringing": None, "answered": None, "ended": None, "counted": None, "about": "", "recordings": []},
        )
        if one.kind in ("ringing", "answered") and call[one.kind] is None:
            call[one.kind] = one.at
        if one.kind == "ended":
            call["ended"] = one.at
            if one.talk_seconds is not None:
                call["counted"] = one.talk_seconds
        call["about"] = call["about"] or one.about
    for one in sorted(set(heard), key=lambda m: (m.at, m.recording)):
        if one.recording and one.recording not in found[one.line]["recordings"]:
            found[one.line]["recordings"].append(one.recording)
    return {line: _told(call) for line, call in found.items()}


def _told(call: dict) -> dict:
    if call["ended"] is None:
        talked = None
    elif call["counted"] is not None:
        talked = call["counted"]
    elif call["answered"] is None:
        talked = 0
    else:
        talked = max(0, round((call["ended"] - call["answered"]).total_seconds()))
    return {
        "ringing_since": call["ringing"], "answered_at": call["answered"], "ended_at": call["ended"],
        "talk_seconds": talked, "about": call["about"], "recordings": tuple(call["recordings"]),
    }  # fmt: skip
