"""What one has left goes to a colleague: only what nobody talks to, and nothing is lost."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from jiugong_desk.audit import services as audit_log
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls import services as calls
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.customers.models import Assignment, Customer
from jiugong_desk.organisation.models import Posting
from jiugong_desk.supervision import moving, services
from jiugong_desk.supervision.models import Reminder
from jiugong_desk.training.models import Enrolment
from tests.support.cast import NOW, make_campaign, make_cast, make_customer, make_entry, make_staff
from tests.support.fingerprint import written
from tests.support.plans import teach

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


def move(cast, campaign, **said):
    given = {"to": cast.sun, "campaign": campaign, "by": cast.zhao, "at": NOW} | said
    return services.reassign(given.pop("staff", cast.wang), **given)


def whose(staff) -> int:
    return ListEntry.objects.everyone().filter(manager=staff).count()


def seal(page: str) -> str:
    """What the button confirms."""
    (found,) = re.findall(r'name="save" value="([^"]+)"', page)
    return found


def test_who_may_not(cast, campaign, deal, login, desk_time):
    deal(cast.wang, 3)
    south = make_staff("2003", "南头", "outlet_head", cast.south)
    address = reverse("caller_reassign", args=[cast.wang.ref])
    sent = {"campaign": campaign.ref, "to": cast.sun.ref, "save": "1"}
    for staff, status in ((south, 404), (cast.sun, 404), (cast.department, 403), (cast.auditor, 403), (cast.qian, 403)):
        client = login(staff)
        with written() as statements:
            assert client.post(address, sent).status_code == status
        assert not statements
    for by, to in ((south, cast.sun), (cast.zhao, cast.li), (cast.department, cast.sun)):  # Li is not the head's
        with pytest.raises(PermissionDenied):
            move(cast, campaign, by=by, to=to)
    assert whose(cast.wang) == 3


def test_all_that_is_free_goes_and_the_customers_manager_stays(cast, campaign, deal):
    deal(cast.wang, 4)
    (stranger,) = [make_entry(campaign, make_customer(cast.north, cast.li), cast.wang)]
    Assignment.objects.create(
        customer=stranger.customer, staff=cast.wang, reason=f"campaign:{campaign.ref}", began_at=NOW
    )
    done = make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang, state="done")
    held = calls.claim_next(None, by=cast.wang, at=NOW)
    assert move(cast, campaign) == 4
    assert {entry.pk for entry in ListEntry.objects.everyone().filter(manager=cast.wang)} == {done.pk, held.pk}
    assert Customer.objects.everyone().filter(manager=cast.sun).count() == 0
    moved = ListEntry.objects.everyone().filter(manager=cast.sun)
    assert set(Customer.objects.visible_to(cast.sun)) == {entry.customer for entry in moved}
    assert stranger.customer not in Customer.objects.visible_to(cast.wang)  # he had him for this campaign alone
    assert calls.record_outcome(held, submission="s", outcome="no_answer", number_unseen=True, by=cast.wang, at=NOW)
    assert calls.claim_next(None, by=cast.sun, at=NOW)
    (record,) = AuditRecord.objects.filter(verb="entries.reassigned")
    assert (record.by, record.chain, record.about_ref) == ("1003", "OU01", cast.wang.ref)
    assert '"customers":4' in record.facts


def test_so_many_go_as_are_said_and_the_promised_last(cast, campaign, deal):
    deal(cast.wang, 1, state="callback", due_at=LATER)
    deal(cast.wang, 1, attempts=1, due_at=LATER)
    deal(cast.wang, 2)
    assert move(cast, campaign, number=3) == 3
    assert ListEntry.objects.everyone().get(manager=cast.wang).state == "callback"
    assert move(cast, campaign, number=3) == 1
    with pytest.raises(Stale):
        move(cast, campaign)


def test_what_can_still_be_taken_back_stays(cast, campaign, deal):
    """He presses undo within ten seconds: the customer is his again, and nobody has moved him meanwhile."""
    (entry,) = deal(cast.wang)
    call = calls.record_outcome(
        calls.claim_next(None, by=cast.wang, at=NOW),
        number_unseen=True,
        submission="s",
        outcome="no_answer",
        by=cast.wang,
        at=NOW,
    )
    with pytest.raises(Stale):
        move(cast, campaign, at=NOW + timedelta(seconds=5))
    assert calls.take_back(call, by=cast.wang, at=NOW + timedelta(seconds=6)).pk == entry.pk
    calls.release(entry, reason="prepare", by=cast.wang, at=NOW + timedelta(seconds=7))
    assert move(cast, campaign, at=NOW + timedelta(seconds=8)) == 1


def test_back_again_loses_nothing(cast, campaign, deal):
    deal(cast.wang, 5)
    before = sorted(ListEntry.objects.everyone().values_list("pk", "manager", "state", "attempts"))
    move(cast, campaign)
    services.reassign(cast.sun, to=cast.wang, campaign=campaign, by=cast.zhao, at=NOW)
    assert sorted(ListEntry.objects.everyone().values_list("pk", "manager", "state", "attempts")) == before
    assert not Assignment.objects.filter(ended_at=None).exists()


def test_the_held_out_and_other_campaigns_stay(cast, campaign, deal):
    other = make_campaign(cast, participants=(cast.wang, cast.sun), title="另一个")
    deal(cast.wang, 2, arm="held_out")
    deal(cast.wang, 1, of=other)
    deal(cast.wang, 1)
    assert move(cast, campaign) == 1
    assert whose(cast.wang) == 3


def test_who_cannot_take_over(cast, campaign, deal, away):
    deal(cast.wang, 2)
    outside = make_staff("1010", "吕外", "customer_manager", cast.north)
    with pytest.raises(Refused) as caught:
        move(cast, campaign, to=outside)
    assert caught.value.verdict.codes == ("no_participant", "untaught")
    Enrolment.objects.everyone().filter(staff=cast.sun).update(passed_at=None)
    away(cast.sun)
    with pytest.raises(Refused) as caught:
        move(cast, campaign)
    assert caught.value.verdict.codes == ("untaught", "away")
    with pytest.raises(Refused) as caught:
        move(cast, campaign, to=cast.wang)
    assert caught.value.verdict.codes == ("same_person",)
    assert moving.receivers(cast.wang, [campaign], NOW, by=cast.zhao) == []
    assert whose(cast.wang) == 2


def test_who_is_on_leave_can_be_relieved(cast, campaign, deal, away):
    deal(cast.wang, 2)
    away(cast.wang)
    assert move(cast, campaign) == 2


def test_the_page_shows_first_what_it_would_do(cast, campaign, deal, login, desk_time):
    deal(cast.wang, 3)
    calls.claim_next(None, by=cast.wang, at=NOW)
    client, address = login(cast.zhao), reverse("caller_reassign", args=[cast.wang.ref])
    sent = {"campaign": campaign.ref, "to": cast.sun.ref, "number": "5"}
    page = client.post(address, sent).content.decode()
    page_before = page
    assert "将影响 2 户" in page
    assert "正在联系的 1 户不改派" in page
    assert whose(cast.sun) == 0
    assert client.post(address, sent | {"to": cast.li.ref}).status_code == 422  # not among the head's people
    assert client.post(address, sent | {"number": "0"}).status_code == 422
    done = client.post(address, sent | {"save": seal(page)})
    assert done["Location"] == reverse("caller", args=[cast.wang.ref]) + "#told"
    page = client.get(done["Location"]).content.decode()
    assert '<div id="told" tabindex="-1">' in page
    assert "已改派 2 户给 孙小宁。" in page
    assert (whose(cast.wang), whose(cast.sun)) == (1, 2)
    again = client.post(address, sent | {"save": seal(page_before)})
    assert again.status_code == 409
    assert "将影响 0 户" in again.text
    assert 'name="save"' not in again.text  # there is nothing to confirm


def test_only_what_was_previewed_is_moved(cast, campaign, deal, login, desk_time):
    deal(cast.wang, 4)
    client, address = login(cast.zhao), reverse("caller_reassign", args=[cast.wang.ref])
    sent = {"campaign": campaign.ref, "to": cast.sun.ref, "number": "2"}
    confirmed = {"save": seal(client.post(address, sent).text)}
    for changed, count in (({"number": "3"}, 3), ({"number": ""}, 4)):
        page = client.post(address, sent | changed | confirmed)
        assert page.status_code == 409
        assert "与预览的不一致，没有改派" in page.text
        assert f"将影响 {count} 户" in page.text
    assert client.post(address, sent | {"save": "1"}).status_code == 409  # without a preview
    assert whose(cast.sun) == 0
    every = sent | {"number": ""}
    page = client.post(address, every).text
    calls.claim_next(None, by=cast.wang, at=NOW)  # one fewer than was shown
    page = client.post(address, every | {"save": seal(page)})
    assert (page.status_code, whose(cast.sun)) == (409, 0)
    assert client.post(address, every | {"save": seal(page.text)}).status_code == 303
    assert whose(cast.sun) == 3


def test_who_has_them_now_reads_how_many_and_from_whom(cast, campaign, deal, login, desk_time):
    deal(cast.wang, 3)
    services.remind(cast.sun, about="talk", by=cast.zhao, at=NOW)  # an unread word is in nobody's way
    move(cast, campaign, number=1)
    move(cast, campaign)
    page = login(cast.sun).get(reverse("today")).content.decode()
    assert page.count("赵北 2026-01-07 10:30 改派客户给您") == 2
    assert "王晓北 名下的 1 户改由您拨打。" in page
    assert "王晓北 名下的 2 户改由您拨打。" in page
    assert "改派客户给您" not in login(cast.wang).get(reverse("today")).content.decode()
    for one in Reminder.objects.everyone().filter(about="moved"):
        assert login(cast.wang).post(reverse("reminder_seen", args=[one.ref])).status_code == 404
        assert login(cast.sun).post(reverse("reminder_seen", args=[one.ref])).status_code == 303
    assert "改派客户给您" not in login(cast.sun).get(reverse("today")).content.decode()


def test_to_be_told_of_customers_is_not_to_be_reminded(cast, campaign, deal, login, desk_time):
    deal(cast.wang, 1)
    move(cast, campaign)
    assert "已提醒，未确认" not in login(cast.zhao).get(reverse("supervision")).content.decode()
    services.remind(cast.sun, about="talk", by=cast.zhao, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_reassigned_while_they_call_nothing_is_lost_and_nobody_is_with_two():
    """The head pushes the list to and fro all the while; both call from what is theirs at the moment."""
    cast = make_cast()
    campaign = make_campaign(cast, participants=(cast.wang, cast.sun))
    teach(campaign, cast, cast.wang, cast.sun)
    entries = 40
    for _ in range(entries):
        make_entry(campaign, make_customer(cast.north, cast.wang, loan_kind=""), cast.wang)
    had: list[tuple[int, int]] = []
    over = threading.Event()

    def work(staff) -> None:
        try:
            while not over.is_set():
                entry = calls.claim_next(None, by=staff, at=NOW)
                if entry is None:
                    over.wait(0.005)
                    continue
                over.wait(0.004)
                call = calls.record_outcome(
                    entry,
                    submission=f"s{entry.pk}-{entry.attempts}",
                    outcome="not_interested",
                    number_unseen=True,
                    by=staff,
                    at=NOW,
                )
                had.append((call.entry_id, staff.pk))
        finally:
            connection.close()

    def push() -> int:
        moved, pair = 0, [cast.wang, cast.sun]
        try:
            for _ in range(2_000):
                if len(had) >= entries:
                    break
                with suppress(Stale):
                    moved += services.reassign(pair[0], to=pair[1], campaign=campaign, number=6, by=cast.zhao, at=NOW)
                pair.reverse()
                over.wait(0.01)
        finally:
            over.set()
            connection.close()
        return moved

    with ThreadPoolExecutor(3) as pool:
        moves, *others = [pool.submit(push), pool.submit(work, cast.wang), pool.submit(work, cast.sun)]
        for done in others:
            done.result(timeout=120)
        assert moves.result(timeout=120) > 0
    called = [entry for entry, _ in had]
    assert len(called) == len(set(called)) == entries
    assert not ListEntry.objects.everyone().exclude(state="done", claimed_by=None).exists()
    for entry_pk, staff_pk in had:  # who made the call is who has the customer
        assert ListEntry.objects.everyone().get(pk=entry_pk).manager_id == staff_pk
    assert list(audit_log.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_the_harness_notices_when_the_guard_is_gone(monkeypatch):
    """Taken between the look and the move: without the guard somebody would talk to a customer who is another's."""
    cast = make_cast()
    campaign = make_campaign(cast, participants=(cast.wang, cast.sun))
    teach(campaign, cast, cast.wang, cast.sun)
    entry = make_entry(campaign, make_customer(cast.north, cast.wang, loan_kind=""), cast.wang)
    keys = [entry.pk]
    held = calls.claim_next(None, by=cast.wang, at=NOW)
    from jiugong_desk.supervision.services import reassigning

    assert reassigning._move(keys, cast.wang, cast.sun, NOW) == 0
    from django.db.models import Q

    monkeypatch.setattr(moving, "free", lambda now: Q())
    assert reassigning._move(keys, cast.wang, cast.sun, NOW) == 1
    with pytest.raises(Stale):
        calls.record_outcome(held, submission="s", outcome="no_answer", number_unseen=True, by=cast.wang, at=NOW)


def test_of_who_calls_for_two_outlets_each_head_moves_his_own(cast, campaign, deal):
    """Wang helps out in South too: what he was dealt there is not North's to give away."""
    deal(cast.wang, 2)
    Posting.objects.create(staff=cast.wang, unit=cast.south, role="customer_manager")
    theirs = make_entry(campaign, make_customer(cast.south, cast.li, loan_kind=""), cast.wang)
    (shown,) = moving.lists_of(cast.wang, NOW, by=cast.zhao)
    assert (shown.free, shown.busy) == (2, 0)
    assert move(cast, campaign) == 2
    theirs.refresh_from_db()
    assert theirs.manager == cast.wang
