"""Two at once: every number once and none left out, one original of a matter, one receipt."""

from __future__ import annotations

from threading import Lock

import pytest

from jiugong_desk.core.errors import Stale
from jiugong_desk.documents import bridge, pdf, services
from jiugong_desk.documents.models import Document, Series
from jiugong_desk.documents.services import issuing
from tests.support.cast import NOW, make_cast, make_staff
from tests.support.notices import notice
from tests.support.races import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture(autouse=True)
def quick_files(monkeypatch):
    """A line each: who is first is the question here."""
    monkeypatch.setattr(bridge, "fill", lambda template, content: bridge.Filled(content["number"].encode(), []))
    monkeypatch.setattr(pdf, "notice_pdf", lambda content, at: b"pdf")
    monkeypatch.setattr(issuing, "TRIES", 50)


def issue(cast, about, **more):
    return lambda: services.issue(notice(cast), about=("campaign", about), by=cast.management, at=NOW, **more)


def test_many_at_once_get_consecutive_numbers_that_stand_in_their_files(cast):
    def changed():
        raise Stale(issuing.BUSY)

    verbs = [issue(cast, f"matter-{number}", guard=changed if number % 4 == 3 else None) for number in range(12)]
    results = at_once(*verbs)
    assert winners(results) == 9
    found = list(Document.objects.everyone().order_by("place"))
    assert [one.place for one in found] == list(range(1, 10))
    assert all(bytes(one.docx).decode() == one.number == one.content["number"] for one in found)
    assert Series.objects.get().last == 9


def test_a_matter_is_issued_once(cast):
    assert winners(at_once(*(issue(cast, "matter-1") for _ in range(4)))) == 1
    first = Document.objects.everyone().get()
    assert winners(at_once(*(issue(cast, "matter-1", supersedes=first) for _ in range(4)))) == 1
    assert Series.objects.get().last == 2


def test_two_heads_acknowledge_once(cast):
    made = issue(cast, "matter-1")()
    second = make_staff("1099", "赵副", "outlet_head", cast.north)
    lock = Lock()

    def by(staff):
        def verb():
            with lock:  # each reads his own posts first
                assert staff.current_postings
            services.acknowledge(made, unit=cast.north, by=staff, at=NOW)

        return verb

    assert winners(at_once(by(cast.zhao), by(second))) == 1
