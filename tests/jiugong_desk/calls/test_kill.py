"""The site is killed while it saves a call: the call is recorded once or not at all, and whoever sends again sees it saved."""

from __future__ import annotations

import random
import threading
import time
from datetime import datetime

import pytest
from django.test import Client

from jiugong_desk.audit.services import verify
from jiugong_desk.calls import services
from jiugong_desk.calls.invariants import broken
from jiugong_desk.calls.models import Call
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.consent.models import Contact
from tests.support.cast import NOW, SHANGHAI, make_campaign, make_cast, make_customer, make_entry
from tests.support.site import Site, site

pytestmark = pytest.mark.django_db(transaction=True)
RECORDING = "jiugong_desk.calls.services.recording"
SEAMS = (
    f"{RECORDING}:_finish_entry:before",
    f"{RECORDING}:_finish_entry:after",
    f"{RECORDING}:follow:after",
    "jiugong_desk.audit.services:record:after",
    "jiugong_desk.calls.services:record_outcome:after",
    "jiugong_desk.calls.views.bench:call_next:before",
)
SAVED = {"jiugong_desk.calls.services:record_outcome:after", "jiugong_desk.calls.views.bench:call_next:before"}


class Desk:
    """A manager with a few customers, signed in, and the site's clock at half past ten."""

    def __init__(self, count: int) -> None:
        self.cast = make_cast()
        campaign = make_campaign(self.cast, participants=(self.cast.wang,))
        for _ in range(count):
            make_entry(campaign, make_customer(self.cast.north, self.cast.wang), self.cast.wang)
        client = Client()
        client.force_login(self.cast.wang, backend="django.contrib.auth.backends.ModelBackend")
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        self.clock = {"JIUGONG_CLOCK_OFFSET_SECONDS": str(int((NOW - datetime.now(SHANGHAI)).total_seconds()))}

    def claimed(self) -> ListEntry:
        entry = services.claim_next(None, by=self.cast.wang, at=NOW)
        assert entry is not None
        return entry

    def save(self, place: Site, entry: ListEntry, key: str):
        form = {"submission": key, "outcome": "no_answer", "number_unseen": "on", "next": "1"}
        return place.post(f"/calls/{entry.ref}/outcome/", form, self.cookies)


def check(entry: ListEntry, *, recorded: bool) -> None:
    calls = Call.objects.everyone().filter(entry=entry).count()
    entry.refresh_from_db()
    assert (calls, entry.attempts) == ((1, 1) if recorded else (0, 0))
    assert Contact.objects.filter(customer=entry.customer).count() == calls
    assert list(broken(NOW)) == []
    assert list(verify()) == []


@pytest.mark.parametrize("seam", SEAMS)
def test_killed_at_a_seam_it_is_recorded_once_or_not_at_all(seam):
    desk = Desk(2)
    entry = desk.claimed()
    with site(die_in=seam, **desk.clock) as dying:
        assert desk.save(dying, entry, "submission-0001") is None
    check(entry, recorded=seam in SAVED)
    with site(**desk.clock) as place:
        status, where = desk.save(place, entry, "submission-0001")
    assert (status, where.startswith("/calls/")) == (303, True)
    check(entry, recorded=True)


@pytest.mark.long
def test_two_hundred_kills_at_random_moments():
    desk, draw = Desk(200), random.Random(20261129)
    for number in range(200):
        entry, key = desk.claimed(), f"submission-{number:04}"
        with site(**desk.clock) as place:
            saving = threading.Thread(target=desk.save, args=(place, entry, key))
            saving.start()
            time.sleep(draw.uniform(0.0, 0.6))
            place.kill()
            saving.join()
        check(entry, recorded=Call.objects.everyone().filter(entry=entry).exists())
        with site(**desk.clock) as place:
            assert desk.save(place, entry, key)[0] == 303
        check(entry, recorded=True)
        ListEntry.objects.everyone().filter(claimed_by=desk.cast.wang).update(
            claimed_by=None, claimed_at=None, lease_until=None
        )
