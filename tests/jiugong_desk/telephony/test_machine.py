"""The door for exchanges: who may not come in, what is kept once, what is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from jiugong_desk.core import clock
from jiugong_desk.core.errors import Refused
from jiugong_desk.telephony import message as contract
from jiugong_desk.telephony import queries, services
from jiugong_desk.telephony.models import Event
from tests.jiugong_desk.telephony.pbx import message, send, sign
from tests.support.cast import NOW
from tests.support.fingerprint import fingerprint
from tests.support.races import at_once


@pytest.fixture
def attached(cast):
    return services.attach(name="总机", by=cast.admin, at=NOW)


@pytest.mark.django_db
def test_who_did_not_sign_is_told_nothing_and_writes_nothing(cast, attached, login):
    pbx, secret = attached
    other, others = services.attach(name="另一台", by=cast.admin, at=NOW)
    signed_in = login(cast.admin)
    before, body = fingerprint(), message()
    refused = [
        send(pbx, others, body),
        send(other, secret, body),
        send(pbx, secret, body, off=-400),
        send(pbx, secret, body, off=400),
        send(pbx, secret, body, body=b'{"id": "other"}'),
        send(pbx, secret, body, headers={"X-Jiugong-Exchange": "a" * 14}),
        send(pbx, secret, body, headers={"X-Jiugong-Signature": ""}),
        send(pbx, secret, body, headers={"X-Jiugong-Timestamp": "now"}),
        send(pbx, others, body, client=signed_in),
    ]
    assert {(answer.status_code, answer.content) for answer in refused} == {(401, b"")}
    services.switch(pbx, enabled=False, by=cast.admin, at=NOW)
    after = fingerprint()
    assert send(pbx, secret, body).status_code == 401
    assert fingerprint() == after
    assert {name for name in before if before[name] != after[name]} == {"telephony_pbx", "audit_auditrecord", "audit_auditchain"}  # fmt: skip


@pytest.mark.django_db
def test_only_small_json_is_read(attached):
    pbx, secret = attached
    assert send(pbx, secret, message(), content_type="text/plain").status_code == 415
    assert send(pbx, secret, b" " * (contract.MOST_BYTES + 1)).status_code == 413
    assert Client().get("/telephony/events/").status_code == 405
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_message_is_kept_once_and_answered_the_same(attached):
    pbx, secret = attached
    first, again, later = (send(pbx, secret, message(at=NOW_ISH), off=off) for off in (0, 0, 5))
    assert [answer.status_code for answer in (first, again, later)] == [200] * 3
    assert first.content == again.content == later.content == b'{"id": "e1"}'
    assert Event.objects.count() == 1
    other = send(pbx, secret, message(at=NOW_ISH, kind="answered"))
    assert (other.status_code, other.json()) == (422, {"error": "event_reused"})
    assert Event.objects.get().kind == "ringing"
    assert send(pbx, secret, message(at=NOW_ISH, id="e2")).status_code == 200


NOW_ISH = clock.machine_now() - timedelta(seconds=2)


@pytest.mark.django_db
def test_the_answer_carries_no_session_and_is_not_cached(attached):
    answer = send(*attached, message())
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_same_id_of_another_exchange_is_another_message(cast, attached):
    other = services.attach(name="另一台", by=cast.admin, at=NOW)
    assert [send(*one, message()).status_code for one in (attached, other)] == [200, 200]
    assert Event.objects.count() == 2


@pytest.mark.django_db
def test_what_breaks_the_contract_is_named_and_not_repeated(attached):
    answer = send(*attached, message(call="13800138000"))
    assert (answer.status_code, answer.json()) == (422, {"error": "looks_like_a_number", "field": "call"})
    answer = send(*attached, message(**{"13800138000": "x"}))
    assert answer.json() == {"error": "unknown_field"}
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_messages_belong_to_whoever_had_the_extension_then(cast, attached):
    pbx, secret = attached
    before, now = clock.machine_now() - timedelta(hours=2), clock.machine_now()
    mine = services.give_extension(pbx, number="8001", staff=cast.wang, by=cast.admin, at=before)
    services.end_extension(mine, by=cast.admin, at=now - timedelta(hours=1))
    services.give_extension(pbx, number="8001", staff=cast.sun, by=cast.admin, at=now - timedelta(minutes=30))
    for number, minutes in enumerate((150, 90, 45, 10)):
        send(pbx, secret, message(id=f"e{number}", at=now - timedelta(minutes=minutes)))
    send(pbx, secret, message(id="else", extension="8002"))
    held = dict(Event.objects.values_list("event_id", "staff__staff_no"))
    assert held == {"e0": None, "e1": "1001", "e2": None, "e3": "1002", "else": None}


@pytest.mark.django_db
def test_the_current_call_of_a_person(cast, attached):
    pbx, secret = attached
    now = clock.now()
    services.give_extension(pbx, number="8001", staff=cast.wang, by=cast.admin, at=now - timedelta(hours=1))
    at = {name: now - timedelta(seconds=ago) for name, ago in (("ringing", 100), ("answered", 90), ("ended", 30))}
    send(pbx, secret, message(id="c", kind="ended", at=at["ended"]))  # the last comes first
    assert queries.current_call(cast.wang, now).state == "ended"
    send(pbx, secret, message(id="b", kind="answered", at=at["answered"], ref="abcdefghjkmnpq"))
    send(pbx, secret, message(id="a", kind="ringing", at=at["ringing"]))
    send(pbx, secret, message(id="d", kind="recording", at=now, recording="r/7.wav"))
    found = queries.current_call(cast.wang, now)
    assert (found.state, found.talk_seconds, found.about, found.recordings) == (
        "ended",
        60,
        "abcdefghjkmnpq",
        ("r/7.wav",),
    )
    assert queries.current_call(cast.sun, now) is None
    recorded = {"since": now - timedelta(minutes=20), "until": now}
    assert queries.call_behind(cast.wang, refs={"abcdefghjkmnpq"}, **recorded) == found
    assert queries.call_behind(cast.wang, refs={"another"}, **recorded) is None
    assert queries.call_behind(cast.sun, refs={"abcdefghjkmnpq"}, **recorded) is None


@pytest.mark.django_db
def test_a_call_that_names_nothing_is_found_by_its_time(cast, attached):
    pbx, secret = attached
    now = clock.now()
    services.give_extension(pbx, number="8001", staff=cast.wang, by=cast.admin, at=now - timedelta(hours=1))
    for number, minutes in enumerate((30, 12)):
        send(pbx, secret, message(id=f"x{number}", call=f"c{number}", at=now - timedelta(minutes=minutes)))
    found = queries.call_behind(cast.wang, refs=(), since=now - timedelta(minutes=40), until=now - timedelta(minutes=5))
    assert found.line[1] == "c1"
    assert queries.call_behind(cast.wang, refs=(), since=now - timedelta(minutes=5), until=now) is None


@pytest.mark.django_db
def test_in_the_demo_messages_stand_in_the_desks_time(attached, settings):
    settings.CLOCK_OFFSET_SECONDS = -86_400
    at = clock.machine_now().replace(microsecond=0)
    send(*attached, message(at=at))
    assert Event.objects.get().at == at - timedelta(days=1)


@pytest.mark.django_db
def test_a_replaced_secret_holds_for_the_overlap_and_not_a_moment_longer(cast, attached):
    pbx, old = attached
    new, told = services.rotate(pbx, seen=1, by=cast.admin, at=clock.now()), message()
    assert [send(pbx, secret, told).status_code for secret in (old, new)] == [200, 200]

    def known(secret, later):
        machine = clock.machine_now()
        stamp = str(int(machine.timestamp()))
        given = sign(secret, stamp, b"{}")
        return queries.sender(pbx.ref, stamp, given, b"{}", machine=machine, at=clock.now() + later)

    assert known(old, timedelta(hours=23, minutes=59)) == pbx
    assert known(old, timedelta(hours=24, seconds=1)) is None
    assert known(new, timedelta(days=400)) == pbx
    newest = services.rotate(pbx, seen=2, at_once=True, by=cast.admin, at=clock.now())
    assert [send(pbx, secret, told).status_code for secret in (old, new, newest)] == [401, 401, 200]


@pytest.mark.django_db
def test_too_many_are_told_to_wait(attached, monkeypatch):
    class Few:
        window_seconds, events_per_minute = 300, 3

    monkeypatch.setattr(services, "telephony", lambda: Few)
    answers = [send(*attached, message(id=f"e{number}")) for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert send(*attached, message(id="e0", at=None)).status_code in (200, 422)  # what is kept is answered all the same


@pytest.mark.django_db
def test_what_was_kept_is_neither_changed_nor_deleted(attached):
    send(*attached, message())
    for change in (lambda: Event.objects.update(talk_seconds=1), lambda: Event.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twice_at_once_is_once(cast):
    pbx, _secret = services.attach(name="总机", by=cast.admin, at=NOW)
    bodies = [b'{"a": 1}', b'{"a": 1}', b'{"a": 1}', b'{"a": 2}']
    told = contract.Said("e1", "ringing", NOW, "8001", "c")
    results = at_once(*[lambda body=body: services.receive(pbx, told, body=body, at=NOW) for body in bodies])
    kept = Event.objects.get()
    same = [result for result in results if not isinstance(result, Refused)]
    assert {event.pk for event in same} == {kept.pk}
    assert len(same) in (1, 3)  # the other body may have been the first
