"""The contract: what is taken, and what is refused with which code."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.core.refs import new_ref
from jiugong_desk.telephony import message
from tests.jiugong_desk.telephony.pbx import message as payload
from tests.jiugong_desk.telephony.pbx import said, sign
from tests.support.cast import NOW


def read(**values):
    return message.read(json.dumps(payload(at=NOW, **values)).encode(), machine=NOW, window_seconds=300)


def fault(body: bytes) -> message.Fault:
    with pytest.raises(message.NotTaken) as wrong:
        message.read(body, machine=NOW, window_seconds=300)
    return wrong.value.fault


def test_what_keeps_to_the_contract_is_read():
    ref = new_ref()
    one = read(kind="ended", talk_seconds=61, ref=ref)
    assert (one.id, one.kind, one.at, one.extension, one.call) == ("e1", "ended", NOW, "8001", "1767752400.42")
    assert (one.about, one.talk_seconds, one.recording) == (ref, 61, "")
    assert read(kind="recording", recording="2026/01/07/q-8001.wav").recording == "2026/01/07/q-8001.wav"


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"id": None}, "missing", "id"),
        ({"call": None}, "missing", "call"),
        ({"kind": "recording"}, "missing", "recording"),
        ({"kind": "dialled"}, "malformed", "kind"),
        ({"kind": ["ringing"]}, "malformed", "kind"),
        ({"extension": "8"}, "malformed", "extension"),
        ({"extension": 8001}, "malformed", "extension"),
        ({"extension": "8001234"}, "malformed", "extension"),
        ({"extension": "８００１"}, "malformed", "extension"),
        ({"id": "a" * 65}, "malformed", "id"),
        ({"id": "a\0"}, "malformed", "id"),
        ({"call": "line one\n"}, "malformed", "call"),
        ({"ref": "0" * 14}, "malformed", "ref"),
        ({"recording": "r"}, "not_with_this_kind", "recording"),
        ({"talk_seconds": 3}, "not_with_this_kind", "talk_seconds"),
        ({"kind": "ended", "talk_seconds": True}, "malformed", "talk_seconds"),
        ({"kind": "ended", "talk_seconds": -1}, "malformed", "talk_seconds"),
        ({"kind": "ended", "talk_seconds": 1.5}, "malformed", "talk_seconds"),
        ({"caller_id": "13800138000"}, "unknown_field", ""),
        ({"at": "2026-01-07T10:30:00"}, "malformed", "at"),
        ({"at": "2026-01-37T10:30:00+08:00"}, "malformed", "at"),
        ({"at": 1767752400}, "malformed", "at"),
        ({"at": said(NOW + timedelta(seconds=301))}, "out_of_time", "at"),
        ({"at": said(NOW - timedelta(days=8))}, "out_of_time", "at"),
    ],
)
def test_what_breaks_it_is_named(changed, code, field):
    body = {name: value for name, value in (payload(at=NOW) | changed).items() if value is not None}
    assert fault(json.dumps(body).encode()) == message.Fault(code, field)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"\xff{}", b'{"id": "a", "id": "b"}', b"[" * 4000, b'{"a": NaN', b"1" * 4300],
    ids=lambda body: body[:12].decode("latin-1"),
)
def test_what_is_no_object_is_refused(body):
    assert fault(body).code == "not_json"


NUMBERS = st.one_of(
    st.from_regex(r"(\+86|86|0086)?1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"0(10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}", fullmatch=True),
    st.from_regex(r"[48]00[0-9]{7}", fullmatch=True),
    st.from_regex(r"990000(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-2][0-9][0-9]{3}[0-9X]", fullmatch=True),
)


@given(NUMBERS, st.sampled_from(("", "sip:", "rec-", "q.")), st.sampled_from(("", "@pbx", ".wav", "-1x")))
def test_no_telephone_number_comes_in(number, before, after):
    assert message.looks_like_a_number(f"{before}{number}{after}")
    spaced = f"{number[:-8]}-{number[-8:-4]}-{number[-4:]}"
    assert message.looks_like_a_number(f"{before}{spaced}")


@pytest.mark.parametrize("field", ["id", "call", "recording"])
def test_a_number_is_refused_in_every_field(field):
    values = {"kind": "recording", "recording": "r"} | {field: "sip:13800138000@pbx"}
    assert fault(json.dumps(payload(at=NOW, **values)).encode()) == message.Fault("looks_like_a_number", field)


@given(st.uuids(), st.integers(1_600_000_000, 1_990_000_000), st.integers(0, 99_999))
def test_the_ids_of_common_exchanges_are_taken(uuid, seconds, count):
    for one in (str(uuid), str(uuid).upper(), f"{seconds}.{count}", f"{seconds}", f"call-{count}"):
        assert not message.looks_like_a_number(one), one


@given(st.text(min_size=1), st.binary(max_size=200), st.binary(min_size=1, max_size=3))
def test_the_signature_is_that_of_the_contract_and_of_nothing_else(secret, body, more):
    good = sign(secret, "1767752400", body)
    assert message.signature(secret, "1767752400", body) == good
    assert message.is_signed(good, ["other", secret], "1767752400", body)
    assert not message.is_signed(good, ["other"], "1767752400", body)
    assert not message.is_signed(good, [secret], "1767752401", body)
    assert not message.is_signed(good, [secret], "1767752400", body + more)
    assert not message.is_signed("", [secret], "1767752400", body)
    assert not message.is_signed("签名\udc80", [secret], "1767752400", body)


@pytest.mark.parametrize(("stamp", "fresh"), [("0", 0), ("300", 1), ("-300", 1), ("301", 0), ("-301", 0), ("soon", 0)])
def test_only_fresh_signatures_count(stamp, fresh):
    seconds = int(NOW.timestamp()) + int(stamp) if stamp not in ("0", "soon") else stamp
    assert message.is_fresh(str(seconds), machine=NOW, window_seconds=300) is bool(fresh)
    assert not message.is_fresh("１７６７７５２４００", machine=NOW, window_seconds=300)
