"""Two at once on real connections: no day is overdrawn, no file is fetched too often, no request is decided twice."""

from __future__ import annotations

from functools import partial

import pytest

from jiugong_desk.approvals import services as approvals
from jiugong_desk.core.errors import Refused
from jiugong_desk.exports import services
from jiugong_desk.exports.models import Allowance, ExportFile
from tests.support import exporting
from tests.support.cast import NOW, make_cast, make_customer, make_staff
from tests.support.exporting import approval_of, asked, decided, smaller, terms
from tests.support.races import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


@pytest.fixture
def desk():
    cast = make_cast()
    people = [make_customer(cast.north, cast.wang) for _ in range(3)]
    return cast, exporting.watch_list(cast, people)


def test_two_files_that_do_not_both_fit_into_the_day(desk, monkeypatch):
    cast, found = desk
    smaller(monkeypatch, rows_without_approval=3, rows_per_day=5)
    for number in range(ROUNDS):
        at = NOW.replace(day=8 + number)
        taking = partial(services.take, "watch", terms(found), by=cast.wang, at=at)
        results = at_once(taking, taking)
        lost = [result for result in results if isinstance(result, Refused)]
        assert [refusal.verdict.codes for refusal in lost] == [("over_day",)]
        assert Allowance.objects.get(day=at.date()).taken == 3
    assert ExportFile.objects.everyone().count() == ROUNDS


def test_the_last_download_is_fetched_once(desk):
    cast, found = desk
    for _ in range(ROUNDS):
        made = decided(asked(found, cast.wang), cast.zhao)
        services.download(made, by=cast.wang, at=NOW)
        fetching = [partial(services.download, exporting.again(made), by=cast.wang, at=NOW) for _twice in range(2)]
        results = at_once(*fetching)
        assert winners(results) == 1
        assert exporting.again(made).downloads == 2
        assert ExportFile.objects.everyone().filter(request=made).count() == 2


def test_two_deciders_and_a_decider_against_the_requester(desk):
    cast, found = desk
    second = make_staff("1903", "孔北", "outlet_head", cast.north)
    for number in range(ROUNDS):
        made = asked(found, cast.wang)
        approve = partial(approvals.decide, approval_of(made), approve=True, comment="", by=cast.zhao, at=NOW)
        against = (
            partial(approvals.decide, approval_of(made), approve=number % 4 == 0, comment="名单过宽", by=second, at=NOW)
            if number % 2 == 0
            else partial(approvals.withdraw, approval_of(made), by=cast.wang, at=NOW)
        )
        results = at_once(approve, against)
        assert winners(results) == 1
        lost_to = "approved" if number % 4 == 0 else "returned" if number % 2 == 0 else "withdrawn"
        assert exporting.again(made).state == ("approved" if results[0] == "done" else lost_to)
